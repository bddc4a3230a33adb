//! Passwords of users, the rules for them, and the rules for keys.

use lanyard_directory::{
    Conflict, DirectoryError, KeyRules, LoginProfile, LoginProfileUpdate, NewLoginProfile, PasswordHash,
    PasswordPolicy, TokenVersion, UserUpdate,
};

use crate::agreement;
use crate::world::{World, at, user_name};

pub fn new_profile(password: &str) -> NewLoginProfile {
    NewLoginProfile {
        password: PasswordHash::new(password),
        must_reset: true,
        created: at(5),
    }
}

fn with_password() -> World {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_login_profile("BOB", new_profile("hash 0"))
        })
        .unwrap();
    world
}

fn set(world: &World, password: &str, second: i64) {
    world
        .edit(|edit| {
            let update = LoginProfileUpdate {
                password: Some((PasswordHash::new(password), at(second))),
                must_reset: Some(false),
            };
            edit.update_login_profile("bob", update)
        })
        .unwrap();
}

fn profile(world: &World) -> LoginProfile {
    let account = world.reloaded();
    let user = account.user("bob").unwrap().id;
    LoginProfile::clone(account.login_profile(user).unwrap())
}

#[test]
fn a_user_has_one_password_and_the_ones_before_are_remembered() {
    let world = with_password();
    let first = profile(&world);
    assert_eq!(
        (first.created, first.changed, first.must_reset),
        (at(5), at(5), true)
    );
    let again = world.edit(|edit| edit.create_login_profile("bob", new_profile("x")));
    assert_eq!(
        again.unwrap_err(),
        DirectoryError::LoginProfileExists("bob".into())
    );
    for number in 1..30 {
        set(&world, &format!("hash {number}"), 5 + number);
    }
    let last = profile(&world);
    assert_eq!(
        (last.created, last.changed, last.must_reset),
        (at(5), at(34), false)
    );
    assert_eq!(last.password.as_str(), "hash 29");
    let previous: Vec<_> = last
        .previous
        .iter()
        .map(|hash| hash.as_str().to_owned())
        .collect();
    let expected: Vec<_> = (5..29).rev().map(|number| format!("hash {number}")).collect();
    assert_eq!(previous, expected);
}

#[test]
fn a_password_need_not_change_for_the_user_to_have_to_change_it() {
    let world = with_password();
    set(&world, "hash 1", 6);
    let update = LoginProfileUpdate {
        password: None,
        must_reset: Some(true),
    };
    world
        .edit(|edit| edit.update_login_profile("bob", update.clone()))
        .unwrap();
    let kept = profile(&world);
    assert_eq!((kept.changed, kept.must_reset), (at(6), true));
    assert_eq!(kept.password.as_str(), "hash 1");
}

#[test]
fn hashes_are_not_printed() {
    let world = with_password();
    let shown = format!("{:?}", profile(&world));
    assert!(!shown.contains("hash 0"), "{shown}");
}

#[test]
fn a_password_outlives_a_rename_and_keeps_its_user() {
    let world = with_password();
    let rename = UserUpdate {
        name: Some(user_name("Rob")),
        path: None,
    };
    world
        .edit(|edit| edit.update_user("bob", rename.clone()))
        .unwrap();
    let with_password = world.edit(|edit| edit.delete_user("rob"));
    assert_eq!(
        with_password.unwrap_err(),
        DirectoryError::DeleteConflict(Conflict::LoginProfile)
    );
    world.edit(|edit| edit.delete_login_profile("rob")).unwrap();
    let none = world.edit(|edit| edit.delete_login_profile("rob"));
    assert_eq!(none, Err(DirectoryError::NoSuchLoginProfile("rob".into())));
    world.edit(|edit| edit.delete_user("rob")).unwrap();
    let nobody = world.edit(|edit| edit.create_login_profile("rob", new_profile("x")));
    assert_eq!(nobody.unwrap_err(), DirectoryError::NoSuchUser("rob".into()));
}

#[test]
fn the_last_sign_in_is_written_now_and_then() {
    let world = with_password();
    let user = world.account().user("bob").unwrap().id;
    let last = || world.directory.password_last_used(world.id, user);
    assert_eq!(last(), None);
    world.directory.record_password_use(world.id, user, at(9));
    assert_eq!(last(), Some(at(9)));
    world.block_on(world.directory.write_last_uses()).unwrap();
    let fresh = crate::stored::open(&world, world.engine.reopened());
    world.block_on(fresh.account(world.id)).unwrap();
    assert_eq!(fresh.password_last_used(world.id, user), Some(at(9)));
}

#[test]
fn an_account_can_have_rules_of_its_own() {
    let world = World::new();
    let start = world.account();
    let none = world.edit(|edit| edit.delete_password_policy());
    assert_eq!(none, Err(DirectoryError::NoPasswordPolicy(world.id)));
    let policy = PasswordPolicy {
        length_min: 14,
        reuse_prevention: Some(24),
        ..PasswordPolicy::default()
    };
    let rules = KeyRules {
        age_days_max: Some(90),
        ..KeyRules::default()
    };
    world
        .edit(|edit| {
            edit.set_password_policy(policy);
            edit.set_key_rules(rules);
            edit.set_global_endpoint_tokens(TokenVersion::V2);
            Ok(())
        })
        .unwrap();
    let account = world.reloaded();
    assert_eq!(account.info().password_policy, Some(policy));
    assert_eq!(account.info().key_rules, rules);
    assert_eq!(account.info().global_endpoint_tokens, TokenVersion::V2);
    agreement::check(&world, &start);
    world.edit(|edit| edit.delete_password_policy()).unwrap();
    assert_eq!(world.reloaded().info().password_policy, None);
}
