//! Signatures over something else than a request: the same checks of key, session and signature.

use lanyard_access::{AuthenticationError, Claim, InvalidCredentials};
use lanyard_directory::{Revocation, SessionsOf};
use lanyard_sigv4::{AuthError, SigningKey};

use crate::world::{Client, World, after, now};

const DATE: &str = "20261122";

/// Claims to have signed; whether the signature is right is known by the key that comes out.
async fn claim(world: &World, client: &Client, seconds: i64, is_right: bool) -> Result<String, String> {
    let claim = Claim {
        access_key_id: &client.access_key_id,
        date: DATE,
        region: client.region,
        service: "s3",
        session_token: client.token.as_ref().map(|token| token.expose()),
    };
    let expected = SigningKey::derive(client.secret.expose(), DATE, client.region, "s3");
    let claimed = match world.authenticator.identify_claim(&claim, after(seconds)).await {
        Ok(claimed) => claimed,
        Err(error) => return Err(shown(&error)),
    };
    let verify = |key: &SigningKey| {
        assert_eq!(format!("{key:?}"), format!("{expected:?}"));
        if is_right {
            Ok(())
        } else {
            Err(AuthError::SignatureDoesNotMatch)
        }
    };
    let caller = claimed.verify(verify).map_err(|error| shown(&error))?;
    Ok(caller.arn.to_string())
}

fn shown(error: &AuthenticationError) -> String {
    match error {
        AuthenticationError::InvalidClientTokenId(reason) => reason.to_string(),
        AuthenticationError::Signature(_) => "signature".to_owned(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn a_right_signature_of_a_living_key_is_its_callers() {
    let world = World::new().await;
    let user = world.client_of_user();
    let carla = "arn:aws:iam::123456789012:user/staff/carla";
    assert_eq!(claim(&world, &user, 0, true).await, Ok(carla.to_owned()));
    assert_eq!(claim(&world, &user, 0, false).await, Err("signature".to_owned()));
}

#[tokio::test]
async fn a_session_needs_its_token_its_time_and_its_role() {
    let world = World::new().await;
    let session = Client::of_session(&world.issue(world.assumed()));
    let monday = "arn:aws:sts::123456789012:assumed-role/auditor/monday";
    assert_eq!(claim(&world, &session, 0, true).await, Ok(monday.to_owned()));
    let expired = "the security token included in the request is expired";
    assert_eq!(claim(&world, &session, 3600, true).await, Err(expired.to_owned()));
    let bare = Client {
        token: None,
        ..session.clone()
    };
    let missing = InvalidCredentials::TokenMissing.to_string();
    assert_eq!(claim(&world, &bare, 0, true).await, Err(missing));
    world
        .edit(|edit| {
            edit.revoke(SessionsOf::Role("auditor"), Revocation::All, now())
                .map(drop)
        })
        .await;
    let revoked = AuthenticationError::Revoked.to_string();
    assert_eq!(claim(&world, &session, 0, true).await, Err(revoked));
    assert_eq!(now(), after(0));
}

#[tokio::test]
async fn a_long_term_key_comes_without_a_token() {
    let world = World::new().await;
    let session = world.issue(world.assumed());
    let both = Client {
        token: Some(session.token.clone()),
        ..world.client_of_user()
    };
    let unexpected = InvalidCredentials::UnexpectedToken.to_string();
    assert_eq!(claim(&world, &both, 0, true).await, Err(unexpected));
}
