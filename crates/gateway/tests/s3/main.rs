//! What Lanyard answers itself of S3: what clients are told, and what the store behind hears of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod batch_delete;
mod buckets;
mod forms;
mod ownership;
mod policies;
#[path = "../gateway/stage.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the gateway's other tests")]
mod stage;
mod trail;

use bytes::Bytes;
use lanyard_testkit::{Credentials, Received, S3Request};

use crate::stage::{Reply, Stage};

/// Sends a request signed by somebody.
async fn send(stage: &Stage, who: &Credentials, request: S3Request) -> Reply {
    stage.send(request.signed(who)).await
}

/// Requests as the store got them, shortly.
fn heard(stage: &Stage) -> Vec<String> {
    let received = stage.upstream.take_received();
    received
        .iter()
        .map(|request| format!("{} {}", request.method, request.target))
        .collect()
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether the store was asked whether it has a bucket.
fn is_look(request: &Received) -> bool {
    request.method == "HEAD"
}

/// The records of an event that were committed together with a change.
async fn committed(stage: &Stage, event: &str) -> Vec<String> {
    let entries = stage.world.directory().engine().outbox(None, 100).await.unwrap();
    let name = format!("\"eventName\":\"{event}\"");
    let records = entries.iter().map(|entry| text(&entry.record.body));
    records.filter(|record| record.contains(&name)).collect()
}
