//! What is suggested, from what was seen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use lanyard_names::AccountId;
use lanyard_policy_suggestions::{Breadth, Line, Seen, Suggestion, suggest};
use proptest::prelude::*;
use serde_json::Value;

const TABLES: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table";

fn seen(action: &str, resource: &str, number: usize) -> Seen {
    Seen {
        action: action.to_owned(),
        resource: resource.to_owned(),
        passed_to: None,
        time: format!("2026-11-22T10:{number:02}:00Z"),
        request_id: format!("r{number}"),
    }
}

fn suggested(seen: &[Seen], breadth: Breadth) -> Suggestion {
    suggest(AccountId::parse("111122223333").unwrap(), seen, breadth).unwrap()
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
