//! The values that conditions compare: numbers, instants and addresses, read from their text.
//!
//! A text that cannot be read is `None`; what that means for a condition is decided where conditions are.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A decimal number, exactly: in units of 10⁻¹⁸.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub(crate) i128);

const FRACTION_DIGITS: usize = 18;
/// With this many digits before the point every number fits into 128 bits.
const INTEGER_DIGITS_MAX: usize = 20;

impl Number {
    /// Reads an integer or a decimal number: digits, perhaps a sign before them, perhaps a fraction. `None` also if
    /// it has more digits than fit, or an exponent; [`compare_decimals`] reads those too.
    pub fn parse(text: &str) -> Option<Self> {
        let Decimal {
            negative,
            integer,
            fraction,
            exponent,
        } = Decimal::parse(text)?;
        if exponent != 0 || integer.len() > INTEGER_DIGITS_MAX || fraction.len() > FRACTION_DIGITS {
            return None;
        }
        let zeros = std::iter::repeat_n(b'0', FRACTION_DIGITS - fraction.len());
        let units = integer
            .bytes()
            .chain(fraction.bytes())
            .chain(zeros)
            .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit & 0x0f));
        Some(Self(if negative { -units } else { units }))
    }
}

/// A decimal number as its digits, without zeros that make no difference.
#[derive(Clone, Copy)]
struct Decimal<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: i32,
}

/// More digits than this in an exponent are not read.
const EXPONENT_DIGITS_MAX: usize = 9;

impl<'a> Decimal<'a> {
    /// Evidence: recorded decisions of AWS, which reads `+1`, `01`, `1.`, `1.0` and `1e0` as one number.
    fn parse(text: &'a str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if integer.is_empty() || !all_digits(integer) || !all_digits(fraction) {
            return None;
        }
        Some(Self {
            negative,
            integer: integer.trim_start_matches('0'),
            fraction: fraction.trim_end_matches('0'),
            exponent,
        })
    }

    fn is_zero(self) -> bool {
        self.integer.is_empty() && self.fraction.is_empty()
    }

    /// The digits that count, from the first that is not zero.
    fn digits(self) -> impl Iterator<Item = u8> {
        let digits = self.integer.bytes().chain(self.fraction.bytes());
        digits.skip_while(|digit| *digit == b'0')
    }

    /// How many digits there are before the point once the exponent has moved it; less than none if zeros follow it.
    fn places(self) -> i64 {
        let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX / 4);
        let places = if self.integer.is_empty() {
            length(self.fraction.trim_start_matches('0')) - length(self.fraction)
        } else {
            length(self.integer)
        };
        places + i64::from(self.exponent)
    }

    /// Compares the numbers without their signs.
    fn compare_sizes(self, other: Self) -> Ordering {
        if self.is_zero() || other.is_zero() {
            return other.is_zero().cmp(&self.is_zero());
        }
        let count = self.digits().count().max(other.digits().count());
        let padded = |number: Self| number.digits().chain(std::iter::repeat(b'0')).take(count);
        (self.places().cmp(&other.places())).then_with(|| padded(self).cmp(padded(other)))
    }
}

fn read_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() > EXPONENT_DIGITS_MAX {
        return None;
    }
    text.parse().ok()
}

/// Whether a text is no number that AWS is known to read, but could be one for a lenient reader: without digits before
/// its point, or with an exponent beyond measure.
pub fn is_undocumented_number(text: &str) -> bool {
    let characters = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().all(characters) && text.parse::<f64>().is_ok() && Decimal::parse(text).is_none()
}

/// Compares two decimal numbers exactly, however many digits they have. `None`: one of them is none.
pub fn compare_decimals(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (Decimal::parse(left)?, Decimal::parse(right)?);
    let sizes = left.compare_sizes(right);
    let is_below_zero = |number: Decimal<'_>| number.negative && !number.is_zero();
    Some(match (is_below_zero(left), is_below_zero(right)) {
        (false, false) => sizes,
        (true, true) => sizes.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

/// A point in time: nanoseconds since the epoch, in whole milliseconds. The language admits years far beyond any
/// calendar library's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub(crate) i128);

const NANOSECONDS: i128 = 1_000_000_000;
const NANOSECONDS_OF_MILLISECOND: u32 = 1_000_000;

impl Instant {
    /// Reads seconds since the epoch (digits, perhaps after a plus sign) or a date of ISO 8601: `2013-06-30`,
    /// `2013-06`, `2013-06-30T12:00:00.5+02:00`. Without an offset it is UTC.
    ///
    /// Evidence: recorded decisions of AWS, for the plus sign, for times without offset, and for what is finer than a
    /// millisecond: it is passed over.
    pub fn parse(text: &str) -> Option<Self> {
        if is_seconds(text) {
            let seconds: i64 = text.parse().ok()?;
            return Some(Self(i128::from(seconds) * NANOSECONDS));
        }
        let (date, time) = match text.find(['T', 't']) {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?),
            // A year alone must be told from seconds: only a sign does that.
            None if text.contains('-') => (text, ""),
            None => return None,
        };
        let nanoseconds = if time.is_empty() { 0 } else { time_of_day(time)? };
        Some(Self(i128::from(days(date)?) * 86_400 * NANOSECONDS + nanoseconds))
    }
}

/// A point in time as its text tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dated {
    pub(crate) instant: Instant,
    /// Whether the text has a form that AWS documents, or is known to read.
    pub(crate) documented: bool,
}

impl Dated {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Instant::parse(text).map(|instant| Self {
            instant,
            documented: is_documented_date(text),
        })
    }
}

fn is_seconds(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text has a form of dates of which it is known what AWS makes: seconds since the epoch, or W3C's profile of
/// ISO 8601 with a day that exists, also without an offset. Of other forms it is not known.
pub fn is_documented_date(text: &str) -> bool {
    if is_seconds(text) {
        return true;
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let is_day = has_form(date, "0000-00-00") && day_exists(date);
    match time {
        None => is_day || has_form(date, "0000-00"),
        Some(time) => is_day && is_documented_time(time),
    }
}

/// Whether a text has digits where a form has zeros, and otherwise its characters.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| byte == wanted || wanted == b'0' && byte.is_ascii_digit();
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

/// Whether a month has the day of a date `YYYY-MM-DD`.
fn day_exists(date: &str) -> bool {
    let part = |from, to| date.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(5, 7), part(8, 10)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= length
}

fn is_documented_time(time: &str) -> bool {
    let (clock, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        // Only of times with seconds.
        None if time.len() > "00:00".len() => (time, "Z"),
        None => return false,
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_clock = has_form(clock, "00:00:00") && fraction.is_none_or(digits)
        || has_form(clock, "00:00") && fraction.is_none();
    is_clock && (offset == "Z" || has_form(offset, "+00:00") || has_form(offset, "-00:00"))
}

/// Days from the epoch to a date `[-]YEAR[-MM[-DD]]`.
fn days(date: &str) -> Option<i64> {
    let (sign, date) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date),
    };
    let mut parts = date.split('-');
    let year = sign * i64::from(digits(parts.next()?, 1..=9)?);
    let month = parts.next().map_or(Some(1), |part| digits(part, 1..=2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 1..=2))?;
    let valid = parts.next().is_none()
        && (-292_275_054..=292_278_993).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    if !valid {
        return None;
    }
    // Count in years that begin in March, so that the leap day comes last.
    let (month, day) = (i64::from(month), i64::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Nanoseconds from midnight UTC to a time `H[:MM[:SS[.F]]]` with `Z`, an offset or nothing behind it.
fn time_of_day(time: &str) -> Option<i128> {
    let (clock, offset_minutes) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (time.get(..at)?, offset(time.get(at..)?)?),
        None => (time, 0),
    };
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 1..=2).filter(|hour| *hour < 24)?;
    let minute = parts.next().map_or(Some(0), |part| digits(part, 1..=2))?;
    let (second, nanoseconds) = match parts.next() {
        None => (0, 0),
        Some(part) => match part.split_once('.') {
            None => (digits(part, 1..=2)?, 0),
            Some((second, fraction)) => {
                let scale = 10_u32.checked_pow(u32::try_from(9_usize.checked_sub(fraction.len())?).ok()?)?;
                let nanoseconds = digits(fraction, 1..=9)?.checked_mul(scale)?;
                (
                    digits(second, 1..=2)?,
                    nanoseconds - nanoseconds % NANOSECONDS_OF_MILLISECOND,
                )
            }
        },
    };
    if parts.next().is_some() || minute > 59 || second > 59 {
        return None;
    }
    let minutes = i128::from(hour) * 60 + i128::from(minute) - offset_minutes;
    Some((minutes * 60 + i128::from(second)) * NANOSECONDS + i128::from(nanoseconds))
}

/// Minutes that a place is ahead of UTC: `Z`, `+HH`, `-HH:MM` or `+HHMM`.
fn offset(text: &str) -> Option<i128> {
    let sign = match text.as_bytes().first()? {
        b'Z' | b'z' => return (text.len() == 1).then_some(0),
        b'-' => -1,
        _ => 1,
    };
    let hours = digits(text.get(1..3)?, 2..=2)?;
    let rest = text.get(3..)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" if rest.is_empty() => 0,
        minutes => digits(minutes, 2..=2)?,
    };
    (hours < 24 && minutes < 60).then(|| sign * (i128::from(hours) * 60 + i128::from(minutes)))
}

fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    if !count.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Reads an address as AWS does: numbers of IPv4 are decimal whatever zeros they begin with, an IPv4 address in the
/// clothes of IPv6 (`::ffff:192.0.2.1`) is the IPv4 address, and no other address of IPv6 is written with points.
///
/// Evidence: recorded decisions of AWS.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    if !text.contains(':') {
        return address_v4(text).map(IpAddr::V4);
    }
    let address = IpAddr::V6(text.parse().ok()?).to_canonical();
    (address.is_ipv4() || !text.contains('.')).then_some(address)
}

fn address_v4(text: &str) -> Option<Ipv4Addr> {
    let mut parts = text.split('.');
    let mut next = || u8::try_from(digits(parts.next()?, 1..=3)?).ok();
    let octets = [next()?, next()?, next()?, next()?];
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// Whether a text that is no address might be one for AWS, which is recorded to read some with a colon too many.
pub(crate) fn is_odd_address(text: &str) -> bool {
    text.contains(':') && !text.contains('.')
}

/// The same of a range: not of one whose address can be read, so that it is its prefix that is wrong.
pub(crate) fn is_odd_net(text: &str) -> bool {
    let start = text.split_once('/').map_or(text, |(start, _)| start);
    is_odd_address(start) && address(start).is_none()
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Net {
    /// Of version 4.
    V4 {
        /// An address in it.
        bits: u32,
        /// How many leading bits count.
        prefix: u8,
    },
    /// Of version 6.
    V6 {
        /// An address in it.
        bits: u128,
        /// How many leading bits count.
        prefix: u8,
    },
}

impl Net {
    /// Reads an address with or without a prefix length. Of IPv4, host bits are ignored; a range of IPv6 that has some,
    /// or is written with points, is none.
    ///
    /// Evidence: recorded decisions of AWS, and which policies it was recorded to save.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let prefix = prefix.strip_prefix('+').unwrap_or(prefix);
                (address, Some(u8::try_from(digits(prefix, 1..=3)?).ok()?))
            }
            None => (text, None),
        };
        if let Some(address) = address_v4(address) {
            let prefix = prefix.unwrap_or(32);
            let bits = address.to_bits();
            return (prefix <= 32).then_some(Self::V4 { bits, prefix });
        }
        if address.contains('.') {
            return None;
        }
        let bits = address.parse::<Ipv6Addr>().ok()?.to_bits();
        let prefix = prefix.unwrap_or(128);
        let host = u128::MAX.checked_shr(prefix.into()).unwrap_or(0);
        (prefix <= 128 && bits & host == 0).then_some(Self::V6 { bits, prefix })
    }

    /// Whether an address lies in the range. Addresses of one family never lie in ranges of the other.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4 { bits, prefix }, IpAddr::V4(address)) => {
                (bits ^ address.to_bits())
                    .checked_shr(32_u32.saturating_sub(u32::from(prefix)))
                    .unwrap_or(0)
                    == 0
            }
            (Self::V6 { bits, prefix }, IpAddr::V6(address)) => {
                (bits ^ address.to_bits())
                    .checked_shr(128_u32.saturating_sub(u32::from(prefix)))
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

/// Whether a text is base64 as its standard asks for: padded, and without bits that say nothing.
pub fn is_base64(text: &str) -> bool {
    let unused = match text.len() - text.trim_end_matches('=').len() {
        0 => 0,
        1 => 0b11,
        _ => 0b1111,
    };
    let last = base64_body(text).map(|body| body.bytes().last().map_or(0, sextet));
    text.len().is_multiple_of(4) && last.is_some_and(|last| last & unused == 0)
}

/// Whether two texts of base64, without padding, stand for the same bytes, as lenient readers see it: they pass over
/// the bits of the last character that say nothing.
pub(crate) fn same_bytes(left: &str, right: &str) -> bool {
    let unused = match left.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => 0,
    };
    let (Some((last, head)), Some((other_last, other_head))) =
        (left.as_bytes().split_last(), right.as_bytes().split_last())
    else {
        return left == right;
    };
    head == other_head && (sextet(*last) ^ sextet(*other_last)) & !unused == 0
}

/// The six bits that a character of base64 stands for.
fn sextet(character: u8) -> u8 {
    match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' => 62,
        _ => 63,
    }
}

/// Whether a text is base64, and if so without its padding, so that equal bytes have equal texts.
pub fn base64_body(text: &str) -> Option<&str> {
    let body = text.trim_end_matches('=');
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let valid = text.len() - body.len() <= 2 && body.len() % 4 != 1 && body.bytes().all(alphabet);
    valid.then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Option<i128> {
        Number::parse(text).map(|number| number.0)
    }

    #[test]
    fn numbers_are_exact() {
        assert!(Number::parse("0.1") < Number::parse("0.11"));
        assert_eq!(number("10.10"), number("10.1"));
        assert_eq!(number("-0"), number("0"));
        assert_eq!(number("007"), number("7"));
        assert!(Number::parse("-3") < Number::parse("-2.5"));
        assert_ne!(number("9007199254740993"), number("9007199254740992"));
        assert!(number("99999999999999999999.999999999999999999").is_some());
    }

    #[test]
    fn decimals_of_any_length_are_compared_exactly() {
        let nines = "9".repeat(60);
        for (left, right, expected) in [
            (nines.as_str(), "10", Some(Ordering::Greater)),
            ("10", &nines, Some(Ordering::Less)),
            (&nines, &format!("00{nines}.000"), Some(Ordering::Equal)),
            (&format!("-{nines}"), "-10", Some(Ordering::Less)),
            (&format!("-{nines}"), "0", Some(Ordering::Less)),
            ("0.1", &format!("0.1{nines}"), Some(Ordering::Less)),
            ("0.2", &format!("0.1{nines}"), Some(Ordering::Greater)),
            ("-0.0", "0", Some(Ordering::Equal)),
            ("0", "-0", Some(Ordering::Equal)),
            ("1", "-1", Some(Ordering::Greater)),
            ("1e3", "1", Some(Ordering::Greater)),
            ("1e3", "1000", Some(Ordering::Equal)),
            ("+1.5E+1", "15", Some(Ordering::Equal)),
            ("1.", "1e0", Some(Ordering::Equal)),
            ("12e-4", "0.0012", Some(Ordering::Equal)),
            ("0.0012", "12e-3", Some(Ordering::Less)),
            ("0e999999999", "0", Some(Ordering::Equal)),
            ("-1e999999999", "1e-999999999", Some(Ordering::Less)),
            ("1e1000000000", "1", None),
            ("1", "", None),
        ] {
            assert_eq!(compare_decimals(left, right), expected, "{left} {right}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_compared_as_numbers_are(left in "-?[0-9]{1,3}(\\.[0-9]{1,3})?", right in "-?[0-9]{1,3}(\\.[0-9]{1,3})?") {
            let numbers = Number::parse(&left).cmp(&Number::parse(&right));
            prop_assert_eq!(compare_decimals(&left, &right), Some(numbers));
        }
    }

    #[test]
    fn numbers_in_other_notations_are_known_for_what_they_are() {
        for text in [".5", "-.5", "1e1000000000", ".5e1"] {
            assert!(is_undocumented_number(text), "{text}");
        }
        for text in [
            "", "1", "-1.5", "+1", "5.", "1e3", "-", ".", "1.2.3", "e3", "inf", "NaN", "0x10", " 1",
        ] {
            assert!(!is_undocumented_number(text), "{text}");
        }
    }

    #[test]
    fn some_forms_of_dates_are_documented() {
        for form in [
            "2013-06-30",
            "2013-06",
            "2013",
            "1372550400",
            "2012-02-29",
            "2000-02-29",
            "2013-06-30T00:00Z",
            "2013-06-30T00:00:00Z",
            "2013-06-30T00:00:00.5+02:00",
            "2013-12-31T23:59:59-11:30",
            "2013-06-30T00:00:00",
            "+1372550400",
        ] {
            assert!(is_documented_date(form), "{form}");
            assert!(Instant::parse(form).is_some(), "{form}");
        }
        for form in [
            "",
            "2013-6",
            "2013-06-30T00:00",
            "2013-06-30T00Z",
            "2013-06-30T00:00:00+0100",
            "2013-06-30T00:00:00+01",
            "2013-06-30t00:00:00Z",
            "2013-06-30T00:00:00z",
            "2013-06-30T1:00:00Z",
            "10000-01-01",
            "-5",
            "2013-02-29",
            "1900-02-29",
            "2013-02-30",
            "2013-06-31",
            "2013-06T00:00Z",
            "2013-06-30T00:00.5Z",
            "2013-06-30T00:00:00.Z",
            "2013-06-30 00:00:00Z",
            "2013/06/30",
            "2013-06030",
            "2013-06-30Tab:00:00Z",
        ] {
            assert!(!is_documented_date(form), "{form}");
        }
    }

    #[test]
    fn base64_is_padded_and_says_nothing_else() {
        for text in ["", "QQ==", "QUE=", "QUFB", "+/+/"] {
            assert!(is_base64(text), "{text}");
        }
        for text in [
            "QQ", "QQ=", "QR==", "QUF=", "=", "Q===", "QUFB=", "QUE_", "====", "Binary",
        ] {
            assert!(!is_base64(text), "{text}");
        }
    }

    #[test]
    fn the_last_character_of_base64_says_nothing_beyond_the_last_byte() {
        let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain("+/".chars());
        for last in alphabet {
            assert_eq!(is_base64(&format!("A{last}==")), "AQgw".contains(last), "{last}");
            let two_bytes = is_base64(&format!("AA{last}="));
            assert_eq!(two_bytes, "AEIMQUYcgkosw048".contains(last), "{last}");
        }
    }

    #[test]
    fn what_is_no_decimal_number_is_not_read() {
        for wrong in [
            "", "-", "1e3", ".5", "1.2.3", "+-1", " 1", "0x10", "1_000", "١", "NaN",
        ] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
        assert_eq!(number(&"9".repeat(21)), None);
        assert_eq!(number(&format!("0.{}", "1".repeat(19))), None);
    }

    fn seconds(text: &str) -> Option<i128> {
        Instant::parse(text).map(|instant| instant.0 / NANOSECONDS)
    }

    #[test]
    fn dates_are_read_in_all_their_forms() {
        for (text, expected) in [
            ("0", 0),
            ("1371600000", 1_371_600_000),
            ("+1371600000", 1_371_600_000),
            ("2013", 2013),
            ("2013-06-30", 1_372_550_400),
            ("2013-06", 1_370_044_800),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2013-06-30T01:00:00+01:00", 1_372_550_400),
            ("2013-06-30T00:00Z", 1_372_550_400),
            ("2013-06-29T19:00:00-0500", 1_372_550_400),
            ("2013-06-30t2:00:00.593194+02", 1_372_550_400),
            ("2013-06-30T00:00:00", 1_372_550_400),
            ("2000-02-29T12:00:00z", 951_825_600),
            ("1970-01-01T23:59:00+23:59", 0),
            ("1970-01-01T00:00:00-01:30", 5400),
            ("01T", -62_135_596_800),
            ("-0001-01-01", -62_198_755_200),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        assert!(Instant::parse("2013-06-30T00:00:00.1Z") < Instant::parse("2013-06-30T00:00:00.11Z"));
        assert_eq!(
            Instant::parse("2013-06-30T00:00:00.1231Z"),
            Instant::parse("2013-06-30T00:00:00.1239Z")
        );
        assert!(seconds("-292275054").is_some());
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for wrong in [
            "",
            "b",
            "sdfdsf",
            "234-13",
            "2016-12-32",
            "2016-00-01",
            "2016-1-1-1",
            "2016-12-13t2:00:00.593194+1",
            "2016-12-13t2:00:00.1999999999+10:59",
            "2016-12-13T24:00:00Z",
            "2016-12-13T10:60:00Z",
            "2016-12-13T10:00:60Z",
            "2016-12-13T10:00:00Zx",
            "2016-12-13T10:00:00+01:",
            "2016-12-13T10:00:00+24:00",
            "2016-12-13T10:00:00+10:60",
            "2016-12-13T10:00:00Z0",
            "2016-012-13",
            "2016-12-+1",
            "9223372036854775808",
            "1.5",
            "2016-12-13 10:00",
        ] {
            assert_eq!(Instant::parse(wrong), None, "{wrong}");
        }
    }

    fn contains(net: &str, address: &str) -> bool {
        Net::parse(net)
            .unwrap()
            .contains(super::address(address).unwrap())
    }

    #[test]
    fn ranges_contain_their_addresses_and_no_others() {
        assert!(contains("10.0.0.0/8", "10.255.1.2"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0"));
        assert!(contains("10.1.2.3/8", "10.9.9.9"));
        assert!(contains("203.0.113.7", "203.0.113.7"));
        assert!(!contains("203.0.113.7", "203.0.113.8"));
        assert!(contains("0.0.0.0/0", "255.255.255.255"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(!contains("2001:db8::/32", "2001:db9::1"));
        assert!(contains("::/0", "::1"));
        assert!(!contains("::/0", "1.2.3.4"));
        assert!(!contains("0.0.0.0/0", "::1"));
        assert!(contains("192.000.002.0/+24", "192.0.2.001"));
        assert!(contains("192.0.2.0/024", "::ffff:192.0.2.1"));
        assert!(!contains("::ffff:c000:200/120", "::ffff:192.0.2.1"));
        assert!(!contains("::/0", "::ffff:c000:201"));
        assert!(!contains("2001:db8::1", "2001:db8::2"));
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for wrong in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "::1/127",
            "2001:db8::5/64",
            "::ffff:192.0.2.0/120",
            "2001:db8::192.0.2.0/120",
            "0010.0.0.1",
            "10.0.0.1.",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "*",
        ] {
            assert_eq!(Net::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn equal_bytes_have_equal_base64() {
        assert_eq!(base64_body("QQ=="), base64_body("QQ"));
        assert_eq!(base64_body("Q"), None);
        assert_eq!(base64_body("Q*Q="), None);
        assert_eq!(base64_body("QUI==="), None);
    }

    proptest! {
        #[test]
        fn integers_compare_as_integers(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(Number::parse(&a.to_string()).cmp(&Number::parse(&b.to_string())), a.cmp(&b));
        }

        #[test]
        fn dates_agree_with_the_calendar(second in -60_000_000_000_i64..250_000_000_000) {
            let text = jiff::Timestamp::from_second(second).unwrap().to_string();
            prop_assert_eq!(seconds(&text), Some(i128::from(second)), "{}", text);
        }
    }
}
