//! The published cases, asked of the twin: it must give the answers that were written down before anybody asked.

use std::path::{Path, PathBuf};

use lanyard_policy_cases::{Question, case_files};
use lanyard_policy_oracle::decide;
use serde_json::{Map, Value, json};

/// Puts the policy that a text names in its place, wherever policies stand.
fn with_policies(value: &Value, folder: &Path) -> Value {
    match value {
        Value::String(name) => {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()
        }
        Value::Array(items) => items.iter().map(|item| with_policies(item, folder)).collect(),
        other => other.clone(),
    }
}

fn question(defaults: &Map<String, Value>, case: &Map<String, Value>, folder: &Path) -> Value {
    let mut question = defaults.clone();
    question.extend(case.clone());
    for field in [
        "identity_policies",
        "boundary",
        "session_policies",
        "scps",
        "rcps",
        "resource_policy",
        "endpoint_policies",
    ] {
        if let Some(value) = question.get_mut(field) {
            *value = with_policies(value, folder);
        }
    }
    // The twin does not know the catalogue of actions; what it says is no matter of this test.
    let read = Question::from_value(&Value::Object(question.clone())).unwrap();
    question.insert(
        "wildcard_only_action".to_owned(),
        json!(read.request().wildcard_only_action),
    );
    Value::Object(question)
}

#[test]
fn the_twin_gives_the_published_answers() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in case_files(&folder).unwrap() {
        let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let defaults = file["defaults"].as_object().cloned().unwrap_or_default();
        for case in file["cases"].as_array().unwrap() {
            let question = question(&defaults, case.as_object().unwrap(), path.parent().unwrap());
            let verdict = decide(&question).unwrap();
            let expected = if case["expect"].is_object() {
                &case["expect"]["decision"]
            } else {
                &case["expect"]
            };
            let expected_layer = case["expect"].get("layer").and_then(Value::as_str);
            let is_right = verdict.decision.as_str() == expected
                && expected_layer.is_none_or(|layer| {
                    verdict.layers.is_empty() || verdict.layers.iter().any(|found| found.as_str() == layer)
                });
            count += 1;
            if !is_right {
                wrong.push(format!(
                    "{}: expected {}, got {verdict:?}",
                    case["id"], case["expect"]
                ));
            }
        }
    }
    assert!(count >= 400, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
