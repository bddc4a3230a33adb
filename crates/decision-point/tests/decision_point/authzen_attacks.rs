//! AuthZEN: requests that are too large, too deep, or about another account.

use http::Method;
use lanyard_directory::Owner;
use serde_json::{Value, json};

use crate::authzen::{APPLICATION, asked, tuple};
use crate::world::{AWAY, HOME, World, ZOE, allow, put, signed};

async fn refused(world: &World, question: &Value, status: u16, part: &str) {
    let (got, answer) = asked(world, &format!("{APPLICATION}/evaluation"), question).await;
    let text = answer.as_str().unwrap_or_default();
    assert!(got == status && text.contains(part), "{got} {answer}");
}

#[tokio::test]
async fn properties_have_a_size() {
    let world = World::new().await;
    let with = |properties: Value| {
        let mut question = tuple("carla", "can_read", "1");
        question["resource"]["properties"] = properties;
        question
    };
    let numbered = |count: usize| {
        let members = (0..count).map(|number| (number.to_string(), json!(number)));
        Value::Object(members.collect())
    };
    refused(&world, &with(numbered(129)), 400, "too many condition keys").await;
    refused(
        &world,
        &with(json!({ "a": "x".repeat(2_049) })),
        400,
        "a value is too long",
    )
    .await;
    refused(&world, &with(json!({ "x".repeat(513): 1 })), 400, "one too long").await;
    refused(
        &world,
        &with(json!({ "a": vec![1; 129] })),
        400,
        "too many values",
    )
    .await;
    let large: Vec<_> = (0..100).map(|_| "x".repeat(200)).collect();
    refused(
        &world,
        &with(json!({ "a": large })),
        400,
        "the context is too large",
    )
    .await;
    let mut both = with(numbered(100));
    both["context"] = numbered(100);
    refused(&world, &both, 400, "too many condition keys").await;
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!({ "x".repeat(10): deep });
    }
    refused(&world, &with(deep), 400, "one too long").await;
    let id = "x".repeat(3_000);
    refused(
        &world,
        &tuple("carla", "can_read", &id),
        400,
        "The resource must be",
    )
    .await;
    refused(
        &world,
        &tuple(&id, "can_read", "1"),
        400,
        "The principal is too long",
    )
    .await;
}

#[tokio::test]
async fn a_context_says_nothing_of_the_properties_of_others() {
    let world = World::new().await;
    for key in [
        "todo:resource/owner",
        "Todo:RESOURCE/owner",
        "todo:subject/role",
        "todo:action/soft",
    ] {
        let mut question = tuple("carla", "can_read", "1");
        question["context"] = json!({ key: "x" });
        refused(&world, &question, 400, key).await;
        let (of, name) = key.split_once('/').unwrap();
        question["context"] = json!({ of: { name: "x" } });
        refused(&world, &question, 400, key).await;
    }
}

#[tokio::test]
async fn another_accounts_principal_needs_its_consent() {
    let world = World::new().await;
    let mut question = tuple(ZOE, "can_read", "1");
    refused(&world, &question, 403, "lanyard:Authorize").await;
    world.consent().await;
    let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluation"), &question).await;
    // What the other account's policies allow does not open this one's things.
    assert_eq!((status, &answer["decision"]), (200, &json!(false)));
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("guard"), &allow("lanyard:*", "*"))
        })
        .await;
    question.as_object_mut().unwrap().remove("action");
    let (status, answer) = asked(&world, &format!("{APPLICATION}/search/action"), &question).await;
    assert_eq!(status, 403, "{answer}");
    // A name is one of the asker's account, whoever else has it.
    let (_, answer) = asked(
        &world,
        &format!("{APPLICATION}/evaluation"),
        &tuple("zoe", "can_read", "1"),
    )
    .await;
    assert_eq!(answer["decision"], json!(false));
    assert!(!answer.to_string().contains(AWAY), "{answer}");
}

#[tokio::test]
async fn an_id_that_looks_like_an_arn_reaches_nothing_else() {
    let world = World::new().await;
    let secret = "arn:aws:todo::111122223333:secret/1";
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("carla"), &allow("todo:can_read", secret))
        })
        .await;
    let (_, answer) = asked(
        &world,
        &format!("{APPLICATION}/evaluation"),
        &tuple("carla", "can_read", secret),
    )
    .await;
    assert_eq!(answer["decision"], json!(false));
}

#[tokio::test]
async fn a_bucket_may_be_called_authzen() {
    let world = World::new().await;
    let key = (world.guard.id.as_str(), &world.guard.secret, None);
    let path = format!("{APPLICATION}/evaluation");
    let request = signed(key, "s3", &Method::POST, &path, "");
    assert!(!world.point.is_for(&request.into_parts().0));
    let request = signed(key, "lanyard", &Method::POST, &path, "");
    assert!(world.point.is_for(&request.into_parts().0));
}
