//! The layout, and that it says the same.

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
        r#"{"Statement":{"Condition":{"Bool":{}},"NotResource":"*","NotAction":["a:b"],"Principal":{"AWS":[]},"Effect":"Deny"}}"#,
        r#"{
  "Statement": {
    "Effect": "Deny",
    "Principal": {
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
        1..4,
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

#[test]
fn whatever_is_nested_is_indented() {
    let source = r#"[[1],{"a":[2]}]"#;
    let root = read(&mut Json::new(source), DEPTH_MAX).unwrap();
    let mut printer = Printer {
        source,
        unescaped: "",
        printed: String::new(),
    };
    printer.value(&root, 0);
    let expected = "[\n  [\n    1\n  ],\n  {\n    \"a\": [\n      2\n    ]\n  }\n]";
    assert_eq!(printer.printed, expected);
}

#[test]
fn nothing_is_read_that_nests_deeper_than_policies_do() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
        let reads = |depth| read(&mut Json::new(&nested(depth)), DEPTH_MAX).is_ok();
        assert!(reads(7), "{open}");
        assert!(!reads(8), "{open}");
    }
}
