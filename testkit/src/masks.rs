//! What differs from run to run, masked: ids, dates, secrets, markers, request ids.
//!
//! Ids, issuers and markers are numbered in the order in which they appear, so that a scenario still tells which is which
//! and can name one in a later request: `{AROA1}`. Dates are told by their distance from now: `NOW`, `NOW+60m`.

use jiff::Timestamp;

/// The masks of one run.
#[derive(Default)]
pub struct Masks {
    /// Each mask with what it stands for.
    known: Vec<(String, String)>,
}

const ID_PREFIXES: [&str; 10] = [
    "ACCA", "AIDA", "AROA", "AGPA", "ANPA", "AIPA", "APKA", "AKIA", "ASCA", "ASIA",
];

/// Elements whose text says nothing. How large a token is depends on how it is made, which callers need not know.
const OPAQUE: [(&str, &str); 14] = [
    ("ServicePassword", "SECRET"),
    ("ServiceCredentialSecret", "SECRET"),
    ("SecretAccessKey", "SECRET"),
    ("SessionToken", "SECRET"),
    ("WebIdentityToken", "SECRET"),
    ("Base32StringSeed", "SECRET"),
    ("QRCodePNG", "PICTURE"),
    ("SAMLProviderUUID", "UUID"),
    ("SessionTokenSize", "SIZE"),
    ("SessionTokenUtilization", "PERCENT"),
    ("RequestId", "ID"),
    // A table of dates and ids.
    ("Content", "REPORT"),
    // Told to the minute, which need not be the present one.
    ("LastAuthenticated", "MINUTE"),
    ("LastAccessedTime", "MINUTE"),
];

/// Dates further away than any session is long are not of this run.
const MINUTES_MAX: i64 = 3 * 24 * 60;

impl Masks {
    /// An answer with everything fleeting masked.
    pub fn hide(&mut self, xml: &str, now: Timestamp) -> String {
        let mut text = xml.trim_end().to_owned();
        for (element, mask) in OPAQUE {
            text = replace_elements(&text, element, |_| mask.to_owned());
        }
        text = replace_elements(&text, "Marker", |marker| self.mask("MARKER", marker));
        text = replace_elements(&text, "DeletionTaskId", |task| match task.rsplit_once('/') {
            Some((role, unique)) => format!("{role}/{}", self.mask("TASK", unique)),
            None => task.to_owned(),
        });
        text = replace_elements(&text, "JobId", |job| self.mask("JOB", job));
        // Messages name jobs as well.
        let jobs = self.known.iter().filter(|(mask, _)| mask.starts_with("{JOB"));
        text = jobs.fold(text, |text, (mask, job)| text.replace(job, mask));
        text = replace_elements(&text, "IssuerIdentifier", |issuer| self.mask("ISSUER", issuer));
        text = replace_words(&text, |rest| self.hide_id(rest));
        replace_words(&text, |rest| hide_date(rest, now))
    }

    /// A text with masks put back to what they stand for.
    pub fn reveal(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (mask, meant)| text.replace(mask, meant))
    }

    /// The mask of a thing, which is the same wherever the thing appears.
    fn mask(&mut self, prefix: &str, meant: &str) -> String {
        if let Some((mask, _)) = self.known.iter().find(|(_, known)| known == meant) {
            return mask.clone();
        }
        let same_kind = format!("{{{prefix}");
        let number = self
            .known
            .iter()
            .filter(|(mask, _)| mask.starts_with(&same_kind))
            .count()
            + 1;
        let mask = format!("{{{prefix}{number}}}");
        self.known.push((mask.clone(), meant.to_owned()));
        mask
    }

    /// The mask of the id that `rest` begins with, and the id's length. Ids stand inside longer words too:
    /// `AROA…:session`, or `%22AIDA…%22` in an encoded document.
    fn hide_id(&mut self, rest: &str) -> Option<(String, usize)> {
        let prefix = ID_PREFIXES.iter().find(|prefix| rest.starts_with(**prefix))?;
        let is_part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let length = rest.bytes().take_while(|byte| is_part(byte)).count();
        // Access keys have 20 characters, everything else has 21.
        (length == 20 || length == 21).then(|| (self.mask(prefix, &rest[..length]), length))
    }
}

/// A date that `rest` begins with, as `2026-11-22T05:00:00Z`.
fn hide_date(rest: &str, now: Timestamp) -> Option<(String, usize)> {
    const PATTERN: &str = "0000-00-00T00:00:00Z";
    let fits = |(byte, place): (u8, u8)| match place {
        b'0' => byte.is_ascii_digit(),
        _ => byte == place,
    };
    let text = rest.get(..PATTERN.len())?;
    if !text.bytes().zip(PATTERN.bytes()).all(fits) {
        return None;
    }
    let date: Timestamp = text.parse().ok()?;
    // A run takes seconds, so that the nearest minute is the same in every run.
    let minutes = (date.as_second() - now.as_second() + 30).div_euclid(60);
    let shown = match minutes {
        0 => "NOW".to_owned(),
        minutes if minutes.abs() > MINUTES_MAX => text.to_owned(),
        minutes => format!("NOW{minutes:+}m"),
    };
    Some((shown, PATTERN.len()))
}

/// A text with what `hide` recognises at any place replaced.
fn replace_words(text: &str, mut hide: impl FnMut(&str) -> Option<(String, usize)>) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match hide(rest) {
            Some((mask, length)) => {
                shown.push_str(&mask);
                length
            }
            None => {
                shown.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    shown
}

fn replace_elements(text: &str, name: &str, mut replace: impl FnMut(&str) -> String) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&open) {
        let Some((inner, after)) = after.split_once(&close) else {
            break;
        };
        shown.push_str(&format!("{before}{open}{}{close}", replace(inner)));
        rest = after;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn ids_are_numbered_wherever_they_stand_and_can_be_named_again() {
        let mut masks = Masks::default();
        let (one, two) = ("AIDAAAAAAAAAAAAAAAAAA", "AIDAAAAAAAAAAAAAAAAAB");
        let now = at("2026-11-22T05:00:00Z");
        let xml = format!("<Id>{one}</Id><Id>{two}:x</Id><Doc>%22{one}%22</Doc>");
        let expected = "<Id>{AIDA1}</Id><Id>{AIDA2}:x</Id><Doc>%22{AIDA1}%22</Doc>";
        assert_eq!(masks.hide(&xml, now), expected);
        assert_eq!(masks.reveal("x{AIDA2}"), format!("x{two}"));
    }

    #[test]
    fn dates_are_told_by_their_distance() {
        let mut masks = Masks::default();
        let now = at("2026-11-22T05:00:10Z");
        let shown = masks.hide(
            "2026-11-22T05:00:00Z 2026-11-22T06:00:09Z 2015-02-06T18:39:46Z",
            now,
        );
        assert_eq!(shown, "NOW NOW+60m 2015-02-06T18:39:46Z");
    }

    #[test]
    fn secrets_are_hidden_and_markers_numbered() {
        let mut masks = Masks::default();
        let xml = "<SessionToken>x/y=</SessionToken><Marker>abc</Marker>";
        let expected = "<SessionToken>SECRET</SessionToken><Marker>{MARKER1}</Marker>";
        assert_eq!(masks.hide(xml, at("2026-11-22T05:00:00Z")), expected);
        assert_eq!(masks.reveal("{MARKER1}"), "abc");
    }
}
