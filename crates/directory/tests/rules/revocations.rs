//! Which sessions a revocation ends: those there were, of all, of a name, or of one key, and never later ones.

use lanyard_directory::{
    DirectoryError, NoOtherAccounts, Revocation, RevocationEntry, Revocations, RevokedSessions, SessionsOf,
};
use lanyard_names::{AccessKeyId, KeyKind, SessionName};
use proptest::prelude::*;
use proptest::sample::select;

use crate::agreement;
use crate::stored::{open, tamper};
use crate::world::{World, account_id, at, trust};

const DAY: i64 = 24 * 3_600;
const ROLE: SessionsOf<'_> = SessionsOf::Role("r");

fn with_role() -> World {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_role(world.new_role("r", &trust("*")), &NoOtherAccounts)
        })
        .unwrap();
    world
}

fn key(number: u64) -> AccessKeyId {
    AccessKeyId::from_entropy(KeyKind::Temporary, account_id(111_122_223_333), number)
}

fn named(name: &str) -> SessionName {
    SessionName::parse(name).unwrap()
}

fn revoke(world: &World, what: Revocation<'_>, second: i64) -> Result<u32, DirectoryError> {
    world.edit(|edit| edit.revoke(ROLE, what, at(second)))
}

fn revocations(world: &World) -> Revocations {
    world.reloaded().role("r").unwrap().revocations.clone()
}

#[test]
fn all_sessions_of_before_end_and_later_ones_live() {
    let world = with_role();
    assert!(revocations(&world).admits(0, Some("ann"), key(1)));
    assert_eq!(revoke(&world, Revocation::All, 1), Ok(1));
    assert!(!revocations(&world).admits(0, Some("ann"), key(1)));
    assert!(revocations(&world).admits(1, Some("ann"), key(2)));
}

#[test]
fn a_name_ends_its_sessions_of_before_and_no_others() {
    let world = with_role();
    assert_eq!(revoke(&world, Revocation::Named(&named("ann")), 1), Ok(1));
    let after = revocations(&world);
    assert!(!after.admits(0, Some("ann"), key(1)));
    assert!(after.admits(0, Some("Ann"), key(2)));
    assert!(after.admits(0, None, key(3)));
    assert!(after.admits(1, Some("ann"), key(4)), "issued after");
    assert_eq!(revoke(&world, Revocation::Named(&named("ann")), 2), Ok(2));
    let again = revocations(&world);
    assert!(!again.admits(1, Some("ann"), key(4)));
    assert!(again.admits(2, Some("ann"), key(5)));
    assert_eq!(
        again.entries(),
        [RevocationEntry {
            what: RevokedSessions::Named(named("ann")),
            epoch: 2,
            at: at(2)
        }],
        "one entry for each name"
    );
}

#[test]
fn a_key_ends_one_session() {
    let world = with_role();
    assert_eq!(revoke(&world, Revocation::WithKey(key(1)), 1), Ok(1));
    let after = revocations(&world);
    assert!(!after.admits(0, Some("ann"), key(1)));
    assert!(after.admits(0, Some("ann"), key(2)));
}

#[test]
fn users_and_the_root_user_have_revocations_of_their_own() {
    let world = with_role();
    let start = world.account();
    let (bob, root) = (SessionsOf::User("BOB"), SessionsOf::Root);
    world
        .edit(|edit| {
            edit.revoke(bob, Revocation::Named(&named("ann")), at(1))?;
            edit.revoke(root, Revocation::All, at(1))?;
            edit.revoke(root, Revocation::WithKey(key(1)), at(1))
        })
        .unwrap();
    let account = world.account();
    let user = account.user("bob").unwrap();
    assert_eq!((user.epoch, user.revocations.floor()), (1, 0));
    assert_eq!(
        (account.info().root_epoch, account.info().root_revocations.floor()),
        (2, 1)
    );
    assert_eq!(account.role("r").unwrap().epoch, 0);
    agreement::check(&world, &start);
    let nobody = world.edit(|edit| edit.revoke(SessionsOf::User("x"), Revocation::All, at(1)));
    assert_eq!(nobody, Err(DirectoryError::NoSuchUser("x".into())));
}

#[test]
fn what_is_older_than_any_session_becomes_the_floor_and_stays_revoked() {
    let world = with_role();
    let start = world.account();
    revoke(&world, Revocation::Named(&named("ann")), 0).unwrap();
    revoke(&world, Revocation::WithKey(key(1)), 1).unwrap();
    revoke(&world, Revocation::Named(&named("bea")), 7 * DAY).unwrap();
    assert_eq!(
        (revocations(&world).floor(), revocations(&world).entries().len()),
        (0, 3)
    );
    revoke(&world, Revocation::Named(&named("cat")), 7 * DAY + 1).unwrap();
    let after = revocations(&world);
    assert_eq!((after.floor(), after.entries().len()), (1, 3));
    revoke(&world, Revocation::Named(&named("dee")), 7 * DAY + 2).unwrap();
    let after = revocations(&world);
    assert_eq!((after.floor(), after.entries().len()), (2, 3));
    assert!(!after.admits(0, Some("ann"), key(9)));
    assert!(!after.admits(1, Some("x"), key(1)));
    agreement::check(&world, &start);
}

#[test]
fn with_too_many_entries_only_all_sessions_can_be_revoked() {
    let world = with_role();
    world
        .edit(|edit| {
            (0..1_000).try_for_each(|number| {
                edit.revoke(ROLE, Revocation::WithKey(key(number)), at(1))
                    .map(drop)
            })
        })
        .unwrap();
    let more = revoke(&world, Revocation::WithKey(key(1_000)), 2);
    assert_eq!(more, Err(DirectoryError::TooManyRevocations));
    assert_eq!(
        revoke(&world, Revocation::WithKey(key(5)), 2),
        Ok(1_001),
        "one that is there is no further one"
    );
    assert_eq!(revoke(&world, Revocation::All, 2), Ok(1_002));
    let after = revocations(&world);
    assert_eq!((after.floor(), after.entries()), (1_002, &[][..]));
}

#[test]
fn records_of_before_there_were_entries_keep_what_they_revoked() {
    let world = with_role();
    world
        .edit(|edit| {
            edit.revoke(SessionsOf::User("bob"), Revocation::All, at(1))?;
            edit.revoke(SessionsOf::Root, Revocation::All, at(1))?;
            edit.revoke(ROLE, Revocation::All, at(1))
        })
        .unwrap();
    let engine = world.engine.reopened();
    for (family, field) in [
        ("user/", "revocations"),
        ("role/", "revocations"),
        ("info", "root_revocations"),
    ] {
        tamper(&world, &engine, family, |text| {
            let before = format!(r#","{field}":{{"floor":1}}"#);
            assert!(text.contains(&before), "{text}");
            let text = text.replace(&before, "");
            text.replace(r#","global_endpoint_tokens":"V1""#, "")
        });
    }
    let directory = open(&world, engine);
    let account = world.block_on(directory.account(world.id)).unwrap().unwrap();
    for kept in [
        &account.user("bob").unwrap().revocations,
        &account.role("r").unwrap().revocations,
        &account.info().root_revocations,
    ] {
        assert!(!kept.admits(0, None, key(1)));
        assert!(kept.admits(1, None, key(1)));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Issue(&'static str),
    RevokeAll,
    RevokeName(&'static str),
    /// The one issued so many before the last.
    RevokeKey(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let name = || select(vec!["ann", "bea", "cat"]);
    prop_oneof![
        6 => name().prop_map(Step::Issue),
        1 => Just(Step::RevokeAll),
        2 => name().prop_map(Step::RevokeName),
        2 => (0..4_usize).prop_map(Step::RevokeKey),
        2 => (0..5 * DAY).prop_map(Step::Wait),
    ]
}

/// A session of the model.
struct Session {
    name: &'static str,
    key: AccessKeyId,
    epoch: u32,
    issued: i64,
    is_revoked: bool,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn exactly_the_sessions_meant_are_revoked(steps in prop::collection::vec(step(), 1..40)) {
        let world = with_role();
        let start = world.account();
        let mut sessions: Vec<Session> = Vec::new();
        let mut now = 0;
        for step in &steps {
            match *step {
                Step::Issue(name) => sessions.push(Session {
                    name,
                    key: key(sessions.len() as u64),
                    epoch: world.account().role("r").unwrap().epoch,
                    issued: now,
                    is_revoked: false,
                }),
                Step::RevokeAll => {
                    revoke(&world, Revocation::All, now).unwrap();
                    sessions.iter_mut().for_each(|session| session.is_revoked = true);
                }
                Step::RevokeName(name) => {
                    revoke(&world, Revocation::Named(&named(name)), now).unwrap();
                    let meant = sessions.iter_mut().filter(|session| session.name == name);
                    meant.for_each(|session| session.is_revoked = true);
                }
                Step::RevokeKey(back) => {
                    let Some(session) = sessions.iter_mut().rev().nth(back) else { continue };
                    revoke(&world, Revocation::WithKey(session.key), now).unwrap();
                    session.is_revoked = true;
                }
                Step::Wait(seconds) => now += seconds,
            }
            let revocations = revocations(&world);
            for session in &sessions {
                let is_admitted = revocations.admits(session.epoch, Some(session.name), session.key);
                if session.is_revoked {
                    prop_assert!(!is_admitted, "revoked for good: {} after {step:?}", session.name);
                } else if now - session.issued <= 7 * DAY {
                    prop_assert!(is_admitted, "not meant: {} after {step:?}", session.name);
                }
            }
        }
        agreement::check(&world, &start);
    }
}
