//! `lanyard resource-tags` against a running server.

use crate::server::{Server, eventually, text};

const ACCOUNT: &str = "111122223333";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:jobs";

fn with_account() -> Server {
    let server = Server::start();
    server.json(&["account", "create", "team", "--id", ACCOUNT, "--json"]);
    server
}

/// The exit code with what stands on standard output and on standard error.
fn check(server: &Server, words: &[&str], code: i32, expected: &str) {
    let output = server.run(words);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
    assert!(said.contains(expected), "{words:?}: {said}");
}

#[test]
fn tags_are_put_shown_and_taken_away() {
    let server = with_account();
    check(
        &server,
        &["resource-tags", "put", QUEUE, "team=a", "note=b=c"],
        0,
        "arn:aws:sqs:us-east-1:111122223333:jobs in account 111122223333 has the tags note=b=c team=a",
    );
    check(
        &server,
        &["resource-tags", "put", QUEUE, "Team=d"],
        0,
        "Team=d note=b=c",
    );
    check(&server, &["resource-tags", "get", QUEUE], 0, "Team=d\nnote=b=c\n");
    check(
        &server,
        &["resource-tags", "get", QUEUE, "--json"],
        0,
        r#"{"ResourceArn":"arn:aws:sqs:us-east-1:111122223333:jobs","AccountId":"111122223333","Tags":[{"Key":"Team","Value":"d"},{"Key":"note","Value":"b=c"}]}"#,
    );
    check(
        &server,
        &["resource-tags", "list"],
        0,
        "111122223333  arn:aws:sqs:us-east-1:111122223333:jobs  Team=d note=b=c\n",
    );
    check(
        &server,
        &["resource-tags", "delete", QUEUE, "TEAM"],
        0,
        "has the tags note=b=c",
    );
    check(&server, &["resource-tags", "delete", QUEUE], 0, "has no tags");
    check(&server, &["resource-tags", "get", QUEUE], 4, "has no tags here");
    check(
        &server,
        &["resource-tags", "delete", QUEUE],
        4,
        "has no tags here",
    );
}

#[test]
fn whose_a_resource_is_its_arn_says_or_the_operator() {
    let server = with_account();
    let api = "arn:aws:apigateway:us-east-1::/restapis/a1";
    check(
        &server,
        &["resource-tags", "put", api, "team=a"],
        2,
        "--account 12DIGITS",
    );
    check(
        &server,
        &["resource-tags", "put", api, "team=a", "--account", ACCOUNT],
        0,
        "in account 111122223333 has the tags team=a",
    );
    check(
        &server,
        &[
            "resource-tags",
            "put",
            QUEUE,
            "team=a",
            "--account",
            "111122224444",
        ],
        2,
        "belongs to account 111122223333, not to 111122224444",
    );
    check(
        &server,
        &[
            "resource-tags",
            "put",
            "arn:aws:sqs:us-east-1:111122224444:q",
            "team=a",
        ],
        4,
        "there is no account 111122224444",
    );
}

#[test]
fn what_is_no_tag_is_refused() {
    let server = with_account();
    for (tag, expected) in [
        ("team", "KEY=VALUE"),
        ("=a", "KEY=VALUE"),
        ("te<am=a", "is no tag"),
        ("aws:team=a", "aws:team"),
    ] {
        check(&server, &["resource-tags", "put", QUEUE, tag], 2, expected);
    }
    check(&server, &["resource-tags", "put", QUEUE, "a=1", "A=2"], 2, "");
    check(&server, &["resource-tags", "put", "jobs", "a=1"], 2, "is no ARN");
    check(
        &server,
        &[
            "resource-tags",
            "put",
            "arn:aws:s3:::reports",
            "a=1",
            "--account",
            ACCOUNT,
        ],
        2,
        "buckets",
    );
}

#[test]
fn changes_are_in_the_trail() {
    let server = with_account();
    server.run(&["resource-tags", "put", QUEUE, "team=a"]);
    server.run(&["resource-tags", "delete", QUEUE, "team"]);
    for event in ["PutResourceTags", "DeleteResourceTags"] {
        let is_recorded = || text(&server.run(&["trail", "--json"]).stdout).contains(event);
        eventually(event, is_recorded);
    }
}
