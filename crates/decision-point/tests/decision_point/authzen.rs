//! AuthZEN: evaluations, how the terms of an application become Lanyard's, and who may ask.

use http::{Method, Request};
use http_body_util::Full;
use lanyard_directory::{AccountEdit, Owner, Taggable};
use serde_json::{Value, json};

use crate::world::{HOME, World, allow, id_tag, json as answered, put, signed};

pub(crate) const APPLICATION: &str = "/authzen/todo/access/v1";

/// Asks with the guard's bearer key: status and answer.
pub(crate) async fn asked(world: &World, path: &str, body: &Value) -> (u16, Value) {
    asked_with(world, &world.bearer(&world.guard), path, body).await
}

pub(crate) async fn asked_with(world: &World, key: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path)
        .header("authorization", key)
        .header("content-type", "application/json");
    let request = request.body(Full::from(body.to_string())).unwrap();
    answered(world.send(request).await).await
}

pub(crate) fn tuple(subject: &str, action: &str, id: &str) -> Value {
    json!({
        "subject": { "type": "user", "id": subject },
        "action": { "name": action },
        "resource": { "type": "todo", "id": id },
    })
}

/// Asks the decision point of `todo`; the decision's id is left out of the answer, and it is there.
async fn decided(world: &World, question: &Value) -> Value {
    let (status, mut answer) = asked(world, &format!("{APPLICATION}/evaluation"), question).await;
    assert_eq!(status, 200, "{answer}");
    let context = answer["context"].as_object_mut().unwrap();
    assert!(context.remove("id").unwrap().is_string());
    answer
}

async fn check(world: &World, question: &Value, expected: bool) {
    let answer = decided(world, question).await;
    assert_eq!(answer["decision"], json!(expected), "{question} {answer}");
}

/// What one evaluation is refused with.
async fn refused(world: &World, question: &Value, status: u16, message: &str) {
    let got = asked(world, &format!("{APPLICATION}/evaluation"), question).await;
    assert_eq!(got, (status, json!(message)), "{question}");
}

async fn carla_may(world: &World, text: &str) {
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), text))
        .await;
}

fn may(action: &str, condition: &Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition }],
    })
    .to_string()
}

#[tokio::test]
async fn an_applications_names_stand_in_policies() {
    let world = World::new().await;
    carla_may(
        &world,
        &allow("todo:can_read", "arn:aws:todo::111122223333:todo/1"),
    )
    .await;
    let allowed = decided(&world, &tuple("carla", "can_read", "1")).await;
    assert_eq!(allowed, json!({ "decision": true, "context": {} }));
    let denied = decided(&world, &tuple("carla", "can_read", "2")).await;
    let reason = "User: arn:aws:iam::111122223333:user/staff/carla is not authorized to perform: todo:can_read on \
                  resource: arn:aws:todo::111122223333:todo/2 because no identity-based policy allows the \
                  todo:can_read action";
    let context = json!({ "reason_admin": { "en": reason } });
    assert_eq!(denied, json!({ "decision": false, "context": context }));
    check(&world, &tuple("Carla", "can_read", "1"), false).await;
}

#[tokio::test]
async fn properties_and_context_are_condition_keys() {
    let world = World::new().await;
    let condition = json!({
        "StringEquals": { "todo:resource/owner/name": "carla", "todo:subject/team": "red" },
        "Bool": { "todo:action/soft": "true" },
        "NumericLessThan": { "todo:context/score": "1.5" },
        "IpAddress": { "aws:SourceIp": "192.0.2.0/24" },
    });
    carla_may(&world, &may("todo:drop", &condition)).await;
    let mut question = tuple("carla", "drop", "1");
    question["resource"]["properties"] = json!({ "owner": { "name": "carla" } });
    question["subject"]["properties"] = json!({ "team": "red", "ip_address": "192.0.2.7" });
    question["action"]["properties"] = json!({ "soft": true });
    question["context"] = json!({ "score": 1.25 });
    check(&world, &question, true).await;
    for (pointer, other) in [
        ("/resource/properties/owner/name", json!("zoe")),
        ("/subject/properties/ip_address", json!("198.51.100.1")),
        ("/action/properties/soft", json!(false)),
        ("/context/score", json!(2)),
        ("/context", json!({})),
    ] {
        let mut wrong = question.clone();
        *wrong.pointer_mut(pointer).unwrap() = other;
        check(&world, &wrong, false).await;
    }
    // What the context says in so many words goes before the property.
    question["context"]["aws:SourceIp"] = json!("198.51.100.1");
    check(&world, &question, false).await;
}

#[tokio::test]
async fn what_only_lanyard_knows_cannot_be_supplied() {
    let world = World::new().await;
    let mut question = tuple("carla", "can_read", "1");
    question["context"] = json!({ "aws:PrincipalTag/team": "red" });
    let message = "the condition key aws:PrincipalTag/team is not for the asker to supply: Lanyard knows it, or nobody \
                   does.";
    refused(&world, &question, 400, message).await;
    question["context"] = json!({});
    question["resource"]["properties"] = json!({ "Owner": "a", "owner": "b" });
    refused(
        &world,
        &question,
        400,
        "the condition key todo:resource/owner is there twice.",
    )
    .await;
}

#[tokio::test]
async fn a_subject_is_known_by_the_id_in_a_tag_unless_two_have_it() {
    let world = World::new().await;
    carla_may(&world, &allow("todo:*", "*")).await;
    let tag = |user: &'static str, id: &'static str| {
        move |edit: &mut AccountEdit| edit.tag(Taggable::User(user), vec![id_tag(id)])
    };
    check(&world, &tuple("a/1", "can_read", "1"), false).await;
    world.edit(HOME, tag("carla", "a/1")).await;
    check(&world, &tuple("a/1", "can_read", "1"), true).await;
    world.edit(HOME, tag("guard", "carla")).await;
    check(&world, &tuple("carla", "can_read", "1"), true).await;
    // However many ids one request has.
    let many = async |expected: bool| {
        let ids = ["b", "c", "a/1", "d", "e", "f", "A/1", "a/1 "];
        let questions = ids.map(|id| json!({ "subject": { "type": "user", "id": id } }));
        let mut body = tuple("a/1", "can_read", "1");
        body["evaluations"] = json!([&questions[..], &questions[..]].concat());
        let (_, answer) = asked(&world, &format!("{APPLICATION}/evaluations"), &body).await;
        let decisions = answer["evaluations"].as_array().unwrap().iter();
        let decisions: Vec<bool> = decisions.map(|one| one["decision"] == json!(true)).collect();
        let of_id = |place: usize| expected && ids[place % ids.len()] == "a/1";
        assert_eq!(decisions, (0..16).map(of_id).collect::<Vec<_>>());
    };
    many(true).await;
    world.edit(HOME, tag("guard", "a/1")).await;
    check(&world, &tuple("a/1", "can_read", "1"), false).await;
    many(false).await;
}

#[tokio::test]
async fn roles_sessions_and_arns_are_subjects() {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            put(edit, Owner::Role("auditor"), &allow("todo:*", "*"))
        })
        .await;
    let token = world.session();
    let of = |kind: &str, id: &str| {
        let mut question = tuple(id, "can_read", "1");
        question["subject"]["type"] = json!(kind);
        question
    };
    check(&world, &of("role", "auditor"), true).await;
    check(&world, &of("role", crate::world::ROLE), true).await;
    check(&world, &of("session", token.token.expose()), true).await;
    let by_name = "arn:aws:sts::111122223333:assumed-role/auditor/monday";
    check(&world, &of("session", by_name), true).await;
    for (kind, id) in [
        ("user", "auditor"),
        ("user", crate::world::ROLE),
        ("role", "carla"),
        ("session", "no token"),
        ("spaceship", "auditor"),
    ] {
        check(&world, &of(kind, id), false).await;
    }
}

#[tokio::test]
async fn asking_needs_permission_and_says_nothing_about_who_exists() {
    let world = World::new().await;
    let text = allow("lanyard:Authorize", "arn:aws:iam::111122223333:role/*");
    world
        .edit(HOME, |edit| put(edit, Owner::User("guard"), &text))
        .await;
    for name in ["carla", "nobody"] {
        let message = format!(
            "User: arn:aws:iam::111122223333:user/guard is not authorized to perform: lanyard:Authorize on resource: \
             arn:aws:iam::111122223333:user/{name}"
        );
        let question = tuple(name, "can_read", "1");
        let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluation"), &question).await;
        assert_eq!(status, 403);
        let answer = answer.as_str().unwrap();
        let shown = answer.split(" because ").next().unwrap();
        assert_eq!(shown, message);
        let many = json!({ "evaluations": [question] });
        let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluations"), &many).await;
        assert_eq!(status, 200);
        assert_eq!(answer["evaluations"][0]["decision"], json!(false));
        assert_eq!(answer["evaluations"][0]["context"]["error"]["status"], json!(403));
    }
    let trail = world.trail().await;
    assert_eq!(trail.matches("AccessDeniedException").count(), 4, "{trail}");
}

#[tokio::test]
async fn whoever_cannot_be_identified_is_told_so() {
    let world = World::new().await;
    let body = tuple("carla", "can_read", "1").to_string();
    let path = &format!("{APPLICATION}/evaluation");
    let status = async |authorization: Option<&str>| {
        let mut request = Request::post(path).header("content-type", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let request = request.body(Full::from(body.clone())).unwrap();
        answered(world.send(request).await).await
    };
    for authorization in [None, Some("Bearer AKIAX.x"), Some("Bearer "), Some("Basic eDp5")] {
        let (status, answer) = status(authorization).await;
        assert_eq!(
            (status, answer.is_string()),
            (401, true),
            "{authorization:?} {answer}"
        );
    }
    let key = (world.guard.id.as_str(), &world.guard.secret, None);
    let mut request = signed(key, "lanyard", &Method::POST, path, &body);
    let headers = request.headers_mut();
    headers.insert("content-type", "application/json; charset=utf-8".parse().unwrap());
    headers.insert("x-request-id", "one".parse().unwrap());
    let response = world.send(request).await;
    assert_eq!(response.headers()["x-request-id"], "one");
    assert_eq!(answered(response).await.0, 200);
}

#[tokio::test]
async fn what_is_missing_or_of_another_kind_is_refused_and_what_is_unknown_is_not() {
    let world = World::new().await;
    let good = tuple("carla", "can_read", "1");
    for (pointer, message) in [
        ("/subject", "The request needs subject."),
        ("/action", "The request needs action."),
        ("/resource", "The request needs resource."),
        ("/subject/type", "The request needs subject.type."),
        ("/subject/id", "The request needs subject.id."),
        ("/action/name", "The request needs action.name."),
        ("/resource/type", "The request needs resource.type."),
        ("/resource/id", "The request needs resource.id."),
    ] {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut wrong = good.clone();
        let parent = wrong.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.remove(name);
        refused(&world, &wrong, 400, message).await;
        for other in [json!(null), json!(1), json!([])] {
            let mut wrong = good.clone();
            *wrong.pointer_mut(pointer).unwrap() = other;
            let (status, answer) = asked(&world, &format!("{APPLICATION}/evaluation"), &wrong).await;
            assert_eq!((status, answer.is_string()), (400, true), "{wrong}");
        }
    }
    for wrong in [
        json!([]),
        json!(1),
        json!([good["subject"], good["action"], good["resource"]]),
    ] {
        refused(
            &world,
            &wrong,
            400,
            "The request cannot be read: it is no object.",
        )
        .await;
    }
    let mut more = good.clone();
    more["foo"] = json!("bar");
    more["subject"]["identity"] = json!({ "a": [1] });
    check(&world, &more, false).await;
}

#[tokio::test]
async fn the_name_of_an_application_and_the_type_of_the_body_are_checked() {
    let world = World::new().await;
    let question = tuple("carla", "can_read", "1");
    for wrong in ["Todo", "aws", "1"] {
        let (status, _) = asked(
            &world,
            &format!("/authzen/{wrong}/access/v1/evaluation"),
            &question,
        )
        .await;
        assert_eq!(status, 404, "{wrong}");
    }
    for kind in [None, Some("text/plain"), Some("application/jsonp")] {
        let mut request = Request::post(format!("{APPLICATION}/evaluation"))
            .header("authorization", world.bearer(&world.guard));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(Full::from(question.to_string())).unwrap();
        let got = answered(world.send(request).await).await;
        assert_eq!(
            got,
            (400, json!("The Content-Type must be application/json.")),
            "{kind:?}"
        );
    }
    let request = Request::get(format!("{APPLICATION}/evaluation"))
        .body(Full::default())
        .unwrap();
    let response = world.send(request).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["allow"]),
        (405, &"POST".parse().unwrap())
    );
}

#[tokio::test]
async fn the_metadata_tells_where_everything_is() {
    let world = World::new().await;
    for (suffix, base) in [
        ("", "https://iam.example.com"),
        ("/authzen/todo", "https://iam.example.com/authzen/todo"),
    ] {
        let request = Request::get(format!("/.well-known/authzen-configuration{suffix}"))
            .body(Full::default())
            .unwrap();
        let (status, answer) = answered(world.send(request).await).await;
        assert_eq!(status, 200);
        let expected = json!({
            "policy_decision_point": base,
            "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
            "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
            "search_subject_endpoint": format!("{base}/access/v1/search/subject"),
            "search_resource_endpoint": format!("{base}/access/v1/search/resource"),
            "search_action_endpoint": format!("{base}/access/v1/search/action"),
        });
        assert_eq!(answer, expected);
    }
}
