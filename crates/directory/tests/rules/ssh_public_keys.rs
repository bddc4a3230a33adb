//! SSH public keys of users.

use lanyard_directory::{Conflict, DirectoryError, KeyStatus, NewSshPublicKey, Quota, UserUpdate};
use lanyard_names::{IdKind, UniqueId};

use crate::agreement;
use crate::world::{World, at, user_name};

fn with_users(names: &[&str]) -> World {
    let world = World::new();
    for name in names {
        world.edit(|edit| edit.create_user(world.new_user(name))).unwrap();
    }
    world
}

fn upload(world: &World, user: &str, key: &str) -> Result<UniqueId, DirectoryError> {
    let new = NewSshPublicKey {
        id: world.draw(IdKind::PublicKey),
        body: format!("ssh-rsa {key} somebody").into(),
        key: key.into(),
        uploaded: at(1),
    };
    world
        .edit(|edit| edit.upload_ssh_public_key(user, new.clone()))
        .map(|key| key.id)
}

/// The keys of a user, oldest first.
fn check(world: &World, user: &str, keys: &[(&str, KeyStatus)]) {
    let account = world.account();
    let found = account.ssh_public_keys_of(account.user(user).unwrap().id);
    let found: Vec<_> = found.iter().map(|key| (&*key.key, key.status)).collect();
    assert_eq!(found, keys);
}

#[test]
fn a_user_has_a_key_once_and_others_may_have_it_too() {
    let world = with_users(&["bob", "eve"]);
    let start = world.account();
    upload(&world, "bob", "AAAA").unwrap();
    let again = upload(&world, "BOB", "AAAA");
    assert_eq!(again, Err(DirectoryError::SshPublicKeyExists("bob".into())));
    upload(&world, "eve", "AAAA").unwrap();
    upload(&world, "bob", "BBBB").unwrap();
    check(
        &world,
        "bob",
        &[("AAAA", KeyStatus::Active), ("BBBB", KeyStatus::Active)],
    );
    agreement::check(&world, &start);
}

#[test]
fn a_key_is_its_users_alone() {
    let world = with_users(&["bob", "eve"]);
    let start = world.account();
    let id = upload(&world, "bob", "AAAA").unwrap();
    let id = id.as_str();
    let inactive = |user| world.edit(|edit| edit.update_ssh_public_key(user, id, KeyStatus::Inactive));
    let missing = || DirectoryError::NotTheirSshPublicKey(id.into());
    assert_eq!(inactive("eve"), Err(missing()));
    assert_eq!(
        inactive("nobody"),
        Err(DirectoryError::NoSuchUser("nobody".into()))
    );
    let deleted = world.edit(|edit| edit.delete_ssh_public_key("eve", id));
    assert_eq!(deleted, Err(missing()));
    inactive("bob").unwrap();
    check(&world, "bob", &[("AAAA", KeyStatus::Inactive)]);
    world.edit(|edit| edit.delete_ssh_public_key("bob", id)).unwrap();
    check(&world, "bob", &[]);
    agreement::check(&world, &start);
}

#[test]
fn keys_stay_with_a_renamed_user_and_hold_it() {
    let world = with_users(&["bob"]);
    let id = upload(&world, "bob", "AAAA").unwrap();
    let renamed = UserUpdate {
        name: Some(user_name("robert")),
        path: None,
    };
    world
        .edit(|edit| edit.update_user("bob", renamed.clone()))
        .unwrap();
    check(&world, "robert", &[("AAAA", KeyStatus::Active)]);
    assert_eq!(
        world.edit(|edit| edit.delete_user("robert")).unwrap_err(),
        DirectoryError::DeleteConflict(Conflict::ServiceCredentials)
    );
    world
        .edit(|edit| edit.delete_ssh_public_key("robert", id.as_str()))
        .unwrap();
    world.edit(|edit| edit.delete_user("robert")).unwrap();
}

#[test]
fn keys_of_a_user_are_limited_to_five() {
    let world = with_users(&["bob"]);
    for number in 0..5 {
        upload(&world, "bob", &format!("KEY{number}")).unwrap();
    }
    assert_eq!(
        upload(&world, "bob", "KEY5"),
        Err(DirectoryError::QuotaExceeded {
            quota: Quota::SshPublicKeysPerUser,
            limit: 5,
            subject: "bob".into()
        })
    );
}
