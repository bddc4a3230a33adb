//! Bodies of clients on their way to the upstream: checked while they stream, re-framed, bounded.
//!
//! Steps: [`plan()`] reads from the head how the body comes and what goes on; [`CheckedBody::open`] reads ahead, so
//! that a small wrong body is refused before the upstream hears of the request; the rest is checked while it
//! streams. [`read_bounded`] does the same for bodies that must be read whole. [`TimedBody`] is for the way back.
//!
//! Invariant: an upstream never gets the last byte of a body that is not wholly checked. On a mismatch, a
//! truncation or a stall the stream ends with an error, which aborts the upstream's request;
//! [`CheckedBody::failure`] then tells why, since an HTTP client only says that "the body" failed.
//!
//! Frames are passed on as they came, without a copy; only the beginning of a small body is put together.
//!
//! Deliberately absent: how fast a body has to come (only that it goes on), and how large a streamed one may be,
//! which is the upstream's to say.

mod checker;
mod checksum;
mod digests;
mod idle;
mod plan;
mod relocated;
mod stream;
#[cfg(test)]
mod tests;
mod whole;

pub(crate) use digests::{ChecksumsOf, Digests};
pub(crate) use idle::TimedBody;
pub(crate) use plan::{Plan, anonymous_check, plan};
pub(crate) use relocated::{Relocated, RelocationError};
pub(crate) use stream::{CheckedBody, LastWord};
pub(crate) use whole::{ReadBudget, WholeBody, read_bounded};

use lanyard_sigv4::ChunkedError;

/// Why a body is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// It does not have the hash that was signed.
    #[error("the body is not the one whose hash was signed")]
    Sha256Mismatch,
    /// A chunk or the trailer does not have its signature.
    #[error("the signature of a chunk or of the trailer is wrong")]
    ChunkSignature,
    /// It is not in the framing that it is declared to be in, or is declared in two ways.
    #[error("the body is not in the framing that it is declared to be in")]
    MalformedChunk,
    /// It is shorter than announced.
    #[error("the body is shorter than announced")]
    Incomplete,
    /// It is longer than announced.
    #[error("the body is longer than announced")]
    TooLong,
    /// It has to be read whole, and is over the operation's bound.
    #[error("the body is larger than the operation takes")]
    TooLarge,
    /// The client stopped sending, or sent a body that has to be read whole too slowly.
    #[error("the body stalled")]
    TooSlow,
    /// It does not have the checksum that a header or its trailer says.
    #[error("the body does not have the checksum that {name} says")]
    Checksum {
        /// `x-amz-checksum-crc32` and so on.
        name: &'static str,
    },
    /// A header has no checksum in it, or there are two of it.
    #[error("the value of {name} is no checksum")]
    MalformedChecksum {
        /// `content-md5`, `x-amz-checksum-crc32` and so on.
        name: &'static str,
    },
    /// A header has a checksum that is not computed here.
    #[error("{name} is not computed here")]
    UnknownChecksum {
        /// `x-amz-checksum-xxhash64` and so on.
        name: &'static str,
    },
    /// The bucket that it was for has got another owner, or none, while it came.
    #[error("the bucket is not the one any more that was decided on")]
    BucketChanged,
    /// `x-amz-trailer` is missing or names no known checksum, or what came is not what it announced.
    #[error("the trailer is not the announced one")]
    Trailer,
    /// Neither `Content-Length` nor `x-amz-decoded-content-length` says how long it is.
    #[error("the length of the body is not announced")]
    MissingLength,
    /// It has to be read whole, and others hold all the memory there is for that.
    #[error("no room for the body now")]
    NoRoom,
    /// The connection ended, or its framing was wrong: nobody is left to answer.
    #[error("the connection broke")]
    Broken,
}

impl From<ChunkedError> for BodyError {
    fn from(error: ChunkedError) -> Self {
        match error {
            ChunkedError::ChunkSignature | ChunkedError::TrailerSignature => Self::ChunkSignature,
            ChunkedError::Malformed => Self::MalformedChunk,
            ChunkedError::MalformedTrailer => Self::Trailer,
            ChunkedError::TooLong | ChunkedError::AfterEnd => Self::TooLong,
            ChunkedError::TooShort | ChunkedError::Truncated => Self::Incomplete,
        }
    }
}
