//! Questions that take long, since policies and contexts are as large as they can be.

use lanyard_directory::Owner;
use serde_json::{Value, json};

use crate::authzen::{APPLICATION, asked};
use crate::world::{HOME, World, put};

/// Carla's policy holds a value against many patterns.
async fn world() -> World {
    let world = World::new().await;
    let patterns: Vec<String> = (0..200).map(|number| format!("*x{}?y*", number % 10)).collect();
    let text = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "todo:*", "Resource": "*",
        "Condition": { "ForAnyValue:StringLike": { "todo:context/a": patterns } },
    }]});
    let change = |edit: &mut _| {
        put(edit, Owner::User("carla"), &text.to_string())?;
        put(edit, Owner::User("guard"), &crate::world::allow("lanyard:*", "*"))
    };
    world.edit(HOME, change).await;
    world
}

/// Something about carla, with a large context.
fn about_carla(more: Value) -> Value {
    let mut body = json!({
        "subject": { "type": "user", "id": "carla" },
        "action": { "name": "read" },
        "context": { "a": vec!["x1".repeat(1_000); 7] },
    });
    let Value::Object(more) = more else { panic!() };
    body.as_object_mut().unwrap().extend(more);
    body
}

#[tokio::test]
async fn the_questions_of_one_request_take_so_long_together_and_no_longer() {
    let world = world().await;
    let questions: Vec<Value> = (0..1_000)
        .map(|number| json!({ "resource": { "type": "page", "id": number.to_string() } }))
        .collect();
    let body = about_carla(json!({ "evaluations": questions }));
    let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluations"), &body).await;
    assert_eq!(status, 200, "{answer}");
    let answers = answer["evaluations"].as_array().unwrap();
    let first = &answers[0]["context"];
    assert!(first["reason_admin"].is_object(), "{first}");
    let last = json!({ "decision": false, "context": { "error": {
        "status": 503, "message": "The questions before this one took too long: ask fewer at once.",
    } } });
    assert_eq!((answers.len(), answers.last()), (1_000, Some(&last)));
}

#[tokio::test]
async fn a_page_takes_no_longer() {
    let world = world().await;
    for number in 0..600 {
        let arn = format!("arn:aws:todo::{HOME}:page/{number}");
        let text = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": "todo:other", "Resource": arn,
        }]});
        world.resource_policy(HOME, &arn, &text.to_string()).await;
    }
    let body = about_carla(json!({ "resource": { "type": "page" } }));
    let (status, answer) = asked(&world, &format!("{APPLICATION}/search/resource"), &body).await;
    assert_eq!((status, &answer["page"]["count"]), (200, &json!(0)));
    assert_ne!(answer["page"]["next_token"], "");
}
