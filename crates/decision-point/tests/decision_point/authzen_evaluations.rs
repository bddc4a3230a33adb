//! AuthZEN: many questions in one request.

use lanyard_directory::Owner;
use serde_json::{Value, json};

use crate::authzen::{APPLICATION, asked, tuple};
use crate::world::{HOME, World, allow, put};

async fn world() -> World {
    let world = World::new().await;
    let text = allow("todo:can_*", "arn:aws:todo::111122223333:todo/1");
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &text))
        .await;
    world
}

/// The decisions, with the message of the error where there is one.
async fn check(world: &World, body: &Value, expected: Value) {
    let (status, answer) = asked(world, &format!("{APPLICATION}/evaluations"), body).await;
    assert_eq!(status, 200, "{answer}");
    let list = answer["evaluations"].as_array().unwrap();
    let shown: Vec<_> = list
        .iter()
        .map(|item| match &item["context"]["error"]["message"] {
            Value::Null => item["decision"].clone(),
            message => {
                assert_eq!(item["decision"], json!(false));
                message.clone()
            }
        })
        .collect();
    assert_eq!(Value::from(shown), expected, "{body}");
}

fn resources(ids: &[&str]) -> Value {
    let list: Vec<_> = ids
        .iter()
        .map(|id| json!({ "resource": { "type": "todo", "id": id } }))
        .collect();
    json!(list)
}

fn about_carla(evaluations: &Value) -> Value {
    json!({
        "subject": { "type": "user", "id": "carla" },
        "action": { "name": "can_read" },
        "evaluations": evaluations,
    })
}

#[tokio::test]
async fn what_a_question_leaves_out_is_as_the_request_has_it() {
    let world = world().await;
    check(
        &world,
        &about_carla(&resources(&["1", "2", "1"])),
        json!([true, false, true]),
    )
    .await;
    let mut body = about_carla(&json!([
        { "resource": { "id": "1" } },
        { "resource": { "id": "1", "type": "other" } },
        { "resource": { "id": "1" }, "action": { "name": "drop" } },
        { "resource": { "id": "1" }, "subject": { "id": "guard" } },
    ]));
    body["resource"] = json!({ "type": "todo" });
    check(&world, &body, json!([true, false, false, false])).await;
}

#[tokio::test]
async fn what_a_question_has_itself_takes_its_place_whole() {
    let world = World::new().await;
    let text = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": "todo:*", "Resource": "*",
            "Condition": { "StringEquals": { "todo:resource/owner": "carla", "todo:context/a": "1" } },
        }],
    });
    let text = text.to_string();
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &text))
        .await;
    let mut body = about_carla(&json!([
        {},
        { "resource": { "id": "2" } },
        { "context": { "b": 2 } },
    ]));
    body["resource"] = json!({ "type": "todo", "id": "1", "properties": { "owner": "carla" } });
    body["context"] = json!({ "a": 1 });
    check(&world, &body, json!([true, false, false])).await;
}

#[tokio::test]
async fn a_wrong_question_is_a_denial_and_costs_no_other() {
    let world = world().await;
    let mut evaluations = resources(&["1", "*", "1"]);
    let list = evaluations.as_array_mut().unwrap();
    list.extend([
        json!({}),
        json!(1),
        json!({ "resource": "1" }),
        json!({ "resource": { "type": "todo", "id": "1" } }),
    ]);
    let id = "The id of a resource is not empty, and has no *, ?, \\ and control characters, and no . or .. between /.";
    let kind =
        "The request cannot be read: invalid type: string \"1\", expected struct Entity at line 1 column 15.";
    let object = "The request cannot be read: it is no object.";
    let expected = json!([true, id, true, "The request needs resource.", object, kind, true]);
    check(&world, &about_carla(&evaluations), expected).await;
}

#[tokio::test]
async fn the_semantic_says_when_to_stop() {
    let world = world().await;
    for (semantic, ids, expected) in [
        ("execute_all", ["1", "2", "1"], json!([true, false, true])),
        ("deny_on_first_deny", ["1", "2", "1"], json!([true, false])),
        ("permit_on_first_permit", ["2", "1", "2"], json!([false, true])),
    ] {
        let mut body = about_carla(&resources(&ids));
        body["options"] = json!({ "evaluations_semantic": semantic, "another": 1 });
        check(&world, &body, expected).await;
    }
    let mut body = about_carla(&json!([{}, { "resource": { "type": "todo", "id": "1" } }]));
    body["options"] = json!({ "evaluations_semantic": "deny_on_first_deny" });
    check(&world, &body, json!(["The request needs resource."])).await;
    body["options"] = json!({ "evaluations_semantic": "whatever" });
    let (status, _) = asked(&world, &format!("{APPLICATION}/evaluations"), &body).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn without_questions_the_request_is_one() {
    let world = world().await;
    let mut body = tuple("carla", "can_read", "1");
    for evaluations in [None, Some(json!([]))] {
        if let Some(evaluations) = evaluations {
            body["evaluations"] = evaluations;
        }
        let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluations"), &body).await;
        assert_eq!((status, &answer["decision"]), (200, &json!(true)));
    }
}

#[tokio::test]
async fn there_are_a_thousand_at_most() {
    let world = world().await;
    let full = about_carla(&resources(&["1"; 1_000]));
    let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluations"), &full).await;
    assert_eq!(
        (status, answer["evaluations"].as_array().unwrap().len()),
        (200, 1_000)
    );
    let (status, _) = asked(
        &world,
        &format!("{APPLICATION}/evaluations"),
        &about_carla(&resources(&["1"; 1_001])),
    )
    .await;
    assert_eq!(status, 400);
}
