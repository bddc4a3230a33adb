//! What services do for those who called them.

use std::collections::BTreeMap;

use lanyard_access::{AuthenticationError, Caller, IssuedSession, OnBehalfError, Verdict};
use lanyard_directory::{AccountEdit, KeyHolder, KeyStatus};
use lanyard_policy::ContextValue;

use crate::authorization::{CARLA, GET_USER, decide, with_session};
use crate::world::{Client, World, after, now};

const STACKS: &str = "stacks.example.com";
const QUEUES: &str = "queues.example.com";

/// The keys that tell how somebody calls.
fn keys(verdict: &Verdict) -> BTreeMap<String, String> {
    let names = [
        "aws:PrincipalArn",
        "aws:username",
        "aws:TokenIssueTime",
        "aws:MultiFactorAuthPresent",
        "aws:ViaAWSService",
        "aws:CalledVia",
        "aws:CalledViaFirst",
        "aws:CalledViaLast",
    ];
    let shown = |value: &ContextValue| match value {
        ContextValue::Single(text) => text.as_str().to_owned(),
        ContextValue::Many(texts) => format!("{texts:?}"),
        ContextValue::Unknown => "(unknown)".to_owned(),
    };
    let context = verdict.context();
    let key = |name: &str| Some((name.to_owned(), shown(context.get(name)?)));
    names.into_iter().filter_map(key).collect()
}

#[track_caller]
fn check(world: &World, caller: &Caller, expected: &[(&str, &str)]) {
    let expected = expected
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    assert_eq!(keys(&decide(world, caller, GET_USER)), expected.collect());
}

fn hand_over(world: &World, caller: &Caller, service: &str) -> Result<IssuedSession, OnBehalfError> {
    world
        .authenticator
        .on_behalf_of(caller, &world.snapshot(), service, now())
}

/// A service that was called, as a caller.
async fn via(world: &World, caller: &Caller, service: &str) -> Caller {
    world
        .caller(&Client::of_session(&hand_over(world, caller, service).unwrap()))
        .await
}

#[tokio::test]
async fn a_service_calls_with_the_long_term_key_that_it_was_called_with() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let stacks = via(&world, &carla, STACKS).await;
    check(
        &world,
        &stacks,
        &[
            ("aws:PrincipalArn", CARLA),
            ("aws:username", "carla"),
            ("aws:ViaAWSService", "true"),
            ("aws:CalledVia", r#"["stacks.example.com"]"#),
            ("aws:CalledViaFirst", STACKS),
            ("aws:CalledViaLast", STACKS),
        ],
    );
    assert_eq!((stacks.mfa(), stacks.arn.clone()), (None, carla.arn.clone()));
    assert_eq!(stacks.check_may_call("iam", "GetUser"), Ok(()));
}

#[tokio::test]
async fn nothing_that_sts_gives_hides_through_whom_it_came() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let auditor = with_session(&world, |_| ()).await;
    assert_eq!(carla.check_may_call("sts", "AssumeRole"), Ok(()));
    for caller in [carla, auditor] {
        let stacks = via(&world, &caller, STACKS).await;
        for (operation, may) in [
            ("AssumeRole", false),
            ("AssumeRoot", false),
            ("GetDelegatedAccessToken", false),
            ("GetFederationToken", false),
            ("GetSessionToken", false),
            ("GetWebIdentityToken", false),
            ("GetCallerIdentity", true),
        ] {
            let checked = stacks.check_may_call("sts", operation);
            assert_eq!(checked.is_ok(), may, "{operation}: {checked:?}");
        }
    }
}

#[tokio::test]
async fn services_that_call_services_are_named_in_their_order() {
    let world = World::new().await;
    let auditor = with_session(&world, |session| session.mfa = true).await;
    let stacks = via(&world, &auditor, STACKS).await;
    let queues = via(&world, &stacks, QUEUES).await;
    check(
        &world,
        &queues,
        &[
            ("aws:PrincipalArn", "arn:aws:iam::123456789012:role/staff/auditor"),
            ("aws:TokenIssueTime", "2026-11-22T12:00:00Z"),
            ("aws:MultiFactorAuthPresent", "true"),
            ("aws:ViaAWSService", "true"),
            ("aws:CalledVia", r#"["stacks.example.com", "queues.example.com"]"#),
            ("aws:CalledViaFirst", STACKS),
            ("aws:CalledViaLast", QUEUES),
        ],
    );
    assert_eq!(queues.access_key_id, auditor.access_key_id);
    let mut last = queues;
    for _ in 2..8 {
        last = via(&world, &last, STACKS).await;
    }
    let refused = hand_over(&world, &last, QUEUES).unwrap_err();
    assert_eq!(refused.to_string(), "more than 8 services called one another");
}

#[tokio::test]
async fn what_a_service_is_handed_lasts_a_quarter_of_an_hour_and_not_beyond_the_session() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let handed = hand_over(&world, &carla, STACKS).unwrap();
    assert_eq!(handed.expires_at, after(900));
    let short = with_session(&world, |session| session.seconds = 600).await;
    assert_eq!(hand_over(&world, &short, STACKS).unwrap().expires_at, after(600));
}

#[tokio::test]
async fn it_ends_with_the_key_that_it_stands_for() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let client = Client::of_session(&hand_over(&world, &carla, STACKS).unwrap());
    let stacks = world.caller(&client).await;
    let key = world.user_key.id.to_string();
    let switch_off =
        |edit: &mut AccountEdit| edit.update_access_key(KeyHolder::User("carla"), &key, KeyStatus::Inactive);
    world.edit(switch_off).await;
    let refused = world.authenticate(&client, now()).await.unwrap_err();
    assert!(matches!(refused, AuthenticationError::Revoked), "{refused:?}");
    assert!(hand_over(&world, &carla, STACKS).is_err());
    // A request that is on its way is decided anew.
    assert!(decide(&world, &stacks, GET_USER).decision.is_none());
}

#[tokio::test]
async fn it_signs_nobody_in_and_is_for_services_and_callers_alone() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let handed = hand_over(&world, &carla, STACKS).unwrap();
    let shown = world.authenticator.by_secret(
        handed.access_key_id.as_str(),
        &handed.secret_access_key,
        handed.token.expose(),
        now(),
    );
    assert!(shown.await.is_err());
    for wrong in ["", "stacks", "Stacks.example.com", "a b.c"] {
        let refused = hand_over(&world, &carla, wrong).unwrap_err();
        assert!(matches!(refused, OnBehalfError::Service(_)), "{wrong}");
    }
    let nobody = hand_over(&world, &Caller::anonymous(), STACKS).unwrap_err();
    assert!(matches!(nobody, OnBehalfError::NoPrincipal));
}
