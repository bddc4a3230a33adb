//! What must hold of the engine's answers whatever the question is, over generated questions of all kinds.

use lanyard_policy::Effect;
use lanyard_policy_cases::Question;
use lanyard_policy_oracle::{Choices, question};
use serde_json::{Value, json};

use crate::seeds::seeds;
use crate::shrink::shrink;

const CALLERS_OWN: [&str; 3] = ["identity_policies", "boundary", "session_policies"];
const LISTS: [&str; 4] = [
    "identity_policies",
    "boundary",
    "session_policies",
    "endpoint_policies",
];
const ORGANIZATION: [&str; 2] = ["scps", "rcps"];

/// Checks a law of questions, with another question of which parts may be borrowed.
fn check(law: impl Fn(&Value, &Value) -> bool) {
    for seed in seeds(600) {
        let subject = question(&mut Choices::from_seed(seed));
        let other = question(&mut Choices::from_seed(seed ^ 0x5eed_0000));
        if is_beyond_policies(&subject) {
            continue;
        }
        if !law(&subject, &other) {
            let smallest = shrink(&subject, |smaller| !law(smaller, &other));
            panic!("seed {seed}: {smallest:#}\nwith parts of {other:#}");
        }
    }
}

fn decide(question: &Value) -> Effect {
    Question::from_value(question).unwrap().decide().effect
}

fn is_allowed(question: &Value) -> bool {
    decide(question) == Effect::Allow
}

/// Whoever may not do it may not do it with the other question's policies of a field either.
fn never_widens(field: &str, subject: &Value, other: &Value) -> bool {
    let (mut without, mut with) = (subject.clone(), subject.clone());
    without[field] = Value::Null;
    with[field] = other[field].clone();
    is_allowed(&without) || !is_allowed(&with) && !is_allowed(subject)
}

fn is_by(question: &Value, kinds: &[&str]) -> bool {
    let principal = question["principal"].as_str().unwrap_or_default();
    kinds.iter().any(|kind| principal.contains(kind))
}

fn has_identity(question: &Value) -> bool {
    is_by(
        question,
        &[":user/", ":role/", ":assumed-role/", ":federated-user/"],
    )
}

/// Changes every policy of the question.
fn each_policy(question: &Value, change: impl Fn(&mut Value)) -> Value {
    let mut changed = question.clone();
    for field in LISTS {
        changed[field]
            .as_array_mut()
            .into_iter()
            .flatten()
            .for_each(&change);
    }
    for field in ORGANIZATION {
        let levels = changed[field].as_array_mut().into_iter().flatten();
        levels
            .flat_map(|level| level.as_array_mut().unwrap())
            .for_each(&change);
    }
    if changed["resource_policy"].is_object() {
        change(&mut changed["resource_policy"]);
    }
    changed
}

fn statements(policy: &mut Value) -> &mut Vec<Value> {
    let statement = &mut policy["Statement"];
    if !statement.is_array() {
        *statement = json!([statement.take()]);
    }
    statement.as_array_mut().unwrap()
}

/// The statements of a field with that effect, for a policy of the same kind.
fn borrowed(other: &Value, field: &str, effect: &str) -> Vec<Value> {
    let mut borrowed = Vec::new();
    let mut policies = other[field].as_array().cloned().unwrap_or_default();
    if other[field].is_object() {
        policies.push(other[field].clone());
    }
    for policy in policies.iter_mut().flat_map(|policy| match policy {
        Value::Array(level) => level.iter_mut().collect::<Vec<_>>(),
        one => vec![one],
    }) {
        borrowed.extend(
            statements(policy)
                .iter()
                .filter(|statement| statement["Effect"] == effect)
                .cloned(),
        );
    }
    borrowed
}

/// The question with the other's statements of an effect added to the first policy of a field, if it fits there.
fn with_borrowed(subject: &Value, other: &Value, field: &str, effect: &str) -> Value {
    let mut more = subject.clone();
    let first = match field {
        "resource_policy" if is_about_trust(subject) != is_about_trust(other) => None,
        "resource_policy" => more[field].is_object().then_some(&mut more[field]),
        "scps" | "rcps" => more[field].pointer_mut("/0/0"),
        _ => more[field].pointer_mut("/0"),
    };
    if let Some(first) = first {
        statements(first).extend(borrowed(other, field, effect));
    }
    more
}

fn is_about_trust(question: &Value) -> bool {
    question["action"]
        .as_str()
        .unwrap()
        .to_ascii_lowercase()
        .starts_with("sts:")
}

/// Two actions that policies do not govern.
fn is_beyond_policies(question: &Value) -> bool {
    let action = question["action"].as_str().unwrap().to_ascii_lowercase();
    ["sts:getcalleridentity", "sts:getsessiontoken"].contains(&action.as_str())
}

/// The same question with the members of all objects the other way round, as text.
fn backwards(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(backwards).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{}:{}", json!(name), backwards(value));
            format!(
                "{{{}}}",
                members.iter().rev().map(member).collect::<Vec<_>>().join(",")
            )
        }
        other => other.to_string(),
    }
}

/// All lists the other way round: policies, statements, values, levels.
fn with_lists_reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().rev().map(with_lists_reversed).collect()),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_lists_reversed(value)))
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn a_deny_that_matches_wins_in_every_layer() {
    let denial = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
    let denial_of_everybody = json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"});
    check(|subject, _| {
        let denied = |field: &str, policies: Value| {
            let mut question = subject.clone();
            question[field] = policies;
            decide(&question) == Effect::ExplicitDeny
        };
        let mut resource_statement = denial_of_everybody.clone();
        if is_about_trust(subject) {
            resource_statement.as_object_mut().unwrap().remove("Resource");
        }
        denied("resource_policy", json!({"Statement": resource_statement}))
            && denied("endpoint_policies", json!([{"Statement": denial_of_everybody}]))
            && CALLERS_OWN
                .iter()
                .all(|field| !has_identity(subject) || denied(field, json!([{"Statement": denial}])))
            && (is_by(subject, &["AWSServiceRoleFor"])
                || denied("rcps", json!([[{"Statement": denial_of_everybody}]])))
            && (!has_identity(subject)
                || is_by(subject, &["AWSServiceRoleFor"])
                || denied("scps", json!([[{"Statement": denial}]])))
    });
}

#[test]
fn without_an_allow_nothing_is_allowed() {
    check(|subject, _| {
        let denied = each_policy(subject, |policy| {
            statements(policy)
                .iter_mut()
                .for_each(|statement| statement["Effect"] = json!("Deny"));
        });
        // The root user needs no permission; everybody else has none.
        is_by(subject, &[":root"]) || !is_allowed(&denied)
    });
}

#[test]
fn a_matching_deny_is_the_only_way_to_an_explicit_deny() {
    check(|subject, _| {
        let without_denies = each_policy(subject, |policy| {
            statements(policy)
                .iter_mut()
                .for_each(|statement| statement["Effect"] = json!("Allow"));
        });
        decide(&without_denies) != Effect::ExplicitDeny
    });
}

#[test]
fn order_does_not_matter() {
    check(|subject, _| {
        let other_way_round = Question::parse(&backwards(&with_lists_reversed(subject))).unwrap();
        decide(subject) == other_way_round.decide().effect
    });
}

#[test]
fn saying_something_twice_changes_nothing() {
    check(|subject, _| {
        let twice = each_policy(subject, |policy| {
            let statements = statements(policy);
            statements.extend(statements.clone());
        });
        decide(subject) == decide(&twice)
    });
}

#[test]
fn the_case_of_actions_does_not_matter() {
    check(|subject, _| {
        let mut shouted = subject.clone();
        shouted["action"] = json!(subject["action"].as_str().unwrap().to_ascii_uppercase());
        decide(subject) == decide(&shouted)
    });
}

#[test]
fn boundaries_never_widen() {
    check(|subject, other| never_widens("boundary", subject, other));
}

#[test]
fn session_policies_never_widen() {
    // A federated user without session policy has nothing to begin with.
    check(|subject, other| {
        is_by(subject, &[":federated-user/"]) || never_widens("session_policies", subject, other)
    });
}

#[test]
fn organizations_never_widen() {
    check(|subject, other| never_widens("scps", subject, other) && never_widens("rcps", subject, other));
}

#[test]
fn endpoints_never_widen() {
    check(|subject, other| never_widens("endpoint_policies", subject, other));
}

#[test]
fn another_level_of_an_organization_never_widens() {
    check(|subject, other| {
        ORGANIZATION.iter().all(|field| {
            let mut deeper = subject.clone();
            if let (Some(levels), Some(more)) = (deeper[field].as_array_mut(), other[field].as_array()) {
                levels.extend(more.iter().cloned());
            }
            is_allowed(subject) || !is_allowed(&deeper)
        })
    });
}

#[test]
fn adding_an_allow_never_removes_access() {
    check(|subject, other| {
        LISTS
            .iter()
            .chain(&ORGANIZATION)
            .chain(&["resource_policy"])
            .all(|field| !is_allowed(subject) || is_allowed(&with_borrowed(subject, other, field, "Allow")))
    });
}

#[test]
fn adding_a_deny_never_adds_access() {
    check(|subject, other| {
        LISTS
            .iter()
            .chain(&ORGANIZATION)
            .chain(&["resource_policy"])
            .all(|field| is_allowed(subject) || !is_allowed(&with_borrowed(subject, other, field, "Deny")))
    });
}

#[test]
fn removing_a_policy_of_denies_alone_never_removes_access() {
    let only_denies = |policy: &Value| {
        let mut policy = policy.clone();
        statements(&mut policy)
            .iter()
            .all(|statement| statement["Effect"] == "Deny")
    };
    check(|subject, _| {
        let mut fewer = subject.clone();
        for field in LISTS {
            fewer[field]
                .as_array_mut()
                .into_iter()
                .for_each(|list| list.retain(|policy| !only_denies(policy)));
        }
        for field in ORGANIZATION {
            for level in fewer[field].as_array_mut().into_iter().flatten() {
                level
                    .as_array_mut()
                    .unwrap()
                    .retain(|policy| !only_denies(policy));
            }
        }
        if fewer["resource_policy"].is_object() && only_denies(&fewer["resource_policy"]) {
            fewer["resource_policy"] = Value::Null;
        }
        !is_allowed(subject) || is_allowed(&fewer)
    });
}
