//! AuthZEN: searches, their pages, and who may look for what.

use jiff::Timestamp;
use lanyard_directory::{AccountEdit, NewUser, Owner};
use lanyard_names::{EntityPath, IdKind, UniqueId, UserName};
use serde_json::{Value, json};

use crate::authzen::{APPLICATION, asked, asked_with};
use crate::world::{HOME, World, account, allow, id_tag, put};

/// Carla may read and write page 1 and read page 2, ann may read both, ben nothing; the guard may search.
async fn world() -> World {
    let world = World::new().await;
    let page = |id: &str| format!("arn:aws:todo::111122223333:page/{id}");
    let carla = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": ["todo:read", "todo:write"], "Resource": page("1") },
            { "Effect": "Allow", "Action": "todo:read", "Resource": [page("2"), page("dr*")] },
            { "Effect": "Deny", "Action": "todo:drop", "Resource": page("3") },
        ],
    })
    .to_string();
    let user = |number: u8, name: &str| NewUser {
        id: UniqueId::from_entropy(IdKind::User, [number; 16]),
        name: UserName::parse(name).unwrap(),
        path: EntityPath::default(),
        created: Timestamp::now(),
        tags: vec![id_tag(&format!("id/{name}"))],
        boundary: None,
    };
    let setup = |edit: &mut AccountEdit| {
        put(edit, Owner::User("carla"), &carla)?;
        edit.create_user(user(21, "ann"))?;
        edit.create_user(user(22, "ben"))?;
        put(edit, Owner::User("ann"), &allow("todo:read", "*"))?;
        put(edit, Owner::User("guard"), &allow("lanyard:*", "*"))
    };
    world.edit(HOME, setup).await;
    world
}

async fn found(world: &World, what: &str, body: &Value) -> Value {
    let (status, mut answer) = asked(world, &format!("{APPLICATION}/search/{what}"), body).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer["page"]["next_token"].is_string(), "{answer}");
    answer["results"].take()
}

async fn check(world: &World, what: &str, body: &Value, expected: Value) {
    assert_eq!(found(world, what, body).await, expected, "{body}");
}

fn users_who_may(action: &str, id: &str) -> Value {
    json!({
        "subject": { "type": "user" },
        "action": { "name": action },
        "resource": { "type": "page", "id": id },
    })
}

fn user(id: &str) -> Value {
    json!({ "type": "user", "id": id })
}

#[tokio::test]
async fn subjects_are_found_under_the_ids_they_are_known_by() {
    let world = world().await;
    check(
        &world,
        "subject",
        &users_who_may("read", "1"),
        json!([user("id/ann"), user("carla")]),
    )
    .await;
    check(
        &world,
        "subject",
        &users_who_may("write", "1"),
        json!([user("carla")]),
    )
    .await;
    check(&world, "subject", &users_who_may("drop", "1"), json!([])).await;
    let mut roles = users_who_may("read", "1");
    roles["subject"]["type"] = json!("role");
    check(&world, "subject", &roles, json!([])).await;
    roles["subject"]["type"] = json!("spaceship");
    check(&world, "subject", &roles, json!([])).await;
}

#[tokio::test]
async fn resources_are_those_that_policies_name() {
    let world = world().await;
    let of = |subject: &str, action: &str| {
        json!({
            "subject": { "type": "user", "id": subject },
            "action": { "name": action },
            "resource": { "type": "page" },
        })
    };
    let page = |id: &str| json!({ "type": "page", "id": id });
    check(
        &world,
        "resource",
        &of("carla", "read"),
        json!([page("1"), page("2")]),
    )
    .await;
    check(&world, "resource", &of("carla", "write"), json!([page("1")])).await;
    check(&world, "resource", &of("id/ann", "read"), json!([])).await;
    let registered = "arn:aws:todo::111122223333:page/9";
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":
        "arn:aws:iam::111122223333:user/ben"},"Action":"todo:read","Resource":"*"}]}"#;
    world.resource_policy(HOME, registered, policy).await;
    check(&world, "resource", &of("id/ann", "read"), json!([page("9")])).await;
    check(&world, "resource", &of("ben", "read"), json!([page("9")])).await;
    check(&world, "resource", &of("nobody", "read"), json!([])).await;
}

#[tokio::test]
async fn actions_are_those_that_policies_name() {
    let world = world().await;
    let on = |subject: &str, id: &str| {
        json!({
            "subject": { "type": "user", "id": subject },
            "resource": { "type": "page", "id": id },
        })
    };
    let name = |name: &str| json!({ "name": name });
    check(
        &world,
        "action",
        &on("carla", "1"),
        json!([name("read"), name("write")]),
    )
    .await;
    check(&world, "action", &on("carla", "draft"), json!([name("read")])).await;
    check(&world, "action", &on("ben", "1"), json!([])).await;
    check(&world, "action", &on("nobody", "1"), json!([])).await;
    let whole = json!({
        "subject": { "type": "user", "id": "carla" },
        "resource": { "type": "arn", "id": "arn:aws:s3:::reports/2026.csv" },
    });
    let (status, answer) = asked(&world, "/access/v1/search/action", &whole).await;
    assert_eq!(status, 200);
    let found: Vec<_> = answer["results"].as_array().unwrap().iter().collect();
    assert!(!found.contains(&&name("s3:PutObject")), "{answer}");
}

#[tokio::test]
async fn pages_follow_each_other_until_there_is_no_more() {
    let world = world().await;
    let mut body = users_who_may("read", "1");
    body["page"] = json!({ "limit": 1 });
    let mut all = Vec::new();
    for _ in 0..5 {
        let (status, answer) = asked(&world, &format!("{APPLICATION}/search/subject"), &body).await;
        assert_eq!(status, 200, "{answer}");
        all.extend(answer["results"].as_array().unwrap().clone());
        let token = answer["page"]["next_token"].as_str().unwrap();
        if token.is_empty() {
            assert_eq!(all, [user("id/ann"), user("carla")]);
            let message = json!("page.token is of another search, or too old.");
            let mut other = users_who_may("write", "1");
            other["page"] = body["page"].clone();
            let got = asked(&world, &format!("{APPLICATION}/search/subject"), &other).await;
            assert_eq!(got, (400, message.clone()));
            // Nor is it good for anybody else.
            let may = allow("lanyard:*", "*");
            world
                .edit(HOME, |edit| put(edit, Owner::User("carla"), &may))
                .await;
            let carla = world.bearer(&world.carla);
            let path = format!("{APPLICATION}/search/subject");
            assert_eq!(asked_with(&world, &carla, &path, &body).await, (400, message));
            return;
        }
        body["page"] = json!({ "limit": 1, "token": token });
    }
    panic!("the pages do not end");
}

#[tokio::test]
async fn a_page_of_resources_goes_on_behind_the_last() {
    let world = world().await;
    let mut body = json!({
        "subject": { "type": "user", "id": "carla" },
        "action": { "name": "read" },
        "resource": { "type": "page" },
        "page": { "limit": 1 },
    });
    let tag = [id_tag("x")];
    let write = world.directory.write(account(HOME), |edit| {
        edit.put_resource_tags("arn:aws:todo::111122223333:page/0", tag.to_vec())?;
        edit.put_resource_tags("arn:aws:todo::111122223333:page/drei", tag.to_vec())
            .map(|_| ((), Vec::new()))
    });
    write.await.unwrap();
    let mut all = Vec::new();
    for _ in 0..5 {
        let (status, answer) = asked(&world, &format!("{APPLICATION}/search/resource"), &body).await;
        assert_eq!(status, 200, "{answer}");
        all.extend(answer["results"].as_array().unwrap().clone());
        body["page"]["token"] = answer["page"]["next_token"].clone();
    }
    let page = |id: &str| json!({ "type": "page", "id": id });
    // Behind the last page there is the first again: an empty token is none.
    assert_eq!(all[..3], [page("1"), page("2"), page("drei")]);
}

#[tokio::test]
async fn whom_the_asker_may_not_ask_about_is_left_out() {
    let world = world().await;
    let only = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "lanyard:Search", "Resource": "*" },
            { "Effect": "Allow", "Action": "lanyard:Authorize", "Resource": "arn:aws:iam::111122223333:user/*/carla" },
        ],
    })
    .to_string();
    world
        .edit(HOME, |edit| put(edit, Owner::User("guard"), &only))
        .await;
    check(
        &world,
        "subject",
        &users_who_may("read", "1"),
        json!([user("carla")]),
    )
    .await;
}

#[tokio::test]
async fn to_search_is_a_permission_of_its_own() {
    let world = world().await;
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("guard"), &allow("lanyard:Authorize", "*"))
        })
        .await;
    let subject = json!({ "type": "user", "id": "carla" });
    let resource = json!({ "type": "page", "id": "1" });
    let tuple = json!({ "subject": subject, "action": { "name": "read" }, "resource": resource });
    for (what, on) in [
        ("subject", "arn:aws:iam::111122223333:root"),
        ("resource", "arn:aws:iam::111122223333:user/carla"),
        ("action", "arn:aws:iam::111122223333:user/carla"),
    ] {
        let (status, answer) = asked(&world, &format!("{APPLICATION}/search/{what}"), &tuple).await;
        let text = answer.as_str().unwrap();
        assert_eq!(status, 403, "{text}");
        assert!(
            text.contains("perform: lanyard:Search on") && text.contains(on),
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_a_search_needs_is_asked_for() {
    let world = world().await;
    let user = json!({ "type": "user", "id": "carla" });
    let page = json!({ "type": "page", "id": "1" });
    let read = json!({ "name": "read" });
    for (what, body, message) in [
        (
            "subject",
            json!({ "subject": user, "resource": page }),
            "The request needs action.",
        ),
        (
            "resource",
            json!({ "action": read, "resource": page }),
            "The request needs subject.",
        ),
        (
            "action",
            json!({ "subject": user }),
            "The request needs resource.",
        ),
        (
            "subject",
            json!({ "subject": user, "action": read, "resource": { "type": "page" } }),
            "The request needs resource.id.",
        ),
        (
            "resource",
            json!({ "subject": { "type": "user" }, "action": read, "resource": page }),
            "The request needs subject.id.",
        ),
        (
            "subject",
            json!({ "subject": user, "action": read, "resource": page, "page": { "limit": 0 } }),
            "page.limit must be at least 1.",
        ),
        (
            "subject",
            json!({ "subject": user, "action": read, "resource": page, "context": { "aws:userid": "x" } }),
            "the condition key aws:userid is not for the asker to supply: Lanyard knows it, or nobody does.",
        ),
    ] {
        let got = asked(&world, &format!("{APPLICATION}/search/{what}"), &body).await;
        assert_eq!(got, (400, json!(message)), "{body}");
    }
}
