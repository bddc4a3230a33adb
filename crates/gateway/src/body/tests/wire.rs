//! What an upstream sees on its connection when the HTTP client sends a checked body.

use std::collections::VecDeque;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, Request};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use lanyard_sigv4::{BodyCheck, sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::{Act, IDLE_MAX, Script};
use crate::body::{BodyError, CheckedBody, plan};

const LENGTH: usize = 100_000;

/// Sends a body that is announced as 100,000 times `a`, and gives what the upstream saw of it before it answered or
/// the connection ended, and why the body failed.
async fn seen(acts: VecDeque<Act>) -> (Vec<u8>, Option<BodyError>) {
    let check = BodyCheck::Sha256(sha256(&[b'a'; LENGTH]));
    let plan = plan(&HeaderMap::new(), check, None, Some(LENGTH as u64)).unwrap();
    let body = CheckedBody::open(Script::new(acts), plan, IDLE_MAX)
        .await
        .unwrap();
    let failure = body.failure();
    let request = Request::put("/bucket/key")
        .header(HOST, "upstream")
        .header(CONTENT_LENGTH, LENGTH);
    let request = request.body(body).unwrap();

    let (near, mut far) = duplex(2 * LENGTH);
    let (mut sender, connection) = handshake(TokioIo::new(near)).await.unwrap();
    let upstream = async {
        let mut seen = Vec::new();
        while far.read_buf(&mut seen).await.unwrap() > 0 {
            let head = seen.windows(4).position(|end| end == b"\r\n\r\n");
            if head.is_some_and(|head| seen.len() - head - 4 == LENGTH) {
                far.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                    .await
                    .unwrap();
            }
        }
        seen
    };
    let (answered, _ended, seen) = tokio::join!(sender.send_request(request), connection, upstream);
    assert_eq!(answered.is_ok(), failure.reason().is_none());
    // A body that fails at once may not even have let the head out.
    let head = seen.windows(4).position(|end| end == b"\r\n\r\n");
    let body = head.map_or(&[][..], |head| &seen[head + 4..]);
    (body.to_vec(), failure.reason())
}

fn pieces() -> VecDeque<Act> {
    vec![Act::Send(Bytes::from_static(&[b'a'; LENGTH / 10])); 10].into()
}

#[tokio::test]
async fn an_upstream_sees_a_right_body_whole() {
    let (seen, failure) = seen(pieces()).await;
    assert_eq!((seen.len(), failure), (LENGTH, None));
}

#[tokio::test(start_paused = true)]
async fn an_upstream_sees_a_wrong_body_break_off_before_its_end() {
    let (mut other, mut short, mut stalled) = (pieces(), pieces(), pieces());
    other[3] = Act::Send(Bytes::from_static(&[b'b'; LENGTH / 10]));
    short.pop_back();
    stalled.insert(9, Act::Wait(31));
    for (acts, error) in [
        (other, BodyError::Sha256Mismatch),
        (short, BodyError::Incomplete),
        (stalled, BodyError::TooSlow),
    ] {
        let (seen, failure) = seen(acts).await;
        assert_eq!(failure, Some(error));
        assert!(seen.len() < LENGTH, "{} bytes", seen.len());
    }
}
