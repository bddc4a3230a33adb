//! What the generator makes is counted, so that agreement means something.

use std::collections::BTreeMap;

use lanyard_policy_oracle::{Choices, Decision, decide, question};
use serde_json::Value;

const QUESTIONS: usize = 20_000;

/// How often something was met in questions of each answer.
#[derive(Debug, Default)]
struct Met {
    allowed: usize,
    denied: usize,
}

#[derive(Debug, Default)]
struct Census {
    decisions: BTreeMap<&'static str, usize>,
    /// Questions that this layer alone decided against.
    layers: BTreeMap<&'static str, usize>,
    operators: BTreeMap<String, Met>,
    principals: BTreeMap<String, Met>,
}

impl Census {
    fn take() -> Self {
        let mut census = Self::default();
        for seed in 0..QUESTIONS {
            let question = question(&mut Choices::from_seed(seed as u64));
            let verdict = decide(&question).unwrap();
            *census.decisions.entry(verdict.decision.as_str()).or_default() += 1;
            if let [layer] = verdict.layers.as_slice() {
                *census.layers.entry(layer.as_str()).or_default() += 1;
            }
            let is_allowed = verdict.decision == Decision::Allowed;
            let mut operators = Vec::new();
            collect_operators(&question, &mut operators);
            for operator in operators {
                census.operators.entry(operator).or_default().count(is_allowed);
            }
            census
                .principals
                .entry(kind(&question))
                .or_default()
                .count(is_allowed);
        }
        census
    }

    fn share(counts: &BTreeMap<&'static str, usize>, name: &str) -> f64 {
        counts.get(name).copied().unwrap_or_default() as f64 / QUESTIONS as f64
    }
}

impl Met {
    fn count(&mut self, is_allowed: bool) {
        if is_allowed {
            self.allowed += 1;
        } else {
            self.denied += 1;
        }
    }
}

/// An operator without what qualifies it, and that without the operator.
fn parts(operator: &str) -> [String; 2] {
    let operator = operator.to_ascii_lowercase();
    let (set, rest) = operator.split_once(':').unwrap_or(("", &operator));
    let name = rest.strip_suffix("ifexists").unwrap_or(rest);
    let suffix = rest.strip_prefix(name).unwrap();
    [name.to_owned(), format!("{set}:…{suffix}")]
}

fn collect_operators(value: &Value, operators: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect_operators(value, operators)),
        Value::Object(members) => {
            for (name, value) in members {
                if name == "Condition" {
                    for operator in value.as_object().unwrap().keys() {
                        operators.extend(parts(operator));
                    }
                } else {
                    collect_operators(value, operators);
                }
            }
        }
        _ => {}
    }
}

fn kind(question: &Value) -> String {
    let Some(name) = question["principal"].as_str() else {
        return "anonymous".to_owned();
    };
    if !name.starts_with("arn:") {
        let is_assuming = question["action"]
            .as_str()
            .unwrap()
            .to_ascii_lowercase()
            .contains("assumerole");
        return if is_assuming && !name.ends_with("amazonaws.com") {
            "domain"
        } else {
            "service"
        }
        .to_owned();
    }
    if name.contains("AWSServiceRoleFor") {
        return "service-linked role".to_owned();
    }
    name.splitn(6, ':')
        .nth(5)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned()
}

#[test]
fn all_answers_are_met_often() {
    let census = Census::take();
    let share = |name| Census::share(&census.decisions, name);
    assert!(share("Allowed") >= 0.25, "{:?}", census.decisions);
    assert!(share("ExplicitlyDenied") >= 0.20, "{:?}", census.decisions);
    for layer in [
        "Identity",
        "Boundary",
        "Session",
        "ServiceControl",
        "ResourceControl",
        "Resource",
        "Trust",
        "Endpoint",
    ] {
        assert!(
            Census::share(&census.layers, layer) >= 0.02,
            "{layer}: {:?}",
            census.layers
        );
    }
    for (name, met) in census.operators.iter().chain(&census.principals) {
        assert!(met.allowed > 0 && met.denied > 0, "{name}: {met:?}");
    }
    // 26 operators and Null, and six ways to qualify one.
    assert_eq!(
        census.operators.len(),
        26 + 1 + 6,
        "{:?}",
        census.operators.keys()
    );
    assert_eq!(census.principals.len(), 11, "{:?}", census.principals);
}
