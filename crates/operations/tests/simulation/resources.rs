//! Actions without a resource, on whatever a simulation names.

use crate::probes::pairs;
use crate::setting::Setting;

/// What an action on everything of users is, if it is allowed on users.
async fn check(setting: &Setting, action: &str, expected: &str) {
    let policy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"arn:aws:iam::111122223333:user/*"}}}}"#
    );
    let parameters = pairs(&[
        ("PolicyInputList.member.1", &*policy),
        ("ActionNames.member.1", action),
        ("ResourceArns.member.1", "arn:aws:iam::111122223333:user/"),
    ]);
    let answer = setting
        .root_call("iam", "SimulateCustomPolicy", &parameters)
        .await;
    assert_eq!(
        answer.element("EvalDecision"),
        Some(expected),
        "{action}: {}",
        answer.xml
    );
}

#[tokio::test]
async fn only_lists_under_a_path_are_allowed_by_less_than_everything() {
    let setting = Setting::new().await;
    check(&setting, "iam:ListUsers", "allowed").await;
    // The server decides these on nothing, whatever the service.
    for action in [
        "iam:GetAccountSummary",
        "iam:ListAccountAliases",
        "iam:ListPolicies",
    ] {
        check(&setting, action, "implicitDeny").await;
    }
}
