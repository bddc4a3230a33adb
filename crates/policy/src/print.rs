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
mod tests {
    use super::*;
    use crate::document::{EffectWord, PrincipalKind, Version};
    use crate::operator::Operator;
    use proptest::prelude::*;
    use proptest::sample::{Index, select, subsequence};

    fn check(text: &str, expected: &str) {
        let printed = Document::parse(text).unwrap().to_pretty();
        assert_eq!(printed, expected);
        assert_eq!(Document::parse(&printed).unwrap().to_pretty(), printed);
    }

    #[test]
    fn elements_are_ordered_and_indented_and_keep_their_values() {
        check(
            r#"{"Statement":[{"Resource":["b","a"],"Condition":{"StringLike":{"z":["2",1],"a":true}},
                "Action":"s3:*","Effect":"Allow","Sid":"s"}],"Id":"i","Version":"2012-10-17"}"#,
            r#"{
  "Version": "2012-10-17",
  "Id": "i",
  "Statement": [
    {
      "Sid": "s",
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": [
        "b",
        "a"
      ],
      "Condition": {
        "StringLike": {
          "z": [
            "2",
            1
          ],
          "a": true
        }
      }
    }
  ]
}"#,
        );
    }

    #[test]
    fn a_single_statement_stays_one_and_what_is_empty_stays_empty() {
        check(
            r#"{"Statement":{"Condition":{"Bool":{}},"NotResource":"*","NotAction":["a:b"],"NotPrincipal":{"AWS":[]},"Effect":"Deny"}}"#,
            r#"{
  "Statement": {
    "Effect": "Deny",
    "NotPrincipal": {
      "AWS": []
    },
    "NotAction": [
      "a:b"
    ],
    "NotResource": "*",
    "Condition": {
      "Bool": {}
    }
  }
}"#,
        );
    }

    fn check_string(written: &str, expected: &str) {
        let text = |sid: &str| format!(r#"{{"Statement":{{"Sid":"{sid}","Effect":"Allow","Action":"*"}}}}"#);
        let printed = Document::parse(&text(written)).unwrap().to_pretty();
        assert_eq!(printed, Document::parse(&text(expected)).unwrap().to_pretty());
        assert!(printed.contains(&format!("\"Sid\": \"{expected}\"")), "{printed}");
    }

    #[test]
    fn strings_are_escaped_where_they_must_be() {
        check_string(r"plain é 日", r"plain é 日");
        check_string(r"a\/b\u0041\u00e9", r"a/bAé");
        check_string(r#"\"\\\n\r\t\b\f\u0000"#, r#"\"\\\n\r\t\u0008\u000c\u0000"#);
    }

    #[test]
    fn characters_that_no_policy_may_have_stay_escaped() {
        check_string(r"\u65E5\ud83d\ude00", r"\u65e5\ud83d\ude00");
    }

    /// Everything that a document says, with nothing of where it says so.
    #[derive(Debug, PartialEq)]
    struct Meaning {
        version: Version,
        statements: Vec<StatementMeaning>,
    }

    type ElementMeaning = Option<(bool, Vec<String>)>;

    #[derive(Debug, PartialEq)]
    struct StatementMeaning {
        sid: Option<String>,
        effect: EffectWord,
        principal: Option<(bool, Vec<(PrincipalKind, String)>)>,
        action: ElementMeaning,
        resource: ElementMeaning,
        conditions: Vec<(Operator, String, Vec<String>)>,
    }

    fn meaning(document: &Document) -> Meaning {
        let text = |text: &TextRef| document.resolve(text).to_owned();
        let element = |element: crate::document::Element| {
            (
                element.negated,
                document.texts(&element).map(str::to_owned).collect(),
            )
        };
        let statements = document.statements.iter().map(|statement| StatementMeaning {
            sid: statement.sid.as_ref().map(text),
            effect: statement.effect,
            principal: statement.principal.map(|element| {
                let values = element.values.of(&document.principals).iter();
                (
                    element.negated,
                    values.map(|value| (value.kind, text(&value.text))).collect(),
                )
            }),
            action: statement.action.map(element),
            resource: statement.resource.map(element),
            conditions: statement
                .conditions
                .of(&document.conditions)
                .iter()
                .map(|condition| {
                    let values = condition.values.of(&document.values).iter();
                    (
                        condition.operator,
                        text(&condition.key),
                        values.map(text).collect(),
                    )
                })
                .collect(),
        });
        Meaning {
            version: document.version,
            statements: statements.collect(),
        }
    }

    /// JSON text in pieces, between which white space may stand.
    type Pieces = Vec<String>;

    fn string() -> impl Strategy<Value = String> {
        let parts = [
            "a",
            "*",
            "é",
            "日",
            "\\n",
            "\\\"",
            "\\/",
            "\\u0041",
            "\\ud83d\\ude00",
            "{",
            ",",
        ];
        subsequence(parts.to_vec(), 0..4).prop_map(|parts| format!("\"{}\"", parts.concat()))
    }

    fn object(members: Vec<(String, Pieces)>) -> Pieces {
        let mut pieces = vec!["{".to_owned()];
        for (index, (name, value)) in members.into_iter().enumerate() {
            pieces.extend((index > 0).then(|| ",".to_owned()));
            pieces.extend([name, ":".to_owned()]);
            pieces.extend(value);
        }
        pieces.push("}".to_owned());
        pieces
    }

    fn list(items: Vec<Pieces>) -> Pieces {
        let mut pieces = vec!["[".to_owned()];
        for (index, item) in items.into_iter().enumerate() {
            pieces.extend((index > 0).then(|| ",".to_owned()));
            pieces.extend(item);
        }
        pieces.push("]".to_owned());
        pieces
    }

    fn values(scalar: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = Pieces> {
        let one = scalar.prop_map(|value| vec![value]);
        prop_oneof![one.clone(), prop::collection::vec(one, 1..4).prop_map(list)]
    }

    fn condition() -> impl Strategy<Value = Pieces> {
        let scalar = prop_oneof![
            string(),
            select(vec!["true", "-1.50e3", "10000000000000000000000.0"]).prop_map(str::to_owned)
        ]
        .boxed();
        let keys = subsequence(vec!["\"k\"", "\"\\u006c\"", "\"aws:Tag/ü\""], 0..3);
        let of_operator = (keys, prop::collection::vec(values(scalar), 3))
            .prop_map(|(keys, values)| object(keys.into_iter().map(str::to_owned).zip(values).collect()));
        let operators = subsequence(
            vec!["\"StringLike\"", "\"Null\"", "\"ForAnyValue:ArnNotLikeIfExists\""],
            0..3,
        );
        (operators, prop::collection::vec(of_operator, 3))
            .prop_map(|(names, values)| object(names.into_iter().map(str::to_owned).zip(values).collect()))
    }

    fn principal() -> impl Strategy<Value = Pieces> {
        let kinds = subsequence(
            vec!["\"AWS\"", "\"Service\"", "\"Federated\"", "\"CanonicalUser\""],
            0..4,
        );
        let map = (kinds, prop::collection::vec(values(string().boxed()), 4))
            .prop_map(|(kinds, values)| object(kinds.into_iter().map(str::to_owned).zip(values).collect()));
        prop_oneof![Just(vec!["\"*\"".to_owned()]), map]
    }

    fn named(
        name: &'static str,
        value: impl Strategy<Value = Pieces>,
    ) -> impl Strategy<Value = (String, Pieces)> {
        (any::<bool>(), value).prop_map(move |(negated, value)| {
            let not = if negated { "Not" } else { "" };
            (format!("\"{not}{name}\""), value)
        })
    }

    fn statement() -> impl Strategy<Value = Pieces> {
        let optional = (
            prop::option::of(string().prop_map(|sid| ("\"Sid\"".to_owned(), vec![sid]))),
            prop::option::of(named("Principal", principal())),
            prop::option::of(named("Resource", values(string().boxed()))),
            prop::option::of(condition().prop_map(|value| ("\"Condition\"".to_owned(), value))),
        );
        let required = (
            select(vec!["\"Allow\"", "\"Deny\""]),
            named("Action", values(string().boxed())),
        );
        (optional, required)
            .prop_map(|((sid, principal, resource, condition), (effect, action))| {
                let effect = ("\"Effect\"".to_owned(), vec![effect.to_owned()]);
                let members = [sid, principal, resource, condition, Some(effect), Some(action)];
                members.into_iter().flatten().collect::<Vec<_>>()
            })
            .prop_shuffle()
            .prop_map(object)
    }

    fn policy() -> impl Strategy<Value = String> {
        let statements = prop::collection::vec(statement(), 1..3);
        let statements = (statements, any::<bool>()).prop_map(|(mut statements, single)| {
            if single {
                statements.remove(0)
            } else {
                list(statements)
            }
        });
        let version = select(vec!["\"2012-10-17\"", "\"2008-10-17\""]).prop_map(|text| vec![text.to_owned()]);
        let members = (
            statements,
            prop::option::of(version),
            prop::option::of(string().prop_map(|id| vec![id])),
        );
        let pieces = members
            .prop_map(|(statements, version, id)| {
                let id = id.map(|id| ("\"Id\"".to_owned(), id));
                let version = version.map(|version| ("\"Version\"".to_owned(), version));
                let members = [Some(("\"Statement\"".to_owned(), statements)), version, id];
                members.into_iter().flatten().collect::<Vec<_>>()
            })
            .prop_shuffle()
            .prop_map(object);
        (pieces, prop::collection::vec(any::<Index>(), 8)).prop_map(|(pieces, blanks)| {
            let between = |number: usize| ["", "", " ", "\n\t"][blanks[number % 8].index(4)];
            let pieces = pieces.iter().enumerate();
            pieces
                .map(|(number, piece)| format!("{piece}{}", between(number)))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_the_same_policy(text in policy()) {
            let document = Document::parse(&text).unwrap();
            let printed = document.to_pretty();
            let again = Document::parse(&printed).unwrap();
            prop_assert_eq!(meaning(&again), meaning(&document));
            prop_assert_eq!(again.to_pretty(), printed.clone());
            // What decisions do not read is there as well.
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            prop_assert_eq!(value(&printed), value(&text));
            prop_assert_eq!(printed.contains("\n  \"Id\": "), value(&text).get("Id").is_some());
        }
    }
}
