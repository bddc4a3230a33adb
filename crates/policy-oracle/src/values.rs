//! Chapter: values that are more than text.
//!
//! Numbers are integers or decimals. Dates are of the W3C profile of ISO 8601 or, if all digits, seconds
//! since 1970. Addresses are of IPv4 or IPv6, ranges have a prefix length whose host bits do not count; an
//! address alone is a range of one, though the documentation names `/32` for every address.
//! Evidence: AWS documentation, condition operators.

use std::cmp::Ordering;
use std::net::IpAddr;

use jiff::civil;

use crate::truth::Truth;

/// Compares two numbers; nothing if one is none.
pub(crate) fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    Some(Number::read(left)?.compare(&Number::read(right)?))
}

/// A decimal number, exactly: sign, digits before the point without leading zeros, digits after it without
/// trailing zeros.
struct Number<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        if !is_digits(whole) || !(fraction.is_empty() || is_digits(fraction)) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            is_negative: is_negative && !is_zero,
            whole,
            fraction,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let sizes = (self.whole.len(), self.whole, self.fraction).cmp(&(
            other.whole.len(),
            other.whole,
            other.fraction,
        ));
        match (self.is_negative, other.is_negative) {
            (false, false) => sizes,
            (true, true) => sizes.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// Compares two instants; nothing if one is none.
pub(crate) fn compare_dates(left: &str, right: &str) -> Option<Ordering> {
    Some(nanoseconds(left)?.cmp(&nanoseconds(right)?))
}

/// Nanoseconds since 1970.
fn nanoseconds(text: &str) -> Option<i128> {
    const SECOND: i128 = 1_000_000_000;
    if is_digits(text) {
        return text
            .parse::<i64>()
            .ok()
            .map(|seconds| i128::from(seconds) * SECOND);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    if parts.next().is_some() || (time.is_some() && date.len() != 10) {
        return None;
    }
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let midnight = date
        .at(0, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()?
        .timestamp()
        .as_nanosecond();
    Some(midnight + time.map_or(Some(0), time_of_day)?)
}

/// Nanoseconds from midnight in UTC: `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, each with `Z` or an offset.
fn time_of_day(text: &str) -> Option<i128> {
    const MINUTE: i128 = 60_000_000_000;
    let (clock, offset) = match text.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let (clock, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
            let (hours, minutes) = offset.get(1..)?.split_once(':')?;
            let minutes = i128::from(digits(hours, 2)?) * 60 + i128::from(digits(minutes, 2)?);
            match offset.chars().next()? {
                '+' => (clock, minutes),
                '-' => (clock, -minutes),
                _ => return None,
            }
        }
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (digits(seconds, 2)?, 0),
            Some((seconds, fraction)) if is_digits(fraction) && fraction.len() <= 9 => (
                digits(seconds, 2)?,
                format!("{fraction:0<9}").parse::<i128>().ok()?,
            ),
            Some(_) => return None,
        },
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = (i128::from(hour) * 60 + i128::from(minute)) * MINUTE + i128::from(second) * 1_000_000_000;
    Some(local + fraction - offset * MINUTE)
}

fn digits(text: &str, length: usize) -> Option<i16> {
    (is_digits(text) && text.len() == length)
        .then(|| text.parse().ok())
        .flatten()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_digit())
}

/// Whether the address lies in the range; nothing if one cannot be read.
pub(crate) fn is_in_range(address: &str, range: &str) -> Option<Truth> {
    let address: IpAddr = address.parse().ok()?;
    let (start, prefix) = match range.split_once('/') {
        Some((start, prefix)) if is_digits(prefix) => (start, Some(prefix.parse::<u32>().ok()?)),
        Some(_) => return None,
        None => (range, None),
    };
    let start: IpAddr = start.parse().ok()?;
    let whole = if start.is_ipv4() { 32 } else { 128 };
    let Some(prefix) = prefix else {
        // `/32` of an IPv6 address would be a range of many; whether it is meant is not clear.
        return Some(match share_prefix(address, start, whole) {
            true => Truth::Yes,
            false => Truth::known(share_prefix(address, start, 32)).doubted(),
        });
    };
    (prefix <= whole).then(|| Truth::known(share_prefix(address, start, prefix)))
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

/// The bytes that a base64 text stands for; nothing if it is none.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bits = Vec::new();
    for character in digits.chars() {
        let number = ALPHABET.find(character)?;
        bits.extend((0..6).rev().map(|bit| number >> bit & 1 == 1));
    }
    // Bits that fill no byte must be zero, so that there is one text for each value.
    let whole = bits.len() / 8 * 8;
    if bits.iter().skip(whole).any(|bit| *bit) {
        return None;
    }
    Some(
        bits.chunks_exact(8)
            .map(|byte| byte.iter().fold(0u8, |value, bit| value << 1 | u8::from(*bit)))
            .collect(),
    )
}
