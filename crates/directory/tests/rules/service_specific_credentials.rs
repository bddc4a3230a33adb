//! Service-specific credentials of users.

use lanyard_directory::{
    Conflict, CredentialService, DirectoryError, KeyStatus, NewServiceSpecificCredential, PasswordHash,
    Quota, UserUpdate,
};
use lanyard_names::{IdKind, UniqueId};

use crate::agreement;
use crate::world::{World, at, user_name};

const BEDROCK: CredentialService = CredentialService::Bedrock;
const LOGS: CredentialService = CredentialService::Logs;

fn with_users(names: &[&str]) -> World {
    let world = World::new();
    for name in names {
        world.edit(|edit| edit.create_user(world.new_user(name))).unwrap();
    }
    world
}

fn create(world: &World, user: &str, service: CredentialService) -> Result<UniqueId, DirectoryError> {
    let new = NewServiceSpecificCredential {
        id: world.draw(IdKind::ServiceCredential),
        service,
        secret: PasswordHash::new("hash"),
        created: at(1),
        expires: None,
    };
    world
        .edit(|edit| edit.create_service_specific_credential(user, new.clone()))
        .map(|credential| credential.id)
}

fn rename(world: &World, name: &str, new: &str) {
    let update = UserUpdate {
        name: Some(user_name(new)),
        path: None,
    };
    world.edit(|edit| edit.update_user(name, update.clone())).unwrap();
}

/// The names of a user's credentials.
fn check(world: &World, user: &str, aliases: &[&str]) {
    let account = world.account();
    let id = account.user(user).unwrap().id;
    let found = account.service_specific_credentials_of(id, None);
    let found: Vec<_> = found.map(|credential| &*credential.alias).collect();
    assert_eq!(found, aliases);
}

#[test]
fn a_user_has_two_credentials_for_each_service() {
    let world = with_users(&["Bob"]);
    let start = world.account();
    for service in [BEDROCK, BEDROCK, LOGS] {
        create(&world, "BOB", service).unwrap();
    }
    check(
        &world,
        "bob",
        &[
            "Bob-at-111122223333",
            "Bob+1-at-111122223333",
            "Bob-at-111122223333",
        ],
    );
    assert_eq!(
        create(&world, "bob", BEDROCK),
        Err(DirectoryError::QuotaExceeded {
            quota: Quota::ServiceSpecificCredentialsPerUser,
            limit: 2,
            subject: "Bob".into()
        })
    );
    agreement::check(&world, &start);
}

#[test]
fn a_name_stays_with_its_credential_and_is_free_when_that_is_gone() {
    let world = with_users(&["bob"]);
    let start = world.account();
    let first = create(&world, "bob", LOGS).unwrap();
    rename(&world, "bob", "robert");
    world
        .edit(|edit| edit.create_user(world.new_user("BOB")))
        .unwrap();
    create(&world, "bob", LOGS).unwrap();
    check(&world, "robert", &["bob-at-111122223333"]);
    check(&world, "bob", &["BOB+1-at-111122223333"]);
    world
        .edit(|edit| edit.delete_service_specific_credential("robert", first.as_str()))
        .unwrap();
    create(&world, "bob", LOGS).unwrap();
    check(&world, "bob", &["BOB+1-at-111122223333", "BOB-at-111122223333"]);
    agreement::check(&world, &start);
}

#[test]
fn a_credential_is_its_users_alone() {
    let world = with_users(&["bob", "eve"]);
    let start = world.account();
    let id = create(&world, "bob", LOGS).unwrap();
    let id = id.as_str();
    let update =
        |user, id| world.edit(|edit| edit.update_service_specific_credential(user, id, KeyStatus::Inactive));
    let not_hers = || DirectoryError::NotTheirServiceSpecificCredential {
        user: "eve".into(),
        id: id.into(),
    };
    assert_eq!(update("eve", id), Err(not_hers()));
    let reset =
        world.edit(|edit| edit.reset_service_specific_credential("EVE", id, PasswordHash::new("other")));
    assert_eq!(reset, Err(not_hers()));
    let deleted = world.edit(|edit| edit.delete_service_specific_credential("eve", id));
    assert_eq!(deleted, Err(not_hers()));
    assert_eq!(
        update("nobody", id),
        Err(DirectoryError::NoSuchUser("nobody".into()))
    );
    let missing = "ACCAAAAAAAAAAAAAAAAAZ";
    assert_eq!(
        update("bob", missing),
        Err(DirectoryError::NoSuchServiceSpecificCredential(missing.into()))
    );
    update("bob", id).unwrap();
    let reset =
        world.edit(|edit| edit.reset_service_specific_credential("bob", id, PasswordHash::new("other")));
    let reset = reset.unwrap();
    assert_eq!(
        (reset.status, reset.secret.as_str()),
        (KeyStatus::Inactive, "other")
    );
    assert!(!format!("{reset:?}").contains("other"));
    agreement::check(&world, &start);
}

#[test]
fn credentials_hold_their_user() {
    let world = with_users(&["bob"]);
    let id = create(&world, "bob", LOGS).unwrap();
    assert_eq!(
        world.edit(|edit| edit.delete_user("bob")).unwrap_err(),
        DirectoryError::DeleteConflict(Conflict::ServiceCredentials)
    );
    world
        .edit(|edit| edit.delete_service_specific_credential("bob", id.as_str()))
        .unwrap();
    world.edit(|edit| edit.delete_user("bob")).unwrap();
}

#[test]
fn lists_begin_after_any_id() {
    let world = with_users(&["bob", "eve"]);
    let mut ids = Vec::new();
    for (user, service) in [("bob", LOGS), ("eve", LOGS), ("bob", BEDROCK)] {
        ids.push(create(&world, user, service).unwrap());
    }
    let account = world.reloaded();
    let bob = account.user("bob").unwrap().id;
    let shown = |after| -> [Vec<UniqueId>; 3] {
        [
            account
                .service_specific_credentials(after)
                .map(|c| c.id)
                .collect(),
            account
                .service_specific_credentials_of(bob, after)
                .map(|c| c.id)
                .collect(),
            account
                .service_specific_credentials_for(LOGS, after)
                .map(|c| c.id)
                .collect(),
        ]
    };
    assert_eq!(
        shown(None),
        [ids.clone(), vec![ids[0], ids[2]], vec![ids[0], ids[1]]]
    );
    assert_eq!(
        shown(Some(ids[0])),
        [ids[1..].to_vec(), vec![ids[2]], vec![ids[1]]]
    );
    assert_eq!(shown(Some(ids[2])), [vec![], vec![], vec![]]);
}

#[test]
fn a_credential_expires_by_itself() {
    let world = with_users(&["bob"]);
    let new = NewServiceSpecificCredential {
        id: world.draw(IdKind::ServiceCredential),
        service: LOGS,
        secret: PasswordHash::new("hash"),
        created: at(1),
        expires: Some(at(5)),
    };
    let made = world
        .edit(|edit| edit.create_service_specific_credential("bob", new.clone()))
        .unwrap();
    assert_eq!(
        [at(4), at(5), at(6)].map(|now| made.is_expired(now)),
        [false, true, true]
    );
}
