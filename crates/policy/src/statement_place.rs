//! Where the statements of a policy stand, as AWS's policy simulator tells it.
//!
//! Evidence: recorded answers of AWS. A statement begins just behind the token before it: the bracket of the list, the
//! statement before, or, where there is no list, its own brace; it ends just behind its closing brace. Lines and
//! columns count from 1, columns count characters, and a carriage return by itself ends a line too.

use crate::Document;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in its line, from 1.
    pub column: u32,
}

impl Document {
    /// Where each statement begins and ends.
    pub fn statement_places(&self) -> Vec<(Place, Place)> {
        let text = self.text();
        let mut reader = Reader::new(text);
        let mut before = None;
        let mut places = Vec::with_capacity(self.statements.len());
        for statement in &self.statements {
            let start = match before {
                Some(end) => end,
                None => reader.at(first_start(text, statement.start as usize)),
            };
            let end = reader.at(statement.end as usize);
            places.push((start, end));
            before = Some(end);
        }
        places
    }
}

/// Behind the bracket before a brace, or behind the brace itself.
fn first_start(text: &str, brace: usize) -> usize {
    let before = text.get(..brace).unwrap_or_default().trim_ascii_end();
    if before.ends_with('[') {
        before.len()
    } else {
        brace.saturating_add(1)
    }
}

/// Reads a text once, as long as places are asked for in ascending order.
struct Reader<'a> {
    text: &'a str,
    offset: usize,
    place: Place,
    after_return: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            place: Place { line: 1, column: 1 },
            after_return: false,
        }
    }

    fn at(&mut self, offset: usize) -> Place {
        for character in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            let is_second_of_two = self.after_return && character == '\n';
            self.after_return = character == '\r';
            if is_second_of_two {
                continue;
            }
            if matches!(character, '\r' | '\n') {
                self.place = Place {
                    line: self.place.line.saturating_add(1),
                    column: 1,
                };
            } else {
                self.place.column = self.place.column.saturating_add(1);
            }
        }
        self.offset = offset.max(self.offset);
        self.place
    }
}

#[cfg(test)]
mod tests {
    use crate::Document;

    type Places = [((u32, u32), (u32, u32))];

    fn check(text: &str, expected: &Places) {
        let document = Document::parse(text).unwrap();
        let places: Vec<((u32, u32), (u32, u32))> = document
            .statement_places()
            .iter()
            .map(|(start, end)| ((start.line, start.column), (end.line, end.column)))
            .collect();
        assert_eq!(places, expected, "{text}");
    }

    // Evidence: all of these are recorded answers of AWS.

    #[test]
    fn a_statement_begins_behind_what_stands_before_it() {
        let allow = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Sid":"First"}"#;
        let second = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Sid":"Second"}"#;
        check(
            &format!(r#"{{"Version":"2012-10-17","Statement":[{allow},{second}]}}"#),
            &[((1, 38), (1, 109)), ((1, 109), (1, 182))],
        );
    }

    #[test]
    fn a_statement_without_a_list_begins_behind_its_brace() {
        check(
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#,
            &[((1, 16), (1, 77))],
        );
    }

    #[test]
    fn lines_end_with_any_of_three_endings() {
        let lines = [
            "{",
            r#"  "Version": "2012-10-17","#,
            r#"  "Statement": ["#,
            "    {",
            r#"      "Effect": "Allow","#,
            r#"      "Action": "s3:GetObject","#,
            r#"      "Resource": "*""#,
            "    }",
            "  ]",
            "}",
        ];
        check(&lines.join("\r"), &[((3, 17), (8, 6))]);
        check(&lines.join("\n"), &[((3, 17), (8, 6))]);
        check(&format!(" \r\n{}\r\n ", lines.join("\r\n")), &[((4, 17), (9, 6))]);
    }

    #[test]
    fn columns_count_characters() {
        check(
            r#"{"Id": "café", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#,
            &[((1, 30), (1, 92))],
        );
    }
}
