//! Bodies: what is sent on, and that a wrong one never becomes an object.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use lanyard_sigv4::{PayloadHash, sha256};
use lanyard_testkit::{S3Request, eventually};

use crate::stage::{OURS, Stage, THEIRS, allow};

/// A body that comes in pieces and counts how often it was asked.
struct Pieces {
    pieces: std::vec::IntoIter<Bytes>,
    announced: u64,
    polls: Arc<AtomicUsize>,
    /// Whether nothing comes after the pieces, not even an end.
    stalls: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polls.fetch_add(1, Ordering::SeqCst);
        match self.pieces.next() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.stalls => Poll::Pending,
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

fn pieces(
    request: Request<http_body_util::Full<Bytes>>,
    sent: &[u8],
    stalls: bool,
) -> (Request<Pieces>, Arc<AtomicUsize>) {
    let polls = Arc::new(AtomicUsize::new(0));
    let chunks: Vec<_> = sent.chunks(10_000).map(Bytes::copy_from_slice).collect();
    let request = request.map(|whole| Pieces {
        pieces: chunks.into_iter(),
        announced: whole.size_hint().exact().unwrap(),
        polls: Arc::clone(&polls),
        stalls,
    });
    (request, polls)
}

const LARGE: usize = 100_000;

#[tokio::test]
async fn bodies_arrive_as_they_were_sent() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    for length in [0, 1, 16_384, LARGE] {
        let body: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        for payload in [PayloadHash::Sha256(sha256(&body)), PayloadHash::Unsigned] {
            let put = S3Request::new("PUT", "/reports/a")
                .body(body.clone())
                .payload(payload);
            let (got, received) = stage.outcome(put.signed(&stage.root)).await;
            assert_eq!(got, "200");
            assert!(received[0].is_whole && received[0].body == body);
            assert_eq!(received[0].header("content-length"), length.to_string());
        }
    }
}

#[tokio::test]
async fn a_wrong_body_never_reaches_the_store_whole() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    for length in [0, 10, LARGE] {
        let put = S3Request::new("PUT", "/reports/a")
            .body(vec![1; length])
            .payload(PayloadHash::Sha256([7; 32]));
        let reply = stage.send(put.signed(&stage.root)).await;
        assert_eq!(reply.short(), "400 XAmzContentSHA256Mismatch", "{length}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        for received in stage.upstream.take_received() {
            assert!(!received.is_whole && received.body.len() < length, "{length}");
        }
    }
}

#[tokio::test]
async fn a_body_that_ends_early_or_stalls_is_broken_off() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let put = S3Request::new("PUT", "/reports/a")
        .body(vec![1; LARGE])
        .payload(PayloadHash::Unsigned);
    for (stalls, outcome) in [(false, "400 IncompleteBody"), (true, "400 RequestTimeout")] {
        let (request, _) = pieces(put.signed(&stage.root), &vec![1; LARGE - 1], stalls);
        assert_eq!(stage.send(request).await.short(), outcome);
        eventually(Duration::from_secs(2), || stage.upstream.open_connections() == 0).await;
        assert!(
            stage
                .upstream
                .take_received()
                .iter()
                .all(|received| !received.is_whole)
        );
    }
}

#[tokio::test]
async fn the_body_of_a_denied_request_is_not_asked_for() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage.user("carla", &allow("s3:GetObject", "*")).await;
    let put = S3Request::new("PUT", "/reports/a").body(vec![1; LARGE]);
    let (request, polls) = pieces(put.signed(&carla), &[1; LARGE], false);
    assert_eq!(stage.send(request).await.short(), "403 AccessDenied");
    assert_eq!(polls.load(Ordering::SeqCst), 0);
    let (request, polls) = pieces(put.anonymous(), &[1; LARGE], false);
    assert_eq!(stage.send(request).await.short(), "403 AccessDenied");
    assert_eq!(polls.load(Ordering::SeqCst), 0);
    let batch = S3Request::new("POST", "/reports?delete").body(vec![1; LARGE]);
    let (request, polls) = pieces(batch.anonymous(), &[1; LARGE], false);
    assert_eq!(stage.send(request).await.short(), "403 AccessDenied");
    assert_eq!(polls.load(Ordering::SeqCst), 0);
    assert!(stage.upstream.take_received().is_empty());
}

/// A body in two halves, between which something happens.
struct Halves {
    halves: tokio::sync::mpsc::Receiver<Bytes>,
    announced: u64,
}

impl Body for Halves {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.halves
            .poll_recv(context)
            .map(|half| half.map(|half| Ok(Frame::data(half))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

/// What becomes of an upload while whose body comes the bucket is given away; `is_large`: the store hears of it early.
async fn check_given_away(is_large: bool, to: Option<&str>) {
    let stage = Stage::new().await;
    let claim = stage.bucket("reports", OURS).await;
    let half = if is_large { LARGE } else { 10 };
    let put = S3Request::new("PUT", "/reports/a")
        .body(vec![1; 2 * half])
        .payload(PayloadHash::Unsigned)
        .signed(&stage.root);
    let (sender, halves) = tokio::sync::mpsc::channel(2);
    let request = put.map(|_| Halves {
        halves,
        announced: 2 * half as u64,
    });
    let gives_away = async {
        sender.send(vec![1; half].into()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stage
            .world
            .directory()
            .release_bucket(&claim, Vec::new())
            .await
            .unwrap();
        if let Some(account) = to {
            stage.bucket("reports", account).await;
        }
        sender.send(vec![1; half].into()).await.unwrap();
        drop(sender);
    };
    let (reply, ()) = tokio::join!(stage.send(request), gives_away);
    assert_eq!(reply.short(), "404 NoSuchBucket");
    let received = stage.upstream.take_received();
    assert!(received.iter().all(|received| !received.is_whole));
}

#[tokio::test]
async fn a_body_does_not_arrive_in_a_bucket_that_was_given_away_meanwhile() {
    for is_large in [false, true] {
        check_given_away(is_large, Some(THEIRS)).await;
        check_given_away(is_large, None).await;
        // The same name again is another bucket.
        check_given_away(is_large, Some(OURS)).await;
    }
}

#[tokio::test]
async fn strangers_are_read_only_where_something_is_open_to_everybody() {
    let stage = Stage::new().await;
    let claim = stage.bucket("reports", OURS).await;
    let policy = |principal: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},
            "Action":"s3:DeleteObject","Resource":"arn:aws:s3:::reports/*"}}}}"#
        )
    };
    let batch =
        S3Request::new("POST", "/reports?delete").body("<Delete><Object><Key>a</Key></Object></Delete>");
    for (principal, is_read) in [(r#"{"AWS":"444455556666"}"#, false), (r#""*""#, true)] {
        stage.bucket_policy(&claim, &policy(principal), None).await;
        let (request, polls) = pieces(batch.anonymous(), &batch.body, false);
        stage.send(request).await;
        assert_eq!(polls.load(Ordering::SeqCst) > 0, is_read, "{principal}");
    }
}
