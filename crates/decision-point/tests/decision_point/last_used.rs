//! What enforcement points ask about somebody counts as use.

use lanyard_directory::Actor;
use serde_json::{Value, json};

use crate::world::{CARLA, HOME, ROLE, World, account};

const REPORT: &str = "arn:aws:s3:::reports/2026.csv";

async fn ask(world: &World, question: &Value) {
    let (status, answer) = world.ask(&question.to_string()).await;
    assert_eq!(status, 200, "{answer}");
}

/// The services that somebody turned to, and in which regions.
fn used(world: &World, actor: Actor) -> Vec<(String, String)> {
    let uses = world.directory.services_used(account(HOME), actor);
    uses.iter()
        .map(|used| (used.service.to_string(), used.last.region.to_string()))
        .collect()
}

async fn carla(world: &World) -> Actor {
    let home = world.directory.account(account(HOME)).await.unwrap().unwrap();
    Actor::of(home.user("carla").map(|user| user.id))
}

fn pair(service: &str, region: &str) -> (String, String) {
    (service.to_owned(), region.to_owned())
}

#[tokio::test]
async fn what_is_asked_about_somebody_they_tried_allowed_or_not() {
    let world = World::new().await;
    let carla = carla(&world).await;
    assert_eq!(used(&world, carla), []);
    ask(
        &world,
        &json!({ "principal": CARLA, "action": "s3:getobject", "resource": REPORT }),
    )
    .await;
    let regional = json!({
        "principal": CARLA, "action": "sqs:SendMessage", "resource": "arn:aws:sqs:eu-west-1:111122223333:jobs",
        "context": { "aws:RequestedRegion": "eu-west-1" },
    });
    ask(&world, &regional).await;
    assert_eq!(
        used(&world, carla),
        [pair("s3", "us-east-1"), pair("sqs", "eu-west-1")]
    );
    let uses = world.directory.services_used(account(HOME), carla);
    let actions = uses.iter().flat_map(|used| &used.actions);
    let actions: Vec<_> = actions.map(|action| &*action.action).collect();
    assert_eq!(
        actions,
        ["GetObject"],
        "actions are kept for S3, and not for others"
    );
}

#[tokio::test]
async fn what_no_service_knows_and_what_is_only_looked_into_was_not_tried() {
    let world = World::new().await;
    let mine = json!({ "principal": CARLA, "action": "app:Read", "resource": "arn:aws:app:::page/1" });
    ask(&world, &mine).await;
    let unknown = json!({ "principal": CARLA, "action": "s3:NoSuchAction", "resource": REPORT });
    ask(&world, &unknown).await;
    assert_eq!(used(&world, carla(&world).await), []);
}

#[tokio::test]
async fn whoever_asks_used_the_decision_point() {
    let world = World::new().await;
    ask(
        &world,
        &json!({ "principal": CARLA, "action": "s3:GetObject", "resource": REPORT }),
    )
    .await;
    let home = world.directory.account(account(HOME)).await.unwrap().unwrap();
    let guard = Actor::of(home.user("guard").map(|user| user.id));
    let uses = used(&world, guard);
    assert_eq!(
        uses.iter().map(|(service, _)| service).collect::<Vec<_>>(),
        ["lanyard"]
    );
}

#[tokio::test]
async fn a_role_that_is_asked_about_was_used_by_name_or_by_session() {
    let world = World::new().await;
    let home = world.directory.account(account(HOME)).await.unwrap().unwrap();
    let role = home.role("auditor").unwrap().id;
    assert_eq!(world.directory.role_last_used(account(HOME), role), None);
    ask(
        &world,
        &json!({ "principal": ROLE, "action": "s3:GetObject", "resource": REPORT }),
    )
    .await;
    let last = world.directory.role_last_used(account(HOME), role).unwrap();
    assert_eq!((&*last.service, &*last.region), ("s3", "us-east-1"));
    assert_eq!(used(&world, Actor::Entity(role)), [pair("s3", "us-east-1")]);
}

#[tokio::test]
async fn what_is_no_name_of_a_region_is_not_kept() {
    let world = World::new().await;
    let carla = carla(&world).await;
    let long = "x".repeat(2_000);
    for (action, region) in [
        (
            "sqs:SendMessage",
            "eu-west-1\nroot,arn:aws:iam::111122223333:root",
        ),
        ("sns:Publish", &*long),
    ] {
        let question = json!({
            "principal": CARLA, "action": action, "resource": "arn:aws:sqs:eu-west-1:111122223333:jobs",
            "context": { "aws:RequestedRegion": region },
        });
        ask(&world, &question).await;
    }
    assert_eq!(
        used(&world, carla),
        [pair("sns", "us-east-1"), pair("sqs", "us-east-1")]
    );
}
