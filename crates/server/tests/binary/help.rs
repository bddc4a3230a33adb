//! Help texts, versions and wrong usage.

use crate::server::{run, text};

const COMMANDS: &[&[&str]] = &[
    &["serve"],
    &["account", "create"],
    &["account", "list"],
    &["account", "set-quota"],
    &["admin", "reset-root"],
    &["explain"],
    &["trail"],
    &["doctor"],
    &["keygen"],
    &["version"],
    &["gateway", "explain"],
    &["gateway", "coverage"],
    &["gateway", "adopt"],
    &["gateway", "release"],
    &["gateway", "buckets"],
    &["resource-policy", "put"],
    &["resource-policy", "get"],
    &["resource-policy", "delete"],
    &["resource-policy", "list"],
    &["resource-tags", "put"],
    &["resource-tags", "get"],
    &["resource-tags", "delete"],
    &["resource-tags", "list"],
    &["gateway", "suggest"],
    &["sessions", "revoke"],
    &["keys", "list"],
    &["keys", "rules"],
    &["keys", "rotate"],
    &["mfa", "add-hardware"],
    &["mfa", "list-hardware"],
    &["mfa", "remove-hardware"],
    &["saml-provider", "rules"],
    &["credentials"],
    &["credentials", "serve"],
    &["policy", "decide"],
    &["policy", "test"],
    &["policy", "validate"],
    &["policy", "describe"],
    &["policy", "fmt"],
    &["bearer-key"],
    &[],
];

#[test]
fn every_command_has_help_that_fits_a_terminal() {
    for command in COMMANDS {
        let words: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let output = run(&words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        let help = text(&output.stdout);
        assert!(help.contains("Usage: lanyard"), "{help}");
        for line in help.lines() {
            assert!(
                line.chars().count() <= 100,
                "too long in the help of {command:?}: {line}"
            );
        }
    }
}

#[test]
fn the_commands_that_take_a_secret_decision_show_an_example() {
    for command in [
        &["account", "create"][..],
        &["admin", "reset-root"],
        &["explain"],
        &["trail"],
        &["keygen"],
        &["gateway", "explain"],
        &["gateway", "coverage"],
        &["gateway", "adopt"],
        &["resource-policy", "put"],
        &["resource-tags", "put"],
        &["bearer-key"],
    ] {
        let words: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let help = text(&run(&words).stdout);
        assert!(help.contains("Example"), "{help}");
    }
}

#[test]
fn no_command_and_unknown_words_are_wrong_usage() {
    for words in [&[][..], &["fly"], &["serve", "--fly"], &["account"], &["explain"]] {
        assert_eq!(run(words).status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn the_version_is_printed_for_people_and_programs() {
    assert_eq!(
        text(&run(&["version"]).stdout),
        format!("lanyard {}\n", env!("CARGO_PKG_VERSION"))
    );
    let json: serde_json::Value = serde_json::from_slice(&run(&["version", "--json"]).stdout).unwrap();
    assert_eq!(json["Version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_pipe_has_no_colours() {
    assert!(!text(&run(&["--help"]).stdout).contains('\x1b'));
}

#[test]
fn keygen_makes_a_set_that_belongs_together() {
    let output = text(&run(&["keygen", "--id", "111122223333"]).stdout);
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "LANYARD_ACCOUNT_ID=111122223333");
    let id = lines[1].strip_prefix("LANYARD_ADMIN_ACCESS_KEY_ID=").unwrap();
    assert_eq!(
        lanyard_names::AccessKeyId::parse(id)
            .unwrap()
            .account()
            .to_string(),
        "111122223333"
    );
    assert!(lines[2].starts_with("LANYARD_ADMIN_SECRET_ACCESS_KEY="));
    assert_eq!(run(&["keygen", "--id", "1111"]).status.code(), Some(2));
}

#[test]
fn without_a_server_the_exit_code_says_so() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().to_str().unwrap();
    for words in [
        &["account", "list"][..],
        &["explain", "x"],
        &["admin", "reset-root", "111122223333"],
        &["gateway", "buckets"],
        &["resource-policy", "get", "arn:aws:s3:::reports"],
        &["resource-tags", "get", "arn:aws:sqs:us-east-1:111122223333:jobs"],
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["--data-dir", data]).collect();
        let output = run(&words);
        assert_eq!(output.status.code(), Some(3), "{words:?}");
        assert!(text(&output.stderr).contains("lanyard serve"), "{words:?}");
    }
}
