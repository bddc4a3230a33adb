//! Bodies from a script, and what becomes of them.

mod chunked;
mod plain;
mod plans;
mod timed;
mod whole;
mod wire;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use lanyard_sigv4::{
    ChunkSigner, ChunkVerifier, Head, PayloadHash, ServiceRules, SignedRequest, Signer, SigningKey,
    StreamingPayload,
};

use super::{BodyError, CheckedBody, Plan};

/// How long the tests' clients may send nothing.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// What a scripted client does next.
#[derive(Clone, Debug)]
enum Act {
    Send(Bytes),
    /// Sends nothing for some seconds.
    Wait(u64),
    Break,
}

/// A client's body that follows a script.
struct Script {
    acts: VecDeque<Act>,
    waiting: Option<Pin<Box<tokio::time::Sleep>>>,
    /// How many acts were performed, for whoever watches.
    performed: Arc<AtomicUsize>,
}

impl Script {
    fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self {
            acts: acts.into_iter().collect(),
            waiting: None,
            performed: Arc::default(),
        }
    }

    /// A body in pieces of at most `cut` bytes.
    fn cut(body: &[u8], cut: usize) -> Self {
        Self::new(
            body.chunks(cut)
                .map(|piece| Act::Send(Bytes::copy_from_slice(piece))),
        )
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        loop {
            if let Some(wait) = &mut self.waiting {
                std::task::ready!(wait.as_mut().poll(context));
                self.waiting = None;
            }
            self.performed.fetch_add(1, Ordering::Relaxed);
            match self.acts.pop_front() {
                None => return Poll::Ready(None),
                Some(Act::Send(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Act::Break) => {
                    return Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())));
                }
                Some(Act::Wait(seconds)) => {
                    self.waiting = Some(Box::pin(tokio::time::sleep(Duration::from_secs(seconds))));
                }
            }
        }
    }
}

fn send(text: &'static str) -> Act {
    Act::Send(Bytes::from_static(text.as_bytes()))
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::try_from(*value).unwrap(),
            )
        })
        .collect()
}

/// What an upstream gets: what it could read, and how that ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The upstream never hears of the request.
    Refused(BodyError),
    /// The body ends early.
    Failed {
        sent: Vec<u8>,
        error: BodyError,
    },
    Whole(Vec<u8>),
}

/// Sends a body through the checks as far as it goes. Checks on the way that it says how long it is, that it never
/// says more after its failure, and that it never gives its last byte before it is checked.
async fn stream(source: Script, plan: Plan) -> Outcome {
    let length = plan.content_length;
    let mut body = match CheckedBody::open(source, plan, IDLE_MAX).await {
        Err(error) => return Outcome::Refused(error),
        Ok(body) => body,
    };
    let failure = body.failure();
    let mut sent = Vec::new();
    loop {
        assert_eq!(body.size_hint().exact(), Some(length - sent.len() as u64));
        match body.frame().await {
            Some(Ok(frame)) => sent.extend_from_slice(&frame.into_data().unwrap()),
            Some(Err(error)) => {
                assert_eq!(failure.reason(), Some(error));
                assert_eq!(body.frame().await.unwrap().unwrap_err(), error);
                assert!(!body.is_end_stream() && (sent.len() as u64) < length);
                return Outcome::Failed { sent, error };
            }
            None => {
                assert!(body.is_end_stream() && sent.len() as u64 == length);
                assert_eq!(failure.reason(), None);
                return Outcome::Whole(sent);
            }
        }
    }
}

/// Both ends of a request whose body is signed in chunks.
fn signed_request(kind: StreamingPayload) -> (ChunkSigner, ChunkVerifier) {
    let key = SigningKey::derive("a secret", "20261122", "us-east-1", "s3");
    let mut headers = headers(&[("host", "s3.example.com")]);
    let signer = Signer {
        access_key_id: "AKIAEXAMPLE",
        key: &key,
        session_token: None,
        region: "us-east-1",
        service: "s3",
        time: "2026-11-22T11:00:00Z".parse().unwrap(),
        rules: &ServiceRules::s3(),
    };
    signer
        .sign(
            &Method::PUT,
            "/bucket/key",
            None,
            &mut headers,
            PayloadHash::Streaming(kind),
        )
        .unwrap();
    let head = Head {
        method: &Method::PUT,
        path: "/bucket/key",
        query: None,
        headers: &headers,
    };
    let signed = SignedRequest::parse(&head).unwrap().unwrap();
    (
        signed.chunk_signer(&key).unwrap(),
        signed.chunk_verifier(&key).unwrap(),
    )
}

/// A body that is printed is long; what is wrong with it is not.
fn assert_whole(outcome: Outcome, expected: &[u8]) {
    match outcome {
        Outcome::Whole(sent) => assert!(sent == expected, "{} bytes, not the same", sent.len()),
        Outcome::Refused(error) => panic!("refused: {error}"),
        Outcome::Failed { sent, error } => panic!("failed after {} bytes: {error}", sent.len()),
    }
}
