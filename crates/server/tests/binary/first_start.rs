//! What the first start leaves behind, and what the environment may say about it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::server::{Server, lanyard, run, text};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn everything_it_makes_is_private() {
    let server = Server::start();
    for directory in ["", "admin", "trail"] {
        assert_eq!(mode(&server.data.join(directory)), 0o700, "{directory}");
    }
    for file in ["master.key", "aws-config", "lock", "state.db"] {
        assert_eq!(mode(&server.data.join(file)), 0o600, "{file}");
    }
}

#[test]
fn the_profile_is_ready_and_its_secret_is_printed_nowhere() {
    let mut server = Server::start();
    let profile = fs::read_to_string(server.data.join("aws-config")).unwrap();
    let value = |key: &str| {
        let line = profile.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_once(" = ").unwrap().1.to_owned()
    };
    assert!(profile.contains("[profile lanyard]"));
    assert_eq!(value("endpoint_url"), format!("http://{}", server.address()));
    let account = lanyard_names::AccessKeyId::parse(&value("aws_access_key_id"))
        .unwrap()
        .account();
    assert!(
        server.announced.contains(&account.to_string()),
        "{}",
        server.announced
    );
    let secret = value("aws_secret_access_key");
    assert_eq!(secret.len(), 40);
    let (_, log) = server.stop();
    assert!(!server.announced.contains(&secret) && !log.contains(&secret));
}

#[test]
fn a_later_start_makes_nothing_new_and_corrects_the_endpoint() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let mut first = Server::start_in(&data, &[], &[]);
    let before = fs::read_to_string(data.join("aws-config")).unwrap();
    let accounts = first.json(&["account", "list", "--json"]);
    let address = first.address();
    assert_eq!(first.stop().0, Some(0));
    let second = Server::start_in(&data, &[], &[("LANYARD_ACCOUNT_ID", "111122223333")]);
    assert_eq!(second.json(&["account", "list", "--json"]), accounts);
    let after = fs::read_to_string(data.join("aws-config")).unwrap();
    assert_eq!(after, before.replace(&address, &second.address()));
}

#[test]
fn the_environment_decides_what_is_made() {
    let made = run(&["keygen", "--id", "111122223333", "--json"]);
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let server = Server::start_with(
        &[],
        &[
            ("LANYARD_ACCOUNT_ID", "111122223333"),
            (
                "LANYARD_ADMIN_ACCESS_KEY_ID",
                made["AccessKeyId"].as_str().unwrap(),
            ),
            (
                "LANYARD_ADMIN_SECRET_ACCESS_KEY",
                made["SecretAccessKey"].as_str().unwrap(),
            ),
        ],
    );
    let list = server.json(&["account", "list", "--json"]);
    assert_eq!(list["Accounts"][0]["AccountId"], "111122223333");
    let profile = fs::read_to_string(server.data.join("aws-config")).unwrap();
    assert!(profile.contains(made["AccessKeyId"].as_str().unwrap()));
}

#[test]
fn a_bad_environment_stops_the_first_start_and_says_what_to_do() {
    let key = "AKIARTX3GSDS5HSN62SI"; // of account 111122223333
    let secret = "a-secret-of-forty-characters-0123456789x";
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("LANYARD_ACCOUNT_ID", "12")], "12 digits"),
        (
            &[("LANYARD_ADMIN_ACCESS_KEY_ID", key)],
            "LANYARD_ADMIN_SECRET_ACCESS_KEY",
        ),
        (
            &[("LANYARD_ADMIN_SECRET_ACCESS_KEY", secret)],
            "LANYARD_ADMIN_ACCESS_KEY_ID",
        ),
        (
            &[
                ("LANYARD_ADMIN_ACCESS_KEY_ID", "admin"),
                ("LANYARD_ADMIN_SECRET_ACCESS_KEY", secret),
            ],
            "lanyard keygen",
        ),
        (
            &[
                ("LANYARD_ACCOUNT_ID", "999999999999"),
                ("LANYARD_ADMIN_ACCESS_KEY_ID", key),
                ("LANYARD_ADMIN_SECRET_ACCESS_KEY", secret),
            ],
            "lanyard keygen --id 999999999999",
        ),
        (
            &[
                ("LANYARD_ADMIN_ACCESS_KEY_ID", key),
                ("LANYARD_ADMIN_SECRET_ACCESS_KEY", "short"),
            ],
            "16 to 128",
        ),
    ];
    for (variables, expected) in cases {
        let base = tempfile::tempdir().unwrap();
        let data = base.path().join("data");
        let output = lanyard()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                data.to_str().unwrap(),
            ])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(!error.contains(secret), "{error}");
    }
}

#[test]
fn a_missing_or_wrong_master_key_stops_the_start() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    assert_eq!(Server::start_in(&data, &[], &[]).stop().0, Some(0));
    let start = || {
        run(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
            data.to_str().unwrap(),
        ])
    };
    fs::rename(data.join("master.key"), data.join("away")).unwrap();
    let output = start();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("master key"),
        "{}",
        text(&output.stderr)
    );
    assert!(
        !data.join("master.key").exists(),
        "a new master key must not be made for an old store"
    );

    let other = tempfile::tempdir().unwrap();
    let foreign = other.path().join("data");
    assert_eq!(Server::start_in(&foreign, &[], &[]).stop().0, Some(0));
    fs::copy(foreign.join("master.key"), data.join("master.key")).unwrap();
    let output = start();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("master key"),
        "{}",
        text(&output.stderr)
    );
}
