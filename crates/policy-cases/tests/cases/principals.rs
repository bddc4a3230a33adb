//! Who asks, by the text that names them.

use lanyard_names::{AccountId, UniqueId};
use lanyard_policy::Principal;
use serde_json::{Value, json};

use crate::written::{ROLE, SESSION, question, refused};

fn home() -> AccountId {
    AccountId::parse("111122223333").unwrap()
}

fn session(role: &str, session: &str) -> Principal {
    Principal::RoleSession {
        account: home(),
        role_arn: role.into(),
        session_arn: session.into(),
        role_id: None,
    }
}

#[track_caller]
fn check(changes: Value, expected: &Principal) {
    let mut changes = changes;
    let fields = changes.as_object_mut().unwrap();
    fields.entry("principal_account").or_insert(Value::Null);
    assert_eq!(question(changes).request().principal, expected);
}

#[track_caller]
fn check_refused(changes: Value, problem: &str) {
    assert_eq!(refused(changes).to_string(), format!("principal: {problem}"));
}

#[test]
fn nobody_is_anonymous() {
    check(json!({"principal": null}), &Principal::Anonymous);
}

#[test]
fn identities_are_read_from_their_arns() {
    check(
        json!({"principal": "arn:aws:iam::111122223333:root"}),
        &Principal::Root {
            account: home(),
            arn: "arn:aws:iam::111122223333:root".into(),
        },
    );
    for arn in [
        "arn:aws:iam::111122223333:user/bob",
        "arn:aws-cn:iam::111122223333:user/a/b/bob",
    ] {
        let user = Principal::User {
            account: home(),
            arn: arn.into(),
            id: None,
        };
        check(json!({"principal": arn}), &user);
    }
    let arn = "arn:aws:sts::111122223333:federated-user/fred";
    let federated = Principal::FederatedUser {
        account: home(),
        arn: arn.into(),
        user_arn: "".into(),
        user_id: None,
    };
    check(json!({"principal": arn}), &federated);
}

#[test]
fn a_federated_user_may_come_with_the_user_who_asked_for_the_session() {
    let arn = "arn:aws:sts::111122223333:federated-user/fred";
    for user in [
        "arn:aws:iam::111122223333:user/a/bob",
        "arn:aws:iam::111122223333:root",
    ] {
        let federated = Principal::FederatedUser {
            account: home(),
            arn: arn.into(),
            user_arn: user.into(),
            user_id: None,
        };
        check(json!({"principal": arn, "federating_user": user}), &federated);
    }
    check_refused(
        json!({"principal": arn, "federating_user": "arn:aws:iam::444455556666:user/bob"}),
        "the federated user is of another account than federating_user",
    );
    for other in [
        "bob",
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::111122223333:user/",
    ] {
        let problem = refused(json!({"principal": arn, "federating_user": other}));
        let expected = "federating_user: this is not the ARN of a user or root user";
        assert_eq!(problem.to_string(), expected);
    }
}

#[test]
fn a_role_is_a_session_of_it_that_has_no_name() {
    check(json!({"principal": ROLE}), &session(ROLE, ""));
    let deep = "arn:aws:iam::111122223333:role/a/b/app";
    check(json!({"principal": deep}), &session(deep, ""));
}

#[test]
fn the_role_of_a_session_is_the_principal_arn_if_it_is_of_that_role() {
    let with = |arn: Value| json!({"principal": SESSION, "context": {"AWS:principalarn": arn}});
    check(json!({"principal": SESSION}), &session(ROLE, SESSION));
    let deep = "arn:aws:iam::111122223333:role/a/b/app";
    check(with(json!(deep)), &session(deep, SESSION));
    for other in [
        json!("arn:aws:iam::111122223333:role/other"),
        json!("arn:aws:iam::444455556666:role/a/app"),
        json!("arn:aws-cn:iam::111122223333:role/a/app"),
        json!("arn:aws:iam::111122223333:user/app"),
        json!([deep]),
        json!("app"),
    ] {
        check(with(other), &session(ROLE, SESSION));
    }
}

#[test]
fn a_session_keeps_the_partition_of_its_arn() {
    let arn = "arn:aws-us-gov:sts::111122223333:assumed-role/app/s1";
    check(
        json!({"principal": arn}),
        &session("arn:aws-us-gov:iam::111122223333:role/app", arn),
    );
}

#[test]
fn providers_of_identities_are_read_from_their_arns() {
    let oidc = "arn:aws:iam::111122223333:oidc-provider/token.example.com/path";
    check(
        json!({"principal": oidc}),
        &Principal::WebIdentity {
            provider: oidc.into(),
        },
    );
    let saml = "arn:aws:iam::111122223333:saml-provider/Corp";
    check(
        json!({"principal": saml}),
        &Principal::Saml {
            provider: saml.into(),
        },
    );
}

#[test]
fn a_domain_is_a_service_except_where_it_gives_tokens() {
    let domain = "cognito-identity.amazonaws.com";
    let service = Principal::Service { name: domain.into() };
    let provider = Principal::WebIdentity {
        provider: domain.into(),
    };
    check(json!({"principal": domain}), &service);
    check(json!({"principal": domain, "action": "sts:AssumeRole"}), &service);
    check(
        json!({"principal": domain, "action": "STS:AssumeRoleWithWebIdentity"}),
        &provider,
    );
}

#[test]
fn what_is_no_principal_is_refused() {
    let none = "a principal is an ARN, the name of a service, or null";
    for text in [
        "",
        "*",
        "bob",
        "111122223333",
        "AIDAAAAAAAAAAAAAAAAAB",
        "a..com",
        "a.com/x",
        "a b.com",
    ] {
        check_refused(json!({"principal": text}), none);
    }
    let kinds = "a principal's ARN names a root user, user, role, session or identity provider";
    for arn in [
        "arn:aws:iam::111122223333:group/g",
        "arn:aws:iam::111122223333:user",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam::111122223333:user/a/",
        "arn:aws:iam::111122223333:root/x",
        "arn:aws:iam:eu-west-1:111122223333:user/bob",
        "arn:aws:sts::111122223333:user/bob",
        "arn:aws:ec2::111122223333:instance/i",
    ] {
        check_refused(json!({"principal": arn}), kinds);
    }
    check_refused(json!({"principal": "arn:aws:iam::root"}), "this is no ARN");
    check_refused(
        json!({"principal": "arn:aws:s3:::bucket"}),
        "the ARN names no account",
    );
    for arn in [
        "arn:aws:sts::111122223333:assumed-role/app",
        "arn:aws:sts::111122223333:assumed-role/app/",
        "arn:aws:sts::111122223333:assumed-role//s1",
        "arn:aws:sts::111122223333:assumed-role/app/s1/x",
    ] {
        check_refused(
            json!({"principal": arn}),
            "the ARN of a role session names role and session",
        );
    }
    check_refused(json!({"principal": ["*"]}), "a string was expected");
}

#[test]
fn a_principal_is_of_the_account_it_is_said_to_be_of() {
    check_refused(
        json!({"principal": ROLE, "principal_account": "444455556666"}),
        "the ARN is of another account than principal_account",
    );
    // Whoever has no account of their own may ask on behalf of one.
    question(json!({"principal": "ec2.amazonaws.com", "principal_account": "444455556666"}));
    question(json!({"principal": null, "principal_account": "444455556666"}));
}

#[test]
fn unique_ids_come_from_the_context() {
    let id = |text: &str| Some(UniqueId::parse(text).unwrap());
    let question =
        |principal: &str, userid: &str| json!({"principal": principal, "context": {"aws:userid": userid}});
    check(
        question("arn:aws:iam::111122223333:user/bob", "AIDAAAAAAAAAAAAAAAAAB"),
        &Principal::User {
            account: home(),
            arn: "arn:aws:iam::111122223333:user/bob".into(),
            id: id("AIDAAAAAAAAAAAAAAAAAB"),
        },
    );
    let session = "arn:aws:sts::111122223333:assumed-role/app/s1";
    for (userid, expected) in [
        ("AROAAAAAAAAAAAAAAAAAR:s1", id("AROAAAAAAAAAAAAAAAAAR")),
        ("AIDAAAAAAAAAAAAAAAAAB", None),
        ("app:s1", None),
    ] {
        check(
            question(session, userid),
            &Principal::RoleSession {
                account: home(),
                role_arn: "arn:aws:iam::111122223333:role/app".into(),
                session_arn: session.into(),
                role_id: expected,
            },
        );
    }
}
