//! Bodies in signed chunks, through the whole gateway: what the store gets, and what it never gets.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use lanyard_sigv4::{ChunkSigner, Head, PayloadHash, SignedRequest, SigningKey, StreamingPayload};
use lanyard_testkit::{Credentials, S3Request};

use crate::stage::{OURS, Stage};

/// A signed PUT of these chunks, whose bytes as they are sent `change` may tamper with.
fn put(who: &Credentials, chunks: &[Bytes], change: impl FnOnce(&mut Vec<u8>)) -> Request<Full<Bytes>> {
    let length: usize = chunks.iter().map(Bytes::len).sum();
    let request = S3Request::new("PUT", "/reports/a")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-decoded-content-length", &length.to_string())
        .payload(PayloadHash::Streaming(StreamingPayload::Signed))
        .signed(who);
    let mut signer = signer(&request, who);
    let mut sent = Vec::new();
    for data in chunks.iter().map(|chunk| &chunk[..]).chain([&b""[..]]) {
        sent.extend_from_slice(signer.chunk_header(data).as_bytes());
        sent.extend_from_slice(data);
        sent.extend_from_slice(b"\r\n");
    }
    change(&mut sent);
    request.map(|_| Full::new(Bytes::from(sent)))
}

fn signer(request: &Request<Full<Bytes>>, who: &Credentials) -> ChunkSigner {
    let head = Head {
        method: request.method(),
        path: request.uri().path(),
        query: request.uri().query(),
        headers: request.headers(),
    };
    let signed = SignedRequest::parse(&head).unwrap().unwrap();
    let key = SigningKey::derive(&who.secret, signed.date(), signed.region(), signed.service());
    signed.chunk_signer(&key).unwrap()
}

fn chunks() -> Vec<Bytes> {
    vec![
        Bytes::from(vec![b'a'; 65_536]),
        Bytes::from(vec![b'b'; 65_536]),
        Bytes::from(vec![b'c'; 100]),
    ]
}

#[tokio::test]
async fn chunks_arrive_as_one_body() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let (got, received) = stage.outcome(put(&stage.root, &chunks(), |_| {})).await;
    assert_eq!(got, "200");
    let received = &received[0];
    assert!(received.is_whole && received.body == chunks().concat());
    assert_eq!(received.header("content-length"), "131172");
    assert_eq!(received.header("content-encoding"), "");
    assert_eq!(received.header("x-amz-decoded-content-length"), "");
}

#[tokio::test]
async fn a_stream_that_is_changed_or_cut_anywhere_never_becomes_an_object() {
    let changes: [fn(&mut Vec<u8>); 4] = [
        |sent| sent[200] ^= 1,
        |sent| sent[100_000] ^= 1,
        |sent| {
            let at = sent.len() - 100;
            sent[at] ^= 1;
        },
        |sent| sent.truncate(100_000),
    ];
    for change in changes {
        let stage = Stage::new().await;
        stage.bucket("reports", OURS).await;
        let reply = stage.send(put(&stage.root, &chunks(), change)).await;
        let short = reply.short();
        assert!(
            ["403 SignatureDoesNotMatch", "400 IncompleteBody"].contains(&short.as_str()),
            "{short}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(
            stage
                .upstream
                .take_received()
                .iter()
                .all(|received| !received.is_whole)
        );
    }
}
