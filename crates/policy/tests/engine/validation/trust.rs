//! Trust policies: about assuming roles, by principals that could.

use lanyard_policy::DocumentKind;
use serde_json::{Value, json};

use super::{NO_ACTIONS, PREFIX, check};

const TRUST_ACTIONS: &str = "AssumeRole policy may only specify STS AssumeRole actions.";

#[track_caller]
fn trust(changes: Value, expected: Option<&str>) {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"},
        "Action": "sts:AssumeRole",
    });
    let object = statement.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if name == "NotPrincipal" || value.is_null() {
            object.remove(name.strip_prefix("Not").unwrap_or(name));
        }
        if !value.is_null() {
            object.insert(name.clone(), value.clone());
        }
    }
    check(
        &json!({"Version": "2012-10-17", "Statement": [statement]}),
        DocumentKind::TrustPolicy,
        expected,
    );
}

#[test]
fn trust_policies_are_about_assuming_roles() {
    trust(json!({}), None);
    for action in [
        "STS:assumerole",
        "sts:AssumeRole*",
        "sts:*",
        "sts:TagSession",
        "sts:SetSourceIdentity",
    ] {
        trust(json!({"Action": action}), None);
    }
    for action in ["sts:BadAssumeRole", "s3:GetObject", "*", "sts:Get*"] {
        trust(json!({"Action": ["sts:AssumeRole", action]}), Some(TRUST_ACTIONS));
    }
    trust(json!({"Action": "AssumeRole"}), Some(PREFIX));
    trust(json!({"Action": []}), Some(NO_ACTIONS));
    trust(json!({"Resource": "*"}), Some("Has prohibited field Resource"));
    trust(
        json!({"Resource": "*", "Action": "s3:GetObject"}),
        Some(TRUST_ACTIONS),
    );
}

#[test]
fn trust_policies_name_principals() {
    for principal in [
        json!({"AWS": "*"}),
        json!({"AWS": ["111122223333", "arn:aws:iam::111122223333:root", "AIDAAAAAAAAAAAAAAAAAB"]}),
        json!({"AWS": "arn:aws:iam::111122223333:role/a/b"}),
        json!({"AWS": "arn:aws:sts::111122223333:assumed-role/r/s"}),
        json!({"Service": "ec2.amazonaws.com"}),
        json!({"Service": ["my-service.amazonaws.com", "my_service.amazonaws.com"]}),
        json!({"Federated": ["accounts.google.com", "arn:aws:iam::111122223333:saml-provider/x"]}),
        json!({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.example.com/path"}),
    ] {
        trust(json!({"Principal": principal}), None);
    }
    trust(
        json!({"Principal": null}),
        Some("Missing required field Principal"),
    );
    trust(
        json!({"Principal": "*"}),
        Some("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\"."),
    );
    trust(
        json!({"NotPrincipal": {"AWS": "111122223333"}}),
        Some("Has prohibited field NotPrincipal"),
    );
    for (kind, label, value) in [
        ("AWS", "AWS", "arn:aws:iam::111122223333:user/*"),
        ("AWS", "AWS", "arn:aws:iam::111122223333:group/g"),
        ("AWS", "AWS", "bob"),
        ("AWS", "AWS", "AGPAAAAAAAAAAAAAAAAAB"),
        ("Service", "SERVICE", "not a service"),
        ("Service", "SERVICE", "ec2"),
        ("Service", "SERVICE", "ec2..amazonaws.com"),
        ("Service", "SERVICE", "ec2:1.amazonaws.com"),
        ("Service", "SERVICE", "ec2.amazonaws.com/*"),
        ("CanonicalUser", "CANONICALUSER", "x"),
    ] {
        trust(
            json!({"Principal": {kind: value}}),
            Some(&format!("Invalid principal in policy: \"{label}\":\"{value}\"")),
        );
    }
    for provider in [
        "arn:aws:iam::111122223333:user/bob",
        "arn:aws:iam::111122223333:saml-provider/",
        "arn:aws:iam::111122223333:saml-provider/*",
        "arn:aws:iam::1:saml-provider/x",
    ] {
        trust(
            json!({"Principal": {"Federated": provider}}),
            Some("Federated principals must be valid domain names or SAML metadata ARNs"),
        );
    }
}

#[test]
fn an_issuer_that_many_share_is_trusted_only_with_the_claim_that_tells_them_apart() {
    const GITHUB: &str = "token.actions.githubusercontent.com";
    let arn = format!("arn:aws:iam::111122223333:oidc-provider/{GITHUB}");
    let key = format!("{GITHUB}:sub");
    let message = format!(
        "The trust policy must evaluate the condition key {key} for the shared OpenID Connect provider {GITHUB}."
    );
    let github = |effect: &str, condition: Value, expected: Option<&str>| {
        let statement = json!({
            "Effect": effect,
            "Principal": {"Federated": arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        });
        trust(statement, expected);
    };
    let other_claim = json!({"StringEquals": {format!("{GITHUB}:aud"): "sts.amazonaws.com"}});
    github("Allow", json!(null), Some(&message));
    github("Allow", other_claim.clone(), Some(&message));
    github("Allow", json!({"StringLike": {&key: "*"}}), Some(&message));
    github(
        "Allow",
        json!({"StringLike": {&key: ["repo:octo/app:*", "?*"]}}),
        Some(&message),
    );
    github(
        "Allow",
        json!({"StringNotLike": {&key: "repo:octo/app:*"}}),
        Some(&message),
    );
    github("Allow", json!({"Null": {&key: "false"}}), Some(&message));
    github(
        "Allow",
        json!({"StringLike": {key.to_uppercase(): "repo:octo/app:*"}}),
        None,
    );
    github("Deny", other_claim, None);

    let cognito = "cognito-identity.amazonaws.com";
    let pool = json!({"StringEquals": {format!("{cognito}:aud"): "us-east-1:1"}});
    trust(
        json!({"Principal": {"Federated": cognito}, "Condition": pool}),
        None,
    );
    trust(
        json!({"Principal": {"Federated": cognito}}),
        Some(&format!(
            "The trust policy must evaluate the condition key {cognito}:aud for the shared OpenID Connect provider \
             {cognito}."
        )),
    );
    let tenant = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";
    let provider = json!({"Federated": format!("arn:aws:iam::111122223333:oidc-provider/{tenant}")});
    let named = json!({"StringEquals": {"sts:RoleSessionName": "sentinel"}});
    trust(json!({"Principal": provider, "Condition": named}), None);
}

#[test]
fn trust_policies_of_the_older_version_are_accepted() {
    let document = json!({
        "Version": "2008-10-17",
        "Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    });
    check(&document, DocumentKind::TrustPolicy, None);
}
