//! Bodies that are read whole.

use http::HeaderMap;
use lanyard_names::AccountId;
use lanyard_sigv4::{BodyCheck, StreamingPayload, sha256};

use super::{Act, Script, headers, send};
use crate::body::{BodyError, Plan, ReadBudget, WholeBody, plan, read_bounded};

const BUDGET_BYTES: usize = 1024 * 1024;

fn unsigned(length: usize) -> Plan {
    plan(&HeaderMap::new(), BodyCheck::Unsigned, None, Some(length as u64)).unwrap()
}

async fn read(acts: Vec<Act>, plan: Plan) -> Result<WholeBody, BodyError> {
    read_bounded(
        Script::new(acts),
        plan,
        100_000,
        &ReadBudget::new(BUDGET_BYTES),
        None,
    )
    .await
}

/// Checks what is read, or why it is refused.
#[track_caller]
fn check(read: Result<WholeBody, BodyError>, expected: Result<&[u8], BodyError>) {
    assert_eq!(
        read.as_ref().map(|read| &read.bytes[..]).map_err(|error| *error),
        expected
    );
}

#[tokio::test]
async fn a_body_in_any_number_of_pieces_is_one() {
    check(read(Vec::new(), unsigned(0)).await, Ok(b""));
    check(read(vec![send("hello")], unsigned(5)).await, Ok(b"hello"));
    check(
        read(vec![send("h"), send("el"), send("lo")], unsigned(5)).await,
        Ok(b"hello"),
    );
}

#[tokio::test]
async fn it_is_checked_like_every_body() {
    let signed = || {
        plan(
            &HeaderMap::new(),
            BodyCheck::Sha256(sha256(b"hello")),
            None,
            Some(5),
        )
        .unwrap()
    };
    check(read(vec![send("hello")], signed()).await, Ok(b"hello"));
    check(
        read(vec![send("hullo")], signed()).await,
        Err(BodyError::Sha256Mismatch),
    );
    check(
        read(vec![send("hell")], signed()).await,
        Err(BodyError::Incomplete),
    );
    check(
        read(vec![send("hello!")], signed()).await,
        Err(BodyError::TooLong),
    );
    check(
        read(vec![send("hello"), Act::Break], signed()).await,
        Err(BodyError::Broken),
    );
}

#[tokio::test]
async fn a_trailer_becomes_a_header_and_the_framing_goes() {
    let headers = headers(&[
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "5"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    ]);
    let check = BodyCheck::Streaming(StreamingPayload::UnsignedWithTrailer);
    let planned = || plan(&headers, check, None, Some(50)).unwrap();
    let acts = |checksum| {
        vec![
            send("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:"),
            send(checksum),
            send("\r\n\r\n"),
        ]
    };

    let whole = read(acts("NhCmhg=="), planned()).await.unwrap();
    assert_eq!(whole.bytes, "hello");
    let mut applied = headers.clone();
    whole.apply(&mut applied);
    let expected = super::headers(&[("content-length", "5"), ("x-amz-checksum-crc32", "NhCmhg==")]);
    assert_eq!(applied, expected);

    let name = "x-amz-checksum-crc32";
    let refused = read(acts("AAAAAA=="), planned()).await;
    assert_eq!(refused.unwrap_err(), BodyError::Checksum { name });
}

#[tokio::test]
async fn a_body_over_its_bound_is_refused_before_it_is_read() {
    let source = Script::new([Act::Break]);
    let performed = source.performed.clone();
    let refused = read_bounded(
        source,
        unsigned(100_001),
        100_000,
        &ReadBudget::new(BUDGET_BYTES),
        None,
    )
    .await;
    check(refused, Err(BodyError::TooLarge));
    assert_eq!(performed.load(std::sync::atomic::Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_takes_twenty_seconds_at_most() {
    let slowly = |seconds| vec![send("he"), Act::Wait(seconds), send("llo")];
    check(read(slowly(19), unsigned(5)).await, Ok(b"hello"));
    check(read(slowly(21), unsigned(5)).await, Err(BodyError::TooSlow));
}

#[tokio::test(start_paused = true)]
async fn large_bodies_share_a_budget_and_small_ones_need_none() {
    let budget = ReadBudget::new(256 * 1024);
    let [one, two] = ["111122223333", "444455556666"].map(|id| Some(AccountId::parse(id).unwrap()));
    let large = |holder| {
        let source = Script::cut(&[b'a'; 70_000], 10_000);
        read_bounded(source, unsigned(70_000), 100_000, &budget, holder)
    };
    let first = large(one).await.unwrap();
    check(large(one).await, Err(BodyError::NoRoom));
    let small = read_bounded(Script::new([send("hello")]), unsigned(5), 100_000, &budget, one).await;
    check(small, Ok(b"hello"));
    // What one account holds is nothing to others.
    let others = [large(two).await.unwrap(), large(None).await.unwrap()];
    check(large(None).await, Err(BodyError::NoRoom));
    drop((first, others));
    check(large(one).await, Ok(&[b'a'; 70_000]));

    let never = read_bounded(Script::new([]), unsigned(90_000), 100_000, &budget, one).await;
    check(never, Err(BodyError::TooLarge));
}

#[test]
fn a_body_is_not_printed() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let whole = runtime.block_on(read(vec![send("hello")], unsigned(5))).unwrap();
    assert_eq!(format!("{whole:?}"), "WholeBody { bytes: 5, .. }");
}
