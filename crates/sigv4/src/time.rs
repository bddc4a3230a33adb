//! The time of a request in the one form that signatures use: `20150830T123600Z`.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A moment in whole seconds together with its text in ISO 8601's basic format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestTime {
    timestamp: Timestamp,
    text: [u8; 16],
}

impl RequestTime {
    /// Reads exactly the form `YYYYMMDD'T'hhmmss'Z'`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 16] = text.as_bytes().try_into().ok()?;
        let [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'] = bytes else {
            return None;
        };
        let (century, year) = (two_digits(y1, y2)?, two_digits(y3, y4)?);
        let datetime = DateTime::new(
            i16::from(century) * 100 + i16::from(year),
            two_digits(m1, m2)?,
            two_digits(d1, d2)?,
            two_digits(h1, h2)?,
            two_digits(n1, n2)?,
            two_digits(s1, s2)?,
            0,
        )
        .ok()?;
        let timestamp = Offset::UTC.to_timestamp(datetime).ok()?;
        Some(Self {
            timestamp,
            text: bytes,
        })
    }

    /// Reads an HTTP `Date`, such as `Sun, 30 Aug 2015 12:36:00 GMT`.
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        let timestamp = jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()?;
        Some(Self::from_timestamp(timestamp))
    }

    /// Cuts a moment down to whole seconds.
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        let whole = Timestamp::from_second(timestamp.as_second()).unwrap_or(Timestamp::UNIX_EPOCH);
        let datetime = Offset::UTC.to_datetime(whole);
        let mut text = *b"00000000T000000Z";
        let year = u32::from(datetime.year().unsigned_abs());
        write_digits(&mut text, 0, 4, year);
        for (start, number) in [
            (4, datetime.month()),
            (6, datetime.day()),
            (9, datetime.hour()),
            (11, datetime.minute()),
            (13, datetime.second()),
        ] {
            write_digits(&mut text, start, 2, u32::from(number.unsigned_abs()));
        }
        Self {
            timestamp: whole,
            text,
        }
    }

    /// This moment moved by seconds.
    pub(crate) fn plus_seconds(self, seconds: i64) -> Self {
        let moved = Timestamp::from_second(self.timestamp.as_second().saturating_add(seconds));
        Self::from_timestamp(moved.unwrap_or(if seconds < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        }))
    }

    /// The moment.
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The text that is signed.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The same as bytes.
    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.text
    }

    /// The day, as it stands in the credential scope: `20150830`.
    pub fn date(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<i8> {
    let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_number.then(|| ((tens & 0x0f) * 10 + (ones & 0x0f)).cast_signed())
}

fn write_digits(text: &mut [u8; 16], start: usize, count: usize, number: u32) {
    let mut rest = number;
    for place in text.iter_mut().skip(start).take(count).rev() {
        *place = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
}

impl fmt::Display for RequestTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestTime({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_basic_format_is_read() {
        let time = RequestTime::parse("20150830T123600Z").unwrap();
        assert_eq!(time.timestamp(), "2015-08-30T12:36:00Z".parse().unwrap());
        assert_eq!(time.date(), "20150830");
        for wrong in [
            "",
            "20150830",
            "2015-08-30T12:36:00Z",
            "20150830T123600z",
            "20150830T123600",
            "20150230T123600Z",
            "20150830T243600Z",
            "20150830T123660Z",
            "2015083 T123600Z",
            "+0150830T123600Z",
        ] {
            assert_eq!(RequestTime::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn http_dates_become_the_same_moment() {
        let time = RequestTime::parse_http_date("Sun, 30 Aug 2015 12:36:00 GMT").unwrap();
        assert_eq!(time.as_str(), "20150830T123600Z");
        assert_eq!(RequestTime::parse_http_date("20150830T123600Z"), None);
    }

    proptest! {
        #[test]
        fn text_and_moment_agree(second in 0_i64..253_402_207_200) {
            let time = RequestTime::from_timestamp(Timestamp::from_second(second).unwrap());
            prop_assert_eq!(RequestTime::parse(time.as_str()), Some(time));
        }
    }
}
