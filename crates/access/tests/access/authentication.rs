//! Who is calling: every refusal in its order, and what a change of the account does at the next request.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Caller, InvalidCredentials as Invalid, SessionKind};
use lanyard_directory::{Actor, KeyHolder, KeyStatus, NoOtherAccounts, Revocation, SessionsOf, UserUpdate};
use lanyard_names::{FederatedUserName, IdKind, UserName};
use lanyard_policy::Principal;
use lanyard_sigv4::{AuthError, ServiceRules, SignedRequest};

use crate::order::wrong;
use crate::world::{Client, World, head, id, new_role, now};

/// The refusal in one word.
fn word(result: Result<lanyard_access::Caller, AuthenticationError>) -> String {
    match result {
        Ok(caller) => caller.arn.to_string(),
        Err(AuthenticationError::InvalidClientTokenId(reason)) => format!("{reason:?}"),
        Err(AuthenticationError::Signature(error)) => match error {
            AuthError::Scope(text) => text,
            AuthError::Expired { .. } => "Expired".to_owned(),
            AuthError::NotYetCurrent { .. } => "NotYetCurrent".to_owned(),
            other => format!("{other:?}"),
        },
        Err(AuthenticationError::ExpiredToken) => "ExpiredToken".to_owned(),
        Err(AuthenticationError::Revoked) => "Revoked".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

pub(crate) async fn check(world: &World, client: &Client, at: Timestamp, want: &str) {
    assert_eq!(word(world.authenticate(client, at).await), want);
}

#[tokio::test]
async fn a_user_is_known_by_its_key() {
    let world = World::new().await;
    let caller = world.caller(&world.client_of_user()).await;
    assert_eq!(&*caller.arn, "arn:aws:iam::123456789012:user/staff/carla");
    assert_eq!(&*caller.user_id, world.user.as_str());
    assert_eq!(caller.access_key_id, Some(world.user_key.id));
    assert_eq!(caller.account, world.account);
    assert!(caller.session.is_none());
    assert_eq!(caller.user().unwrap().name.as_str(), "carla");
    assert_eq!(caller.mfa(), None);
}

#[tokio::test]
async fn the_root_user_is_known_by_its_key() {
    let world = World::new().await;
    let caller = world.caller(&Client::new(&world.root_key)).await;
    assert_eq!(
        (&*caller.arn, &*caller.user_id),
        ("arn:aws:iam::123456789012:root", "123456789012")
    );
    assert!(caller.is_root());
}

#[tokio::test]
async fn sessions_of_each_kind_are_known_by_their_tokens() {
    let world = World::new().await;
    let name = FederatedUserName::parse("visitor").unwrap();
    let cases = [
        (
            world.assumed(),
            "arn:aws:sts::123456789012:assumed-role/auditor/monday",
            format!("{}:monday", world.role),
        ),
        (
            SessionKind::SessionToken {
                user: Some(world.user),
            },
            "arn:aws:iam::123456789012:user/staff/carla",
            world.user.to_string(),
        ),
        (
            SessionKind::SessionToken { user: None },
            "arn:aws:iam::123456789012:root",
            "123456789012".into(),
        ),
        (
            SessionKind::FederatedUser {
                user: Some(world.user),
                name: name.clone(),
            },
            "arn:aws:sts::123456789012:federated-user/visitor",
            "123456789012:visitor".into(),
        ),
        (
            SessionKind::FederatedUser { user: None, name },
            "arn:aws:sts::123456789012:federated-user/visitor",
            "123456789012:visitor".into(),
        ),
    ];
    for (kind, arn, user_id) in cases {
        let session = world.issue(kind.clone());
        let caller = world.caller(&Client::of_session(&session)).await;
        assert_eq!(
            (&*caller.arn, &*caller.user_id),
            (arn, user_id.as_str()),
            "{kind:?}"
        );
        assert_eq!(caller.session.as_ref().unwrap().kind, kind);
        assert_eq!(caller.mfa(), Some(false));
    }
}

#[tokio::test]
async fn the_role_of_a_session_keeps_its_path_for_policies() {
    let world = World::new().await;
    let caller = world
        .caller(&Client::of_session(&world.issue(world.assumed())))
        .await;
    let Principal::RoleSession {
        role_arn, role_id, ..
    } = &caller.principal
    else {
        panic!("{:?}", caller.principal);
    };
    assert_eq!(&**role_arn, "arn:aws:iam::123456789012:role/staff/auditor");
    assert_eq!(*role_id, Some(world.role));
}

#[tokio::test]
async fn a_request_without_a_claim_is_missing_its_token() {
    let headers = http::HeaderMap::new();
    assert!(SignedRequest::parse(&head(&headers)).unwrap().is_none());
    let error = AuthenticationError::from(AuthError::Missing);
    assert_eq!(error.message(), "Request is missing Authentication Token");
}

#[tokio::test]
async fn the_words_for_callers_are_awss_and_give_no_reason() {
    let message = AuthenticationError::from(Invalid::InactiveKey).message();
    assert_eq!(message, "The security token included in the request is invalid.");
    let message = AuthenticationError::ExpiredToken.message();
    assert_eq!(message, "The security token included in the request is expired");
}

#[tokio::test]
async fn an_inactive_key_never_tells_whether_the_signature_was_right() {
    let world = World::new().await;
    let good = world.client_of_user();
    check(&world, &good, now(), "arn:aws:iam::123456789012:user/staff/carla").await;
    let id = world.user_key.id.to_string();
    world
        .edit(|edit| edit.update_access_key(KeyHolder::User("carla"), &id, KeyStatus::Inactive))
        .await;
    check(&world, &good, now(), "InactiveKey").await;
    check(
        &world,
        &Client {
            secret: wrong(),
            ..good.clone()
        },
        now(),
        "InactiveKey",
    )
    .await;
    world
        .edit(|edit| edit.update_access_key(KeyHolder::User("carla"), &id, KeyStatus::Active))
        .await;
    check(&world, &good, now(), "arn:aws:iam::123456789012:user/staff/carla").await;
    world
        .edit(|edit| edit.delete_access_key(KeyHolder::User("carla"), &id))
        .await;
    check(&world, &good, now(), "UnknownKey").await;
}

#[tokio::test]
async fn a_caller_whose_key_was_switched_off_or_deleted_meanwhile_is_gone() {
    let world = World::new().await;
    let carla = world.caller(&world.client_of_user()).await;
    let root = world.caller(&Client::new(&world.root_key)).await;
    let session = world
        .caller(&Client::of_session(&world.issue(world.assumed())))
        .await;
    let is_gone = |caller: &lanyard_access::Caller| caller.refreshed(&world.snapshot()).is_none();
    assert!(!is_gone(&carla) && !is_gone(&root) && !is_gone(&session));

    let of_user = world.user_key.id.to_string();
    world
        .edit(|edit| edit.update_access_key(KeyHolder::User("carla"), &of_user, KeyStatus::Inactive))
        .await;
    assert!(is_gone(&carla) && !is_gone(&root));
    world
        .edit(|edit| edit.update_access_key(KeyHolder::User("carla"), &of_user, KeyStatus::Active))
        .await;
    assert!(!is_gone(&carla));

    let of_root = world.root_key.id.to_string();
    world
        .edit(|edit| edit.delete_access_key(KeyHolder::Root, &of_root))
        .await;
    assert!(is_gone(&root) && !is_gone(&carla) && !is_gone(&session));
}

#[tokio::test]
async fn a_renamed_user_is_known_by_its_new_name_at_the_next_request() {
    let world = World::new().await;
    world.caller(&world.client_of_user()).await;
    let name = UserName::parse("carla.b").unwrap();
    world
        .edit(|edit| {
            edit.update_user(
                "carla",
                UserUpdate {
                    name: Some(name.clone()),
                    path: None,
                },
            )
            .map(|_| ())
        })
        .await;
    check(
        &world,
        &world.client_of_user(),
        now(),
        "arn:aws:iam::123456789012:user/staff/carla.b",
    )
    .await;
}

#[tokio::test]
async fn a_session_dies_with_its_role_and_does_not_come_back() {
    let world = World::new().await;
    let client = Client::of_session(&world.issue(world.assumed()));
    check(
        &world,
        &client,
        now(),
        "arn:aws:sts::123456789012:assumed-role/auditor/monday",
    )
    .await;
    world.edit(|edit| edit.delete_role("auditor").map(|_| ())).await;
    check(&world, &client, now(), "IssuerGone").await;
    let again = id(IdKind::Role, 9);
    world
        .edit(|edit| edit.create_role(new_role(again), &NoOtherAccounts).map(|_| ()))
        .await;
    check(&world, &client, now(), "IssuerGone").await;
}

#[tokio::test]
async fn raising_the_epoch_revokes_every_session_issued_before() {
    let world = World::new().await;
    let client = Client::of_session(&world.issue(world.assumed()));
    let of_user = Client::of_session(&world.issue(SessionKind::SessionToken {
        user: Some(world.user),
    }));
    check(
        &world,
        &client,
        now(),
        "arn:aws:sts::123456789012:assumed-role/auditor/monday",
    )
    .await;
    world
        .edit(|edit| {
            edit.revoke(SessionsOf::Role("auditor"), Revocation::All, now())
                .map(drop)
        })
        .await;
    check(&world, &client, now(), "Revoked").await;
    check(
        &world,
        &of_user,
        now(),
        "arn:aws:iam::123456789012:user/staff/carla",
    )
    .await;
    let mut fresh = world.session(world.assumed());
    fresh.epoch = 1;
    let fresh = Client::of_session(&world.keyring.issue(&fresh).unwrap());
    check(
        &world,
        &fresh,
        now(),
        "arn:aws:sts::123456789012:assumed-role/auditor/monday",
    )
    .await;
}

#[tokio::test]
async fn a_session_of_a_role_id_that_is_a_user_is_refused() {
    let world = World::new().await;
    let name = lanyard_names::SessionName::parse("monday").unwrap();
    let kind = SessionKind::AssumedRole {
        role: world.user,
        name,
    };
    check(
        &world,
        &Client::of_session(&world.issue(kind)),
        now(),
        "IssuerGone",
    )
    .await;
}

#[tokio::test]
async fn nobody_is_known_before_the_body_unless_its_hash_was_signed() {
    let world = World::new().await;
    let headers = world.client_of_user().signed_headers();
    let head = head(&headers);
    let signed = SignedRequest::parse(&head).unwrap().unwrap();
    let rules = ServiceRules::iam();
    let identified = world
        .authenticator
        .identify(&head, signed, "sts", &rules, now())
        .await
        .unwrap();
    assert!(identified.needs_body());
    assert!(Arc::ptr_eq(identified.account(), &world.snapshot()));
    let refused = identified.verified_before_body();
    assert!(matches!(
        refused,
        Err(AuthenticationError::Signature(AuthError::SignatureDoesNotMatch))
    ));
}

#[tokio::test]
async fn only_proven_requests_count_as_use() {
    let world = World::new().await;
    let good = world.client_of_user();
    let session = Client::of_session(&world.issue(world.assumed()));
    for client in [&good, &session] {
        let refused = world
            .authenticate(
                &Client {
                    secret: wrong(),
                    ..client.clone()
                },
                now(),
            )
            .await;
        assert!(refused.is_err());
    }
    assert_eq!(world.directory.key_last_used(world.user_key.id), None);
    assert_eq!(world.directory.role_last_used(world.account, world.role), None);
    world.caller(&good).await;
    world.caller(&session).await;
    let of_key = world.directory.key_last_used(world.user_key.id).unwrap();
    assert_eq!(
        (of_key.at, &*of_key.service, &*of_key.region),
        (now(), "sts", "eu-central-1")
    );
    assert!(
        world
            .directory
            .role_last_used(world.account, world.role)
            .is_some()
    );
}

#[tokio::test]
async fn what_is_tried_is_noted_for_whose_permissions_it_takes() {
    let world = World::new().await;
    let name = FederatedUserName::parse("visitor").unwrap();
    let federated = world.issue(SessionKind::FederatedUser {
        user: Some(world.user),
        name,
    });
    let session = world.issue(world.assumed());
    let services = |actor| -> Vec<(String, usize)> {
        let used = world.directory.services_used(world.account, actor);
        used.iter()
            .map(|used| (used.service.to_string(), used.actions.len()))
            .collect()
    };
    let pair = |service: &str, actions| (service.to_owned(), actions);
    let tries = async |client: &Client, service: &str, action: &str| {
        let caller = world.caller(client).await;
        caller.note_attempt(&world.directory, service, action, "", now());
    };
    tries(&world.client_of_user(), "s3", "CreateBucket").await;
    tries(&world.client_of_user(), "sqs", "SendMessage").await;
    tries(&Client::of_session(&federated), "iam", "GetUser").await;
    tries(&Client::of_session(&session), "s3", "ListAllMyBuckets").await;
    Caller::anonymous().note_attempt(&world.directory, "s3", "GetObject", "", now());
    let (user, role) = (Actor::Entity(world.user), Actor::Entity(world.role));
    assert_eq!(services(user), [pair("iam", 1), pair("s3", 1), pair("sqs", 0)]);
    assert_eq!(services(role), [pair("s3", 1)]);
    assert_eq!(services(Actor::Root), []);
    let used = world.directory.services_used(world.account, role);
    assert_eq!(&*used[0].last.region, "us-east-1", "where none is named");
}

#[tokio::test]
async fn a_deleted_user_takes_its_sessions_along() {
    let world = World::new().await;
    let name = FederatedUserName::parse("visitor").unwrap();
    let federated = Client::of_session(&world.issue(SessionKind::FederatedUser {
        user: Some(world.user),
        name,
    }));
    check(
        &world,
        &federated,
        now(),
        "arn:aws:sts::123456789012:federated-user/visitor",
    )
    .await;
    let key = world.user_key.id.to_string();
    world
        .edit(|edit| {
            edit.delete_access_key(KeyHolder::User("carla"), &key)?;
            edit.delete_user("carla").map(|_| ())
        })
        .await;
    check(&world, &federated, now(), "IssuerGone").await;
}
