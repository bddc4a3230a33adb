//! Headers that have parameters: `Content-Type` of a form, `Content-Disposition` of a part.

/// A header's value and its parameters, names in lower case.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameterized {
    pub(super) value: String,
    pub(super) parameters: Vec<(String, String)>,
}

impl Parameterized {
    /// Reads a header; `None` if it is not well-formed or has a parameter twice.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (value, mut rest) = match text.split_once(';') {
            Some((value, rest)) => (value, Some(rest)),
            None => (text, None),
        };
        let mut parameters: Vec<(String, String)> = Vec::new();
        while let Some(text) = rest.filter(|text| !text.trim().is_empty()) {
            let (name, text) = text.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            if name.is_empty() || parameters.iter().any(|(known, _)| *known == name) {
                return None;
            }
            let (value, after) = match text.strip_prefix('"') {
                Some(quoted) => read_quoted(quoted)?,
                None => match text.split_once(';') {
                    Some((value, after)) => (value.trim().to_owned(), Some(after)),
                    None => (text.trim().to_owned(), None),
                },
            };
            parameters.push((name, value));
            rest = after;
        }
        Some(Self {
            value: value.trim().to_ascii_lowercase(),
            parameters,
        })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A quoted text, and what comes behind the semicolon that follows it. A backslash stands for itself but before a
/// quotation mark: some clients send paths of files as they are.
fn read_quoted(text: &str) -> Option<(String, Option<&str>)> {
    let mut value = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let after = text.get(at + 1..)?.trim_start();
                return match after.strip_prefix(';') {
                    Some(after) => Some((value, Some(after))),
                    None if after.is_empty() => Some((value, None)),
                    None => None,
                };
            }
            '\\' if characters.peek().is_some_and(|(_, next)| *next == '"') => {
                characters.next();
                value.push('"');
            }
            _ => value.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Parameterized;

    fn check(text: &str, expected: Option<(&str, &[(&str, &str)])>) {
        let found = Parameterized::parse(text);
        let expected = expected.map(|(value, parameters)| Parameterized {
            value: value.to_owned(),
            parameters: parameters
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_and_parameters() {
        check("Form-Data", Some(("form-data", &[])));
        check("a/b; boundary=xyz", Some(("a/b", &[("boundary", "xyz")])));
        check(
            "a;b=1;c=\"2;3\" ; d = 4",
            Some(("a", &[("b", "1"), ("c", "2;3"), ("d", "4")])),
        );
        check(
            "a; name=\"C:\\dir\\f \\\"x\\\".txt\"",
            Some(("a", &[("name", "C:\\dir\\f \"x\".txt")])),
        );
        check("a;", Some(("a", &[])));
    }

    #[test]
    fn what_is_not_well_formed_is_nothing() {
        for text in ["a; b", "a; =1", "a; b=\"1", "a; b=\"1\"2", "a; b=1; B=2"] {
            check(text, None);
        }
    }
}
