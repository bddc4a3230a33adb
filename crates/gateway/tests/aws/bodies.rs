//! Bodies: streamed where nothing in them decides, bounded where something does, and never passed on wrong.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use lanyard_sigv4::PayloadHash;

use crate::stage::{OURS, ServiceRequest, Stage, allow};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:resize";

/// A body in pieces that says how many of them were taken.
struct Pieces {
    pieces: VecDeque<Bytes>,
    length: u64,
    taken: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Pieces {
    fn of(body: &[u8]) -> Self {
        Self {
            pieces: body.chunks(10_000).map(Bytes::copy_from_slice).collect(),
            length: body.len() as u64,
            taken: std::sync::Arc::default(),
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

fn invoke(body: Vec<u8>) -> ServiceRequest {
    ServiceRequest::new("lambda", "POST", "/2015-03-31/functions/resize/invocations").body(body)
}

#[tokio::test]
async fn a_payload_is_passed_on_as_it_is() {
    let stage = Stage::new().await;
    let carla = stage
        .user("carla", &allow("lambda:InvokeFunction", FUNCTION))
        .await;
    let payload = vec![b'x'; 300_000];
    for request in [invoke(payload.clone()), invoke(payload.clone()).declared()] {
        let (parts, _) = request.signed(&carla).into_parts();
        let sent = http::Request::from_parts(parts, Pieces::of(&payload));
        let (outcome, received) = stage.outcome(sent).await;
        assert_eq!(outcome, "200");
        assert_eq!(
            (received[0].is_whole, received[0].body.len()),
            (true, payload.len())
        );
        assert_eq!(
            received[0].target,
            "/2015-03-31/functions/resize/invocations?x-id=Invoke"
        );
    }
}

#[tokio::test]
async fn a_wrong_payload_never_arrives_whole() {
    let stage = Stage::new().await;
    let payload = vec![b'x'; 300_000];
    let mut wrong = payload.clone();
    wrong[299_999] = b'y';
    for request in [invoke(payload.clone()), invoke(payload.clone()).declared()] {
        let (parts, _) = request.signed(&stage.root).into_parts();
        let sent = http::Request::from_parts(parts, Pieces::of(&wrong));
        let (outcome, received) = stage.outcome(sent).await;
        assert!(outcome.contains("Signature"), "{outcome}");
        assert!(received.iter().all(|received| !received.is_whole));
    }
}

#[tokio::test]
async fn of_a_denied_request_with_a_declared_hash_no_payload_is_read() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("lambda:GetFunction", FUNCTION)).await;
    let payload = vec![b'x'; 300_000];
    let (parts, _) = invoke(payload.clone()).declared().signed(&carla).into_parts();
    let body = Pieces::of(&payload);
    let taken = std::sync::Arc::clone(&body.taken);
    let (outcome, received) = stage.outcome(http::Request::from_parts(parts, body)).await;
    assert_eq!(
        (outcome.as_str(), received.len()),
        ("403 AccessDeniedException", 0)
    );
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_that_is_larger_than_its_service_takes_is_not_read() {
    let stage = Stage::new().await;
    let (parts, _) = ServiceRequest::json("sns", "x", "")
        .header("content-encoding", "identity")
        .signed(&stage.root)
        .into_parts();
    let body = Pieces {
        pieces: VecDeque::new(),
        length: 40 << 20,
        taken: std::sync::Arc::default(),
    };
    let taken = std::sync::Arc::clone(&body.taken);
    let mut request = http::Request::from_parts(parts, body);
    *request.headers_mut() = ServiceRequest::form("sns", "")
        .payload(PayloadHash::Sha256([7; 32]))
        .signed(&stage.root)
        .headers()
        .clone();
    let (outcome, received) = stage.outcome(request).await;
    assert!(outcome.starts_with("413 "), "{outcome}");
    assert!(received.is_empty());
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 0);
}

/// A body of which nothing comes. It says when it is waited for.
struct Stuck(u64, std::sync::Arc<tokio::sync::Notify>);

impl Body for Stuck {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.1.notify_one();
        Poll::Pending
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

#[tokio::test]
async fn whoever_knows_the_id_of_a_key_takes_no_room_from_those_who_have_the_key() {
    let stage = Stage::new().await;
    let mut stranger = stage.root.clone();
    stranger.secret = "wrong".repeat(8);
    let waited_for = std::sync::Arc::new(tokio::sync::Notify::new());
    let mut strangers = Vec::new();
    for _ in 0..2 {
        let (parts, _) = ServiceRequest::form("sns", "").signed(&stranger).into_parts();
        let body = Stuck(8 << 20, std::sync::Arc::clone(&waited_for));
        let request = http::Request::from_parts(parts, body);
        let gateway = std::sync::Arc::clone(&stage.gateway);
        strangers.push(tokio::spawn(async move {
            gateway.handle_service("sns", request, crate::stage::peer()).await
        }));
        waited_for.notified().await;
    }
    let publish = format!(
        "Action=Publish&Version=2010-03-31&TopicArn=arn:aws:sns:eu-west-1:{OURS}:t&Message={}",
        "m".repeat(200_000)
    );
    let publish = ServiceRequest::form("sns", &publish)
        .declared()
        .signed(&stage.root);
    let reply = tokio::time::timeout(std::time::Duration::from_secs(3), stage.send(publish)).await;
    assert_eq!(reply.unwrap().short(), "200");
    strangers.iter().for_each(tokio::task::JoinHandle::abort);
}
