//! How old long-term keys may become.

use jiff::Timestamp;
use lanyard_access::{AuthenticationError, BearerPurpose, SessionKind, bearer_key, key_age_days};
use lanyard_directory::KeyRules;

use crate::authentication::check;
use crate::world::{Client, World, now};

const CARLA: &str = "arn:aws:iam::123456789012:user/staff/carla";
const TOO_OLD: &str = "KeyTooOld { days_max: 90 }";

fn after_days(days: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + days * 86_400).unwrap()
}

async fn ruled() -> World {
    let world = World::new().await;
    let rules = KeyRules {
        age_days_warn: Some(60),
        age_days_max: Some(90),
        unused_days: None,
    };
    world
        .edit(|edit| {
            edit.set_key_rules(rules);
            Ok(())
        })
        .await;
    world
}

fn signed_at(client: Client, time: Timestamp) -> Client {
    Client { time, ..client }
}

#[tokio::test]
async fn a_key_is_refused_from_the_day_its_account_says() {
    let world = ruled().await;
    let (before, after) = (after_days(89), after_days(90));
    for (key, arn) in [
        (&world.user_key, CARLA),
        (&world.root_key, "arn:aws:iam::123456789012:root"),
    ] {
        check(&world, &signed_at(Client::new(key), before), before, arn).await;
        check(&world, &signed_at(Client::new(key), after), after, TOO_OLD).await;
    }
    let open = World::new().await;
    check(&open, &signed_at(open.client_of_user(), after), after, CARLA).await;
}

#[tokio::test]
async fn only_who_has_the_secret_learns_that_a_key_is_too_old() {
    let world = ruled().await;
    let after = after_days(90);
    let stranger = Client {
        secret: world.root_key.secret.clone(),
        ..world.client_of_user()
    };
    check(
        &world,
        &signed_at(stranger, after),
        after,
        "SignatureDoesNotMatch",
    )
    .await;
    let error = world
        .authenticate(&signed_at(world.client_of_user(), after), after)
        .await;
    assert_eq!(
        error.unwrap_err().message(),
        "The access key is older than the 90 days that its account allows."
    );
}

#[tokio::test]
async fn sessions_do_not_age_with_the_key_they_were_asked_for_with() {
    let world = ruled().await;
    let after = after_days(90);
    let mut session = world.session(SessionKind::SessionToken {
        user: Some(world.user),
    });
    session.issued_at = after;
    let session = world.keyring.issue(&session).unwrap();
    check(
        &world,
        &signed_at(Client::of_session(&session), after),
        after,
        CARLA,
    )
    .await;
}

#[tokio::test]
async fn a_key_that_is_too_old_stands_for_nobody_else_either() {
    let world = ruled().await;
    let bearer = bearer_key(world.user_key.id, &world.user_key.secret, BearerPurpose::Be);
    for (days, is_refused) in [(89, false), (90, true)] {
        let at = after_days(days);
        let by_id = world
            .authenticator
            .subject_of_key(world.user_key.id.as_str(), at)
            .await;
        assert_eq!(by_id.is_err(), is_refused);
        let by_bearer = (world.authenticator)
            .bearer(bearer.expose(), BearerPurpose::Be, "lanyard", "", at)
            .await;
        assert_eq!(by_bearer.is_err(), is_refused);
        if let Err(error) = by_bearer {
            assert!(
                matches!(error, AuthenticationError::InvalidClientTokenId(_)),
                "{error:?}"
            );
        }
    }
}

#[test]
fn a_keys_age_is_counted_in_whole_days() {
    let age = |seconds: i64| {
        let later = Timestamp::from_second(now().as_second() + seconds).unwrap();
        key_age_days(now(), later)
    };
    assert_eq!([age(-5), age(0), age(86_399), age(86_400)], [0, 0, 0, 1]);
}
