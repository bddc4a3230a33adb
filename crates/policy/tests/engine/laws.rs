//! What must hold whatever the policies are.

use lanyard_policy::{Document, Effect, Principal};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, FEDERATED, HOME, ROLE, SESSION, World, federated_user, role_session, root, service, user,
    world,
};

fn action_pattern() -> impl Strategy<Value = Value> {
    let patterns = [
        "*",
        "s3:*",
        "s3:Get*",
        "s3:GetObject",
        "S3:putobject",
        "*:Get*",
        "ec2:*",
    ];
    prop_oneof![
        Just(json!("s3:*")),
        subsequence(patterns.to_vec(), 1..3).prop_map(|list| json!(list)),
    ]
}

fn resource_pattern() -> impl Strategy<Value = Value> {
    let patterns = [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:s3:::bucket/k?y",
        "arn:aws:s3:::${aws:username}/key",
        "arn:aws:s3:::${aws:username, 'bucket'}/*",
        "arn:aws:s3",
        "arn:aws:s3:${aws:username}::x",
        "arn:*:s3:::other/*",
    ];
    prop_oneof![
        Just(json!("*")),
        subsequence(patterns.to_vec(), 1..3).prop_map(|list| json!(list)),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let operators = [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "ForAnyValue:StringEquals",
        "ForAllValues:StringNotLike",
        "StringEqualsIfExists",
        "NumericLessThan",
        "NumericNotEquals",
        "Null",
        "Bool",
        "ArnNotLike",
        "ForAnyValue:StringLikeIfExists",
    ];
    let keys = ["k:one", "K:Many", "k:none", "aws:username"];
    let values = ["a", "b*", "5", "true", "${k:one}", "arn:aws:s3:::${k:many}", "*"];
    let one = (
        select(operators.to_vec()),
        select(keys.to_vec()),
        subsequence(values.to_vec(), 0..3),
    );
    prop_oneof![
        3 => Just(json!({})),
        2 => one.prop_map(|(operator, key, values)| json!({operator: {key: values}})),
    ]
}

fn principal_element() -> impl Strategy<Value = Value> {
    let named = vec![HOME, AWAY, BOB, ROLE, SESSION, FEDERATED, "*"];
    prop_oneof![
        1 => Just(json!("*")),
        4 => subsequence(named, 1..4).prop_map(|list| json!({"AWS": list})),
        1 => Just(json!({"Service": "logs.amazonaws.com"})),
    ]
}

fn statement(with_principal: bool) -> impl Strategy<Value = Value> {
    let negated = proptest::bool::weighted(0.1);
    (
        prop_oneof![5 => Just("Allow"), 1 => Just("Deny")],
        (negated, action_pattern()),
        (negated, resource_pattern()),
        (negated, principal_element()),
        condition(),
    )
        .prop_map(move |(effect, action, resource, principal, condition)| {
            let name = |(negated, value): (bool, Value), name: &str| {
                (
                    if negated {
                        format!("Not{name}")
                    } else {
                        name.to_owned()
                    },
                    value,
                )
            };
            let mut members = vec![name(action, "Action"), name(resource, "Resource")];
            if with_principal {
                members.push(name(principal, "Principal"));
            }
            let mut statement: serde_json::Map<String, Value> = members.into_iter().collect();
            statement.insert("Effect".into(), json!(effect));
            statement.insert("Condition".into(), condition);
            Value::Object(statement)
        })
}

fn document(with_principal: bool) -> impl Strategy<Value = Value> {
    proptest::collection::vec(statement(with_principal), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn principal() -> impl Strategy<Value = Principal> {
    select(vec![
        user(),
        role_session(),
        federated_user(),
        root(),
        service(),
        Principal::Anonymous,
    ])
}

/// A request under policies of some layers.
fn situation() -> impl Strategy<Value = World> {
    let documents = |principals| proptest::collection::vec(document(principals), 0..4);
    (
        principal(),
        select(vec![
            "s3:GetObject",
            "s3:GetObject",
            "s3:PutObject",
            "ec2:RunInstances",
        ]),
        select(vec!["arn:aws:s3:::bucket/key", "arn:aws:s3:::other/x", "*"]),
        select(vec![HOME, HOME, HOME, AWAY]),
        subsequence(vec![("k:one", "a"), ("aws:username", "bucket")], 0..=2),
        proptest::option::of(subsequence(vec!["a", "b", ""], 0..=3)),
        documents(false),
        proptest::option::weighted(0.3, document(false)),
        proptest::option::weighted(0.3, document(false)),
        proptest::option::of(document(true)),
        proptest::option::weighted(0.2, documents(false)),
    )
        .prop_map(
            |(principal, action, resource, owner, keys, many, identity, boundary, session, policy, scps)| {
                let mut world = world()
                    .principal(principal)
                    .action(action)
                    .resource(resource)
                    .owner(owner);
                for (key, value) in keys {
                    world = world.key(key, value);
                }
                if let Some(values) = many {
                    world = world.keys("k:many", &values);
                }
                world = identity.into_iter().fold(world, World::identity);
                world = boundary.into_iter().fold(world, World::boundary);
                world = session.into_iter().fold(world, World::session);
                world = policy.into_iter().fold(world, World::resource_policy);
                match scps {
                    Some(level) => world.scps(&[&level]),
                    None => world,
                }
            },
        )
}

fn allowed(world: &World) -> bool {
    world.decide().is_allowed()
}

fn everything(effect: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": "*", "Resource": "*"}})
}

/// The same document with its statements and its lists in reverse.
fn reversed(document: &Value) -> Value {
    match document {
        Value::Array(items) => Value::Array(items.iter().rev().map(reversed).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .rev()
                .map(|(name, value)| (name.clone(), reversed(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Laws about what is never allowed would hold of a generator that allows nothing.
#[test]
fn situations_are_of_all_kinds() {
    let mut runner = TestRunner::deterministic();
    let mut counts = [0; 3];
    for _ in 0..1000 {
        let situation = situation().new_tree(&mut runner).unwrap().current();
        counts[match situation.decide().effect {
            Effect::Allow => 0,
            Effect::ImplicitDeny => 1,
            Effect::ExplicitDeny => 2,
        }] += 1;
    }
    assert!(counts.iter().all(|count| *count > 120), "{counts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn explicit_deny_wins(situation in situation()) {
        prop_assert_eq!(situation.identity(everything("Deny")).decide().effect, Effect::ExplicitDeny);
    }

    #[test]
    fn without_any_allow_nothing_is_allowed(situation in situation()) {
        let denied = situation.map_documents(|document| {
            let mut document = document.clone();
            for statement in document["Statement"].as_array_mut().unwrap() {
                statement["Effect"] = json!("Deny");
            }
            document
        });
        // Root needs no permission; everybody else has none.
        prop_assume!(!denied.is_root());
        prop_assert!(!allowed(&denied));
    }

    #[test]
    fn order_does_not_matter(situation in situation()) {
        let other = situation.map_documents(reversed).reverse_policies();
        prop_assert_eq!(situation.decide().effect, other.decide().effect);
    }

    #[test]
    fn a_boundary_never_widens(situation in situation(), boundary in document(false)) {
        let without = situation.without_boundary();
        prop_assert!(allowed(&without) || !allowed(&without.clone().boundary(boundary)));
    }

    #[test]
    fn a_session_policy_never_widens(situation in situation(), session in document(false)) {
        let without = situation.without_session();
        // A federated user without any session policy has nothing to begin with.
        prop_assume!(!without.is_federated());
        prop_assert!(allowed(&without) || !allowed(&without.clone().session(session)));
    }

    #[test]
    fn organization_policies_never_widen(situation in situation(), scp in document(false), rcp in document(true)) {
        let without = situation.without_organization();
        let with = without.clone().scps(&[&[scp]]).rcps(&[&[rcp]]);
        prop_assert!(allowed(&without) || !allowed(&with));
    }

    #[test]
    fn adding_an_allow_never_removes_access(situation in situation(), mut extra in statement(false)) {
        extra["Effect"] = json!("Allow");
        let document = json!({"Version": "2012-10-17", "Statement": extra});
        prop_assert!(!allowed(&situation) || allowed(&situation.identity(document)));
    }

    #[test]
    fn adding_a_deny_never_adds_access(situation in situation(), mut extra in statement(false)) {
        extra["Effect"] = json!("Deny");
        let document = json!({"Version": "2012-10-17", "Statement": extra});
        prop_assert!(allowed(&situation) || !allowed(&situation.identity(document)));
    }

    #[test]
    fn whoever_is_not_known_to_be_allowed_gets_a_suggestion_that_works(situation in situation()) {
        if situation.decide().effect == Effect::ImplicitDeny {
            situation.check_suggestion();
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,64}") {
        let _ = Document::parse(&text);
    }

    #[test]
    fn any_cut_of_a_document_is_answered(document in document(true), cut in any::<proptest::sample::Index>()) {
        let text = document.to_string();
        let at = cut.index(text.len());
        prop_assume!(text.is_char_boundary(at));
        prop_assert!(Document::parse(&text).is_ok());
        prop_assert!(Document::parse(&text[..at]).is_err());
    }
}
