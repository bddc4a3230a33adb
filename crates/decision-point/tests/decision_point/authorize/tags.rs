//! Tags of what is asked about, as far as Lanyard knows them.

use lanyard_directory::{AccountEdit, DirectoryError, Owner, Tag, Taggable};
use lanyard_names::{TagKey, TagValue};
use serde_json::{Value, json};

use super::{check, decided, question};
use crate::world::{CARLA, HOME, ROLE, World, account, put};

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse(value).unwrap(),
    }
}

/// What is decided of a question where everything is allowed but what has `kept` as a tag, under a key.
async fn denied(world: &World, key: &str, question: &Value) -> bool {
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},
        {{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"StringEquals":{{"{key}/kept":"yes"}}}}}}]}}"#
    );
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &policy))
        .await;
    decided(world, question).await["decision"] == "ExplicitlyDenied"
}

async fn register(world: &World, arn: &str, tags: Vec<Tag>) {
    let write = world.directory.write(account(HOME), |edit| {
        edit.put_resource_tags(arn, tags.clone())
            .map(|_| ((), Vec::new()))
    });
    write.await.unwrap();
}

#[tokio::test]
async fn users_and_roles_have_the_tags_that_they_have() {
    let world = World::new().await;
    let guard = "arn:aws:iam::111122223333:user/guard";
    let keep = |edit: &mut AccountEdit| {
        edit.tag(Taggable::Role("auditor"), vec![tag("kept", "yes")])?;
        edit.tag(Taggable::User("guard"), vec![tag("Kept", "yes")])?;
        Ok::<_, DirectoryError>(())
    };
    for (action, resource) in [
        ("iam:PassRole", ROLE),
        ("sts:AssumeRole", ROLE),
        ("iam:DeleteUser", guard),
    ] {
        let asked = question(CARLA, action, resource);
        assert!(!denied(&world, "aws:ResourceTag", &asked).await, "{action}");
    }
    world.edit(HOME, keep).await;
    for key in ["aws:ResourceTag", "iam:ResourceTag"] {
        for (action, resource) in [
            ("iam:PassRole", ROLE),
            ("sts:AssumeRole", ROLE),
            ("iam:DeleteUser", guard),
        ] {
            let asked = question(CARLA, action, resource);
            assert!(denied(&world, key, &asked).await, "{key} {action}");
        }
    }
    // One that is not there has none.
    let other = question(
        CARLA,
        "iam:PassRole",
        "arn:aws:iam::111122223333:role/path/auditor",
    );
    assert!(!denied(&world, "aws:ResourceTag", &other).await);
}

#[tokio::test]
async fn what_is_a_part_of_something_has_the_tags_of_the_whole() {
    let world = World::new().await;
    let table = "arn:aws:dynamodb:us-east-1:111122223333:table/orders";
    register(&world, table, vec![tag("kept", "yes")]).await;
    let index = question(CARLA, "dynamodb:Query", &format!("{table}/index/by-date"));
    assert!(denied(&world, "aws:ResourceTag", &index).await);
    let other = question(CARLA, "dynamodb:Query", &format!("{table}2/index/by-date"));
    assert!(!denied(&world, "aws:ResourceTag", &other).await);
}

#[tokio::test]
async fn a_service_has_a_key_of_its_own_for_the_same_tags() {
    let world = World::new().await;
    let secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf";
    register(&world, secret, vec![tag("kept", "yes")]).await;
    let asked = question(CARLA, "secretsmanager:GetSecretValue", secret);
    assert!(denied(&world, "secretsmanager:ResourceTag", &asked).await);
    // Whoever asks and knows of tags has the last word, under whichever key.
    let mut asked = asked;
    asked["context"] = json!({ "SecretsManager:ResourceTag/kept": "no" });
    assert!(!denied(&world, "aws:ResourceTag", &asked).await);
    assert!(!denied(&world, "secretsmanager:ResourceTag", &asked).await);
}

#[tokio::test]
async fn registered_tags_of_a_resource_count_where_the_asker_supplies_none() {
    let world = World::new().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*",
        "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), policy))
        .await;
    let queue = "arn:aws:sqs:us-east-1:111122223333:jobs";
    let mut asked = question(CARLA, "sqs:SendMessage", queue);
    assert_eq!(decided(&world, &asked).await["decision"], "ImplicitlyDenied");
    let tag = Tag {
        key: TagKey::parse("team").unwrap(),
        value: TagValue::parse("a").unwrap(),
    };
    let write = world.directory.write(account(HOME), |edit| {
        edit.put_resource_tags(queue, vec![tag.clone()])
            .map(|_| ((), Vec::new()))
    });
    write.await.unwrap();
    check(&world, &asked, json!({ "decision": "Allowed" })).await;
    // Whoever asks and knows of tags has the last word.
    asked["context"] = json!({ "AWS:ResourceTag/stage": "test" });
    assert_eq!(decided(&world, &asked).await["decision"], "ImplicitlyDenied");
}
