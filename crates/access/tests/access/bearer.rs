//! Bearer keys: right, wrong, and dead.

use lanyard_access::{AuthenticationError, BearerPurpose, InvalidCredentials, SecretText, bearer_key};
use lanyard_directory::{KeyHolder, KeyStatus};

use crate::world::{World, now};

async fn present(world: &World, key: &str) -> Result<String, InvalidCredentials> {
    present_for(world, key, BearerPurpose::Ask).await
}

async fn present_for(world: &World, key: &str, purpose: BearerPurpose) -> Result<String, InvalidCredentials> {
    match world
        .authenticator
        .bearer(key, purpose, "lanyard", "", now())
        .await
    {
        Ok((caller, account)) => {
            assert_eq!(account.id(), caller.account);
            Ok(caller.arn.to_string())
        }
        Err(AuthenticationError::InvalidClientTokenId(reason)) => Err(reason),
        Err(other) => panic!("{other:?}"),
    }
}

fn key(world: &World) -> String {
    bearer_key(world.user_key.id, &world.user_key.secret, BearerPurpose::Ask)
        .expose()
        .to_owned()
}

#[test]
fn a_bearer_key_is_derived_in_a_way_that_others_can_repeat() {
    let id = lanyard_names::AccessKeyId::parse("AKIARTZGYPKXWXAAAAAA").unwrap();
    let key = bearer_key(
        id,
        &SecretText::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        BearerPurpose::Ask,
    );
    let (shown, proof) = key.expose().split_once('.').unwrap();
    assert_eq!((shown, proof.len()), ("AKIARTZGYPKXWXAAAAAA", 43));
    assert!(!format!("{key:?}").contains(proof));
}

#[tokio::test]
async fn the_right_key_is_its_users() {
    let world = World::new().await;
    let carla = "arn:aws:iam::123456789012:user/staff/carla".to_owned();
    for _ in 0..2 {
        assert_eq!(present(&world, &key(&world)).await, Ok(carla.clone()));
    }
}

#[tokio::test]
async fn a_key_is_for_one_purpose() {
    let world = World::new().await;
    let (ask, be) = (BearerPurpose::Ask, BearerPurpose::Be);
    for (made, shown, is_right) in [
        (ask, ask, true),
        (be, be, true),
        (ask, be, false),
        (be, ask, false),
    ] {
        let key = bearer_key(world.user_key.id, &world.user_key.secret, made);
        let got = present_for(&world, key.expose(), shown).await;
        assert_eq!(got.is_ok(), is_right, "{made:?} {shown:?}");
    }
}

#[tokio::test]
async fn any_other_key_is_nobodys() {
    let world = World::new().await;
    let right = key(&world);
    let (id, proof) = right.split_once('.').unwrap();
    let other = bearer_key(world.user_key.id, &world.root_key.secret, BearerPurpose::Ask);
    let flipped = if proof.starts_with('A') { "B" } else { "A" };
    let session = world.issue(world.assumed());
    let of_session = bearer_key(
        session.access_key_id,
        &session.secret_access_key,
        BearerPurpose::Ask,
    );
    let of_root = bearer_key(world.root_key.id, &world.root_key.secret, BearerPurpose::Ask);
    let wrong = InvalidCredentials::BearerKeyWrong;
    let malformed = InvalidCredentials::MalformedKeyId;
    for (presented, reason) in [
        (other.expose().to_owned(), wrong),
        (format!("{id}."), wrong),
        (format!("{id}.{flipped}{}", &proof[1..]), wrong),
        (format!("{right}A"), wrong),
        (of_session.expose().to_owned(), wrong),
        (of_root.expose().to_owned(), wrong),
        (id.to_owned(), malformed),
        (String::new(), malformed),
        (format!("x.{proof}"), malformed),
    ] {
        assert_eq!(present(&world, &presented).await, Err(reason), "{presented}");
    }
}

#[tokio::test]
async fn it_dies_with_its_access_key_and_lives_again_with_it() {
    let world = World::new().await;
    let right = key(&world);
    let set = async |status: KeyStatus| {
        let holder = KeyHolder::User("carla");
        let id = world.user_key.id;
        world
            .edit(|edit| edit.update_access_key(holder, id.as_str(), status))
            .await;
    };
    assert!(present(&world, &right).await.is_ok());
    set(KeyStatus::Inactive).await;
    assert_eq!(
        present(&world, &right).await,
        Err(InvalidCredentials::InactiveKey)
    );
    set(KeyStatus::Active).await;
    assert!(present(&world, &right).await.is_ok());
    world
        .edit(|edit| edit.delete_access_key(KeyHolder::User("carla"), world.user_key.id.as_str()))
        .await;
    assert_eq!(present(&world, &right).await, Err(InvalidCredentials::UnknownKey));
}

#[tokio::test]
async fn its_use_is_a_use_of_the_access_key() {
    let world = World::new().await;
    assert!(world.directory.key_last_used(world.user_key.id).is_none());
    present(&world, &key(&world)).await.unwrap();
    assert!(world.directory.key_last_used(world.user_key.id).is_some());
}
