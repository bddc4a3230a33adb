//! What holds for every text, whether it is a policy or not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::path::Path;
use std::sync::LazyLock;

use lanyard_policy_findings::{
    Finding, IssueCode, PathElement, PolicyKind, PolicyType, Position, ResourceType, findings,
};
use proptest::prelude::*;
use serde_json::Value;

/// The policies of all cases.
static POLICIES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    let files = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            let policies = text.split("=== ").skip(1).filter_map(|case| {
                let (_, rest) = case.split_once('\n')?;
                Some(rest.split_once("\n---\n")?.0.to_owned())
            });
            policies.collect::<Vec<_>>()
        })
        .collect()
});

fn kinds() -> Vec<PolicyKind> {
    let mut kinds: Vec<PolicyKind> = [
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ]
    .map(PolicyKind::from)
    .to_vec();
    kinds.push(PolicyKind::ROLE_TRUST);
    kinds.push(PolicyKind {
        policy_type: PolicyType::Resource,
        resource_type: Some(ResourceType::S3Bucket),
    });
    kinds
}

/// Line, column and offset of a position must be the same place, between two characters.
fn check_position(text: &str, position: Position) {
    let before = text
        .get(..position.offset as usize)
        .expect("between characters of the text");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count();
    assert_eq!((position.line as usize, position.column as usize), (line, column));
}

/// The path must lead to the same place as the span.
fn check_path(text: &str, finding: &Finding) {
    for location in &finding.locations {
        check_position(text, location.span.start);
        check_position(text, location.span.end);
        assert!(location.span.start.offset <= location.span.end.offset);
        let Ok(document) = serde_json::from_str::<Value>(text) else {
            continue;
        };
        let span = &text[location.span.start.offset as usize..location.span.end.offset as usize];
        let mut value = Some(&document);
        let mut is_whole = true;
        for element in &location.path {
            match element {
                PathElement::Index(index) => value = value.and_then(|value| value.get(index)),
                PathElement::Value(name) => value = value.and_then(|value| value.get(name)),
                PathElement::Key(name) => {
                    assert_eq!(&serde_json::from_str::<String>(span).unwrap(), name);
                    is_whole = false;
                }
                PathElement::Substring { start, length } => {
                    let whole = value.and_then(Value::as_str).unwrap();
                    let part: String = whole.chars().skip(*start).take(*length).collect();
                    assert_eq!(
                        serde_json::from_str::<String>(&format!("\"{span}\"")).unwrap(),
                        part
                    );
                    is_whole = false;
                }
            }
        }
        if is_whole && finding.issue_code != IssueCode::JsonSyntaxError {
            assert_eq!(Some(&serde_json::from_str::<Value>(span).unwrap()), value);
        }
    }
}

fn has_duplicate_names(found: &[Finding]) -> bool {
    found
        .iter()
        .any(|finding| finding.issue_code == IssueCode::JsonSyntaxError)
}

fn check(text: &str) {
    for kind in kinds() {
        let found = findings(text, kind);
        assert!(found.len() <= 1_000);
        let starts: Vec<_> = found
            .iter()
            .map(|finding| finding.locations.first().map(|location| location.span.start))
            .collect();
        assert!(starts.is_sorted());
        for finding in &found {
            assert_eq!(finding.finding_type, finding.issue_code.finding_type());
            assert!(
                !finding.details.is_empty() && finding.details.len() < 2_000,
                "{}",
                finding.details
            );
            // With a name twice in one object a general reader of JSON sees the other one.
            if !has_duplicate_names(&found) {
                check_path(text, finding);
            }
        }
    }
}

#[test]
fn places_and_paths_agree_in_all_cases() {
    for policy in POLICIES.iter() {
        check(policy);
    }
}

#[test]
fn a_finding_has_the_form_of_access_analyzer() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a b","Effect":"Allow","Action":"s3:GetObject","Resource":"*","X":1}]}"#;
    let found = findings(text, PolicyType::Identity.into());
    let position = |offset: u32| serde_json::json!({"line": 1, "column": offset, "offset": offset});
    assert_eq!(
        serde_json::to_value(&found).unwrap(),
        serde_json::json!([
            {
                "findingType": "ERROR",
                "issueCode": "UNSUPPORTED_SID",
                "findingDetails": "In this type of policy a Sid has only the letters a to z and A to Z and digits.",
                "locations": [{
                    "path": [{"value": "Statement"}, {"index": 0}, {"value": "Sid"}, {"substring": {"start": 1, "length": 1}}],
                    "span": {"start": position(46), "end": position(47)}
                }]
            },
            {
                "findingType": "ERROR",
                "issueCode": "INVALID_POLICY_ELEMENT",
                "findingDetails": "There is no policy element \"X\" here.",
                "locations": [{
                    "path": [{"value": "Statement"}, {"index": 0}, {"key": "X"}],
                    "span": {"start": position(106), "end": position(109)}
                }]
            }
        ])
    );
}

#[test]
fn what_is_too_large_or_too_deep_is_not_read() {
    let nested = "[".repeat(100_000);
    let large = format!("{{\"Id\":\"{}\"}}", "x".repeat(300_000));
    for text in [nested, large] {
        let codes: Vec<_> = findings(&text, PolicyType::Identity.into())
            .iter()
            .map(|finding| finding.issue_code)
            .collect();
        assert_eq!(codes, [IssueCode::JsonSyntaxError]);
    }
}

#[test]
fn there_is_an_end_to_findings() {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{}{{}}]}}"#,
        "{},".repeat(50_000)
    );
    assert_eq!(findings(&text, PolicyType::Identity.into()).len(), 1_000);
}

#[derive(Debug, Clone)]
enum Mutation {
    Remove(usize, usize),
    Insert(usize, String),
    Splice(usize, usize, usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let fragment = prop_oneof![
        Just("*".to_owned()),
        Just("${".to_owned()),
        Just(", '".to_owned()),
        Just("'}".to_owned()),
        Just("\\u00e9".to_owned()),
        Just("\\ud83d\\ude00".to_owned()),
        Just("é".to_owned()),
        Just("arn:aws:".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("null".to_owned()),
        Just("\n".to_owned()),
        "[\\[\\]{}:,\"\\\\ a-z0-9*?$:/.-]{1,4}",
    ];
    prop_oneof![
        (any::<usize>(), 1_usize..20).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<usize>(), fragment).prop_map(|(at, fragment)| Mutation::Insert(at, fragment)),
        (any::<usize>(), any::<usize>(), any::<usize>(), 1_usize..40)
            .prop_map(|(at, other, from, length)| Mutation::Splice(at, other, from, length)),
    ]
}

fn mutate(policy: &str, mutation: &Mutation) -> String {
    let mut characters: Vec<char> = policy.chars().collect();
    let size = characters.len();
    match mutation {
        Mutation::Remove(at, length) => {
            let at = at % (size + 1);
            characters.drain(at..(at + length).min(size));
        }
        Mutation::Insert(at, fragment) => {
            let at = at % (size + 1);
            characters.splice(at..at, fragment.chars());
        }
        Mutation::Splice(at, other, from, length) => {
            let other: Vec<char> = POLICIES[other % POLICIES.len()].chars().collect();
            let from = from % (other.len() + 1);
            let at = at % (size + 1);
            characters.splice(
                at..at,
                other[from..(from + length).min(other.len())].iter().copied(),
            );
        }
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn mutated_policies_do_no_harm(
        start in any::<prop::sample::Index>(),
        mutations in prop::collection::vec(mutation(), 1..5),
    ) {
        let policy = start.get(&POLICIES).clone();
        check(&mutations.iter().fold(policy, |policy, mutation| mutate(&policy, mutation)));
    }

    #[test]
    fn any_text_does_no_harm(text in any::<String>()) {
        check(&text);
    }
}
