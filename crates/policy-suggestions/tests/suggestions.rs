//! What is suggested, from what was seen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::sync::Arc;

use lanyard_names::AccountId;
use lanyard_policy::{Attached, Context, Document, Layers, Policy, PolicySource, Principal, Request, decide};
use lanyard_policy_suggestions::{Breadth, Line, Observations, Seen, Suggestion, suggest};
use proptest::prelude::*;
use serde_json::Value;

const TABLES: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table";

fn seen(action: &str, resource: &str, number: usize) -> Seen {
    Seen {
        action: action.to_owned(),
        resource: resource.to_owned(),
        partly_known: false,
        passed_to: None,
        time: format!("2026-11-22T10:{number:02}:00Z"),
        request_id: format!("r{number}"),
    }
}

fn suggested(seen: &[Seen], breadth: Breadth) -> Suggestion {
    let seen: Observations = seen.iter().cloned().collect();
    suggest(AccountId::parse("111122223333").unwrap(), &seen, breadth).unwrap()
}

/// The statements that come of these actions on resources, as `Actions on Resources`.
#[track_caller]
fn check(uses: &[(&str, &str)], breadth: Breadth, expected: &[&str]) {
    let seen: Vec<Seen> = uses
        .iter()
        .enumerate()
        .map(|(number, (action, resource))| seen(action, resource, number))
        .collect();
    let suggestion = suggested(&seen, breadth);
    let mut statements = Vec::new();
    for policy in &suggestion.policies {
        let document: Value = serde_json::from_str(&policy.document).unwrap();
        for statement in document["Statement"].as_array().unwrap() {
            let list = |value: &Value| match value {
                Value::String(text) => text.clone(),
                list => {
                    let texts: Vec<&str> = list
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|text| text.as_str().unwrap())
                        .collect();
                    texts.join(" ")
                }
            };
            statements.push(format!(
                "{} on {}",
                list(&statement["Action"]),
                list(&statement["Resource"])
            ));
        }
    }
    assert_eq!(statements, expected);
}

#[test]
fn few_resources_are_named_and_actions_on_the_same_share_a_statement() {
    check(
        &[
            (
                "dynamodb:PutItem",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            ),
            (
                "dynamodb:GetItem",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            ),
            (
                "dynamodb:GetItem",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            ),
            ("dynamodb:ListTables", "*"),
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        ],
        Breadth::default(),
        &[
            "dynamodb:GetItem dynamodb:PutItem on arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            "dynamodb:ListTables on *",
            "sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:jobs",
        ],
    );
    check(&[], Breadth::default(), &[]);
}

#[test]
fn of_many_resources_what_they_have_in_common_is_named() {
    let tables: Vec<String> = (0..6)
        .map(|number| format!("{TABLES}/team-orders-{number}"))
        .collect();
    let uses: Vec<(&str, &str)> = tables
        .iter()
        .map(|table| ("dynamodb:Scan", table.as_str()))
        .collect();
    let common = format!("dynamodb:Scan on {TABLES}/team-orders-*");
    check(&uses, Breadth::default(), &[&common]);
    let all = format!("dynamodb:Scan on {}", tables.join(" "));
    check(&uses, Breadth::Exact, &[&all]);
    check(&uses, Breadth::AtMost(6), &[&all]);
    // Nothing in common but that they are tables.
    let others: Vec<String> = ["a", "b", "c", "d", "e", "f"]
        .map(|name| format!("{TABLES}/{name}"))
        .to_vec();
    let uses: Vec<(&str, &str)> = others
        .iter()
        .map(|table| ("dynamodb:Scan", table.as_str()))
        .collect();
    check(
        &uses,
        Breadth::default(),
        &[&format!("dynamodb:Scan on {TABLES}/*")],
    );
}

#[test]
fn of_objects_the_folders_are_named_and_single_ones_in_full() {
    check(
        &[
            ("s3:GetObject", "arn:aws:s3:::reports/2026/01/a.csv"),
            ("s3:GetObject", "arn:aws:s3:::reports/2026/02/b.csv"),
            ("s3:GetObject", "arn:aws:s3:::reports/2026/03/c.csv"),
            ("s3:GetObject", "arn:aws:s3:::images/logo.png"),
        ],
        Breadth::AtMost(2),
        &["s3:GetObject on arn:aws:s3:::images/logo.png arn:aws:s3:::reports/2026/*"],
    );
}

#[test]
fn accounts_and_regions_are_never_taken_together() {
    let in_region = |region: &str, name: &str| format!("arn:aws:sqs:{region}:111122223333:{name}");
    let queues: Vec<String> = ["a", "b", "c"].map(|name| in_region("eu-west-1", name)).to_vec();
    let elsewhere = in_region("us-east-1", "a");
    let mut uses: Vec<(&str, &str)> = queues
        .iter()
        .map(|queue| ("sqs:SendMessage", queue.as_str()))
        .collect();
    uses.push(("sqs:SendMessage", &elsewhere));
    check(
        &uses,
        Breadth::AtMost(2),
        &["sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:* arn:aws:sqs:us-east-1:111122223333:a"],
    );
}

#[test]
fn what_is_a_wildcard_in_a_name_is_none_in_the_policy() {
    check(
        &[
            ("s3:PutObject", "arn:aws:s3:::b/${who}*?"),
            (
                "ec2:RunInstances",
                "arn:aws:ec2:eu-west-1:111122223333:instance/*",
            ),
        ],
        Breadth::default(),
        &[
            "ec2:RunInstances on arn:aws:ec2:eu-west-1:111122223333:instance/*",
            "s3:PutObject on arn:aws:s3:::b/${$}{who}${*}${?}",
        ],
    );
}

#[test]
fn what_only_the_service_knows_is_a_star_wherever_it_stands() {
    let plan = |name: &str| Seen {
        partly_known: true,
        ..seen(
            "backup:DeleteReportPlan",
            &format!("arn:aws:backup:eu-west-1:111122223333:report-plan:{name}-*"),
            1,
        )
    };
    // It is decided as it was asked.
    let resource = |seen: &[Seen], breadth| {
        let suggestion = suggested(seen, breadth);
        let document: Value = serde_json::from_str(&suggestion.policies[0].document).unwrap();
        document["Statement"][0]["Resource"].clone()
    };
    let monthly = "arn:aws:backup:eu-west-1:111122223333:report-plan:monthly-*";
    assert_eq!(resource(&[plan("monthly")], Breadth::Exact), monthly);
    assert_eq!(resource(&[plan("monthly")], Breadth::default()), monthly);
    let both = [plan("team-a$"), plan("team-b?")];
    assert_eq!(
        resource(&both, Breadth::AtMost(1)),
        "arn:aws:backup:eu-west-1:111122223333:report-plan:team-*"
    );
    assert_eq!(
        resource(&both[..1], Breadth::Exact),
        "arn:aws:backup:eu-west-1:111122223333:report-plan:team-a${$}-*"
    );
}

#[test]
fn a_role_is_passed_to_the_service_that_it_was_passed_to() {
    let mut pass = seen("iam:PassRole", "arn:aws:iam::111122223333:role/worker", 1);
    pass.passed_to = Some("lambda.amazonaws.com".to_owned());
    let suggestion = suggested(&[pass], Breadth::default());
    let document: Value = serde_json::from_str(&suggestion.policies[0].document).unwrap();
    assert_eq!(
        document["Statement"][0]["Condition"]["StringEquals"]["iam:PassedToService"],
        "lambda.amazonaws.com"
    );
}

#[test]
fn every_line_says_what_it_is_there_for() {
    let table = format!("{TABLES}/orders");
    let uses: Vec<Seen> = (1..=5)
        .map(|number| seen("dynamodb:GetItem", &table, number))
        .collect();
    let suggestion = suggested(&uses, Breadth::default());
    let expected = Line {
        action: "dynamodb:GetItem".to_owned(),
        resource: table,
        passed_to: None,
        resources: 1,
        requests: 5,
        first: "2026-11-22T10:01:00Z".to_owned(),
        last: "2026-11-22T10:05:00Z".to_owned(),
        examples: ["r5", "r4", "r3"].map(str::to_owned).to_vec(),
    };
    assert_eq!(suggestion.policies[0].statements[0].lines, [expected]);
}

#[test]
fn what_is_too_much_for_one_policy_is_several() {
    let uses: Vec<Seen> = (0..400)
        .map(|number| {
            seen(
                &format!("app:Action{number}"),
                &format!("{TABLES}/table-number-{number}"),
                0,
            )
        })
        .collect();
    let suggestion = suggested(&uses, Breadth::Exact);
    assert!(suggestion.policies.len() > 1);
    for policy in &suggestion.policies {
        let characters = policy
            .document
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .count();
        assert!(characters <= 6_144, "{characters}");
    }
}

proptest! {
    /// Whatever was seen is allowed (which `suggest` finds out itself), in whichever order it was seen.
    #[test]
    fn any_names_can_be_suggested(
        names in prop::collection::vec("[a-z*?$/{}:. -]{1,12}", 1..12),
        count in 1_usize..4,
    ) {
        let mut uses: Vec<Seen> = names
            .iter()
            .enumerate()
            .map(|(number, name)| seen("s3:GetObject", &format!("arn:aws:s3:::bucket/{name}"), number))
            .collect();
        let forward = suggested(&uses, Breadth::AtMost(count));
        uses.reverse();
        prop_assert_eq!(&forward, &suggested(&uses, Breadth::AtMost(count)));
        let patterns: usize = forward.policies.iter().flat_map(|policy| &policy.statements).map(|one| one.lines.len()).sum();
        prop_assert!(patterns <= count);
    }
}

#[test]
fn types_and_buckets_are_never_taken_together() {
    let indexes: Vec<String> = ["a", "b", "c"]
        .map(|name| format!("{TABLES}/{name}/index/by-date"))
        .to_vec();
    let tables: Vec<String> = ["a", "b", "c"].map(|name| format!("{TABLES}/{name}")).to_vec();
    let query = |resources: &[String], expected: &[&str]| {
        let uses: Vec<(&str, &str)> = resources
            .iter()
            .map(|one| ("dynamodb:Query", one.as_str()))
            .collect();
        check(&uses, Breadth::AtMost(2), expected);
    };
    query(
        &indexes,
        &[&format!("dynamodb:Query on {TABLES}/*/index/by-date")],
    );
    query(
        &[indexes.clone(), tables[..1].to_vec()].concat(),
        &[&format!("dynamodb:Query on {TABLES}/*/index/by-date {TABLES}/a")],
    );
    let objects = ["a", "b", "c"].map(|bucket| format!("arn:aws:s3:::{bucket}/k"));
    let uses = objects.each_ref().map(|one| ("s3:GetObject", one.as_str()));
    check(
        &uses,
        Breadth::AtMost(2),
        &["s3:GetObject on arn:aws:s3:::a/k arn:aws:s3:::b/k arn:aws:s3:::c/k"],
    );
    // What all buckets have in common is that they are buckets, also those of others.
    let list = |buckets: [&str; 3], expected: &str| {
        let buckets = buckets.map(|bucket| format!("arn:aws:s3:::{bucket}"));
        let uses = buckets.each_ref().map(|one| ("s3:ListBucket", one.as_str()));
        check(&uses, Breadth::AtMost(2), &[expected]);
    };
    list(
        ["a", "b", "c"],
        "s3:ListBucket on arn:aws:s3:::a arn:aws:s3:::b arn:aws:s3:::c",
    );
    list(
        ["team-a", "team-b", "team-c"],
        "s3:ListBucket on arn:aws:s3:::team-*",
    );
    let groups = ["a", "b", "c"]
        .map(|name| format!("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop-{name}:*"));
    let uses = groups.each_ref().map(|one| ("logs:PutLogEvents", one.as_str()));
    check(
        &uses,
        Breadth::AtMost(2),
        &["logs:PutLogEvents on arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop-*:*"],
    );
}

#[test]
fn roles_that_are_passed_are_named_however_many_they_are() {
    let roles = ["team-a", "team-b", "team-c"].map(|name| format!("arn:aws:iam::111122223333:role/{name}"));
    let uses = roles.each_ref().map(|one| ("iam:PassRole", one.as_str()));
    check(
        &uses,
        Breadth::AtMost(1),
        &[&format!("iam:PassRole on {}", roles.join(" "))],
    );
}

#[test]
fn a_document_is_ascii_whatever_the_names_are() {
    let name = "arn:aws:s3:::b/é-\u{202e}日本\u{9b}2J\u{7f}😀\"\\\n";
    let suggestion = suggested(&[seen("s3:GetObject", name, 1)], Breadth::default());
    let document = &suggestion.policies[0].document;
    assert!(document.chars().all(|letter| matches!(letter, '\n' | ' '..='~')));
    let value: Value = serde_json::from_str(document).unwrap();
    assert_eq!(value["Statement"][0]["Resource"], name);
}

#[test]
fn long_names_come_in_several_policies() {
    let keys: Vec<Seen> = (0..12)
        .map(|number| {
            let name = format!("arn:aws:s3:::b/{number}{}", "日".repeat(300));
            seen("s3:GetObject", &name, number)
        })
        .collect();
    let suggestion = suggested(&keys, Breadth::Exact);
    for policy in &suggestion.policies {
        let characters = policy.document.chars().filter(|letter| !letter.is_whitespace());
        assert!(characters.count() <= 6_144);
    }
    assert_eq!(suggestion.policies.len(), 6);
}

/// A resource of one of three kinds, of names that have syntax in them.
fn resource() -> impl Strategy<Value = (&'static str, String)> {
    let name = "[a-c*?$.-]{1,4}";
    prop_oneof![
        name.prop_map(|name| ("dynamodb:Query", format!("{TABLES}/t{name}"))),
        (name, name)
            .prop_map(|(table, index)| ("dynamodb:Query", format!("{TABLES}/t{table}/index/i{index}"))),
        ("[ab]", "[a-c*?$/{}é-]{1,6}")
            .prop_map(|(bucket, key)| ("s3:GetObject", format!("arn:aws:s3:::{bucket}/{key}"))),
    ]
}

/// Whether what is suggested allows an action on a resource.
fn allows(suggestion: &Suggestion, action: &str, resource: &str) -> bool {
    let principal = Principal::User {
        account: AccountId::parse("111122223333").unwrap(),
        arn: "arn:aws:iam::111122223333:user/carla".into(),
        id: None,
    };
    let attached: Vec<Attached> = suggestion
        .policies
        .iter()
        .map(|policy| Attached {
            policy: Arc::new(Policy::compile(&Document::parse(&policy.document).unwrap())),
            source: PolicySource::Session { index: 0 },
        })
        .collect();
    let request = Request {
        principal: &principal,
        action,
        resource,
        resource_account: Some(principal.account().unwrap()),
        wildcard_only_action: false,
        partly_known: false,
        context: &Context::new(),
    };
    let layers = Layers {
        identity: &attached,
        ..Layers::default()
    };
    decide(&request, &layers).is_allowed()
}

proptest! {
    /// What was seen is allowed, and what lies beside it is not: another action, another account, region or type, and,
    /// where all are named, another name.
    #[test]
    fn neighbours_of_what_was_seen_are_not_allowed(
        uses in prop::collection::vec(resource(), 1..10),
        count in 1_usize..4,
    ) {
        let seen: Vec<Seen> = uses.iter().map(|(action, resource)| seen(action, resource, 1)).collect();
        let wide = suggested(&seen, Breadth::AtMost(count));
        let exact = suggested(&seen, Breadth::Exact);
        for (action, resource) in &uses {
            prop_assert!(allows(&wide, action, resource) && allows(&exact, action, resource));
            let other = format!("{action}s");
            prop_assert!(!allows(&wide, &other, resource));
            for (one, other) in [("eu-west-1", "eu-west-2"), ("111122223333:", "444455556666:"), (":::", ":::c")] {
                let neighbour = resource.replace(one, other);
                prop_assert!(neighbour == *resource || !allows(&wide, action, &neighbour));
            }
            // Stars of a table's name would match an index, and none of an index a table.
            let is_table = |resource: &str| !resource.contains("/index/");
            if action.starts_with("dynamodb:") && uses.iter().all(|(_, other)| !is_table(other)) {
                let table = resource.split("/index/").next().unwrap();
                prop_assert!(!allows(&wide, action, table));
            }
            for neighbour in [format!("{resource}x"), resource.replace(['*', '?'], "b"), resource.replace('$', "")] {
                let was_seen = uses.iter().any(|(_, other)| *other == neighbour);
                prop_assert!(was_seen || !allows(&exact, action, &neighbour), "{neighbour}");
            }
        }
    }
}
