//! Who may ask, about whom, and for which reasons.

use http::Method;
use lanyard_access::EncodedMessage;
use lanyard_directory::Owner;
use serde_json::{Value, json};

use super::{REPORT, check, decided, question, refused};
use crate::world::{AWAY, CARLA, HOME, World, ZOE, account, allow, json as answered, put, signed};

#[tokio::test]
async fn asking_needs_permission_and_says_nothing_about_who_exists() {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("guard"), &allow("lanyard:Authorize", CARLA))
        })
        .await;
    check(
        &world,
        &question(CARLA, "s3:GetObject", REPORT),
        json!({ "decision": "Allowed" }),
    )
    .await;
    for name in ["guard", "nobody"] {
        let arn = format!("arn:aws:iam::111122223333:user/{name}");
        let message = format!(
            "User: arn:aws:iam::111122223333:user/guard is not authorized to perform: lanyard:Authorize on resource: \
             {arn} because no identity-based policy allows the lanyard:Authorize action"
        );
        refused(
            &world,
            &question(&arn, "s3:GetObject", REPORT),
            403,
            "AccessDeniedException",
            &message,
        )
        .await;
    }
    let trail = world.trail().await;
    assert_eq!(trail.matches(r#""eventName":"Authorize""#).count(), 2, "{trail}");
}

#[tokio::test]
async fn another_accounts_principal_needs_its_consent() {
    let world = World::new().await;
    let about_zoe = question(ZOE, "app:Read", "arn:aws:app::444455556666:page/1");
    let (status, answer) = world.ask(&about_zoe.to_string()).await;
    assert_eq!(
        (status, &answer["__type"]),
        (403, &json!("AccessDeniedException"))
    );
    let consent = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":"lanyard:Authorize","Resource":"*","Condition":{"StringEquals":{"lanyard:ResourceAccount":"444455556666"}}}]}"#;
    world
        .resource_policy(AWAY, "arn:aws:iam::444455556666:root", consent)
        .await;
    check(&world, &about_zoe, json!({ "decision": "Allowed" })).await;
    // Of a resource at home, the other account did not say so.
    let (status, _) = world
        .ask(&question(ZOE, "s3:GetObject", REPORT).to_string())
        .await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn reasons_need_a_permission_of_their_own() {
    let world = World::new().await;
    let mut asked = question(CARLA, "s3:PutObject", REPORT);
    asked["explain"] = json!(true);
    let (status, answer) = world.ask(&asked.to_string()).await;
    assert_eq!(
        (status, &answer["__type"]),
        (403, &json!("AccessDeniedException"))
    );
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("guard"), &allow("lanyard:*", "*"))
        })
        .await;
    let explained = decided(&world, &asked).await;
    assert!(explained["trace"]["Layers"].is_array(), "{explained}");
}

#[tokio::test]
async fn a_denial_comes_with_its_reasons_sealed_if_that_is_asked_for() {
    let world = World::new().await;
    let mut asked = question(CARLA, "s3:PutObject", REPORT);
    assert_eq!(
        decided(&world, &asked).await.get("encodedAuthorizationMessage"),
        None
    );
    asked["encodedMessage"] = json!(true);
    let denied = decided(&world, &asked).await;
    let message = denied["encodedAuthorizationMessage"].as_str().unwrap();
    let opened = EncodedMessage::open(&world.keyring, message).unwrap();
    assert_eq!(opened.account(), account(HOME));
    let said: Value = serde_json::from_str(&opened.to_json()).unwrap();
    assert_eq!(said["context"]["principal"]["arn"], json!(CARLA));
    assert_eq!(said["context"]["action"], json!("s3:PutObject"));

    let (_, answer) = world
        .ask(&json!({ "requests": vec![asked; 12] }).to_string())
        .await;
    let results = answer["results"].as_array().unwrap();
    let sealed = results
        .iter()
        .filter(|result| result["encodedAuthorizationMessage"].is_string());
    assert_eq!(sealed.count(), 10);
    let mut allowed = question(CARLA, "s3:GetObject", REPORT);
    allowed["encodedMessage"] = json!(true);
    assert_eq!(
        decided(&world, &allowed).await.get("encodedAuthorizationMessage"),
        None
    );
}

#[tokio::test]
async fn whoever_cannot_be_identified_is_refused() {
    let world = World::new().await;
    let body = question(CARLA, "s3:GetObject", REPORT).to_string();
    let sent = async |secret: &lanyard_access::SecretText, service: &str| {
        let request = signed(
            (world.guard.id.as_str(), secret, None),
            service,
            &Method::POST,
            "/authorize",
            &body,
        );
        let (status, answer) = answered(world.send(request).await).await;
        (status, answer["__type"].as_str().unwrap_or("none").to_owned())
    };
    let refused = |code: &str| (403, code.to_owned());
    assert_eq!(
        sent(&world.guard.secret, "lanyard").await,
        (200, "none".to_owned())
    );
    assert_eq!(
        sent(&world.carla.secret, "lanyard").await,
        refused("InvalidSignatureException")
    );
    assert_eq!(
        sent(&world.guard.secret, "sts").await,
        refused("InvalidSignatureException")
    );
    world
        .edit(HOME, |edit| {
            let holder = lanyard_directory::KeyHolder::User("guard");
            edit.delete_access_key(holder, world.guard.id.as_str())
        })
        .await;
    assert_eq!(
        sent(&world.guard.secret, "lanyard").await,
        refused("UnrecognizedClientException")
    );
    let unsigned = http::Request::post("/authorize")
        .body(http_body_util::Full::default())
        .unwrap();
    let (status, answer) = answered(world.send(unsigned).await).await;
    assert_eq!(
        (status, &answer["__type"]),
        (403, &json!("MissingAuthenticationTokenException"))
    );
}
