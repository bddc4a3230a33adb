//! The order of checks: each request has every fault that comes later in the order, as far as one request can.

use jiff::Timestamp;
use lanyard_access::SecretText;
use lanyard_names::{AccessKeyId, AccountId, KeyKind};

use crate::authentication::check;
use crate::world::{Client, World, after, now};

/// A secret that signs nothing here.
pub(crate) fn wrong() -> SecretText {
    SecretText::new("0000000000000000000000000000000000000000")
}

fn unknown_key(account: &str) -> String {
    let account = AccountId::parse(account).unwrap();
    AccessKeyId::from_entropy(KeyKind::LongTerm, account, 7).to_string()
}

async fn check_all(world: &World, cases: &[(Client, Timestamp, &str)]) {
    for (client, at, want) in cases {
        check(world, client, *at, want).await;
    }
}

#[tokio::test]
async fn time_comes_first_then_region_and_service() {
    let world = World::new().await;
    let access_key_id = unknown_key("123456789012");
    let stale = Client {
        service: "s3",
        access_key_id,
        ..world.client_of_user()
    };
    let service = "Credential should be scoped to correct service: 'sts'. ";
    let both = format!("Credential should be scoped to a valid region. {service}");
    let misplaced = Client {
        region: "Not A Region",
        ..stale.clone()
    };
    let cases = [
        (misplaced.clone(), after(301), "Expired"),
        (misplaced.clone(), after(-301), "NotYetCurrent"),
        (misplaced, now(), &both),
        (stale, now(), service),
    ];
    check_all(&world, &cases).await;
}

#[tokio::test]
async fn the_key_comes_before_the_signature() {
    let world = World::new().await;
    let forged = Client {
        secret: wrong(),
        ..world.client_of_user()
    };
    let with = |access_key_id: &str| Client {
        access_key_id: access_key_id.to_owned(),
        ..forged.clone()
    };
    let cases = [
        (with("AKIDEXAMPLE"), now(), "MalformedKeyId"),
        (with(&unknown_key("123456789012")), now(), "UnknownKey"),
        (with(&unknown_key("210987654321")), now(), "UnknownKey"),
        (forged.clone(), now(), "SignatureDoesNotMatch"),
    ];
    check_all(&world, &cases).await;
}

#[tokio::test]
async fn the_token_comes_before_its_expiry_and_both_before_the_signature() {
    let world = World::new().await;
    let good = Client::of_session(&world.issue(world.assumed()));
    let late = after(3600);
    let forged = Client {
        time: late,
        secret: wrong(),
        ..good.clone()
    };
    let other = world.issue(world.assumed()).token;
    let cases = [
        (
            Client {
                token: None,
                ..forged.clone()
            },
            late,
            "TokenMissing",
        ),
        (
            Client {
                token: Some(SecretText::new("Z2FyYmFnZQ==")),
                ..forged.clone()
            },
            late,
            "TokenInvalid",
        ),
        (
            Client {
                token: Some(other),
                ..forged.clone()
            },
            late,
            "TokenOfOtherKey",
        ),
        (forged.clone(), late, "ExpiredToken"),
        (
            Client {
                time: now(),
                ..forged
            },
            now(),
            "SignatureDoesNotMatch",
        ),
        (
            Client {
                time: after(3599),
                ..good
            },
            after(3599),
            "arn:aws:sts::123456789012:assumed-role/auditor/monday",
        ),
    ];
    check_all(&world, &cases).await;
}

#[tokio::test]
async fn a_token_with_a_long_term_key_is_noticed_after_the_signature() {
    let world = World::new().await;
    let session = world.issue(world.assumed());
    let good = world.client_of_user();
    let unexpected = Client {
        token: Some(session.token),
        ..good.clone()
    };
    let cases = [
        (
            Client {
                secret: wrong(),
                ..unexpected.clone()
            },
            now(),
            "SignatureDoesNotMatch",
        ),
        (unexpected, now(), "UnexpectedToken"),
        (
            Client {
                body: b"Action=Other",
                ..good.clone()
            },
            now(),
            "SignatureDoesNotMatch",
        ),
        (good, now(), "arn:aws:iam::123456789012:user/staff/carla"),
    ];
    check_all(&world, &cases).await;
}
