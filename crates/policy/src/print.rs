//! The canonical layout of a policy's text.
//!
//! Two policies that say the same in the same order look the same: two blanks of indentation, one value a line,
//! elements in the order in which AWS's documentation writes them. Nothing else changes: what was a single value
//! stays one, values, operators and keys keep their order, numbers their digits, and elements that decisions do
//! not read (`Id`, empty conditions) stay.
//!
//! Invariant: what is printed reads as the same policy, and printing it again changes nothing.

use std::fmt::Write;

use crate::json::{Content, Json, Next, TextRef};
use crate::{Document, SyntaxError};

/// The order of elements. No name stands on two levels, so that one list serves both.
const ORDER: [&str; 12] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Levels of values that are read. Policies have at most six: the document, its statements, a statement, its
/// conditions, an operator's keys, a key's values.
const DEPTH_MAX: u32 = 8;

const INDENTATION: &str = "  ";

impl Document {
    /// The same policy in the canonical layout, without a line break at the end.
    pub fn to_pretty(&self) -> String {
        let mut json = Json::new(self.text());
        // Invariant: a document was read from this text, so it can be read again.
        let Ok(root) = read(&mut json, DEPTH_MAX) else {
            return self.text().to_owned();
        };
        let mut printer = Printer {
            source: self.text(),
            unescaped: &json.unescaped,
            printed: String::with_capacity(self.text().len() * 2),
        };
        printer.document(&root);
        printer.printed
    }
}

/// A value of JSON.
enum Node {
    /// A string, number or boolean.
    Scalar(TextRef),
    List(Vec<Node>),
    Object(Vec<(TextRef, Node)>),
}

fn read(json: &mut Json<'_>, depth: u32) -> Result<Node, SyntaxError> {
    if depth == 0 {
        return Err(json.invalid("the text is nested too deep"));
    }
    match json.next_kind()? {
        Next::String => json.string().map(Node::Scalar),
        Next::Scalar | Next::Null => json.scalar().map(Node::Scalar),
        Next::Array => {
            let mut items = Vec::new();
            json.take(b'[');
            while !json.take(b']') {
                items.push(read(json, depth - 1)?);
                json.take(b',');
            }
            Ok(Node::List(items))
        }
        Next::Object => {
            let mut members = Vec::new();
            json.take(b'{');
            while !json.take(b'}') {
                let name = json.string()?;
                json.expect(b':', "a colon was expected")?;
                members.push((name, read(json, depth - 1)?));
                json.take(b',');
            }
            Ok(Node::Object(members))
        }
    }
}

struct Printer<'a> {
    source: &'a str,
    unescaped: &'a str,
    printed: String,
}

impl Printer<'_> {
    /// The whole policy: the elements of the document and of its statements are put in order.
    fn document(&mut self, root: &Node) {
        let Node::Object(members) = root else {
            return self.value(root, 0);
        };
        let members = self.in_order(members);
        self.block(('{', '}'), 0, &members, |printer, (name, value)| {
            printer.name(name);
            match value {
                Node::List(statements) => {
                    printer.block(('[', ']'), 1, statements, |printer, statement| {
                        printer.statement(statement, 2);
                    });
                }
                _ => printer.statement(value, 1),
            }
        });
    }

    fn statement(&mut self, value: &Node, level: usize) {
        let Node::Object(members) = value else {
            return self.value(value, level);
        };
        let members = self.in_order(members);
        self.block(('{', '}'), level, &members, |printer, (name, value)| {
            printer.name(name);
            printer.value(value, level + 1);
        });
    }

    fn value(&mut self, value: &Node, level: usize) {
        match value {
            Node::Scalar(text) => self.scalar(text),
            Node::List(items) => {
                self.block(('[', ']'), level, items, |printer, item| {
                    printer.value(item, level + 1)
                });
            }
            Node::Object(members) => {
                self.block(('{', '}'), level, members, |printer, (name, value)| {
                    printer.name(name);
                    printer.value(value, level + 1);
                });
            }
        }
    }

    /// Items between brackets, a line for each; if there is none, the brackets alone.
    fn block<T>(
        &mut self,
        (open, close): (char, char),
        level: usize,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T),
    ) {
        self.printed.push(open);
        for (index, value) in items.iter().enumerate() {
            if index > 0 {
                self.printed.push(',');
            }
            self.line(level + 1);
            item(self, value);
        }
        if !items.is_empty() {
            self.line(level);
        }
        self.printed.push(close);
    }

    fn line(&mut self, level: usize) {
        self.printed.push('\n');
        self.printed.extend(std::iter::repeat_n(INDENTATION, level));
    }

    fn name(&mut self, name: &TextRef) {
        self.scalar(name);
        self.printed.push_str(": ");
    }

    fn in_order<'n>(&self, members: &'n [(TextRef, Node)]) -> Vec<&'n (TextRef, Node)> {
        let mut sorted: Vec<&(TextRef, Node)> = members.iter().collect();
        sorted.sort_by_key(|(name, _)| {
            let name = name.resolve(self.source, self.unescaped);
            ORDER.iter().position(|known| *known == name)
        });
        sorted
    }

    fn scalar(&mut self, text: &TextRef) {
        match text.content {
            Content::Bare | Content::Quoted => {
                let as_written = self.source.get(text.start as usize..text.end as usize);
                self.printed.push_str(as_written.unwrap_or_default());
            }
            Content::Unescaped(..) => {
                self.printed.push('"');
                for character in text.resolve(self.source, self.unescaped).chars() {
                    self.escaped(character);
                }
                self.printed.push('"');
            }
        }
    }

    /// A character of a string that had escapes: escaped still, if it must be or if no policy could have it
    /// otherwise.
    fn escaped(&mut self, character: char) {
        match character {
            '"' => self.printed.push_str("\\\""),
            '\\' => self.printed.push_str("\\\\"),
            '\n' => self.printed.push_str("\\n"),
            '\r' => self.printed.push_str("\\r"),
            '\t' => self.printed.push_str("\\t"),
            // IAM takes no other characters in the text of a document.
            ' '..='\u{ff}' => self.printed.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(self.printed, "\\u{unit:04x}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
