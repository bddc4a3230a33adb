//! Somebody who is asked about: whom a text names, what a token tells, and what nobody else may say.

use std::sync::Arc;

use lanyard_access::{
    AskAbout, AuthenticationError, FederatedSession, Federation, FederationKind, InvalidCredentials,
    SessionTag, Subject, SubjectError, SuppliedKeyError, account_of_principal, decide_about,
};
use lanyard_directory::{KeyHolder, Revocation, SessionsOf};
use lanyard_names::{SessionName, SourceIdentity, TagKey, TagValue};
use lanyard_policy::{ContextValue, Effect};

use crate::authorization::put;
use crate::world::{World, after, now};

const CARLA: &str = "arn:aws:iam::123456789012:user/staff/carla";
const AUDITOR: &str = "arn:aws:iam::123456789012:role/staff/auditor";
const MONDAY: &str = "arn:aws:sts::123456789012:assumed-role/auditor/monday";
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn key(subject: &Subject, name: &str) -> Option<String> {
    let ask = ask(subject);
    let verdict = decide_about(subject, &ask, subject.circumstances(0));
    match verdict.context().get(name) {
        Some(ContextValue::Single(text)) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

fn ask(subject: &Subject) -> AskAbout<'static> {
    AskAbout {
        action: "app:Read",
        resource: "arn:aws:app:::page/1",
        resource_account: subject.identity().account,
        wildcard_only: false,
        resource_policy: None,
    }
}

fn effect(subject: &Subject) -> Effect {
    decide_about(subject, &ask(subject), subject.circumstances(0)).effect()
}

#[tokio::test]
async fn an_arn_names_a_user_a_role_a_session_or_the_root_user() {
    let world = World::new().await;
    let check = |arn: &str, expected: Result<[Option<&str>; 4], SubjectError>| {
        let got = Subject::of_arn(&world.snapshot(), arn, now()).map(|subject| {
            [
                key(&subject, "aws:PrincipalArn"),
                key(&subject, "aws:userid")
                    .map(|id| id.split(':').next_back().unwrap_or_default().to_owned()),
                key(&subject, "aws:username"),
                key(&subject, "aws:MultiFactorAuthPresent"),
            ]
        });
        let expected = expected.map(|keys| keys.map(|key| key.map(str::to_owned)));
        assert_eq!(got, expected, "{arn}");
    };
    let root = "arn:aws:iam::123456789012:root";
    let user = world.user.as_str();
    check(CARLA, Ok([Some(CARLA), Some(user), Some("carla"), None]));
    check(root, Ok([Some(root), Some("123456789012"), None, None]));
    check(AUDITOR, Ok([Some(AUDITOR), None, None, Some("false")]));
    check(MONDAY, Ok([Some(AUDITOR), Some("monday"), None, Some("false")]));
    let gone = SubjectError::NotFound;
    for arn in [
        "arn:aws:iam::123456789012:user/carla",
        "arn:aws:iam::123456789012:user/staff/nobody",
        "arn:aws:iam::123456789012:role/auditor",
        "arn:aws:sts::123456789012:assumed-role/nobody/monday",
        "arn:aws:iam::444455556666:root",
    ] {
        check(arn, Err(gone));
    }
    let none = SubjectError::NotAPrincipal;
    for arn in [
        "",
        "carla",
        "*",
        "arn:aws:iam::123456789012:group/staff",
        "arn:aws:iam::123456789012:root/x",
        "arn:aws:iam:eu-central-1:123456789012:user/staff/carla",
        "arn:aws-cn:iam::123456789012:user/staff/carla",
        "arn:aws:sts::123456789012:assumed-role/auditor",
        "arn:aws:sts::123456789012:assumed-role/auditor/mon/day",
        "arn:aws:iam::12:root",
    ] {
        check(arn, Err(none));
    }
    check(
        "arn:aws:sts::123456789012:federated-user/zoe",
        Err(SubjectError::NeedsToken),
    );
    assert_eq!(account_of_principal(CARLA), Ok(world.account));
}

#[tokio::test]
async fn a_subject_has_what_its_policies_allow() {
    let world = World::new().await;
    let subject = |arn: &str| Subject::of_arn(&world.snapshot(), arn, now()).unwrap();
    assert_eq!(effect(&subject(CARLA)), Effect::ImplicitDeny);
    assert_eq!(effect(&subject("arn:aws:iam::123456789012:root")), Effect::Allow);
    put(&world, "carla", "own", EVERYTHING).await;
    put(&world, "auditor", "own", EVERYTHING).await;
    for arn in [CARLA, AUDITOR, MONDAY] {
        assert_eq!(effect(&subject(arn)), Effect::Allow, "{arn}");
    }
}

#[tokio::test]
async fn a_federated_session_is_known_as_the_one_that_sts_would_give() {
    let world = World::new().await;
    put(&world, "auditor", "own", EVERYTHING).await;
    let federation = Arc::new(Federation {
        kind: FederationKind::WebIdentity,
        provider: "arn:aws:iam::123456789012:oidc-provider/example.com".into(),
        keys: vec![("example.com:sub".into(), vec!["ada".into()])],
    });
    let tag = SessionTag {
        key: TagKey::parse("team").unwrap(),
        value: TagValue::parse("red").unwrap(),
        is_transitive: false,
    };
    let source_identity = SourceIdentity::parse("ada").ok();
    let mut issued = world.session(world.assumed());
    issued.federation = Some(Arc::clone(&federation));
    issued.tags = vec![tag.clone()];
    issued.source_identity.clone_from(&source_identity);
    let issued = world.keyring.issue(&issued).unwrap();
    let issued = world.authenticator.subject_of_token(issued.token.expose(), now());
    let account = world.snapshot();
    let role = account.role("auditor").unwrap();
    let name = SessionName::parse("monday").unwrap();
    let session = FederatedSession {
        name,
        tags: vec![tag],
        source_identity,
        federation,
    };
    let found = Subject::of_federated_session(&account, role, session.clone(), now()).unwrap();
    let (issued, known) = (issued.await.unwrap(), |subject: &Subject| {
        let verdict = decide_about(subject, &ask(subject), subject.circumstances(0));
        format!("{:?} {:?}", verdict.effect(), verdict.context())
    });
    assert_eq!(known(&found), known(&issued));
    assert_eq!((&*found.arn(), &*found.identity().arn), (AUDITOR, MONDAY));
    // Of a role that has changed since there is none.
    world
        .edit(|edit| {
            edit.revoke(SessionsOf::Role("auditor"), Revocation::All, now())
                .map(drop)
        })
        .await;
    assert!(Subject::of_federated_session(&world.snapshot(), role, session, now()).is_none());
}

#[tokio::test]
async fn a_token_is_opened_and_its_session_has_to_live() {
    let world = World::new().await;
    put(&world, "auditor", "own", EVERYTHING).await;
    let mut session = world.session(world.assumed());
    session.policy = Some(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#.into(),
    );
    session.mfa = true;
    let issued = world.keyring.issue(&session).unwrap();
    let token = issued.token.expose();
    let of_token = |token: &str, seconds| {
        let token = token.to_owned();
        let world = &world;
        async move { world.authenticator.subject_of_token(&token, after(seconds)).await }
    };
    let subject = of_token(token, 60).await.unwrap();
    assert_eq!(key(&subject, "aws:MultiFactorAuthAge").as_deref(), Some("60"));
    assert_eq!((&*subject.arn(), &*subject.identity().arn), (AUDITOR, MONDAY));
    // The session policy allows something else.
    assert_eq!(effect(&subject), Effect::ImplicitDeny);
    let expired = of_token(token, 3600).await;
    assert!(matches!(expired, Err(AuthenticationError::ExpiredToken)));
    let refused = async |token: &str| match of_token(token, 0).await {
        Err(AuthenticationError::InvalidClientTokenId(reason)) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("nonsense").await, InvalidCredentials::TokenInvalid);
    world
        .edit(|edit| {
            edit.revoke(SessionsOf::Role("auditor"), Revocation::All, now())
                .map(drop)
        })
        .await;
    let revoked = of_token(token, 0).await;
    assert!(matches!(revoked, Err(AuthenticationError::Revoked)));
}

#[tokio::test]
async fn an_access_key_id_names_whom_a_living_key_belongs_to() {
    let world = World::new().await;
    let of_key = async |id: &str| match world.authenticator.subject_of_key(id, now()).await {
        Ok(subject) => Ok(subject.arn().to_string()),
        Err(AuthenticationError::InvalidClientTokenId(reason)) => Err(reason),
        Err(other) => panic!("{other:?}"),
    };
    let id = world.user_key.id;
    assert_eq!(of_key(id.as_str()).await, Ok(CARLA.to_owned()));
    assert_eq!(of_key("carla").await, Err(InvalidCredentials::MalformedKeyId));
    let session = world.issue(world.assumed()).access_key_id;
    assert_eq!(
        of_key(session.as_str()).await,
        Err(InvalidCredentials::TokenMissing)
    );
    world
        .edit(|edit| edit.delete_access_key(KeyHolder::User("carla"), id.as_str()))
        .await;
    assert_eq!(of_key(id.as_str()).await, Err(InvalidCredentials::UnknownKey));
}

#[tokio::test]
async fn keys_that_are_not_the_askers_to_say_are_refused_by_name() {
    let world = World::new().await;
    let subject = Subject::of_arn(&world.snapshot(), CARLA, now()).unwrap();
    let supply = |pairs: &[(&'static str, &'static str)]| {
        let mut circumstances = subject.circumstances(pairs.len());
        for (name, value) in pairs {
            circumstances.supply(*name, ContextValue::Single((*value).into()))?;
        }
        Ok(circumstances)
    };
    for name in [
        "aws:PrincipalArn",
        "AWS:principaltag/team",
        "aws:PrincipalOrgID",
        "aws:MultiFactorAuthAge",
        "aws:TokenIssueTime",
        "aws:SourceIdentity",
        "aws:userid",
        "aws:UserName",
        "aws:FederatedProvider",
        "aws:ViaAWSService",
        "aws:ResourceAccount",
    ] {
        let refused = supply(&[(name, "x")]).err();
        assert_eq!(refused, Some(SuppliedKeyError::Reserved { key: name.to_owned() }));
    }
    // The sign for kelvin is a `k` to policies.
    let key = "aws:To\u{212a}enIssueTime".to_owned();
    let mut circumstances = subject.circumstances(1);
    let supplied = circumstances.supply(key.clone(), ContextValue::Single("x".into()));
    assert_eq!(supplied, Err(SuppliedKeyError::NotAName { key }));
    for name in [
        "aws:CalledVia",
        "aws:calledviafirst",
        "aws:Ec2InstanceSourceVpc",
        "ec2:RoleDelivery",
        "lambda:SourceFunctionArn",
        "saml:sub",
        "cognito-identity.amazonaws.com:aud",
        "token.actions.githubusercontent.com:sub",
        "keycloak/realms/staff:sub",
        "localhost:8443:AUD",
        "aws:ResourceOrgID",
        "s3:resourceaccount",
    ] {
        let refused = supply(&[(name, "x")]).err();
        assert_eq!(refused, Some(SuppliedKeyError::Reserved { key: name.to_owned() }));
    }
    for name in [
        "aws:referer",
        "aws:SourceVpc",
        "aws:RequestTag/a",
        "aws:RequestTag/a/b:sub",
        "principal",
    ] {
        assert!(supply(&[(name, "x")]).is_ok(), "{name}");
    }
    let twice = supply(&[("aws:SourceIp", "192.0.2.1"), ("AWS:SOURCEIP", "192.0.2.2")]).err();
    let key = "AWS:SOURCEIP".to_owned();
    assert_eq!(twice, Some(SuppliedKeyError::Twice { key }));
}

#[tokio::test]
async fn a_value_that_nobody_can_read_is_refused() {
    let world = World::new().await;
    let subject = Subject::of_arn(&world.snapshot(), CARLA, now()).unwrap();
    let check = |name: &'static str, value: ContextValue, expected: Option<&'static str>| {
        let shown = format!("{name} {value:?}");
        let supplied = subject.circumstances(1).supply(name, value);
        let expected = expected.map(|expected| SuppliedKeyError::Unreadable {
            key: name.to_owned(),
            expected,
        });
        assert_eq!(supplied.err(), expected, "{shown}");
    };
    for address in ["6.6.6.6", "2001:db8::1", "::ffff:6.6.6.6"] {
        check("aws:SourceIp", ContextValue::Single(address.into()), None);
    }
    let host = Some("the address of one host");
    for other in [
        " 6.6.6.6",
        "6.6.6.6:80",
        "6.6.6.06",
        "",
        "unix:",
        "6.6.6.6, 10.0.0.1",
        "6.0.0.0/8",
    ] {
        check("AWS:sourceip", ContextValue::Single(other.into()), host);
        check("aws:VpcSourceIp", ContextValue::Single(other.into()), host);
    }
    check("aws:SourceIp", ContextValue::Many(vec![]), host);
    check("aws:SourceIp", ContextValue::Many(vec!["6.6.6.6".into()]), host);
    check("aws:SecureTransport", ContextValue::Single("false".into()), None);
    check(
        "aws:SecureTransport",
        ContextValue::Single("no".into()),
        Some("true or false"),
    );
    check("aws:UserAgent", ContextValue::Many(vec![]), Some("one text"));
    check("aws:TagKeys", ContextValue::Many(vec![]), None);
}

#[tokio::test]
async fn the_time_is_now_unless_it_is_said_and_has_one_value_under_two_names() {
    let world = World::new().await;
    let subject = Subject::of_arn(&world.snapshot(), CARLA, now()).unwrap();
    let time = |pairs: &[(&'static str, &'static str)]| {
        let mut circumstances = subject.circumstances(2);
        for (name, value) in pairs {
            circumstances.supply(*name, ContextValue::Single((*value).into()))?;
        }
        let verdict = decide_about(&subject, &ask(&subject), circumstances);
        let text = |name: &str| match verdict.context().get(name) {
            Some(ContextValue::Single(text)) => text.as_str().to_owned(),
            other => panic!("{other:?}"),
        };
        Ok::<_, SuppliedKeyError>(format!("{} {}", text("aws:CurrentTime"), text("aws:EpochTime")))
    };
    let said = Ok("1970-01-01T00:01:00Z 60".to_owned());
    assert_eq!(time(&[]), Ok("2026-11-22T12:00:00Z 1795348800".to_owned()));
    assert_eq!(time(&[("aws:EpochTime", "60")]), said);
    assert_eq!(time(&[("aws:CurrentTime", "1970-01-01T00:01:00Z")]), said);
    assert_eq!(
        time(&[
            ("aws:currenttime", "1970-01-01T00:01:00Z"),
            ("aws:EpochTime", "60")
        ]),
        said
    );
    let key = "aws:EpochTime".to_owned();
    let other = time(&[
        ("aws:CurrentTime", "1970-01-01T00:01:00Z"),
        ("aws:EpochTime", "61"),
    ]);
    assert_eq!(other, Err(SuppliedKeyError::Twice { key }));
    let key = "aws:CurrentTime".to_owned();
    assert_eq!(
        time(&[("aws:CurrentTime", "noon")]),
        Err(SuppliedKeyError::Unreadable {
            key,
            expected: "a time",
        })
    );
}
