//! How many decisions a second one core makes, from the bytes of a signed batch to the bytes of its answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a measurement, with the world of the tests"
)]

#[path = "../tests/decision_point/world.rs"]
mod world;

use std::time::Duration;

use http::Method;
use lanyard_access::{Ask, BearerPurpose, RequestFacts, authorize};
use lanyard_directory::Owner;
use lanyard_names::InlinePolicyName;
use lanyard_policy::Context;
use serde_json::{Value, json};
use world::{HOME, World, json as answered, signed};

const BATCH: usize = 100;
const POLICIES: usize = 10;
const STATEMENTS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            for policy in 0..POLICIES {
                let name = InlinePolicyName::parse(&format!("policy-{policy}")).unwrap();
                let text = document(policy).to_string();
                edit.put_inline_policy(Owner::Role("auditor"), name, &text)?;
            }
            Ok(())
        })
        .await;
    measure_authorize(&world).await;
    for (name, allowed) in [("all allowed", true), ("all denied", false)] {
        measure(&world, name, allowed).await;
    }
}

/// What a decision about a caller costs beside its authentication.
async fn measure_authorize(world: &World) {
    let bearer = world.bearer(&world.carla);
    let key = bearer.trim_start_matches("Bearer ");
    let now = jiff::Timestamp::now();
    let (caller, account) = world
        .authenticator
        .bearer(key, BearerPurpose::Ask, "s3", "", now)
        .await
        .unwrap();
    let facts = RequestFacts {
        source_ip: Some("192.0.2.77".parse().unwrap()),
        is_secure: true,
        now,
        region: "us-east-1",
        user_agent: Some("aws-cli/2.15"),
        referer: None,
    };
    let mut context = Context::new();
    context.insert("s3:authType", "REST-HEADER");
    context.insert("s3:signatureversion", "AWS4-HMAC-SHA256");
    context.insert("s3:x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    let (start, rounds) = (on_core(), 500_000);
    for _ in 0..rounds {
        let ask = Ask::new(
            "s3:GetObject",
            "arn:aws:s3:::reports/2026.csv",
            caller.account,
            std::hint::black_box(&context),
        );
        assert!(authorize(&caller, &ask, &facts, Some(&account)).is_allowed());
    }
    println!("authorize: {:?} a decision", (on_core() - start) / rounds);
}

async fn measure(world: &World, name: &str, allowed: bool) {
    let body = batch(allowed).to_string();
    let key = (world.guard.id.as_str(), &world.guard.secret, None);
    let request = signed(key, "lanyard", &Method::POST, "/authorize", &body);
    let (status, answer) = answered(world.send(request.clone()).await).await;
    assert_eq!(status, 200, "{answer}");
    let decision = &answer["results"][0]["decision"];
    let start = on_core();
    let mut decisions = 0_u32;
    while on_core() - start < Duration::from_secs(2) {
        drop(world.send(request.clone()).await);
        decisions += BATCH as u32;
    }
    let each = (on_core() - start) / decisions;
    println!(
        "{name} ({decision}): {each:?} a decision, {:.0} a second",
        1.0 / each.as_secs_f64()
    );
}

/// How long this thread has had a core for itself: others may be busy on the same machine.
fn on_core() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split(' ').next().unwrap().parse().unwrap();
    Duration::from_nanos(nanoseconds)
}

fn document(policy: usize) -> Value {
    let statements: Vec<Value> = (0..STATEMENTS)
        .map(|statement| {
            json!({
                "Effect": "Allow",
                "Action": ["s3:GetObject", format!("s3:Put{policy}{statement}*"), "dynamodb:Get*"],
                "Resource": [format!("arn:aws:s3:::bucket-{policy}-{statement}/*")],
                "Condition": {
                    "IpAddress": { "aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"] },
                    "StringEquals": { "aws:RequestTag/project": ["a", "b", "c"] },
                },
            })
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn batch(allowed: bool) -> Value {
    let questions: Vec<Value> = (0..BATCH)
        .map(|number| {
            let (policy, statement) = (number % POLICIES, number % STATEMENTS);
            let bucket = if allowed { "bucket" } else { "other" };
            json!({
                "principal": "arn:aws:iam::111122223333:role/auditor",
                "action": "s3:GetObject",
                "resource": format!("arn:aws:s3:::{bucket}-{policy}-{statement}/key/{number}"),
                "resourceAccount": HOME,
                "context": { "aws:SourceIp": "192.0.2.77", "aws:RequestTag/project": "b" },
            })
        })
        .collect();
    json!({ "requests": questions })
}
