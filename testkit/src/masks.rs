//! What differs from run to run, masked: ids, dates, secrets, request ids.
//!
//! Ids are numbered in the order in which they appear, so that a scenario still tells which is which, and can
//! name one in a later request: `{AROA1}`.

/// The masks of one run.
#[derive(Default)]
pub struct Masks {
    /// Each id with its mask.
    ids: Vec<(String, String)>,
}

const PREFIXES: [&str; 7] = ["AIDA", "AROA", "AGPA", "ANPA", "AIPA", "AKIA", "ASIA"];

/// Elements whose text is a secret.
const SECRETS: [&str; 2] = ["SecretAccessKey", "SessionToken"];

impl Masks {
    /// An answer with everything fleeting masked.
    pub fn hide(&mut self, xml: &str) -> String {
        let mut text = xml.to_owned();
        for name in SECRETS {
            text = replace_element(&text, name, "SECRET");
        }
        text = replace_element(&text, "RequestId", "ID");
        let mut shown = String::new();
        let mut word = String::new();
        for letter in text.chars().chain(['\n']) {
            if letter.is_ascii_alphanumeric() || letter == '-' || letter == ':' {
                word.push(letter);
                continue;
            }
            shown.push_str(&self.hide_word(&word));
            word.clear();
            shown.push(letter);
        }
        // Ids that were seen stand masked inside percent-encoded documents too.
        let shown = self
            .ids
            .iter()
            .fold(shown, |shown, (id, mask)| shown.replace(id, mask));
        shown.trim_end().to_owned()
    }

    /// A text with masks put back to what they stand for.
    pub fn reveal(&self, text: &str) -> String {
        self.ids
            .iter()
            .fold(text.to_owned(), |text, (id, mask)| text.replace(mask, id))
    }

    /// Dates are whole words; ids may be part of one, as in `AROA…:session`.
    fn hide_word(&mut self, word: &str) -> String {
        if is_date(word) {
            return "DATE".to_owned();
        }
        let parts: Vec<String> = word.split(':').map(|part| self.hide_id(part)).collect();
        parts.join(":")
    }

    fn hide_id(&mut self, part: &str) -> String {
        let Some(prefix) = PREFIXES.iter().find(|prefix| part.starts_with(**prefix)) else {
            return part.to_owned();
        };
        if !(part.len() == 20 || part.len() == 21) {
            return part.to_owned();
        }
        if let Some((_, mask)) = self.ids.iter().find(|(id, _)| id == part) {
            return mask.clone();
        }
        let number = self.ids.iter().filter(|(id, _)| id.starts_with(prefix)).count() + 1;
        let mask = format!("{{{prefix}{number}}}");
        self.ids.push((part.to_owned(), mask.clone()));
        mask
    }
}

/// `2026-11-22T05:00:00Z`.
fn is_date(word: &str) -> bool {
    let pattern = "0000-00-00T00:00:00Z";
    word.len() == pattern.len()
        && word
            .chars()
            .zip(pattern.chars())
            .all(|(letter, place)| match place {
                '0' => letter.is_ascii_digit(),
                _ => letter == place,
            })
}

fn replace_element(text: &str, name: &str, with: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&open) {
        let Some((_, after)) = after.split_once(&close) else {
            break;
        };
        shown.push_str(&format!("{before}{open}{with}{close}"));
        rest = after;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbered_dates_and_secrets_hidden() {
        let mut masks = Masks::default();
        let user = "AIDAAAAAAAAAAAAAAAAAA";
        let xml =
            format!("<Id>{user}</Id><Date>2026-11-22T05:00:00Z</Date><SessionToken>x/y=</SessionToken>");
        let expected = "<Id>{AIDA1}</Id><Date>DATE</Date><SessionToken>SECRET</SessionToken>";
        assert_eq!(masks.hide(&xml), expected);
        assert_eq!(masks.reveal("x{AIDA1}"), format!("x{user}"));
    }
}
