//! Chapter: values that are more than text.
//!
//! Numbers are integers or decimals, with a sign and an exponent if need be. Dates are of the W3C profile of ISO 8601,
//! also without a zone, or, if all digits, seconds since 1970; they count to the millisecond. Addresses are of IPv4 or
//! IPv6, ranges have a prefix length; the host bits do not count for IPv4 and must not be there for IPv6. An address
//! alone is a range of one. An IPv4 address in the clothes of IPv6 is the IPv4 address.
//! Evidence: AWS documentation, condition operators; recorded decisions of AWS.

use std::cmp::Ordering;
use std::net::IpAddr;

use jiff::civil;

use crate::truth::Truth;

/// Whether a number stands in an order to a wanted one that is accepted; nothing if one is none, and it is not known
/// whether AWS takes it for one.
pub(crate) fn are_numbers_in_order(
    number: &str,
    wanted: &str,
    accepts: fn(Ordering) -> bool,
) -> Option<Truth> {
    if has_no_digit(number) || has_no_digit(wanted) {
        return Some(Truth::No);
    }
    match (Number::read(number), Number::read(wanted)) {
        (Some(number), Some(wanted)) => Some(Truth::known(accepts(number.compare(&wanted)))),
        // If it is open what is wanted, it is open who has it.
        (_, None) if is_odd_number(wanted) => Some(Truth::Unclear),
        (None, Some(_)) if is_odd_number(number) => Some(Truth::Unclear),
        _ => None,
    }
}

/// Whether a text has nothing that a number or a date could be read from.
fn has_no_digit(text: &str) -> bool {
    !text.contains(|character: char| character.is_ascii_digit())
}

/// Whether a reader might take a text for a number of which it is not recorded that AWS does: with nothing before the
/// point, or an endless exponent.
fn is_odd_number(text: &str) -> bool {
    let is_of_numbers = |character: char| character.is_ascii_digit() || "+-.eE".contains(character);
    Number::read(text).is_none() && text.chars().all(is_of_numbers) && text.parse::<f64>().is_ok()
}

/// A decimal number, exactly: its sign, and `0.` then its digits, without zeros at either end, times a power of ten.
struct Number {
    is_negative: bool,
    power: i64,
    digits: String,
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (text, exponent) = match text.split_once('e') {
            Some((text, exponent)) => (text, read_exponent(exponent)?),
            None => (text.as_str(), 0),
        };
        let is_negative = text.starts_with('-');
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if !is_digits(whole) || !(fraction.is_empty() || is_digits(fraction)) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let power =
            i64::try_from(whole.len() + digits.len()).ok()? - i64::try_from(all.len()).ok()? + exponent;
        let digits = digits.trim_end_matches('0').to_owned();
        Some(Self {
            is_negative: is_negative && !digits.is_empty(),
            power: if digits.is_empty() { i64::MIN } else { power },
            digits,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let sizes = (self.power, &self.digits).cmp(&(other.power, &other.digits));
        match (self.is_negative, other.is_negative) {
            (false, false) => sizes,
            (true, true) => sizes.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (is_digits(digits) && digits.len() < 10)
        .then(|| text.parse().ok())
        .flatten()
}

/// Whether two instants stand in an order that is accepted; nothing if one is none, and it is not known whether AWS
/// takes it for one.
pub(crate) fn are_dates_in_order(date: &str, wanted: &str, accepts: fn(Ordering) -> bool) -> Option<Truth> {
    if has_no_digit(date) || has_no_digit(wanted) {
        return Some(Truth::No);
    }
    let wanted_milliseconds = milliseconds(wanted)?;
    let Some(date_milliseconds) = milliseconds(date) else {
        // Of a documented form, but with an hour or a fraction that some read and some do not.
        return is_documented_date(date).then_some(Truth::Unclear);
    };
    let is_in_order = accepts(date_milliseconds.cmp(&wanted_milliseconds));
    if is_documented_date(date) && is_documented_date(wanted) {
        return Some(Truth::known(is_in_order));
    }
    // Who reads strictly finds no date, who reads leniently finds an order.
    is_in_order.then_some(Truth::Unclear)
}

fn milliseconds(text: &str) -> Option<i128> {
    Some(nanoseconds(text)?.div_euclid(1_000_000))
}

/// Whether a date that can be read has a form that is documented or was recorded, and its day exists.
fn is_documented_date(text: &str) -> bool {
    if is_digits(text.strip_prefix('+').unwrap_or(text)) {
        return true;
    }
    // The form, with 9 for every digit but those of a fraction after the first.
    let mut form = String::new();
    for character in text.chars() {
        let character = if character.is_ascii_digit() {
            '9'
        } else {
            character
        };
        if !(character == '9' && form.ends_with(".9")) {
            form.push(character);
        }
    }
    let day = text.get(..10).and_then(|day| day.parse::<civil::Date>().ok());
    if ["9999-99", "9999-99-99"].contains(&form.as_str()) {
        return form.len() == 7 || day.is_some();
    }
    if ["9999-99-99T99:99:99", "9999-99-99T99:99:99.9"].contains(&form.as_str()) {
        return day.is_some();
    }
    ["Z", "+99:99", "-99:99"].iter().any(|zone| {
        let times = ["9999-99-99T99:99", "9999-99-99T99:99:99", "9999-99-99T99:99:99.9"];
        day.is_some() && form.strip_suffix(zone).is_some_and(|form| times.contains(&form))
    })
}

/// Nanoseconds since 1970: of the documented forms, and of those that a lenient reader might take besides.
/// These have single digits, months of 31 days, `t` and `z`, hours without minutes, no zone, or `+hh` and
/// `+hhmm`, or count the seconds before 1970.
fn nanoseconds(text: &str) -> Option<i128> {
    let is_count = is_digits(text.strip_prefix(['-', '+']).unwrap_or(text));
    if is_count {
        return text
            .parse::<i64>()
            .ok()
            .map(|seconds| i128::from(seconds) * SECOND);
    }
    let text = text.to_ascii_uppercase();
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text.as_str(), None),
    };
    let (year, month, day) = match date.split('-').collect::<Vec<_>>().as_slice() {
        [year, month] => (number(year, 9999)?, number(month, 12)?, 1),
        [year, month, day] => (number(year, 9999)?, number(month, 12)?, number(day, 31)?),
        _ => return None,
    };
    let first_of_month = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    let days = civil::Date::constant(1970, 1, 1)
        .until(first_of_month)
        .ok()?
        .get_days();
    let midnight = (i128::from(days) + i128::from(day) - 1) * 24 * 60 * MINUTE;
    (day > 0).then_some(midnight + time.map_or(Some(0), time_of_day)?)
}

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;

/// Nanoseconds from midnight in UTC.
fn time_of_day(text: &str) -> Option<i128> {
    let (clock, offset) = if let Some(clock) = text.strip_suffix('Z') {
        (clock, 0)
    } else if let Some(at) = text.find(['+', '-']) {
        let (clock, offset) = text.split_at_checked(at)?;
        let minutes = offset_minutes(offset.get(1..)?)?;
        (
            clock,
            if offset.starts_with('-') {
                -minutes
            } else {
                minutes
            },
        )
    } else {
        (text, 0)
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let (hour, minute, second) = match clock.split(':').collect::<Vec<_>>().as_slice() {
        [hour] => (number(hour, 23)?, 0, 0),
        [hour, minute] => (number(hour, 23)?, number(minute, 59)?, 0),
        [hour, minute, second] => (number(hour, 23)?, number(minute, 59)?, number(second, 59)?),
        _ => return None,
    };
    if !is_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let nanoseconds: i128 = format!("{fraction:0<9}").parse().ok()?;
    let minutes = i128::from(hour * 60 + minute) - i128::from(offset);
    Some(minutes * MINUTE + i128::from(second) * SECOND + nanoseconds)
}

fn offset_minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = match text.split_once(':') {
        Some(parts) => parts,
        None => text.split_at_checked(2)?,
    };
    Some(
        number(hours, 23)? * 60
            + if minutes.is_empty() {
                0
            } else {
                number(minutes, 59)?
            },
    )
}

fn number(text: &str, maximum: i32) -> Option<i32> {
    let number = is_digits(text).then(|| text.parse().ok()).flatten()?;
    (number <= maximum).then_some(number)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_digit())
}

/// What an address is to `IpAddress` and its negation.
pub(crate) enum Address {
    Is(IpAddr),
    /// Neither holds.
    None,
    /// AWS is recorded to read some texts with a colon too many.
    Unclear,
}

impl Address {
    pub(crate) fn read(text: &str) -> Self {
        match (text.contains(':'), text.contains('.')) {
            (false, _) => read_v4(text).map_or(Self::None, Self::Is),
            (true, has_points) => match text.parse::<IpAddr>().map(|address| address.to_canonical()) {
                Ok(address) if address.is_ipv4() || !has_points => Self::Is(address),
                Err(_) if !has_points => Self::Unclear,
                _ => Self::None,
            },
        }
    }
}

/// Four decimal numbers, which may begin with zeros.
fn read_v4(text: &str) -> Option<IpAddr> {
    let numbers: Vec<&str> = text.split('.').collect();
    let octets: Vec<u8> = numbers
        .iter()
        .filter(|number| is_digits(number) && number.len() <= 3)
        .filter_map(|number| number.parse().ok())
        .collect();
    let octets: [u8; 4] = octets.try_into().ok()?;
    (numbers.len() == 4).then(|| IpAddr::from(octets))
}

/// Whether the address lies in the range. In what is no range lies none.
pub(crate) fn is_in_range(address: IpAddr, range: &str) -> Truth {
    let (start, prefix) = match range.split_once('/') {
        Some((start, prefix)) => (start, Some(prefix.strip_prefix('+').unwrap_or(prefix))),
        None => (range, None),
    };
    let start = match start.parse::<IpAddr>() {
        Ok(start) if start.is_ipv6() && range.contains('.') => return Truth::No,
        Ok(start) => start,
        Err(_) if start.contains(':') && !start.contains('.') => return Truth::Unclear,
        Err(_) => match read_v4(start) {
            Some(start) => start,
            None => return Truth::No,
        },
    };
    let whole = if start.is_ipv4() { 32 } else { 128 };
    let length = match prefix {
        None => whole,
        Some(prefix) if !is_digits(prefix) || prefix.len() > 3 => return Truth::No,
        Some(prefix) => prefix.parse().unwrap_or(u32::MAX),
    };
    let has_host_bits = || {
        let IpAddr::V6(start) = start else { return false };
        (length..whole).any(|bit| start.to_bits() >> (127 - bit) & 1 == 1)
    };
    Truth::known(length <= whole && !has_host_bits() && share_prefix(address, start, length))
}

/// Whether two addresses of one family agree in their first bits.
fn share_prefix(left: IpAddr, right: IpAddr, length: u32) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let bit = |bytes: &[u8], index: u32| {
        let byte = usize::try_from(index / 8)
            .ok()
            .and_then(|at| bytes.get(at))
            .copied()
            .unwrap_or_default();
        (byte >> (7 - index % 8)) & 1
    };
    let (left_bits, right_bits) = (bits(left), bits(right));
    left.is_ipv4() == right.is_ipv4()
        && (0..length).all(|index| bit(&left_bits, index) == bit(&right_bits, index))
}

/// Whether two base64 texts, of the request and of the policy, stand for the same bytes; nothing if one stands for none.
/// In the request only a padded text without bits to spare stands for any; in the policy that is not known.
pub(crate) fn are_bytes_equal(value: &str, wanted: &str) -> Option<Truth> {
    let (value, wanted) = (base64(value)?, base64(wanted)?);
    let is_equal = value.is_canonical && value.bytes == wanted.bytes;
    Some(if wanted.is_canonical {
        Truth::known(is_equal)
    } else {
        Truth::known(is_equal).doubted()
    })
}

struct Bytes {
    bytes: Vec<u8>,
    /// Whether the text is padded and has no bits to spare, so that it is the only one for these bytes.
    is_canonical: bool,
}

fn base64(text: &str) -> Option<Bytes> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=');
    if text.len() - digits.len() > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut bits = Vec::new();
    for character in digits.chars() {
        let number = ALPHABET.find(character)?;
        bits.extend((0..6).rev().map(|bit| number >> bit & 1 == 1));
    }
    let whole = bits.len() / 8 * 8;
    let has_bits_to_spare = bits.iter().skip(whole).any(|bit| *bit);
    let byte = |bits: &[bool]| bits.iter().fold(0u8, |value, bit| value << 1 | u8::from(*bit));
    Some(Bytes {
        bytes: bits.chunks_exact(8).map(byte).collect(),
        is_canonical: text.len().is_multiple_of(4) && !has_bits_to_spare,
    })
}
