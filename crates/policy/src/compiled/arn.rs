//! How the ARNs in resources and conditions are compared.

use super::build::{Builder, is_stars, offset, sub};
use super::template::{self, Syntax, Token};
use super::{ArnTest, Pattern, Resource, Str};

impl Builder {
    pub(super) fn resource(&mut self, text: &str) -> Resource {
        let base = self.put(text);
        let test = if is_stars(text) {
            ArnTest::Everything
        } else {
            self.arn(text, base, false)
        };
        Resource { text: base, test }
    }

    /// How a text is compared as an ARN. Conditions admit variables in all fields and need all six.
    pub(super) fn arn(&mut self, text: &str, base: Str, condition: bool) -> ArnTest {
        let syntax = self.syntax(true);
        let fifth = memchr::memchr_iter(b':', text.as_bytes()).nth(4);
        let head = text.get(..fifth.unwrap_or(text.len())).unwrap_or_default();
        if fifth.is_some() && !syntax.occurs_in(head) {
            return if condition && !head.starts_with("arn:") {
                ArnTest::Invalid
            } else {
                ArnTest::Whole(self.pattern(text, base, 0, syntax))
            };
        }
        if syntax.has_variable(head) || fifth.is_none() && syntax.has_variable(text) {
            return if condition {
                self.arn_template(text, base, syntax)
            } else {
                self.unclear_arn(text, base)
            };
        }
        let bounds = field_bounds(text);
        let begins_as_arn = text.starts_with("arn:") || text.starts_with(['*', '?']);
        if condition && (bounds.len() < 6 || !begins_as_arn) {
            return ArnTest::Invalid;
        }
        let fields: Vec<Pattern> = bounds
            .iter()
            .map(|(from, to)| {
                let field = text.get(..*to).unwrap_or_default();
                self.pattern(field, sub(base, 0, *to), *from, syntax)
            })
            .collect();
        let crosses = !condition && text.contains("*:");
        let first = offset(self.patterns.len());
        self.patterns.extend(&fields);
        match u8::try_from(fields.len()) {
            Ok(count) if count < 6 => ArnTest::Short {
                first,
                count,
                wildcard: syntax.occurs_in(text),
                crosses,
            },
            _ => ArnTest::Fields { first, crosses },
        }
    }

    fn arn_template(&mut self, text: &str, base: Str, syntax: Syntax) -> ArnTest {
        match self.pattern(text, base, 0, syntax) {
            Pattern::Template(run) | Pattern::Parts(run) => ArnTest::Template(run),
            _ => ArnTest::Invalid,
        }
    }

    /// A resource with a variable before its fifth colon. Colons inside a variable do not separate fields.
    fn unclear_arn(&mut self, text: &str, base: Str) -> ArnTest {
        let mut fields: Vec<(usize, usize)> = vec![(0, 0)];
        for token in template::tokens(text, 0, self.syntax(false)) {
            let Token::Text(from, to) = token else {
                continue;
            };
            let plain = text.get(from..to).unwrap_or_default();
            for (at, _) in plain.match_indices(':') {
                if fields.len() < 6 {
                    if let Some(field) = fields.last_mut() {
                        field.1 = from + at;
                    }
                    fields.push((from + at + 1, 0));
                }
            }
        }
        if let Some(field) = fields.last_mut() {
            field.1 = text.len();
        }
        let count = fields.len();
        let patterns: Vec<Pattern> = fields
            .into_iter()
            .map(|(from, to)| {
                let field = text.get(..to).unwrap_or_default();
                self.pattern(field, sub(base, 0, to), from, self.syntax(true))
            })
            .collect();
        let first = offset(self.patterns.len());
        self.patterns.extend(patterns);
        ArnTest::Unclear {
            first,
            count: u8::try_from(count).unwrap_or(6),
        }
    }
}

/// Where the six fields of an ARN lie, or those of them that are there.
fn field_bounds(text: &str) -> Vec<(usize, usize)> {
    let mut bounds = Vec::with_capacity(6);
    let mut start = 0;
    for colon in memchr::memchr_iter(b':', text.as_bytes()).take(5) {
        bounds.push((start, colon));
        start = colon + 1;
    }
    bounds.push((start, text.len()));
    bounds
}
