//! Who may sign in by a password.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{PasswordError, PasswordRefusal, Passwords, SecretText};
use lanyard_directory::{LoginProfileUpdate, NewLoginProfile, PasswordPolicy};

use crate::world::{World, after, now};

const RIGHT: &str = "Correct-Horse-1";

/// A world in which carla has a password, set now.
async fn world(passwords: &Passwords, policy: Option<PasswordPolicy>) -> World {
    let world = World::new().await;
    let hash = passwords.hash(&SecretText::new(RIGHT)).await.unwrap();
    world
        .edit(|edit| {
            if let Some(policy) = policy {
                edit.set_password_policy(policy);
            }
            let new = NewLoginProfile {
                password: hash.clone(),
                must_reset: false,
                created: now(),
            };
            edit.create_login_profile("carla", new).map(drop)
        })
        .await;
    world
}

async fn check(passwords: &Passwords, world: &World, name: &str, password: &str, at: Timestamp) -> String {
    let account = world.snapshot();
    let password = SecretText::new(password);
    match passwords.verify_password(&account, name, &password, at).await {
        Ok(signed_in) => {
            assert_eq!(signed_in.user, world.user);
            format!(
                "must reset {}, expired {}",
                signed_in.must_reset, signed_in.expired
            )
        }
        Err(PasswordRefusal::Wrong) => "wrong".to_owned(),
        Err(PasswordRefusal::Expired) => "expired".to_owned(),
        Err(PasswordRefusal::Unavailable(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_right_password_of_a_user_and_nothing_else_signs_in() {
    let passwords = Passwords::new();
    let world = world(&passwords, None).await;
    let well = "must reset false, expired false";
    assert_eq!(check(&passwords, &world, "carla", RIGHT, now()).await, well);
    // Names are the same without regard to case, passwords are not.
    assert_eq!(check(&passwords, &world, "Carla", RIGHT, now()).await, well);
    for (name, password) in [
        ("carla", "correct-horse-1"),
        ("carla", ""),
        ("nobody", RIGHT),
        ("", ""),
    ] {
        let told = check(&passwords, &world, name, password, now()).await;
        assert_eq!(told, "wrong", "{name} {password}");
    }
    world.edit(|edit| edit.delete_login_profile("carla")).await;
    assert_eq!(check(&passwords, &world, "carla", RIGHT, now()).await, "wrong");
}

#[tokio::test]
async fn whoever_has_to_choose_another_password_is_told_so() {
    let passwords = Passwords::new();
    let world = world(&passwords, None).await;
    let update = LoginProfileUpdate {
        password: None,
        must_reset: Some(true),
    };
    world
        .edit(|edit| edit.update_login_profile("carla", update.clone()).map(drop))
        .await;
    assert_eq!(
        check(&passwords, &world, "carla", RIGHT, now()).await,
        "must reset true, expired false"
    );
}

#[tokio::test]
async fn a_password_that_is_too_old_is_for_changing_it_or_for_nothing() {
    let day = 86_400;
    let policy = PasswordPolicy {
        age_days_max: Some(90),
        ..PasswordPolicy::default()
    };
    for (hard_expiry, told) in [(false, "must reset false, expired true"), (true, "expired")] {
        let passwords = Passwords::new();
        let policy = PasswordPolicy {
            hard_expiry,
            ..policy
        };
        let world = world(&passwords, Some(policy)).await;
        let well = check(&passwords, &world, "carla", RIGHT, after(89 * day)).await;
        assert_eq!(well, "must reset false, expired false");
        assert_eq!(
            check(&passwords, &world, "carla", RIGHT, after(90 * day)).await,
            told
        );
        // Only whoever knows it is told.
        assert_eq!(
            check(&passwords, &world, "carla", "x", after(90 * day)).await,
            "wrong"
        );
    }
}

#[tokio::test]
async fn after_five_wrong_ones_the_right_one_is_not_heard_for_a_while() {
    let passwords = Passwords::new();
    let world = world(&passwords, None).await;
    for second in 0..5 {
        assert_eq!(
            check(&passwords, &world, "carla", "x", after(second)).await,
            "wrong"
        );
    }
    assert_eq!(
        check(&passwords, &world, "carla", RIGHT, after(33)).await,
        "wrong"
    );
    let well = "must reset false, expired false";
    assert_eq!(check(&passwords, &world, "carla", RIGHT, after(34)).await, well);
    assert_eq!(check(&passwords, &world, "carla", RIGHT, after(35)).await, well);
}

#[tokio::test]
async fn a_new_password_is_what_the_account_asks_for_and_none_of_the_last() {
    let passwords = Passwords::new();
    let policy = PasswordPolicy {
        reuse_prevention: Some(2),
        ..PasswordPolicy::default()
    };
    let world = world(&passwords, Some(policy)).await;
    let set = async |text: &str| {
        let (account, text) = (world.snapshot(), SecretText::new(text));
        let profile = account.login_profile(world.user).map(|profile| &**profile);
        let hash = match passwords.hash_new(&account, profile, &text).await {
            Ok(hash) => hash,
            Err(refused) => return Err(refused.to_string()),
        };
        world
            .edit(|edit| {
                let update = LoginProfileUpdate {
                    password: Some((hash.clone(), now())),
                    must_reset: None,
                };
                edit.update_login_profile("carla", update).map(drop)
            })
            .await;
        Ok(())
    };
    let used = Err("Password should not be one that was used before".to_owned());
    let short = Err("Password should have a minimum length of 6".to_owned());
    assert_eq!(set("short").await, short);
    assert_eq!(set(RIGHT).await, used);
    assert_eq!(set("second").await, Ok(()));
    assert_eq!(set(RIGHT).await, used);
    assert_eq!(set("third-").await, Ok(()));
    assert_eq!(set(RIGHT).await, Ok(()));
}

#[tokio::test]
async fn whom_there_was_no_time_for_has_not_guessed() {
    let passwords = Arc::new(Passwords::new());
    let world = world(&passwords, None).await;
    let account = world.snapshot();
    let right = SecretText::new(RIGHT);
    let others: Vec<_> = (0..64)
        .map(|_| {
            let (passwords, account, right) = (Arc::clone(&passwords), Arc::clone(&account), right.clone());
            tokio::spawn(async move { passwords.verify_password(&account, "nobody", &right, now()).await })
        })
        .collect();
    // So often, because not all of them have their turn at once.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    for _ in 0..10 {
        let refused = passwords.verify_password(&account, "carla", &right, now()).await;
        assert!(matches!(
            refused,
            Err(PasswordRefusal::Unavailable(PasswordError::Busy))
        ));
    }
    for other in &others {
        other.abort();
    }
    for other in others {
        other.await.ok();
    }
    let well = "must reset false, expired false";
    assert_eq!(check(&passwords, &world, "carla", RIGHT, now()).await, well);
}
