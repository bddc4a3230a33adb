//! Bodies without framing.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use lanyard_sigv4::{BodyCheck, sha256};

use super::{Act, IDLE_MAX, Outcome, Script, assert_whole, send, stream};
use crate::body::{BodyError, CheckedBody, plan};

/// What becomes of a body that was announced with a length and a signed hash, or with none.
async fn outcome(acts: Vec<Act>, length: u64, signed: Option<&[u8]>) -> Outcome {
    let check = signed.map_or(BodyCheck::Unsigned, |signed| BodyCheck::Sha256(sha256(signed)));
    let plan = plan(&HeaderMap::new(), check, None, Some(length)).unwrap();
    stream(Script::new(acts), plan).await
}

#[tokio::test]
async fn a_signed_body_goes_on_unchanged() {
    assert_whole(
        outcome(vec![send("hel"), send("lo")], 5, Some(b"hello")).await,
        b"hello",
    );
}

#[tokio::test]
async fn an_empty_body_goes_on_if_its_hash_is_that_of_nothing() {
    assert_whole(outcome(Vec::new(), 0, Some(b"")).await, b"");
    assert_whole(outcome(vec![send("")], 0, None).await, b"");
}

#[tokio::test]
async fn an_upstream_never_hears_of_a_small_wrong_body() {
    let other = outcome(vec![send("hello")], 5, Some(b"world")).await;
    assert_eq!(other, Outcome::Refused(BodyError::Sha256Mismatch));
    let empty = outcome(Vec::new(), 0, Some(b"hello")).await;
    assert_eq!(empty, Outcome::Refused(BodyError::Sha256Mismatch));
    for signed in [None, Some(&b"hello"[..])] {
        let short = outcome(vec![send("hell")], 5, signed).await;
        assert_eq!(short, Outcome::Refused(BodyError::Incomplete));
        let long = outcome(vec![send("hello"), send("!")], 5, signed).await;
        assert_eq!(long, Outcome::Refused(BodyError::TooLong));
        let broken = outcome(vec![send("hello"), Act::Break], 5, signed).await;
        assert_eq!(broken, Outcome::Refused(BodyError::Broken));
    }
    let unexpected = outcome(vec![send("!")], 0, None).await;
    assert_eq!(unexpected, Outcome::Refused(BodyError::TooLong));
}

/// A body of 100,000 bytes in pieces of 10,000.
fn large() -> (Vec<u8>, Vec<Act>) {
    let data: Vec<u8> = (0..100_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let acts = data
        .chunks(10_000)
        .map(|piece| Act::Send(Bytes::copy_from_slice(piece)));
    (data.clone(), acts.collect())
}

#[tokio::test]
async fn a_large_body_goes_on_while_it_comes() {
    let (data, acts) = large();
    assert_whole(outcome(acts.clone(), 100_000, None).await, &data);
    assert_whole(outcome(acts.clone(), 100_000, Some(&data)).await, &data);

    let plan = plan(
        &HeaderMap::new(),
        BodyCheck::Sha256(sha256(&data)),
        None,
        Some(100_000),
    )
    .unwrap();
    let source = Script::new(acts);
    let performed = source.performed.clone();
    let mut body = CheckedBody::open(source, plan, IDLE_MAX).await.unwrap();
    assert_eq!(performed.load(Ordering::Relaxed), 1);
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!((first.len(), performed.load(Ordering::Relaxed)), (10_000, 1));
}

#[tokio::test]
async fn the_last_piece_of_a_large_wrong_body_is_kept_back() {
    let (data, mut acts) = large();
    let sent = data[..90_000].to_vec();
    let failed = |error| Outcome::Failed {
        sent: sent.clone(),
        error,
    };
    assert!(outcome(acts.clone(), 100_000, Some(b"other")).await == failed(BodyError::Sha256Mismatch));
    for signed in [None, Some(&data[..])] {
        let mut longer = acts.clone();
        longer.push(send("!"));
        assert!(outcome(longer, 100_000, signed).await == failed(BodyError::TooLong));
        let mut broken = acts.clone();
        broken.push(Act::Break);
        assert!(outcome(broken, 100_000, signed).await == failed(BodyError::Broken));
    }
    acts.pop();
    for signed in [None, Some(&data[..])] {
        assert!(outcome(acts.clone(), 100_000, signed).await == failed(BodyError::Incomplete));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_may_come_slowly_but_not_stop() {
    let slow = vec![
        Act::Wait(29),
        send("he"),
        Act::Wait(29),
        send("llo"),
        Act::Wait(29),
    ];
    assert_whole(outcome(slow, 5, None).await, b"hello");
    let stopped = outcome(vec![send("he"), Act::Wait(31), send("llo")], 5, None).await;
    assert_eq!(stopped, Outcome::Refused(BodyError::TooSlow));
    // Frames without data are no progress.
    let empty = outcome(
        vec![send("he"), Act::Wait(20), send(""), Act::Wait(20), send("llo")],
        5,
        None,
    )
    .await;
    assert_eq!(empty, Outcome::Refused(BodyError::TooSlow));

    let (data, mut acts) = large();
    acts.insert(5, Act::Wait(31));
    let error = BodyError::TooSlow;
    let sent = data[..50_000].to_vec();
    assert!(outcome(acts, 100_000, None).await == Outcome::Failed { sent, error });
}

#[tokio::test(start_paused = true)]
async fn the_time_that_an_upstream_takes_is_not_the_clients() {
    let (_, acts) = large();
    let plan = plan(&HeaderMap::new(), BodyCheck::Unsigned, None, Some(100_000)).unwrap();
    let mut body = CheckedBody::open(Script::new(acts), plan, IDLE_MAX)
        .await
        .unwrap();
    while let Some(frame) = body.frame().await {
        frame.unwrap();
        tokio::time::sleep(IDLE_MAX * 2).await;
    }
}
