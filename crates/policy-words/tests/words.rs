//! Policies and their words: `words.txt` has both, one below the other.
//!
//! `LANYARD_WRITE_WORDS=1` writes the words into the file instead of comparing them. Whoever does that reads them
//! before they are committed: the file says what is right, not what happens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::path::{Path, PathBuf};

use lanyard_policy::Document;
use lanyard_policy_words::{Summary, Words};
use proptest::prelude::*;
use serde_json::json;

/// What parts a policy from its words, and from the next policy.
const BELOW: &str = "\n---\n";
const NEXT: &str = "\n\n";

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/words.txt")
}

fn told(policy: &str) -> String {
    let document = Document::parse(policy).unwrap_or_else(|error| panic!("{error}\n{policy}"));
    let mut summary = Summary::new();
    summary.add(None, Words::of(&document));
    summary.text()
}

#[test]
fn every_policy_has_its_words() {
    let text = std::fs::read_to_string(file()).unwrap();
    let told: Vec<String> = text
        .trim_end()
        .split(NEXT)
        .map(|case| {
            let (head, _) = case
                .split_once(BELOW)
                .unwrap_or_else(|| panic!("no words below\n{case}"));
            let policy: Vec<&str> = head.lines().filter(|line| !line.starts_with('#')).collect();
            format!("{head}{BELOW}{}", told(&policy.join("\n")))
        })
        .collect();
    let told = told.join(NEXT) + "\n";
    if std::env::var_os("LANYARD_WRITE_WORDS").is_some() {
        std::fs::write(file(), told).unwrap();
        return;
    }
    assert_eq!(told, text);
}

#[test]
fn a_summary_that_is_too_long_says_how_much_is_missing() {
    let statements: Vec<String> = (0..30)
        .map(|number| {
            format!(
                r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{number}/*"}}"#
            )
        })
        .collect();
    let policy = format!(r#"{{"Statement": [{}]}}"#, statements.join(", "));
    let summary = || {
        let mut summary = Summary::new();
        summary.add(None, Words::of(&Document::parse(&policy).unwrap()));
        summary
    };
    let whole = summary().text();
    let length = whole.chars().count();
    assert_eq!(summary().within(length), whole);
    let cut = summary().within(length - 1);
    assert!(cut.chars().count() < length);
    let last = cut.lines().last().unwrap();
    let missing = whole.lines().count() + 1 - cut.lines().count();
    assert_eq!(
        last,
        format!(
            "This summary is cut off here: {missing} more lines are missing, which may deny and allow more."
        )
    );
    let shortest = summary().within(200);
    assert_eq!(
        shortest,
        "Allowed:\n- reading in Amazon S3 (s3:GetObject), on \"arn:aws:s3:::b0/*\".\n\
         This summary is cut off here: 29 more lines are missing, which may deny and allow more."
    );
}

#[test]
fn several_policies_are_told_apart_and_denials_come_first() {
    let words = |text: &str| Words::of(&Document::parse(text).unwrap());
    let mut summary = Summary::new();
    summary.open("The role Deploy.");
    summary.trust(words(
        r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}}"#,
    ));
    summary.add(
        Some("inline policy own"),
        words(r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#),
    );
    summary.add(
        Some("inline policy less"),
        words(r#"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#),
    );
    summary.add_unreadable(Some("inline policy broken"));
    summary.cap(
        "the permissions boundary Limit",
        words(
            r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                              {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}"#,
        ),
    );
    summary.close("Others may allow more.");
    let expected = r#"The role Deploy.
Allowed to those who would assume it:
- the service "ec2.amazonaws.com" (Amazon EC2): writing in AWS Security Token Service (sts:AssumeRole).
What is allowed counts only as far as the permissions boundary Limit allows it as well, which is told at the end.
Denied, whatever allows it:
- By inline policy less: every action of Amazon S3 (s3:*), on everything.
- By inline policy broken: everything, since it cannot be read.
- By the permissions boundary Limit: every action of AWS Identity and Access Management (IAM) (iam:*), on everything.
Allowed:
- By inline policy own: reading in Amazon S3 (s3:GetObject), on everything.
Patterns of actions, and exceptions from all actions, also cover what services add later.
Allowed by the permissions boundary Limit, beyond which nothing above counts:
- every action of Amazon S3 (s3:*), on everything.
Others may allow more."#;
    assert_eq!(summary.text(), expected);
}

proptest! {
    /// Whatever stands in a policy: it makes no line of its own, hides nothing, and is not left out.
    #[test]
    fn no_value_changes_the_sentence_around_it(texts in proptest::collection::vec(any::<String>(), 5)) {
        let [action, resource, key, value, principal] = texts.as_slice() else { unreachable!() };
        let policy = json!({"Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": [action, "s3:GetObject"],
            "Resource": [resource, "*"],
            "Condition": {"StringEquals": {key: [value, "x"]}},
        }});
        let Ok(document) = Document::parse(&policy.to_string()) else { return Ok(()) };
        let words = Words::of(&document);
        prop_assert_eq!(words.allowances.len(), 1);
        let sentence = &words.allowances[0];
        let is_plain = |character: char| character == ' ' || character.is_ascii_graphic() || character.is_alphanumeric();
        prop_assert!(sentence.chars().all(is_plain), "{}", sentence);
        // What is inside quotation marks ends where it should: outside of them the sentence is our own.
        let mut outside = String::new();
        let mut inside = false;
        let mut characters = sentence.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' if inside => { characters.next(); }
                '"' => inside = !inside,
                _ if !inside => outside.push(character),
                _ => {}
            }
        }
        prop_assert!(!inside, "{}", sentence);
        prop_assert!(outside.contains(", on "), "{}", sentence);
        prop_assert!(outside.contains(", if "), "{}", sentence);
    }
}

#[test]
fn so_many_patterns_are_looked_up_for_a_whole_summary() {
    let document = |pattern: &str, count: usize| {
        let patterns: Vec<String> = (0..count)
            .map(|number| format!(r#""{pattern}{number}""#))
            .collect();
        let list = patterns.join(",");
        let text = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": [{list}], "Resource": "*"}}}}"#);
        Document::parse(&text).unwrap()
    };
    let get = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectA*"], "Resource": "*"}}"#;
    let get = Document::parse(get).unwrap();
    let mut summary = Summary::new();
    summary.words(&document("s3:x*", 999));
    let first = summary.words(&get).allowances;
    assert_eq!(
        first,
        ["reading in Amazon S3 (s3:GetObject, s3:GetObjectA*), on everything."]
    );
    let second = summary.words(&get).allowances;
    assert_eq!(
        second,
        ["reading in Amazon S3 (s3:GetObject); other actions (s3:GetObjectA*), on everything."]
    );
}
