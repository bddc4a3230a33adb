//! Bodies that never end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use http_body::{Body, Frame};
use http_body_util::Full;
use lanyard_access::{Peer, SecretText};

use crate::world::{World, json, signed};

/// Some bytes, and then nothing for ever.
struct Endless(Option<Bytes>);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = self.0.take().map(|data| Ok(Frame::data(data)));
        frame.map_or(Poll::Pending, |frame| Poll::Ready(Some(frame)))
    }
}

/// Somebody who knows the id of a key, and not the key.
fn forged(world: &World) -> Request<Endless> {
    let secret = SecretText::new("wrong");
    let key = (world.guard.id.as_str(), &secret, None);
    let request = signed(key, "lanyard", &Method::POST, "/authorize", "");
    request.map(|_| Endless(Some(Bytes::from(vec![b' '; 100_000]))))
}

/// Until the bodies of all of them are waited for.
async fn begin<F: Future>(slow: &mut [Pin<Box<F>>]) {
    for _ in 0..20 {
        std::future::poll_fn(|context| {
            for one in &mut *slow {
                assert!(one.as_mut().poll(context).is_pending());
            }
            Poll::Ready(())
        })
        .await;
        tokio::task::yield_now().await;
    }
}

fn peer() -> Peer {
    Peer {
        ip: "198.51.100.7".parse().unwrap(),
        is_secure: true,
        tls_version: None,
    }
}

fn evaluation<B>(bearer: &str, body: B) -> Request<B> {
    Request::post("/authzen/todo/access/v1/evaluation")
        .header("authorization", bearer)
        .header("content-type", "application/json")
        .body(body)
        .unwrap()
}

/// Whether whoever shows this bearer key is answered soon, whose question is large.
async fn check_answered(world: &World, bearer: &str) {
    let large = format!(
        r#"{{"subject":{{"type":"user","id":"x"}},"action":{{"name":"a"}},"resource":{{"type":"t","id":"1"}},"other":"{}"}}"#,
        "x".repeat(100_000)
    );
    let request = evaluation(bearer, Full::from(large));
    let answering = tokio::time::timeout(Duration::from_secs(5), world.send(request));
    let (status, answer) = json(answering.await.expect("an answer soon")).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn whoever_only_names_a_key_keeps_nobody_waiting_who_shows_one() {
    let world = World::new().await;
    let mut strangers: Vec<_> = (0..20)
        .map(|_| Box::pin(world.point.handle(forged(&world), peer())))
        .collect();
    begin(&mut strangers).await;
    check_answered(&world, &world.bearer(&world.guard)).await;
    drop(strangers);
}

#[tokio::test]
async fn one_account_keeps_no_other_waiting() {
    let world = World::new().await;
    let endless = || Endless(Some(Bytes::from(vec![b' '; 100_000])));
    let guard = world.bearer(&world.guard);
    let mut slow: Vec<_> = (0..20)
        .map(|_| Box::pin(world.point.handle(evaluation(&guard, endless()), peer())))
        .collect();
    begin(&mut slow).await;
    check_answered(&world, &world.bearer(&world.zoe)).await;
    drop(slow);
    // What they held is free again.
    check_answered(&world, &guard).await;
}
