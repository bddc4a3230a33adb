//! `POST /authorize`: ways around policies, and ways to learn what is nobody's business.

use lanyard_directory::Owner;
use serde_json::{Value, json};

use crate::world::{AWAY, CARLA, HOME, ROLE, World, ZOE, allow, put};

fn question(principal: &str, action: &str, resource: &str) -> Value {
    json!({ "principal": principal, "action": action, "resource": resource })
}

/// The decision, or the code of the refusal.
async fn check(world: &World, question: &Value, expected: &str) {
    let (_, answer) = world.ask(&question.to_string()).await;
    let got = answer["decision"].as_str().or(answer["__type"].as_str());
    assert_eq!(got, Some(expected), "{question} {answer}");
}

async fn refusal(world: &World, question: &Value) -> String {
    let (status, answer) = world.ask(&question.to_string()).await;
    assert_eq!(status, 403, "{question} {answer}");
    answer["message"].as_str().unwrap().to_owned()
}

async fn may(world: &World, user: &str, text: &str) {
    world.edit(HOME, |edit| put(edit, Owner::User(user), text)).await;
}

const CANNOT: &str =
    "User: arn:aws:iam::111122223333:user/guard is not authorized to perform: lanyard:Authorize on ";

#[tokio::test]
async fn what_nobody_is_known_to_own_is_the_askers_and_no_strangers() {
    let world = World::new().await;
    world.consent().await;
    for resource in ["arn:aws:app:::page/1", "arn:aws:s3:::unclaimed/key", "*"] {
        check(&world, &question(ZOE, "app:Read", resource), "ImplicitlyDenied").await;
    }
    may(&world, "carla", &allow("app:Read", "*")).await;
    check(
        &world,
        &question(CARLA, "app:Read", "arn:aws:app:::page/1"),
        "Allowed",
    )
    .await;
    let mut theirs = question(ZOE, "app:Read", "arn:aws:app:::page/1");
    theirs["resourceAccount"] = json!(AWAY);
    check(&world, &theirs, "Allowed").await;
}

#[tokio::test]
async fn a_refusal_tells_nothing_that_was_found() {
    let world = World::new().await;
    may(&world, "guard", &allow("app:Nothing", "*")).await;
    for role in ["auditor", "Auditor", "missing"] {
        let session = format!("arn:aws:sts::111122223333:assumed-role/{role}/xx");
        let message = refusal(&world, &question(&session, "app:Read", "arn:aws:app:::page/1")).await;
        assert_eq!(message, format!("{CANNOT}resource: {session}"));
    }
    let token = json!({ "sessionToken": world.session().token.expose() });
    let mut asked = question("", "app:Read", "arn:aws:app:::page/1");
    asked["principal"] = token;
    assert_eq!(refusal(&world, &asked).await, format!("{CANNOT}this principal"));
}

#[tokio::test]
async fn one_wording_is_not_told_under_another_name() {
    let world = World::new().await;
    may(&world, "guard", &allow("app:Nothing", "*")).await;
    let page = "arn:aws:app:::page/1";
    let session = "arn:aws:sts::111122223333:assumed-role/AUDITOR/xx";
    let both = json!({ "requests": [question(ROLE, "app:Read", page), question(session, "app:Read", page)] });
    let (_, answer) = world.ask(&both.to_string()).await;
    let second = &answer["results"][1]["error"]["message"];
    assert_eq!(second, &json!(format!("{CANNOT}resource: {session}")));
}

#[tokio::test]
async fn whoever_may_ask_about_roles_hears_of_a_missing_session_as_of_a_missing_role() {
    let world = World::new().await;
    may(
        &world,
        "guard",
        &allow("lanyard:Authorize", "arn:aws:iam::111122223333:role/*"),
    )
    .await;
    let missing = "arn:aws:sts::111122223333:assumed-role/missing/xx";
    check(
        &world,
        &question(missing, "app:Read", "arn:aws:app:::page/1"),
        "ValidationException",
    )
    .await;
}

#[tokio::test]
async fn whose_a_bucket_is_is_not_told() {
    let world = World::new().await;
    let claimed = world.directory.adopt_bucket(
        "theirs",
        crate::world::account(AWAY),
        jiff::Timestamp::now(),
        Vec::new(),
    );
    claimed.await.unwrap();
    let on_account = format!("{CANNOT}the account of the resource");
    let mut asked = question(CARLA, "s3:GetObject", "arn:aws:s3:::theirs/key");
    assert_eq!(refusal(&world, &asked).await, on_account);
    for guess in [HOME, AWAY] {
        asked["resourceAccount"] = json!(guess);
        assert_eq!(refusal(&world, &asked).await, on_account, "{guess}");
    }
    may(&world, "guard", &allow("app:Nothing", "*")).await;
    for guess in [HOME, AWAY] {
        asked["resourceAccount"] = json!(guess);
        assert!(
            refusal(&world, &asked)
                .await
                .contains(&format!("resource: {CARLA}")),
            "{guess}"
        );
    }
}

#[tokio::test]
async fn nobody_gets_a_session_past_a_trust_policy() {
    let world = World::new().await;
    may(&world, "carla", &allow("*", "*")).await;
    let check = async |who: &str, action: &str, resource: &str, expected: &str| {
        check(&world, &question(who, action, resource), expected).await;
    };
    check(CARLA, "sts:AssumeRole", ROLE, "Allowed").await;
    check(CARLA, "STS:assumerole", ROLE, "Allowed").await;
    for other in ["role/Auditor", "role/x/auditor", "role/missing", "user/carla"] {
        let arn = format!("arn:aws:iam::111122223333:{other}");
        for action in ["sts:AssumeRole", "sts:TagSession", "sts:SetContext"] {
            check(CARLA, action, &arn, "ImplicitlyDenied").await;
        }
    }
    for action in [
        "sts:AssumeRoleWithWebIdentity",
        "sts:AssumeRoleWithSAML",
        "STS:ASSUMEROOT",
    ] {
        check(CARLA, action, ROLE, "ValidationException").await;
    }
    check(CARLA, "sts:AssumeRole", "*", "ValidationException").await;
    let root = "arn:aws:iam::111122223333:root";
    check(root, "sts:AssumeRole", ROLE, "ImplicitlyDenied").await;
    check(root, "s3:GetObject", "arn:aws:s3:::reports/k", "Allowed").await;
}

#[tokio::test]
async fn a_resource_has_one_spelling() {
    let world = World::new().await;
    may(&world, "carla", &allow("*", "*")).await;
    let check = async |resource: &str, expected: &str| {
        check(&world, &question(CARLA, "s3:GetObject", resource), expected).await;
    };
    for arn in [
        "arn:aws:s3:::reports/k",
        "arn:aws:app:eu-west-1::page/1",
        "arn:aws:s3:us-east-1:111122223333:accesspoint/name/object/k",
    ] {
        check(arn, "Allowed").await;
    }
    for arn in [
        "arn:aws:S3:::reports/k",
        "arn:aws:s3:us-east-1::reports/k",
        "arn:aws:s3::111122223333:reports/k",
        "arn:aws-cn:s3:::reports/k",
        "arn:AWS:s3:::reports/k",
        "arn:aws:iam:us-east-1:111122223333:role/auditor",
        "arn:aws:iam:::role/auditor",
        "arn:aws:app::1234:page/1",
        "arn:aws:::page/1",
        "*",
    ] {
        check(arn, "ValidationException").await;
    }
}

#[tokio::test]
async fn an_address_that_nobody_can_read_does_not_pass_a_blocklist() {
    let world = World::new().await;
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"6.0.0.0/8"}}}]}"#;
    may(&world, "carla", text).await;
    let check = async |address: Value, expected: &str| {
        let mut asked = question(CARLA, "app:Read", "arn:aws:app:::page/1");
        asked["context"] = json!({ "aws:SourceIp": address });
        check(&world, &asked, expected).await;
    };
    check(json!("7.7.7.7"), "Allowed").await;
    check(json!("6.6.6.6"), "ExplicitlyDenied").await;
    check(json!("::ffff:6.6.6.6"), "ExplicitlyDenied").await;
    for other in [
        json!(" 6.6.6.6"),
        json!("6.6.6.6:80"),
        json!("6.6.6.06"),
        json!(""),
        json!([]),
    ] {
        check(other, "ValidationException").await;
    }
}

#[tokio::test]
async fn whose_a_bucket_is_is_known_to_policies_and_not_the_askers_to_say() {
    let world = World::new().await;
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"StringEquals":{"s3:ResourceAccount":"111122223333"}}}]}"#;
    may(&world, "carla", text).await;
    let mut asked = question(CARLA, "s3:GetObject", "arn:aws:s3:::reports/k");
    check(&world, &asked, "Allowed").await;
    asked["context"] = json!({ "s3:ResourceAccount": "1" });
    check(&world, &asked, "ValidationException").await;
}

#[tokio::test]
async fn reasons_and_contexts_are_bounded() {
    let world = World::new().await;
    may(&world, "guard", &allow("lanyard:*", "*")).await;
    let mut asked = question(CARLA, "app:Read", "arn:aws:app:::page/1");
    asked["explain"] = json!(true);
    let (_, answer) = world
        .ask(&json!({ "requests": vec![asked; 12] }).to_string())
        .await;
    let results = answer["results"].as_array().unwrap();
    let explained = results
        .iter()
        .filter(|result| result["trace"].is_object())
        .count();
    assert_eq!(explained, 10, "{answer}");
    let mut asked = question(CARLA, "app:Read", "arn:aws:app:::page/1");
    asked["context"] = json!({ "app:words": vec!["x".repeat(2_000); 9] });
    check(&world, &asked, "SerializationException").await;
    let (_, answer) = world.ask(&format!(r#"{{"{}":1}}"#, "x".repeat(100_000))).await;
    assert!(answer["message"].as_str().unwrap().len() < 1_000);
}

#[tokio::test]
async fn many_denials_leave_those_of_others() {
    let world = World::new().await;
    let asked = question(CARLA, "app:Read", "arn:aws:app:::page/1");
    world
        .ask(&json!({ "requests": vec![asked; 300] }).to_string())
        .await;
    assert_eq!(world.decisions.len(), 100);
}
