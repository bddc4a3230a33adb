//! Bodies of clients on their way to the upstream: checked while they stream, re-framed, bounded.
//!
//! Steps: [`plan`] reads from the head how the body comes and what goes on; [`CheckedBody::open`] reads ahead, so
//! that a small wrong body is refused before the upstream hears of the request; the rest is checked while it
//! streams. [`read_bounded`] does the same for bodies that must be read whole.
//!
//! Invariant: an upstream never gets the last byte of a body that is not wholly checked. On a mismatch, a
//! truncation or a stall the stream ends with an error, which aborts the upstream's request; [`Failure`] then tells
//! why, since an HTTP client only says that "the body" failed.
#![allow(dead_code, clippy::todo, clippy::needless_pass_by_value, reason = "signatures first: filled in next")]

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use lanyard_sigv4::{BodyCheck, PayloadHash};

/// Why a body is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// S3's `XAmzContentSHA256Mismatch`.
    #[error("the body is not the one whose hash was signed")]
    Sha256Mismatch,
    /// S3's `SignatureDoesNotMatch`.
    #[error("the signature of a chunk or of the trailer is wrong")]
    ChunkSignature,
    /// S3's `InvalidRequest`/`MalformedTrailerError`.
    #[error("the body is not in the chunks that it is declared to be in")]
    MalformedChunk,
    /// S3's `IncompleteBody`.
    #[error("the body is shorter than announced")]
    Incomplete,
    /// S3's `IncompleteBody`.
    #[error("the body is longer than announced")]
    TooLong,
    /// S3's `EntityTooLarge`/`MaxMessageLengthExceeded`: a body that is read whole is over its bound.
    #[error("the body is larger than the operation takes")]
    TooLarge,
    /// S3's `RequestTimeout`.
    #[error("the body stalled")]
    TooSlow,
    /// S3's `BadDigest`; the header that announced the checksum.
    #[error("the body does not have the checksum that {name} says")]
    Checksum {
        /// `x-amz-checksum-crc32` and so on.
        name: &'static str,
    },
    /// S3's `InvalidRequest`: `x-amz-trailer` is missing, or what came is not what it announced.
    #[error("the trailer is not the announced one")]
    Trailer,
    /// S3's `MissingContentLength`.
    #[error("the length of the body is not announced")]
    MissingLength,
    /// S3's `SlowDown`/`ServiceUnavailable`: bodies that are read whole hold all the memory they may.
    #[error("no room for the body now")]
    NoRoom,
    /// The client's connection ended or its framing was wrong; nobody is left to answer.
    #[error("the client's connection broke")]
    Broken,
}

/// What the head says about a body, and what the upstream is told about it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How many bytes go upstream.
    pub(crate) content_length: u64,
    /// What the upstream's request declares in `x-amz-content-sha256`.
    pub(crate) payload: PayloadHash,
}

impl Plan {
    /// Makes the headers of the upstream's request fit the body: `content-length`, `content-encoding`,
    /// `x-amz-decoded-content-length`, `x-amz-trailer`. (`x-amz-content-sha256` is the signer's.)
    pub(crate) fn apply(&self, _headers: &mut HeaderMap) {
        todo!()
    }
}

/// Reads from the client's headers how its body comes. `length` is the body's own `size_hint().exact()`;
/// `chunks` comes from `SignedRequest::chunk_verifier`, for bodies that are signed in chunks.
pub(crate) fn plan(
    _headers: &HeaderMap,
    _check: BodyCheck,
    _chunks: Option<lanyard_sigv4::ChunkVerifier>,
    _length: Option<u64>,
) -> Result<Plan, BodyError> {
    todo!()
}

/// What is checked on the body of a request that nobody signed.
pub(crate) fn anonymous_check(_headers: &HeaderMap) -> Result<BodyCheck, BodyError> {
    todo!()
}

/// Why a streamed body failed; empty as long as it did not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure(Arc<OnceLock<BodyError>>);

impl Failure {
    /// The reason, if the body failed.
    pub(crate) fn reason(&self) -> Option<&BodyError> {
        self.0.get()
    }
}

/// A client's body that is checked while the upstream reads it.
pub(crate) struct CheckedBody<B> {
    source: B,
}

impl<B> CheckedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    /// Reads ahead: a body of at most 16 KiB whole, of a longer one the first piece. Nothing may be sent upstream
    /// before this. `idle_max`: how long the client may send nothing.
    pub(crate) async fn open(_source: B, _plan: Plan, _idle_max: Duration) -> Result<Self, BodyError> {
        todo!()
    }

    /// To learn afterwards why the body failed.
    pub(crate) fn failure(&self) -> Failure {
        todo!()
    }
}

impl<B> Body for CheckedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        todo!()
    }

    fn size_hint(&self) -> SizeHint {
        todo!()
    }
}

/// What all bodies that are read whole may hold together.
#[derive(Clone, Debug)]
pub(crate) struct ReadBudget;

impl ReadBudget {
    /// A budget of so many bytes.
    pub(crate) fn new(_bytes: usize) -> Self {
        todo!()
    }
}

/// A body that was read and checked whole; its room in the budget is held until this is dropped.
pub(crate) struct WholeBody {
    /// The decoded body.
    pub(crate) bytes: Bytes,
}

/// Reads a body whole, with all its checks. The operation's bound is `bytes_max`.
pub(crate) async fn read_bounded<B>(
    _source: B,
    _plan: Plan,
    _bytes_max: usize,
    _idle_max: Duration,
    _budget: &ReadBudget,
) -> Result<WholeBody, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    todo!()
}

/// An upstream's answer, or any body, that may not stall for longer than `idle_max`.
pub(crate) struct TimedBody<B> {
    source: B,
}

impl<B> TimedBody<B> {
    pub(crate) fn new(source: B, _idle_max: Duration) -> Self {
        Self { source }
    }
}
