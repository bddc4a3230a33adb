//! The values that conditions compare: numbers, instants and addresses, read from their text.
//!
//! A text that cannot be read is `None`; what that means for a condition is decided where conditions are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A decimal number, exactly: in units of 10⁻¹⁸.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub(crate) i128);

const FRACTION_DIGITS: usize = 18;
/// With this many digits before the point every number fits into 128 bits.
const INTEGER_DIGITS_MAX: usize = 20;

impl Number {
    /// Reads an integer or a decimal number: digits, perhaps a sign before them, perhaps a fraction.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (integer, fraction) = match digits.split_once('.') {
            Some((integer, fraction)) => (integer, Some(fraction)),
            None => (digits, None),
        };
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(integer) || !fraction.is_none_or(all_digits) {
            return None;
        }
        let integer = integer.trim_start_matches('0');
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        if integer.len() > INTEGER_DIGITS_MAX || fraction.len() > FRACTION_DIGITS {
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

/// A point in time: nanoseconds since the epoch. The language admits years far beyond any calendar library's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub(crate) i128);

const NANOSECONDS: i128 = 1_000_000_000;

impl Instant {
    /// Reads seconds since the epoch (digits only) or a date of ISO 8601: `2013-06-30`, `2013-06`,
    /// `2013-06-30T12:00:00.5+02:00`. Without an offset it is UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
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
                (
                    digits(second, 1..=2)?,
                    digits(fraction, 1..=9)?.checked_mul(scale)?,
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
    /// Reads an address with or without a prefix length; host bits are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(u8::try_from(digits(prefix, 1..=3)?).ok()?)),
            None => (text, None),
        };
        if let Ok(address) = address.parse::<Ipv4Addr>() {
            let prefix = prefix.unwrap_or(32);
            let bits = address.to_bits();
            return (prefix <= 32).then_some(Self::V4 { bits, prefix });
        }
        let bits = address.parse::<Ipv6Addr>().ok()?.to_bits();
        let prefix = prefix.unwrap_or(128);
        (prefix <= 128).then_some(Self::V6 { bits, prefix })
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
    fn what_is_no_decimal_number_is_not_read() {
        for wrong in [
            "", "-", "+1", "1e3", ".5", "5.", "1.2.3", " 1", "0x10", "1_000", "١", "NaN",
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
            ("01T", -62_135_596_800),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        assert!(Instant::parse("2013-06-30T00:00:00.1Z") < Instant::parse("2013-06-30T00:00:00.11Z"));
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
            "9223372036854775808",
            "1.5",
            "2016-12-13 10:00",
        ] {
            assert_eq!(Instant::parse(wrong), None, "{wrong}");
        }
    }

    fn contains(net: &str, address: &str) -> bool {
        Net::parse(net).unwrap().contains(address.parse().unwrap())
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
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for wrong in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "010.0.0.1",
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
