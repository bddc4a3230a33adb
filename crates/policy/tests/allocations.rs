//! A decision allocates nothing: counted, for every kind of request and everything that a policy can say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::hint::black_box;
use std::sync::Arc;

use allocation_counter::measure;
use lanyard_names::{AccountId, UniqueId};
use lanyard_policy::{
    Attached, Bindings, Context, Document, Layers, Policy, PolicySource, Principal, Request, ResourceLayer,
    Text, decide, explain,
};
use serde_json::{Value, json};

const BOB: &str = "arn:aws:iam::111122223333:user/bob";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";
const OBJECT: &str = "arn:aws:s3:::bucket/key";

/// Who asks under which layers.
#[derive(Clone, Copy, PartialEq)]
enum Breadth {
    /// Every principal, under the policy in every layer.
    Everywhere,
    /// A user under its own policies: enough for what does not depend on that.
    Identity,
}

/// Asks for every action on every resource with every context.
fn check(about: &str, breadth: Breadth, statements: Value) {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let document = Document::parse(&text).unwrap();
    let mut bindings = Bindings::new();
    bindings.bind(BOB, UniqueId::parse("AIDAAAAAAAAAAAAAAAAAB").unwrap());
    for policy in [
        Policy::compile(&document),
        Policy::compile_bound(&document, &bindings),
        Policy::unreadable(),
    ] {
        let attached = [attached(policy)];
        let levels = [attached.to_vec(), attached.to_vec()];
        let (mut layers, mut principals) = (every_layer(&attached, &levels), principals());
        if breadth == Breadth::Identity {
            layers.truncate(1);
            principals.truncate(1);
        }
        for layers in &layers {
            for principal in &principals {
                count(about, principal, layers);
            }
        }
    }
}

fn count(about: &str, principal: &Principal, layers: &Layers<'_>) {
    for action in actions() {
        for resource in resources() {
            // Contexts remember what their values were read as, so each question has its own.
            for context in contexts() {
                let request = Request {
                    principal,
                    action: &action,
                    resource: &resource,
                    resource_account: None,
                    wildcard_only_action: false,
                    partly_known: false,
                    context: &context,
                };
                let counted = measure(|| drop(black_box(decide(&request, layers))));
                assert_eq!(counted.count_total, 0, "{about}: {request:?}");
            }
        }
    }
}

fn attached(policy: Policy) -> Attached {
    Attached {
        policy: Arc::new(policy),
        source: PolicySource::Inline {
            owner: BOB.into(),
            name: "policy".into(),
        },
    }
}

/// Each layer alone beside the identity policies, then all of them.
fn every_layer<'a>(policies: &'a [Attached; 1], levels: &'a [Vec<Attached>]) -> Vec<Layers<'a>> {
    let resource = |trust| {
        Some(ResourceLayer {
            attached: &policies[0],
            must_participate: trust,
            trust,
        })
    };
    let identity = Layers {
        identity: policies,
        ..Layers::default()
    };
    vec![
        identity,
        Layers {
            boundary: Some(policies),
            ..identity
        },
        Layers {
            session: Some(policies),
            ..identity
        },
        Layers {
            scps: Some(levels),
            ..identity
        },
        Layers {
            rcps: Some(levels),
            ..identity
        },
        Layers {
            endpoint: Some(policies),
            ..identity
        },
        Layers {
            resource: resource(false),
            ..identity
        },
        Layers {
            identity: policies,
            boundary: Some(policies),
            session: Some(policies),
            scps: Some(levels),
            rcps: Some(levels),
            resource: resource(true),
            endpoint: Some(policies),
        },
    ]
}

fn principals() -> Vec<Principal> {
    let account = AccountId::parse("111122223333").unwrap();
    vec![
        Principal::User {
            account,
            arn: BOB.into(),
            id: UniqueId::parse("AIDAAAAAAAAAAAAAAAAAB").ok(),
        },
        Principal::Root {
            account,
            arn: "arn:aws:iam::111122223333:root".into(),
        },
        Principal::RoleSession {
            account,
            role_arn: ROLE.into(),
            session_arn: SESSION.into(),
            role_id: UniqueId::parse("AROAAAAAAAAAAAAAAAAAR").ok(),
        },
        Principal::FederatedUser {
            account,
            arn: FEDERATED.into(),
            user_arn: BOB.into(),
            user_id: None,
        },
        Principal::Service {
            name: "logs.amazonaws.com".into(),
        },
        Principal::WebIdentity {
            provider: "accounts.google.com".into(),
        },
        Principal::Saml {
            provider: "arn:aws:iam::111122223333:saml-provider/idp".into(),
        },
        Principal::Anonymous,
    ]
}

fn actions() -> [String; 3] {
    // The last is no action of AWS, but whoever asks may ask for it.
    [
        "s3:GetObject".into(),
        "sts:AssumeRole".into(),
        format!("s3:{}", "Get".repeat(1000)),
    ]
}

fn resources() -> [String; 4] {
    [
        OBJECT.into(),
        "arn:aws:iam::444455556666:role/other".into(),
        "*".into(),
        format!("arn:aws:s3:::bucket/{}", "ab".repeat(1500)),
    ]
}

fn contexts() -> [Context; 2] {
    let mut context = Context::new();
    for (key, value) in [
        ("aws:username", "bob"),
        ("aws:SourceIp", "192.0.2.7"),
        ("aws:CurrentTime", "2026-01-02T03:04:05Z"),
        ("aws:MultiFactorAuthAge", "17.5"),
        ("aws:SecureTransport", "true"),
        ("aws:PrincipalArn", BOB),
        ("aws:PrincipalTag/team", "red"),
        ("aws:PrincipalTag/GRÖSSE", "big"),
        ("s3:blob", "QUJD"),
    ] {
        context.insert(key, value);
    }
    context.insert("aws:UserAgent", Text::from("aab".repeat(1000)));
    context.insert_many("aws:TagKeys", ["team", "project", "*", ""]);
    [Context::new(), context]
}

#[test]
fn principals_and_resources_cost_nothing() {
    check(
        "principals",
        Breadth::Everywhere,
        json!([
            {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "NotPrincipal": {"AWS": [BOB, ROLE, SESSION, "111122223333"]},
             "NotAction": "iam:*", "NotResource": ["arn:aws:s3:::other/*", "arn:aws:iam::*:role/?"]},
            {"Effect": "Allow", "Principal": {"AWS": [BOB, FEDERATED, "AIDAAAAAAAAAAAAAAAAAB"],
             "Service": "logs.amazonaws.com", "Federated": "accounts.google.com", "CanonicalUser": "x"},
             "Action": ["sts:AssumeRole*", "s*:Get?bject", "S3:*e*", "bad"],
             "Resource": ["arn:aws:s3", "arn:aws:s3:::${aws:username}*", "arn:${aws:username}:s3:::*",
                          "arn:aws:s3:::bucket/*a?b*${aws:PrincipalTag/team, 'none'}*", "arn:aws:s?:::*", "x"]},
        ]),
    );
}

#[test]
fn variables_cost_nothing() {
    let resources = [
        "arn:aws:s3:::${aws:username}*",
        "arn:aws:s3:::bucket/${aws:PrincipalTag/none, 'k'}?y${aws:TagKeys}",
        "arn:aws:*:::${aws:PrincipalTag/Größe}*",
        "arn:aws:*:::${aws:PrincipalTag/none, 'x'}?",
        "arn:${aws:username}:s3:::*",
        "arn:aws:s3:::${aws:username",
    ];
    for element in ["Resource", "NotResource"] {
        check(
            element,
            Breadth::Identity,
            json!([{"Effect": "Deny", "Principal": "*", "Action": "*", element: resources}]),
        );
    }
}

#[test]
fn conditions_cost_nothing() {
    let values = json!([
        "red",
        "*e?",
        "${aws:username}*",
        "${aws:nothing, 'x'}",
        "${aws:TagKeys}",
        "*a?b*a*",
        "192.0.2.0/24",
        "::/0",
        "2020-01-01",
        "17.5",
        "true",
        "QUJD",
        "arn:aws:iam::*:user/*",
        "arn:aws:${aws:username}::*:user/b?b"
    ]);
    let comparisons = [
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "Bool",
        "ArnLike",
        "ArnNotEquals",
        "IpAddress",
        "NotIpAddress",
        "Null",
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "DateEquals",
        "DateGreaterThan",
        "BinaryEquals",
    ];
    for comparison in comparisons {
        for quantifier in ["", "ForAllValues:", "ForAnyValue:"] {
            let operator = format!("{quantifier}{comparison}");
            let keys = [
                "aws:username",
                "aws:SourceIp",
                "aws:CurrentTime",
                "aws:MultiFactorAuthAge",
                "aws:SecureTransport",
                "aws:PrincipalArn",
                "aws:PrincipalTag/grösse",
                "aws:UserAgent",
                "s3:blob",
                "aws:TagKeys",
                "aws:absent",
            ];
            let statements = keys.map(|key| {
                json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                       "Condition": {operator.clone(): {key: values}}})
            });
            check(&operator, Breadth::Identity, json!(statements));
        }
    }
}

#[test]
fn many_statements_cost_nothing() {
    // More than a page of them matches, and the last one denies.
    let statement = |effect| json!({"Effect": effect, "Principal": "*", "Action": "*", "Resource": OBJECT});
    let mut statements = vec![statement("Allow"); 3000];
    statements.push(statement("Deny"));
    check("many statements", Breadth::Identity, json!(statements));
}

#[test]
fn searching_for_long_stretches_costs_nothing() {
    let stretch = format!("arn:aws:s3:::*{}?b*", "ab?b".repeat(700));
    check(
        "long stretches",
        Breadth::Identity,
        json!([{"Effect": "Deny", "Principal": "*", "Action": format!("s3:*{}?x*", "get".repeat(300)),
                "Resource": [stretch, "arn:aws:s3:::*a*a*a*a*a*a*a*a*a?c*"],
                "Condition": {"StringNotLike": {"aws:UserAgent": format!("*{}?c*", "aab".repeat(900))}}}]),
    );
}

/// What this file relies on: an allocation is counted wherever it happens, so a decision with one would be found.
#[test]
fn an_allocation_would_be_counted() {
    let deliberate = measure(|| drop(black_box(Box::new(7))));
    assert_eq!(deliberate.count_total, 1);
    let text = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}).to_string();
    let attached = [attached(Policy::compile(&Document::parse(&text).unwrap()))];
    let (principal, context) = (&principals()[0], &contexts()[1]);
    let request = Request {
        principal,
        action: "s3:GetObject",
        resource: OBJECT,
        resource_account: None,
        wildcard_only_action: false,
        partly_known: false,
        context,
    };
    let layers = Layers {
        identity: &attached,
        ..Layers::default()
    };
    assert_eq!(
        measure(|| drop(black_box(decide(&request, &layers)))).count_total,
        0
    );
    assert_ne!(
        measure(|| drop(black_box(explain(&request, &layers)))).count_total,
        0
    );
    let with_copy = measure(|| {
        let decision = decide(&request, &layers);
        drop(black_box(decision.statement.map(|statement| vec![statement])));
    });
    assert_eq!(with_copy.count_total, 1);
}
