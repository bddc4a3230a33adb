//! Signing certificates of users and of the root user.

use lanyard_directory::{
    Conflict, DirectoryError, KeyHolder, KeyOwner, KeyStatus, NewSigningCertificate, Quota, UserUpdate,
};

use crate::agreement;
use crate::world::{World, at, user_name};

const BOB: KeyHolder<'_> = KeyHolder::User("bob");
const EVE: KeyHolder<'_> = KeyHolder::User("eve");

fn with_users(names: &[&str]) -> World {
    let world = World::new();
    for name in names {
        world.edit(|edit| edit.create_user(world.new_user(name))).unwrap();
    }
    world
}

fn upload(world: &World, holder: KeyHolder<'_>, id: &str, second: i64) -> Result<KeyStatus, DirectoryError> {
    let new = NewSigningCertificate {
        id: id.into(),
        body: format!("certificate {id}").into(),
        uploaded: at(second),
    };
    world
        .edit(|edit| edit.upload_signing_certificate(holder, new.clone()))
        .map(|certificate| certificate.status)
}

/// What a user or the root user has, oldest first.
fn check(world: &World, user: Option<&str>, expected: &[(&str, KeyStatus)]) {
    let account = world.account();
    let owner = match user {
        Some(name) => KeyOwner::User(account.user(name).unwrap().id),
        None => KeyOwner::Root,
    };
    let found = account.signing_certificates_of(owner);
    let found: Vec<_> = found.iter().map(|found| (&*found.id, found.status)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_certificate_is_one_users() {
    let world = with_users(&["bob", "eve"]);
    let start = world.account();
    upload(&world, BOB, "ONE", 2).unwrap();
    let taken = Err(DirectoryError::SigningCertificateOfAnother("ONE".into()));
    assert_eq!(upload(&world, EVE, "ONE", 3), taken);
    assert_eq!(upload(&world, KeyHolder::Root, "ONE", 3), taken);
    upload(&world, KeyHolder::Root, "TWO", 3).unwrap();
    upload(&world, BOB, "OLDER", 1).unwrap();
    check(
        &world,
        Some("bob"),
        &[("OLDER", KeyStatus::Active), ("ONE", KeyStatus::Active)],
    );
    check(&world, Some("eve"), &[]);
    check(&world, None, &[("TWO", KeyStatus::Active)]);
    agreement::check(&world, &start);
}

#[test]
fn what_is_uploaded_again_stays_as_it_is() {
    let world = with_users(&["bob"]);
    upload(&world, BOB, "ONE", 1).unwrap();
    world
        .edit(|edit| edit.update_signing_certificate(BOB, "ONE", KeyStatus::Inactive))
        .unwrap();
    assert_eq!(upload(&world, BOB, "ONE", 2), Ok(KeyStatus::Inactive));
    check(&world, Some("bob"), &[("ONE", KeyStatus::Inactive)]);
    let kept = world.account().signing_certificate("ONE").unwrap().uploaded;
    assert_eq!(kept, at(1));
}

#[test]
fn those_of_others_are_not_there() {
    let world = with_users(&["bob", "eve"]);
    let start = world.account();
    upload(&world, BOB, "ONE", 1).unwrap();
    let missing = Err(DirectoryError::NoSuchSigningCertificate("ONE".into()));
    for holder in [EVE, KeyHolder::Root] {
        let updated = world.edit(|edit| edit.update_signing_certificate(holder, "ONE", KeyStatus::Inactive));
        assert_eq!(updated, missing);
        let deleted = world.edit(|edit| edit.delete_signing_certificate(holder, "ONE"));
        assert_eq!(deleted, missing);
    }
    world
        .edit(|edit| edit.delete_signing_certificate(BOB, "ONE"))
        .unwrap();
    check(&world, Some("bob"), &[]);
    upload(&world, EVE, "ONE", 2).unwrap();
    agreement::check(&world, &start);
}

#[test]
fn certificates_stay_with_a_renamed_user_and_hold_it() {
    let world = with_users(&["bob"]);
    upload(&world, BOB, "ONE", 1).unwrap();
    let renamed = UserUpdate {
        name: Some(user_name("robert")),
        path: None,
    };
    world
        .edit(|edit| edit.update_user("bob", renamed.clone()))
        .unwrap();
    check(&world, Some("robert"), &[("ONE", KeyStatus::Active)]);
    assert_eq!(
        world.edit(|edit| edit.delete_user("robert")).unwrap_err(),
        DirectoryError::DeleteConflict(Conflict::SigningCertificates)
    );
    let robert = KeyHolder::User("robert");
    world
        .edit(|edit| edit.delete_signing_certificate(robert, "ONE"))
        .unwrap();
    world.edit(|edit| edit.delete_user("robert")).unwrap();
}

#[test]
fn certificates_of_a_user_are_limited_to_two() {
    let world = with_users(&["bob"]);
    for holder in [BOB, KeyHolder::Root] {
        let [one, two, three] = [1, 2, 3].map(|number| format!("{holder:?} {number}"));
        upload(&world, holder, &one, 1).unwrap();
        upload(&world, holder, &two, 2).unwrap();
        upload(&world, holder, &one, 3).unwrap();
        assert!(matches!(
            upload(&world, holder, &three, 3),
            Err(DirectoryError::QuotaExceeded {
                quota: Quota::CertificatesPerUser,
                limit: 2,
                ..
            })
        ));
    }
}
