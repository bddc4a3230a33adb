//! When a certificate ends.
//!
//! Only the validity is read, by walking the outer DER structure; whether the certificate is any good is for
//! rustls to say when the server starts.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The `notAfter` of a certificate; `None` if it is not one.
pub(super) fn ends(certificate: &[u8]) -> Option<Timestamp> {
    // Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version?, serialNumber, signature, issuer,
    // validity SEQUENCE { notBefore, notAfter }, … } … }
    let (tag, certificate, _) = element(certificate)?;
    let (inner, mut rest, _) = element(certificate)?;
    if tag != SEQUENCE || inner != SEQUENCE {
        return None;
    }
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    for _serial_signature_issuer in 0..3 {
        rest = element(rest)?.2;
    }
    let (SEQUENCE, validity, _) = element(rest)? else {
        return None;
    };
    let (_, _, after) = element(validity)?;
    let (kind, text, _) = element(after)?;
    time(kind, std::str::from_utf8(text).ok()?)
}

/// Tag, content and what follows, of the DER element at the beginning.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let digits = usize::from(first & 0x7f);
        if digits == 0 || digits > 4 {
            return None;
        }
        let (bytes, after) = rest.split_at_checked(digits)?;
        length = bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

/// `YYMMDDHHMMSSZ`, years 1950 to 2049, or `YYYYMMDDHHMMSSZ`: the only forms certificates may use (RFC 5280).
fn time(kind: u8, text: &str) -> Option<Timestamp> {
    let full = match kind {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => return None,
    };
    let digits = full.strip_suffix('Z').filter(|digits| digits.len() == 14)?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let year = digits.get(..4)?.parse::<i16>().ok()?;
    let civil = DateTime::new(
        year,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        0,
    )
    .ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut der = vec![tag, 0x82];
        der.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        der.extend(content);
        der
    }

    fn certificate(version: bool, not_after: &[u8]) -> Vec<u8> {
        let validity = [wrap(UTC_TIME, b"200101000000Z"), not_after.to_vec()].concat();
        let mut tbs = if version {
            wrap(VERSION, &[2, 1, 2])
        } else {
            Vec::new()
        };
        for part in [
            wrap(0x02, &[1]),
            wrap(SEQUENCE, &[]),
            wrap(SEQUENCE, &[0; 300]),
            wrap(SEQUENCE, &validity),
        ] {
            tbs.extend(part);
        }
        wrap(SEQUENCE, &wrap(SEQUENCE, &tbs))
    }

    #[test]
    fn both_time_forms_are_read() {
        let utc = certificate(true, &wrap(UTC_TIME, b"300203040506Z"));
        assert_eq!(ends(&utc).unwrap().to_string(), "2030-02-03T04:05:06Z");
        let generalized = certificate(false, &wrap(GENERALIZED_TIME, b"20510203040506Z"));
        assert_eq!(ends(&generalized).unwrap().to_string(), "2051-02-03T04:05:06Z");
    }

    #[test]
    fn no_cut_of_a_certificate_is_read_as_one() {
        let whole = certificate(true, &wrap(UTC_TIME, b"300203040506Z"));
        for length in 0..whole.len() {
            assert_eq!(ends(&whole[..length]), None);
        }
        assert_eq!(ends(&certificate(true, &wrap(UTC_TIME, b"309903040506Z"))), None);
    }
}
