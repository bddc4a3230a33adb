//! `POST /authorize/minio`.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::BearerPurpose;
use lanyard_directory::{KeyHolder, KeyStatus, Owner};
use serde_json::{Value, json};

use crate::world::{CARLA, HOME, World, allow, json as answered, put};

async fn ask(world: &World, authorization: Option<&str>, account: &str, action: &str) -> (u16, Value) {
    let input = json!({
        "account": account, "groups": ["admins"], "action": action, "bucket": "reports", "object": "2026.csv",
        "owner": true, "conditions": { "SourceIp": ["192.0.2.1"], "username": ["root"] }, "claims": {}, "denyOnly": true,
    });
    send(world, authorization, &json!({ "input": input })).await
}

async fn send(world: &World, authorization: Option<&str>, body: &Value) -> (u16, Value) {
    let mut request = Request::post("/authorize/minio");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let request = request.body(Full::new(Bytes::from(body.to_string()))).unwrap();
    answered(world.send(request).await).await
}

async fn check(world: &World, account: &str, action: &str, expected: bool) {
    let got = ask(world, Some(&world.bearer(&world.guard)), account, action).await;
    assert_eq!(
        got,
        (200, json!({ "result": { "allow": expected } })),
        "{account} {action}"
    );
}

#[tokio::test]
async fn the_account_is_a_key_an_arn_or_a_users_name() {
    let world = World::new().await;
    for account in [world.carla.id.as_str(), CARLA, "carla"] {
        check(&world, account, "s3:GetObject", true).await;
        check(&world, account, "s3:DeleteObject", false).await;
    }
    for nobody in [
        "minioadmin",
        "",
        "AKIARTZGYPKXWXAAAAAA",
        "arn:aws:iam::111122223333:user/carla",
    ] {
        let (_, answer) = ask(&world, Some(&world.bearer(&world.guard)), nobody, "s3:GetObject").await;
        assert_ne!(answer, json!({ "result": { "allow": true } }), "{nobody}");
    }
}

#[tokio::test]
async fn conditions_reach_the_policies() {
    let world = World::new().await;
    let text = |address: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"*",
            "Condition":{{"IpAddress":{{"aws:SourceIp":"{address}"}},"StringEquals":{{"aws:username":"carla"}}}}}}]}}"#
        )
    };
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &text("192.0.2.1")))
        .await;
    check(&world, "carla", "s3:GetObject", true).await;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &text("203.0.113.1")))
        .await;
    check(&world, "carla", "s3:GetObject", false).await;
}

#[tokio::test]
async fn the_bearer_key_has_to_be_right_and_dies_with_its_access_key() {
    let world = World::new().await;
    let good = world.bearer(&world.guard);
    let status =
        async |authorization: Option<&str>| ask(&world, authorization, "carla", "s3:GetObject").await.0;
    assert_eq!(status(Some(&good)).await, 200);
    let key = good.strip_prefix("Bearer ").unwrap();
    let (caller, _) = world
        .authenticator
        .bearer(key, BearerPurpose::Ask, "lanyard", "", Timestamp::now())
        .await
        .unwrap();
    assert_eq!(&*caller.arn, "arn:aws:iam::111122223333:user/guard");
    assert_eq!(status(Some(&good.to_lowercase())).await, 403);
    assert_eq!(status(Some(good.get(..good.len() - 2).unwrap())).await, 403);
    assert_eq!(status(Some(&format!("Bearer {}", world.guard.id))).await, 403);
    assert_eq!(status(None).await, 403);
    // Carla has a bearer key too, and may not ask.
    assert_eq!(status(Some(&world.bearer(&world.carla))).await, 403);
    world
        .edit(HOME, |edit| {
            let holder = KeyHolder::User("guard");
            edit.update_access_key(holder, world.guard.id.as_str(), KeyStatus::Inactive)
        })
        .await;
    assert_eq!(status(Some(&good)).await, 403);
}

#[tokio::test]
async fn whoever_may_not_ask_hears_nothing_about_who_exists() {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            put(
                edit,
                Owner::User("guard"),
                &allow("lanyard:Authorize", "arn:aws:iam::999999999999:user/x"),
            )
        })
        .await;
    let good = world.bearer(&world.guard);
    for account in ["carla", "nobody", world.carla.id.as_str()] {
        assert_eq!(
            ask(&world, Some(&good), account, "s3:GetObject").await.0,
            403,
            "{account}"
        );
    }
}

#[tokio::test]
async fn a_client_does_not_override_what_minio_says() {
    let world = World::new().await;
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
         "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"*",
         "Condition":{"StringLike":{"s3:prefix":"may/*"}}},
        {"Effect":"Allow","Action":"s3:DeleteObject","Resource":"*",
         "Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"red"}}},
        {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"},
        {"Effect":"Deny","Action":"s3:PutObject","Resource":"*",
         "Condition":{"StringEquals":{"s3:ExistingObjectTag/locked":"yes"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), text))
        .await;
    let check = async |action: &str, conditions: Value, expected: bool| {
        let input = json!({ "account": "carla", "action": action, "bucket": "reports",
            "object": "2026.csv", "conditions": conditions });
        let got = send(
            &world,
            Some(&world.bearer(&world.guard)),
            &json!({ "input": input }),
        )
        .await;
        let allow = json!({ "result": { "allow": expected } });
        assert_eq!(got, (200, allow), "{action} {conditions}");
    };
    let (get, list) = ("s3:GetObject", "s3:ListBucket");
    check(get, json!({ "SourceIp": ["10.0.0.1"] }), true).await;
    check(
        get,
        json!({ "SourceIp": ["6.6.6.6"], "SOURCEIP": ["10.0.0.1"] }),
        false,
    )
    .await;
    check(get, json!({ "SourceIp": ["10.0.0.1", "6.6.6.6"] }), false).await;
    check(list, json!({ "prefix": ["may/x"] }), true).await;
    check(list, json!({ "prefix": ["secret/"], "PREFIX": ["may/x"] }), false).await;
    check(list, json!({ "Prefix": ["may/x"] }), false).await;
    // A tag may be the client's word: it can deny, and allow nothing.
    let red = json!({ "ExistingObjectTag/team": ["red"] });
    check("s3:DeleteObject", red, false).await;
    let locked = json!({ "ExistingObjectTag/locked": ["yes"] });
    check("s3:PutObject", locked, false).await;
    check(
        "s3:PutObject",
        json!({ "ExistingObjectTag/locked": ["no"] }),
        true,
    )
    .await;
}

#[tokio::test]
async fn a_name_is_nobody_elses() {
    let world = World::new().await;
    check(&world, "CARLA", "s3:GetObject", false).await;
    let derived = json!({ "input": { "account": "carla", "action": "s3:GetObject", "bucket": "reports",
        "object": "2026.csv", "claims": { "parent": "mallory" } }});
    let got = send(&world, Some(&world.bearer(&world.guard)), &derived).await;
    assert_eq!(got, (200, json!({ "result": { "allow": false } })));
}

#[tokio::test]
async fn a_refusal_says_nothing_of_a_key_or_a_name_but_itself() {
    let world = World::new().await;
    let own = world.bearer(&world.carla);
    let message = async |account: &str| {
        let (status, answer) = ask(&world, Some(&own), account, "s3:GetObject").await;
        assert_eq!(status, 403, "{account}");
        answer["message"].as_str().unwrap().to_owned()
    };
    let start = "User: arn:aws:iam::111122223333:user/staff/carla is not authorized to perform: lanyard:Authorize on ";
    let unknown = "AKIARTZGYPKXWXAAAAAA";
    for key in [world.carla.id.as_str(), unknown] {
        assert_eq!(message(key).await, format!("{start}this principal"));
    }
    assert!(message("nobody").await.starts_with(start));
    assert_eq!(
        message("carla").await,
        format!("{start}resource: arn:aws:iam::111122223333:user/carla")
    );
}

#[tokio::test]
async fn what_minio_does_not_say_is_in_doubt() {
    let world = World::new().await;
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.1"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), text))
        .await;
    let check = async |conditions: Value, expected: bool| {
        let input = json!({ "account": "carla", "action": "s3:GetObject", "bucket": "reports",
            "object": "2026.csv", "conditions": conditions });
        let own = world.bearer(&world.guard);
        let got = send(&world, Some(&own), &json!({ "input": input })).await;
        let allow = json!({ "result": { "allow": expected } });
        assert_eq!(got, (200, allow), "{conditions}");
    };
    check(json!({ "SourceIp": ["203.0.113.1"] }), true).await;
    check(json!({}), false).await;
    check(json!({ "SOURCEIP": ["203.0.113.1"] }), false).await;
}
