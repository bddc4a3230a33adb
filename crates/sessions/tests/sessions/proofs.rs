//! Proofs of possession: for one request, by one key, once.

use jiff::Timestamp;
use lanyard_directory::Owner;
use lanyard_names::InlinePolicyName;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::client::Client;
use crate::login::check_invalid;
use crate::world::World;

#[tokio::test]
async fn a_proof_is_for_this_request_and_says_so_rightly() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let body = client.refreshing(tokens["refreshToken"].as_str().unwrap());
    let right = client.proof();
    let claim = |name: &str, value: Value| {
        let mut proof = client.proof();
        proof.claims[name] = value;
        client.sign(&proof)
    };
    let header = |name: &str, value: Value| {
        let mut proof = client.proof();
        proof.header[name] = value;
        client.sign(&proof)
    };
    let now = Timestamp::now().as_second();
    let mut with_private = right.clone();
    with_private.header["jwk"]["d"] = json!("AAAA");
    let signed = client.sign(&right);
    let other_claims = client.sign(&client.proof());
    let signature = other_claims.rsplit_once('.').unwrap().1;
    let otherwise_signed = format!("{}.{signature}", signed.rsplit_once('.').unwrap().0);
    let cases = [
        (claim("htm", json!("GET")), "another method"),
        (
            claim("htu", json!("https://evil.example/v1/token")),
            "another URL",
        ),
        (
            claim("htu", json!("https://iam.example.com/v1/authorize")),
            "another URL",
        ),
        (
            claim("htu", json!("http://iam.example.com/v1/token")),
            "another URL",
        ),
        (claim("iat", json!(now - 301)), "too old"),
        (claim("iat", json!(now + 310)), "too old"),
        (claim("jti", json!("")), "not a JWT"),
        (claim("jti", json!("x".repeat(257))), "not a JWT"),
        (header("alg", json!("none")), "not a JWT"),
        (header("alg", json!("HS256")), "not a JWT"),
        (header("typ", json!("JWT")), "not a JWT"),
        (header("crit", json!(["x"])), "not a JWT"),
        (client.sign(&with_private), "not a JWT"),
        (otherwise_signed, "signature"),
        (signed.rsplit_once('.').unwrap().0.to_owned() + ".", "signature"),
        (String::new(), "not a JWT"),
        ("a.b.c".to_owned(), "not a JWT"),
        ("x".repeat(5_000), "not a JWT"),
    ];
    for (proof, what) in &cases {
        check_invalid(&client.ask_with(&world, &body, &[proof]).await, what);
    }
}

#[tokio::test]
async fn one_proof_is_needed_of_the_very_key_and_is_used_once() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let body = client.refreshing(tokens["refreshToken"].as_str().unwrap());
    let right = client.proof();
    let signed = client.sign(&right);
    check_invalid(&client.ask_with(&world, &body, &[]).await, "one proof");
    check_invalid(
        &client.ask_with(&world, &body, &[&signed, &signed]).await,
        "one proof",
    );
    let other = Client::new();
    check_invalid(&other.ask(&world, &body).await, "another key");
    // Signed by one key, showing another.
    let mut forged = right.clone();
    forged.header["jwk"] = other.proof().header["jwk"].clone();
    check_invalid(
        &client.ask_with(&world, &body, &[&client.sign(&forged)]).await,
        "signature",
    );
    assert_eq!(client.ask_with(&world, &body, &[&signed]).await.status, 200);
    check_invalid(&client.ask_with(&world, &body, &[&signed]).await, "used before");
}

#[tokio::test]
async fn a_proof_from_before_a_restart_is_not_taken_after_it() {
    let mut world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let body = client.refreshing(tokens["refreshToken"].as_str().unwrap());
    let mut early = client.proof();
    early.claims["iat"] = json!(Timestamp::now().as_second() - 2);
    let early = client.sign(&early);
    world.restart();
    check_invalid(&client.ask_with(&world, &body, &[&early]).await, "too old");
    assert_eq!(client.ask(&world, &body).await.status, 200);
}

#[tokio::test]
async fn who_may_have_no_tokens_leaves_nothing_to_remember() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let body = client.refreshing(tokens["refreshToken"].as_str().unwrap());
    let own = || InlinePolicyName::parse("own").unwrap();
    let policy = |action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
        )
    };
    let nothing = policy("s3:*");
    world
        .edit(|edit| edit.put_inline_policy(Owner::User("carla"), own(), &nothing))
        .await;
    let proof = client.sign(&client.proof());
    let refused = client.ask_with(&world, &body, &[&proof]).await;
    assert_eq!(refused.json()["error"], "INSUFFICIENT_PERMISSIONS", "{refused:?}");
    let everything = policy("signin:*");
    world
        .edit(|edit| edit.put_inline_policy(Owner::User("carla"), own(), &everything))
        .await;
    // The proof was not used up by that.
    assert_eq!(client.ask_with(&world, &body, &[&proof]).await.status, 200);

    // Nor is one by a code that was redeemed before.
    let code = client.code(&world, &mut browser).await;
    assert_eq!(client.ask(&world, &client.redeeming(&code)).await.status, 200);
    let proof = client.sign(&client.proof());
    let again = client.ask_with(&world, &client.redeeming(&code), &[&proof]).await;
    assert_eq!(again.json()["error"], "AUTHCODE_EXPIRED", "{again:?}");
    assert_eq!(client.ask_with(&world, &body, &[&proof]).await.status, 200);
}
