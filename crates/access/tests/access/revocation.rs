//! Revocation: which sessions it ends, and which it leaves alone.

use lanyard_access::{
    Caller, Holder, NewSession, RequestFacts, RevocationError, RevokeSessions, SessionKind, authorize,
};
use lanyard_directory::{AccountEdit, DirectoryError, KeyHolder, WriteError};
use lanyard_names::{FederatedUserName, SessionName};
use lanyard_policy::Context;

use crate::authentication::check;
use crate::world::{Client, World, id, new_user, now};

const MONDAY: &str = "arn:aws:sts::123456789012:assumed-role/auditor/monday";
const TUESDAY: &str = "arn:aws:sts::123456789012:assumed-role/auditor/tuesday";
const CARLA: &str = "arn:aws:iam::123456789012:user/staff/carla";
const ROOT: &str = "arn:aws:iam::123456789012:root";

fn role() -> Holder {
    Holder::Role("auditor".to_owned())
}

fn user() -> Holder {
    Holder::User("carla".to_owned())
}

fn wish(world: &World, holder: Holder, name: Option<&str>, key: Option<&str>) -> RevokeSessions {
    RevokeSessions::new(world.account, holder, name, key).unwrap()
}

async fn revoke(world: &World, holder: Holder, name: Option<&str>, key: Option<&str>) {
    let wish = wish(world, holder, name, key);
    let write = world.directory.write(world.account, |edit: &mut AccountEdit| {
        wish.apply(edit, now()).map(|epoch| (epoch, Vec::new()))
    });
    write.await.unwrap();
}

fn assumed(world: &World, name: &str) -> NewSession {
    world.session(SessionKind::AssumedRole {
        role: world.role,
        name: SessionName::parse(name).unwrap(),
    })
}

/// A session as it would be issued now.
fn issue(world: &World, mut session: NewSession) -> Client {
    let account = world.snapshot();
    session.epoch = match session.kind.issuer() {
        None => account.info().root_epoch,
        Some(id) => (account.role_by_id(id).map(|role| role.epoch))
            .or_else(|| account.user_by_id(id).map(|user| user.epoch))
            .unwrap(),
    };
    Client::of_session(&world.keyring.issue(&session).unwrap())
}

#[tokio::test]
async fn revoking_a_role_ends_all_its_sessions_and_none_that_come_after() {
    let world = World::new().await;
    let of_user = issue(
        &world,
        world.session(SessionKind::SessionToken {
            user: Some(world.user),
        }),
    );
    let (monday, tuesday) = (
        issue(&world, assumed(&world, "monday")),
        issue(&world, assumed(&world, "tuesday")),
    );
    check(&world, &monday, now(), MONDAY).await;
    revoke(&world, role(), None, None).await;
    check(&world, &monday, now(), "Revoked").await;
    check(&world, &tuesday, now(), "Revoked").await;
    check(&world, &of_user, now(), CARLA).await;
    check(&world, &issue(&world, assumed(&world, "monday")), now(), MONDAY).await;
}

#[tokio::test]
async fn revoking_a_name_or_an_id_ends_what_bears_it_and_nothing_else() {
    let world = World::new().await;
    let (monday, tuesday) = (
        issue(&world, assumed(&world, "monday")),
        issue(&world, assumed(&world, "tuesday")),
    );
    revoke(&world, role(), Some("monday"), None).await;
    check(&world, &monday, now(), "Revoked").await;
    check(&world, &tuesday, now(), TUESDAY).await;
    let again = issue(&world, assumed(&world, "monday"));
    check(&world, &again, now(), MONDAY).await;

    revoke(&world, role(), None, Some(&tuesday.access_key_id)).await;
    check(&world, &tuesday, now(), "Revoked").await;
    check(&world, &again, now(), MONDAY).await;
    check(&world, &monday, now(), "Revoked").await;
    check(&world, &issue(&world, assumed(&world, "tuesday")), now(), TUESDAY).await;
}

#[tokio::test]
async fn revoking_a_user_ends_its_sessions_and_whom_it_vouched_for_but_not_its_key() {
    let world = World::new().await;
    let token = issue(
        &world,
        world.session(SessionKind::SessionToken {
            user: Some(world.user),
        }),
    );
    let name = FederatedUserName::parse("visitor").unwrap();
    let visitor = SessionKind::FederatedUser {
        user: Some(world.user),
        name,
    };
    let visitor = issue(&world, world.session(visitor));
    revoke(&world, user(), Some("visitor"), None).await;
    check(&world, &visitor, now(), "Revoked").await;
    check(&world, &token, now(), CARLA).await;
    revoke(&world, user(), None, None).await;
    check(&world, &token, now(), "Revoked").await;
    check(&world, &world.client_of_user(), now(), CARLA).await;
}

#[tokio::test]
async fn revoking_the_root_user_ends_its_sessions() {
    let world = World::new().await;
    let kind = || world.session(SessionKind::SessionToken { user: None });
    let token = issue(&world, kind());
    check(&world, &token, now(), ROOT).await;
    revoke(&world, Holder::Root, None, None).await;
    check(&world, &token, now(), "Revoked").await;
    check(&world, &issue(&world, kind()), now(), ROOT).await;
}

async fn began_with(world: &World, caller: &Caller) -> Client {
    let mut session = assumed(world, "monday");
    session.origin = caller.origin();
    let client = issue(world, session);
    check(world, &client, now(), MONDAY).await;
    client
}

#[tokio::test]
async fn revoking_a_user_ends_the_chains_that_began_with_it() {
    let world = World::new().await;
    let with_key = began_with(&world, &world.caller(&world.client_of_user()).await).await;
    // From one session to the next, the chain still begins with the user.
    let chained = began_with(&world, &world.caller(&with_key).await).await;
    let nobodys = issue(&world, assumed(&world, "tuesday"));
    revoke(&world, user(), None, None).await;
    check(&world, &with_key, now(), "Revoked").await;
    check(&world, &chained, now(), "Revoked").await;
    check(&world, &nobodys, now(), TUESDAY).await;
    began_with(&world, &world.caller(&world.client_of_user()).await).await;
}

#[tokio::test]
async fn revoking_one_session_of_a_user_ends_the_chains_that_began_with_it() {
    let world = World::new().await;
    let kind = || {
        world.session(SessionKind::SessionToken {
            user: Some(world.user),
        })
    };
    let (one, other) = (issue(&world, kind()), issue(&world, kind()));
    let of_one = began_with(&world, &world.caller(&one).await).await;
    let of_other = began_with(&world, &world.caller(&other).await).await;
    revoke(&world, user(), None, Some(&one.access_key_id)).await;
    check(&world, &of_one, now(), "Revoked").await;
    check(&world, &of_other, now(), MONDAY).await;
}

#[tokio::test]
async fn a_chain_does_not_come_back_when_its_revoked_user_is_deleted_or_made_anew() {
    let world = World::new().await;
    let client = began_with(&world, &world.caller(&world.client_of_user()).await).await;
    revoke(&world, user(), None, None).await;
    let key = world.user_key.id;
    let delete = |edit: &mut AccountEdit| {
        edit.delete_access_key(KeyHolder::User("carla"), key.as_str())?;
        edit.delete_user("carla").map(|_| ())
    };
    world.edit(delete).await;
    check(&world, &client, now(), "Revoked").await;
    let again = id(lanyard_names::IdKind::User, 9);
    world
        .edit(|edit| edit.create_user(new_user(again)).map(|_| ()))
        .await;
    check(&world, &client, now(), "Revoked").await;
}

#[tokio::test]
async fn a_caller_who_was_revoked_since_may_do_nothing_more() {
    let world = World::new().await;
    let caller = world.caller(&issue(&world, assumed(&world, "monday"))).await;
    assert!(caller.refreshed(&world.snapshot()).is_some());
    revoke(&world, role(), Some("monday"), None).await;
    let account = world.snapshot();
    assert!(caller.refreshed(&account).is_none());
    let facts = RequestFacts {
        source_ip: None,
        is_secure: false,
        now: now(),
        region: "",
        user_agent: None,
        referer: None,
    };
    let context = Context::new();
    let ask = lanyard_access::Ask::new("sts:GetCallerIdentity", "*", world.account, &context);
    let verdict = authorize(&caller, &ask, &facts, Some(&account));
    assert!(verdict.decision.is_none());
}

#[tokio::test]
async fn a_wish_that_cannot_mean_any_session_is_refused() {
    let world = World::new().await;
    let refused = |name: Option<&str>, key: Option<&str>| {
        RevokeSessions::new(world.account, role(), name, key).unwrap_err()
    };
    assert!(matches!(refused(Some("a"), None), RevocationError::Name));
    assert!(matches!(refused(Some("a/b"), None), RevocationError::Name));
    assert!(matches!(refused(None, Some("nonsense")), RevocationError::Id));
    let long_term = world.user_key.id.to_string();
    assert!(matches!(refused(None, Some(&long_term)), RevocationError::Id));
    let session = world.issue(world.assumed()).access_key_id.to_string();
    assert!(matches!(
        refused(Some("ab"), Some(&session)),
        RevocationError::TwoWays
    ));
    let elsewhere = lanyard_names::AccountId::parse("210987654321").unwrap();
    let of_another = RevokeSessions::new(elsewhere, role(), None, Some(&session));
    assert!(matches!(of_another, Err(RevocationError::Id)));

    let nobody = wish(&world, Holder::User("nobody".to_owned()), None, None);
    assert_eq!(nobody.arn(&world.snapshot()), None);
    let written = world.directory.write(world.account, |edit: &mut AccountEdit| {
        nobody.apply(edit, now()).map(|epoch| (epoch, Vec::new()))
    });
    let error = written.await.unwrap_err();
    let WriteError::Refused(RevocationError::Directory(error)) = error else {
        panic!("{error:?}");
    };
    assert!(matches!(error, DirectoryError::NoSuchUser(_)), "{error:?}");
}
