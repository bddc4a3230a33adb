//! The published cases in `cases/`: that they can be read, that each shows something of its own, and that the engine
//! answers every one of them as AWS's documentation has it.
//!
//! A near copy is a case that repeats another with a word or two changed. Two cases count as that if the JSON that
//! they consist of, their id and rule apart, has more than `SHARED_MAX` of its runs of three tokens in common. Any
//! two cases share the frame that every policy has, which comes to about a third; the two directions of one rule, told
//! as the same story with another ending, to more than three quarters.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use lanyard_policy_cases::{CaseFile, case_files};
use serde_json::Value;

/// How much two cases may share: runs of three tokens that both have, over those that either has.
const SHARED_MAX: f64 = 0.75;

/// How many cases there are at least.
const CASES_MIN: usize = 400;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

/// Every case file with its path below the directory.
fn published() -> Vec<(String, CaseFile)> {
    let directory = directory();
    let paths = case_files(&directory).unwrap();
    let name = |path: &Path| path.strip_prefix(&directory).unwrap().display().to_string();
    let load = |path: PathBuf| {
        let file = CaseFile::load(&path).unwrap_or_else(|error| panic!("{}: {error}", name(&path)));
        (name(&path), file)
    };
    paths.into_iter().map(load).collect()
}

/// The JSON of every case, with its name.
fn written() -> Vec<(String, Value)> {
    let mut written = Vec::new();
    for path in case_files(&directory()).unwrap() {
        let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap() {
            written.push((case["id"].as_str().unwrap().to_owned(), case.clone()));
        }
    }
    written
}

#[track_caller]
fn check_none(problems: &[String]) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_published_case_is_answered_as_expected() {
    let mut failures = Vec::new();
    for (name, file) in published() {
        for case in file.cases() {
            if let Err(failure) = case.check() {
                failures.push(format!("{name}: {}: {failure}", case.id()));
            }
        }
    }
    check_none(&failures);
}

#[test]
fn there_are_enough_cases() {
    let count: usize = published().iter().map(|(_, file)| file.cases().len()).sum();
    assert!(count >= CASES_MIN, "{count}");
}

#[test]
fn ids_are_unique_across_files() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, file) in published() {
        for case in file.cases() {
            places.entry(case.id().to_owned()).or_default().push(name.clone());
        }
    }
    places.retain(|_, names| names.len() > 1);
    assert_eq!(places, BTreeMap::new());
}

#[test]
fn every_case_has_a_rule_of_its_own() {
    let mut rules = BTreeSet::new();
    let mut problems = Vec::new();
    for (name, file) in published() {
        if file.about().is_none_or(str::is_empty) {
            problems.push(format!("{name}: it does not say what it is about"));
        }
        for case in file.cases() {
            let rule = case.rule().unwrap_or_default();
            let is_sentence = rule.ends_with('.') && rule.split_whitespace().count() >= 5;
            if !is_sentence {
                problems.push(format!(
                    "{name}: {}: its rule is no sentence: {rule:?}",
                    case.id()
                ));
            } else if !rules.insert(rule.to_owned()) {
                problems.push(format!(
                    "{name}: {}: another case has this rule: {rule}",
                    case.id()
                ));
            }
        }
    }
    check_none(&problems);
}

#[test]
fn no_case_is_a_near_copy_of_another() {
    let cases: Vec<(String, Vec<u64>)> = written()
        .into_iter()
        .map(|(id, case)| (id, shingles(&tokens(&case))))
        .collect();
    let mut copies = Vec::new();
    for (index, (id, of_one)) in cases.iter().enumerate() {
        for (other, of_other) in &cases[index + 1..] {
            let shared = shared(of_one, of_other);
            if shared > SHARED_MAX {
                copies.push(format!("{id} and {other} share {shared:.2}"));
            }
        }
    }
    check_none(&copies);
}

#[test]
fn every_policy_file_is_named_by_a_case() {
    let mut named = BTreeSet::new();
    for path in case_files(&directory()).unwrap() {
        let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut texts = Vec::new();
        collect_texts(&file, &mut texts);
        let beside = texts.iter().map(|text| path.with_file_name(text));
        named.extend(beside.filter_map(|path| path.canonicalize().ok()));
    }
    let mut unnamed = Vec::new();
    for path in json_files(&directory()) {
        let is_policy = !path.to_string_lossy().ends_with(".cases.json");
        if is_policy && !named.contains(&path.canonicalize().unwrap()) {
            unnamed.push(path.display().to_string());
        }
    }
    check_none(&unnamed);
}

#[test]
fn the_measure_tells_a_copy_from_another_case() {
    let case = |text: &str| shingles(&tokens(&serde_json::from_str(text).unwrap()));
    let one = case(
        r#"{"id": "a", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {"aws:SourceIp": "192.0.2.1"}}"#,
    );
    let copy = case(
        r#"{"id": "b", "context": {"aws:SourceIp": "192.0.2.9"}, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}"#,
    );
    let another = case(
        r#"{"id": "c", "action": "sqs:SendMessage", "resource": "arn:aws:sqs:eu-west-1:111122223333:q", "context": {"aws:username": "dana"}}"#,
    );
    assert!(shared(&one, &copy) > SHARED_MAX);
    assert!(shared(&one, &another) < SHARED_MAX / 2.0);
}

/// The tokens of a case without its id and rule: words, and every other character but spaces and quotes. The order of
/// its fields does not count.
fn tokens(case: &Value) -> Vec<String> {
    let mut case = case.as_object().unwrap().clone();
    case.remove("id");
    case.remove("rule");
    let mut tokens = vec![String::new()];
    for character in sorted(Value::Object(case)).to_string().chars() {
        if character.is_alphanumeric() || character == '_' {
            tokens.last_mut().unwrap().push(character);
        } else {
            if !character.is_whitespace() && character != '"' {
                tokens.push(character.to_string());
            }
            tokens.push(String::new());
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// The same JSON with the fields of its objects in the order of their names.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> = fields
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect();
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}

/// The runs of three tokens, as hashes in order.
fn shingles(tokens: &[String]) -> Vec<u64> {
    let hash = |run: &[String]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    let runs: BTreeSet<u64> = tokens.windows(3).map(hash).collect();
    runs.into_iter().collect()
}

/// What two ordered lists have in common, over what they have together.
fn shared(one: &[u64], other: &[u64]) -> f64 {
    let (mut at, mut both) = (0, 0);
    for value in one {
        while at < other.len() && other[at] < *value {
            at += 1;
        }
        if other.get(at) == Some(value) {
            both += 1;
        }
    }
    let count = |number: usize| f64::from(u32::try_from(number).unwrap());
    count(both) / count(one.len() + other.len() - both)
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect_texts(value, texts)),
        _ => {}
    }
}

fn json_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found
}
