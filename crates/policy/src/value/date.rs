//! Dates: seconds since the epoch or ISO 8601, also in forms of which nobody knows what AWS makes of them.

use super::digits;

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn dates_agree_with_the_calendar(second in -60_000_000_000_i64..250_000_000_000) {
            let text = jiff::Timestamp::from_second(second).unwrap().to_string();
            prop_assert_eq!(seconds(&text), Some(i128::from(second)), "{}", text);
        }
    }
}
