//! What strangers can read of an account's issuer of tokens.

use jiff::Timestamp;
use lanyard_directory::{NewWebIdentityIssuer, SealedSecret, TokenAlgorithm, TokenKey};
use lanyard_names::{AccountId, IssuerId};
use serde_json::json;

use crate::browser::Browser;
use crate::world::{World, account};

#[tokio::test]
async fn the_documents_show_public_halves_alone() {
    let world = World::new().await;
    let id = IssuerId::from_entropy(account(), 7);
    let new = || NewWebIdentityIssuer {
        id,
        keys: vec![TokenKey {
            kid: "one".into(),
            algorithm: TokenAlgorithm::Es384,
            public: r#"{"kty":"EC","crv":"P-384","kid":"one","x":"a","y":"b"}"#.into(),
            private: SealedSecret::new(b"sealed".to_vec()),
            created: Timestamp::now(),
            retired: None,
        }],
    };
    world
        .edit(|edit| edit.enable_web_identity_issuer(new()).map(|_| ()))
        .await;
    let mut stranger = Browser::default();
    let url = format!("https://iam.example.com/v1/oidc/{id}");
    let found = stranger
        .get(&world, &format!("/v1/oidc/{id}/.well-known/openid-configuration"))
        .await;
    assert_eq!(found.status, 200, "{found:?}");
    assert_eq!(found.header("cache-control"), "public, max-age=300");
    let found = found.json();
    assert_eq!(found["issuer"], url);
    assert_eq!(found["jwks_uri"], format!("{url}/.well-known/jwks.json"));
    assert_eq!(found["id_token_signing_alg_values_supported"], json!(["ES384"]));
    let keys = stranger
        .get(&world, &format!("/v1/oidc/{id}/.well-known/jwks.json"))
        .await;
    assert_eq!(
        keys.json(),
        json!({"keys": [{"kty": "EC", "crv": "P-384", "kid": "one", "x": "a", "y": "b"}]})
    );
}

#[tokio::test]
async fn there_is_nothing_elsewhere() {
    let world = World::new().await;
    let own = IssuerId::from_entropy(account(), 7);
    let unknown = IssuerId::from_entropy(AccountId::parse("999988887777").unwrap(), 7);
    for target in [
        format!("/v1/oidc/{own}/.well-known/jwks.json"),
        format!("/v1/oidc/{unknown}/.well-known/jwks.json"),
        format!("/v1/oidc/{own}/.well-known/other"),
        format!("/v1/oidc/{own}"),
        "/v1/oidc/../token".to_owned(),
        "/v1/oidc/".to_owned(),
        "/v1/other".to_owned(),
    ] {
        let answer = Browser::default().get(&world, &target).await;
        assert_eq!(answer.status, 404, "{target}: {answer:?}");
    }
}
