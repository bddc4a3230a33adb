//! Splits the text of a pattern into wildcards, variables and plain text.

/// What stands at one place of a pattern. Ranges are of the pattern's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(usize, usize),
    One,
    Star,
    /// The range of the key and of the default value. A malformed variable has an empty key.
    Variable {
        key: (usize, usize),
        default: Option<(usize, usize)>,
    },
}

/// Which characters have a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) wildcards: bool,
    pub(super) variables: bool,
}

impl Syntax {
    /// Whether the text has any of them.
    pub(super) fn occurs_in(self, text: &str) -> bool {
        let bytes = text.as_bytes();
        self.wildcards && memchr::memchr2(b'*', b'?', bytes).is_some() || self.has_variable(text)
    }

    pub(super) fn has_variable(self, text: &str) -> bool {
        self.variables && memchr::memchr(b'$', text.as_bytes()).is_some() && text.contains("${")
    }
}

/// Splits a text, from an offset to its end.
pub(super) fn tokens(text: &str, from: usize, syntax: Syntax) -> impl Iterator<Item = Token> {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let token = match rest.as_bytes().first()? {
            b'*' if syntax.wildcards => {
                at += 1;
                Token::Star
            }
            b'?' if syntax.wildcards => {
                at += 1;
                Token::One
            }
            b'$' if syntax.variables && rest.starts_with("${") => {
                let (token, end) = variable(text, at + 2);
                at = end;
                token
            }
            _ => {
                let end = at + plain_len(rest, syntax);
                let token = Token::Text(at, end);
                at = end;
                token
            }
        };
        Some(token)
    })
}

/// How far the text has no character with a meaning; at least one byte, which has none.
fn plain_len(text: &str, syntax: Syntax) -> usize {
    let bytes = text.as_bytes();
    let mut from = 1;
    loop {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(found) = memchr::memchr3(b'*', b'?', b'$', rest) else {
            return bytes.len();
        };
        let at = from + found;
        let has_meaning = if bytes.get(at) == Some(&b'$') {
            syntax.variables && bytes.get(at + 1) == Some(&b'{')
        } else {
            syntax.wildcards
        };
        if has_meaning {
            return at;
        }
        from = at + 1;
    }
}

/// Reads what follows `${` at an offset; the token and where it ends.
fn variable(text: &str, start: usize) -> (Token, usize) {
    let rest = text.get(start..).unwrap_or_default();
    // Fails closed: what is no variable could be meant as one, so it must not become text that matches.
    let malformed = |end| {
        let token = Token::Variable {
            key: (start, start),
            default: None,
        };
        (token, end)
    };
    let Some(mut length) = rest.find('}') else {
        return malformed(text.len());
    };
    let separator = rest.get(..length).and_then(|inner| inner.find(", '"));
    if let Some(separator) = separator {
        // The default may have braces of its own; it ends with its quote.
        let value = separator + 3;
        let Some(end) = rest.get(value..).and_then(|rest| rest.find("'}")) else {
            return malformed(text.len());
        };
        length = value + end + 1;
        let token = Token::Variable {
            key: (start, start + separator),
            default: Some((start + value, start + value + end)),
        };
        return (token, start + length + 1);
    }
    let end = start + length + 1;
    let inner = rest.get(..length).unwrap_or_default();
    if matches!(inner, "*" | "?" | "$") {
        return (Token::Text(start, start + 1), end);
    }
    if inner.contains([',', '\'', ' ', '$', '{']) {
        return malformed(end);
    }
    let token = Token::Variable {
        key: (start, start + length),
        default: None,
    };
    (token, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Syntax = Syntax {
        wildcards: true,
        variables: true,
    };

    fn show(text: &str, syntax: Syntax) -> String {
        tokens(text, 0, syntax)
            .map(|token| match token {
                Token::Text(from, to) => format!("[{}]", &text[from..to]),
                Token::One => "?".into(),
                Token::Star => "*".into(),
                Token::Variable { key, default } => {
                    let default = default.map(|(from, to)| format!("={}", &text[from..to]));
                    format!("<{}{}>", &text[key.0..key.1], default.unwrap_or_default())
                }
            })
            .collect()
    }

    #[test]
    fn patterns_are_split() {
        for (text, expected) in [
            ("", ""),
            ("a*b?c", "[a]*[b]?[c]"),
            ("a$b$", "[a$b$]"),
            ("home/${aws:username}/*", "[home/]<aws:username>[/]*"),
            (
                "${aws:PrincipalTag/team, 'a b'}x",
                "<aws:PrincipalTag/team=a b>[x]",
            ),
            ("${k, 'a}b'}", "<k=a}b>"),
            ("${k, ''}", "<k=>"),
            ("${*}${?}${$}", "[*][?][$]"),
            ("${}", "<>"),
            ("${a b}c", "<>[c]"),
            ("x${aws:username", "[x]<>"),
            ("${k, 'open}", "<>"),
            ("${k,'v'}", "<>"),
            ("é*é", "[é]*[é]"),
        ] {
            assert_eq!(show(text, ALL), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_meaning_is_text() {
        let none = Syntax {
            wildcards: false,
            variables: false,
        };
        assert_eq!(show("a*${b}?", none), "[a*${b}?]");
        let wildcards = Syntax {
            wildcards: true,
            variables: false,
        };
        assert_eq!(show("a*${b}?", wildcards), "[a]*[${b}]?");
    }
}
