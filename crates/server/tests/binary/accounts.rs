//! Accounts, quotas and root keys over the admin socket, and the trail they leave.

use crate::server::{Server, eventually, text};

fn trail(server: &Server) -> Vec<serde_json::Value> {
    let output = server.run(&["trail", "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn is_in_the_trail(server: &Server, event: &str, account: &str) -> bool {
    trail(server).iter().any(|record| {
        record["eventName"] == event
            && record["recipientAccountId"] == account
            && record["userIdentity"]["invokedBy"] == "admin.lanyard"
    })
}

#[test]
fn an_account_is_made_with_the_id_asked_for_and_listed() {
    let server = Server::start();
    let made = server.json(&["account", "create", "team a", "--id", "111122223333", "--json"]);
    assert_eq!(made["AccountId"], "111122223333");
    let key = lanyard_names::AccessKeyId::parse(made["AccessKeyId"].as_str().unwrap()).unwrap();
    assert_eq!(key.account().to_string(), "111122223333");
    assert_eq!(made["SecretAccessKey"].as_str().unwrap().len(), 40);
    let list = server.json(&["account", "list", "--json"]);
    let listed = list["Accounts"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert!(
        listed
            .iter()
            .any(|account| account["AccountId"] == "111122223333" && account["Name"] == "team a")
    );
    eventually("the record of the new account", || {
        is_in_the_trail(&server, "CreateAccount", "111122223333")
    });
}

#[test]
fn an_id_is_taken_once() {
    let server = Server::start();
    server.json(&[
        "account",
        "create",
        "one",
        "--id",
        "111122223333",
        "--root-access-key",
        "--json",
    ]);
    let output = server.run(&["account", "create", "two", "--id", "111122223333"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("111122223333"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn bad_ids_and_names_are_wrong_usage() {
    let server = Server::start();
    for words in [
        &["account", "create", "x", "--id", "12"][..],
        &["account", "create", "x", "--id", "000000000000"],
        &["account", "create", ""],
        &["account", "set-quota", "12", "UsersPerAccount", "1"],
        &["admin", "reset-root", "x"],
    ] {
        assert_eq!(server.run(words).status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn many_accounts_at_once_are_all_made() {
    let server = Server::start();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let server = &server;
            scope.spawn(move || {
                server.json(&[
                    "account",
                    "create",
                    &format!("a{number}"),
                    "--root-access-key",
                    "--json",
                ]);
            });
        }
    });
    assert_eq!(
        server.json(&["account", "list", "--json"])["Accounts"]
            .as_array()
            .unwrap()
            .len(),
        9
    );
}

#[test]
fn a_quota_is_set_by_its_name_and_an_unknown_one_lists_them() {
    let server = Server::start();
    server.json(&["account", "create", "x", "--id", "111122223333", "--json"]);
    let output = server.run(&["account", "set-quota", "111122223333", "usersperaccount", "7"]);
    assert_eq!(text(&output.stdout), "UsersPerAccount of 111122223333 is now 7\n");
    let output = server.run(&["account", "set-quota", "111122223333", "Badgers", "7"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("GroupsPerUser"),
        "{}",
        text(&output.stderr)
    );
    let output = server.run(&["account", "set-quota", "999999999999", "UsersPerAccount", "7"]);
    assert_eq!(output.status.code(), Some(4));
    eventually("the record of the quota", || {
        is_in_the_trail(&server, "SetQuota", "111122223333")
    });
}

#[test]
fn a_lost_root_is_recovered_loudly() {
    let server = Server::start();
    let made = server.json(&[
        "account",
        "create",
        "x",
        "--id",
        "111122223333",
        "--root-access-key",
        "--json",
    ]);
    let reset = server.json(&["admin", "reset-root", "111122223333", "--json"]);
    assert_ne!(made["AccessKeyId"], reset["AccessKeyId"]);
    // Again and again: the quota of two root keys is never in the way.
    for _ in 0..3 {
        server.json(&["admin", "reset-root", "111122223333", "--json"]);
    }
    eventually("the record of the reset", || {
        is_in_the_trail(&server, "ResetRoot", "111122223333")
    });
    let records = trail(&server);
    let text = serde_json::to_string(&records).unwrap();
    for key in [&made, &reset] {
        assert!(!text.contains(key["SecretAccessKey"].as_str().unwrap()));
    }
    assert_eq!(
        server.run(&["admin", "reset-root", "999999999999"]).status.code(),
        Some(4)
    );
}

#[test]
fn an_unknown_request_cannot_be_explained() {
    let server = Server::start();
    let output = server.run(&["explain", "7f1c2c6e-4a3d-4c38-9c0a-3f0b6a3f5d55"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    eventually("the record of the question", || {
        is_in_the_trail(&server, "Explain", "000000000000")
    });
}

#[test]
fn the_trail_is_read_without_a_server_too() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let mut server = Server::start_in(&data, &[], &[]);
    server.json(&["account", "create", "x", "--id", "111122223333", "--json"]);
    assert_eq!(server.stop().0, Some(0));
    let output = server.run(&["trail", "--account", "111122223333"]);
    let lines = text(&output.stdout);
    assert!(
        lines.contains("CreateAccount") && lines.contains("111122223333"),
        "{lines}"
    );
}

#[test]
fn the_doctor_is_content_with_a_server_that_runs_and_with_one_that_does_not() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let mut server = Server::start_in(&data, &[], &[]);
    let output = server.run(&["doctor"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    assert_eq!(server.stop().0, Some(0));
    let output = server.run(&["doctor"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    std::fs::set_permissions(
        server.data.join("master.key"),
        std::fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let output = server.run(&["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let key = report["Checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["Name"] == "master key")
        .unwrap();
    assert_eq!(key["Result"], "failed");
}
