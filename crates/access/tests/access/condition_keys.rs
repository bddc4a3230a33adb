//! Condition keys: what every caller and every request has, and what nobody can set.

use std::collections::BTreeMap;
use std::sync::Arc;

use lanyard_access::{
    Ask, Caller, Federation, FederationKeys, FederationKind, Login, SessionKind, SessionTag, Verdict,
    authorize,
};
use lanyard_directory::{Tag, Taggable};
use lanyard_names::{SourceIdentity, TagKey, TagValue};
use lanyard_policy::{Context, ContextValue};

use crate::authorization::{CARLA, GET_USER, decide, facts, with_session};
use crate::world::{World, after};

fn keys(verdict: &Verdict) -> BTreeMap<String, String> {
    let shown = |value: &ContextValue| match value {
        ContextValue::Single(text) => text.as_str().to_owned(),
        ContextValue::Many(texts) => format!("{texts:?}"),
        ContextValue::Unknown => "(unknown)".to_owned(),
    };
    verdict
        .context()
        .iter()
        .map(|(name, value)| (name.to_owned(), shown(value)))
        .collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let of_request = [
        ("aws:CurrentTime", "2026-11-22T12:01:30Z"),
        ("aws:EpochTime", "1795348890"),
        ("aws:SecureTransport", "true"),
        ("aws:ViaAWSService", "false"),
        ("aws:SourceIp", "203.0.113.9"),
        ("aws:RequestedRegion", "eu-central-1"),
        ("aws:UserAgent", "aws-cli/2.15"),
        ("aws:ResourceAccount", "123456789012"),
        ("aws:PrincipalAccount", "123456789012"),
        ("aws:PrincipalIsAWSService", "false"),
    ];
    let pairs = pairs.iter().chain(&of_request);
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn directory_tag(key: &str, value: &str) -> Tag {
    Tag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse(value).unwrap(),
    }
}

fn session_tag(key: &str, value: &str) -> SessionTag {
    SessionTag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse(value).unwrap(),
        is_transitive: false,
    }
}

#[tokio::test]
async fn a_user_has_its_principal_keys() {
    let world = World::new().await;
    world
        .edit(|edit| edit.tag(Taggable::User("carla"), vec![directory_tag("team", "data")]))
        .await;
    let caller = world.caller(&world.client_of_user()).await;
    let want = expected(&[
        ("aws:PrincipalArn", CARLA),
        ("aws:PrincipalType", "User"),
        ("aws:userid", world.user.as_str()),
        ("aws:username", "carla"),
        ("aws:PrincipalTag/team", "data"),
    ]);
    assert_eq!(keys(&decide(&world, &caller, GET_USER)), want);
}

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/example.com";

fn provider_keys() -> FederationKeys {
    vec![
        ("example.com:sub".into(), vec!["42".into()]),
        ("example.com:amr".into(), vec!["pwd".into(), "otp".into()]),
        // A provider can be called anything; nobody becomes an administrator by that.
        ("aws:PrincipalArn".into(), vec!["forged".into()]),
        ("AWS:SourceIp".into(), vec!["forged".into()]),
    ]
}

fn federation() -> Federation {
    Federation {
        kind: FederationKind::WebIdentity,
        provider: PROVIDER.into(),
        keys: provider_keys(),
    }
}

#[tokio::test]
async fn whom_a_provider_vouches_for_has_the_providers_keys_and_few_about_principals() {
    let world = World::new().await;
    let login = Login {
        provider: PROVIDER.into(),
        id: "example.com:app:42".into(),
        name: "42".into(),
        identity_provider: "example.com".into(),
        keys: provider_keys(),
    };
    let caller = Caller::web_identity(world.account, login);
    let context = Context::new();
    let ask = Ask::new(GET_USER, CARLA, world.account, &context);
    let got = keys(&authorize(&caller, &ask, &facts(), Some(&world.snapshot())));
    let of_principal: Vec<_> = got
        .keys()
        .filter(|key| key.starts_with("aws:Principal"))
        .collect();
    assert_eq!(of_principal, ["aws:PrincipalAccount", "aws:PrincipalType"]);
    assert!(!got.values().any(|value| value == "forged"), "{got:?}");
    assert_eq!(got.get("example.com:sub").map(String::as_str), Some("42"));
    assert_eq!(got.get("aws:MultiFactorAuthPresent"), None);
}

#[tokio::test]
async fn a_role_session_has_its_own_tags_over_the_roles() {
    let world = World::new().await;
    let tags = vec![directory_tag("Team", "of role"), directory_tag("cost", "7")];
    world
        .edit(|edit| edit.tag(Taggable::Role("auditor"), tags.clone()))
        .await;
    let caller = with_session(&world, |session| {
        session.tags = vec![session_tag("team", "of session")];
        session.source_identity = Some(SourceIdentity::parse("carla").unwrap());
        session.federation = Some(Arc::new(federation()));
    })
    .await;
    let user_id = format!("{}:monday", world.role);
    let want = expected(&[
        ("aws:PrincipalArn", "arn:aws:iam::123456789012:role/staff/auditor"),
        ("aws:PrincipalType", "AssumedRole"),
        ("aws:userid", &user_id),
        ("aws:PrincipalTag/team", "of session"),
        ("aws:PrincipalTag/cost", "7"),
        ("aws:TokenIssueTime", "2026-11-22T12:00:00Z"),
        ("aws:MultiFactorAuthPresent", "false"),
        ("aws:SourceIdentity", "carla"),
        ("aws:FederatedProvider", PROVIDER),
        ("example.com:sub", "42"),
        ("example.com:amr", r#"["pwd", "otp"]"#),
    ]);
    assert_eq!(keys(&decide(&world, &caller, GET_USER)), want);
}

#[tokio::test]
async fn a_session_with_a_second_factor_says_so_and_how_long_ago() {
    let world = World::new().await;
    let caller = with_session(&world, |session| {
        session.kind = SessionKind::SessionToken { user: None };
        session.mfa = true;
    })
    .await;
    let want = expected(&[
        ("aws:PrincipalArn", "arn:aws:iam::123456789012:root"),
        ("aws:PrincipalType", "Account"),
        ("aws:userid", "123456789012"),
        ("aws:TokenIssueTime", "2026-11-22T12:00:00Z"),
        ("aws:MultiFactorAuthPresent", "true"),
        ("aws:MultiFactorAuthAge", "90"),
    ]);
    assert_eq!(keys(&decide(&world, &caller, GET_USER)), want);
}

#[tokio::test]
async fn how_old_a_second_factor_from_the_future_is_nobody_knows() {
    let world = World::new().await;
    for (second, age) in [(0, Some("90")), (390, Some("0")), (391, None)] {
        let caller = with_session(&world, |session| {
            session.kind = SessionKind::SessionToken { user: None };
            session.mfa = true;
            session.issued_at = after(second);
        })
        .await;
        let got = keys(&decide(&world, &caller, GET_USER));
        assert_eq!(
            got.get("aws:MultiFactorAuthAge").map(String::as_str),
            age,
            "{second}"
        );
        assert_eq!(
            got.get("aws:MultiFactorAuthPresent").map(String::as_str),
            Some("true")
        );
    }
}

#[tokio::test]
async fn a_factor_shown_with_the_request_counts_for_this_request() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    let context = Context::new();
    let ask = Ask {
        shows_mfa: true,
        ..Ask::new(GET_USER, CARLA, world.account, &context)
    };
    let got = keys(&authorize(&caller, &ask, &facts(), Some(&world.snapshot())));
    assert_eq!(
        got.get("aws:MultiFactorAuthPresent").map(String::as_str),
        Some("true")
    );
    assert_eq!(got.get("aws:MultiFactorAuthAge").map(String::as_str), Some("0"));
}

#[tokio::test]
async fn no_operation_can_set_keys_about_the_principal_or_the_request() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    let mut context = Context::new();
    for name in [
        "aws:PrincipalArn",
        "AWS:principaltag/team",
        "aws:MultiFactorAuthPresent",
        "aws:multifactorauthage",
        "aws:TokenIssueTime",
        "aws:SourceIdentity",
        "aws:userid",
        "aws:username",
        "aws:SourceIp",
        "aws:CurrentTime",
    ] {
        context.insert(name, "forged");
    }
    context.insert("aws:RequestTag/team", "data");
    context.insert_many("aws:TagKeys", ["team"]);
    let ask = Ask::new(GET_USER, CARLA, world.account, &context);
    let got = keys(&authorize(&caller, &ask, &facts(), Some(&world.snapshot())));
    assert!(!got.values().any(|value| value == "forged"), "{got:?}");
    assert_eq!(got.get("aws:RequestTag/team").map(String::as_str), Some("data"));
    assert_eq!(got.get("aws:TagKeys").map(String::as_str), Some(r#"["team"]"#));
}

#[tokio::test]
async fn the_policies_of_aws_are_those_of_an_account_of_aws() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    let context = Context::new();
    for (policy, account) in [
        (
            "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
            "639982225848",
        ),
        ("arn:aws:iam::123456789012:policy/aws", "123456789012"),
    ] {
        let ask = Ask::new("iam:GetPolicy", policy, world.account, &context);
        let got = keys(&authorize(&caller, &ask, &facts(), Some(&world.snapshot())));
        assert_eq!(got.get("aws:ResourceAccount").map(String::as_str), Some(account));
    }
}
