//! Bodies in the framing `aws-chunked`, which lets a client sign while it sends.
//!
//! The body is a row of chunks, each with its length and, if the client signs them, with a signature that
//! continues the one before; the first continues the signature of the head. A chunk of length zero ends them; after
//! it, trailing headers may come with a checksum and a signature of their own.
//!
//! [`ChunkedReader`] takes the framing off and checks it while the body streams; [`ChunkedWriter`] puts on the one
//! that is not signed; [`ChunkSigner`] signs as clients do.
//!
//! Invariants: memory is bounded by one header line and 16 KiB of trailer, whatever lengths are announced; each
//! byte is looked at once; the reader copies no data. A chunk's data is given out before its signature has been
//! checked, so whoever passes it on has to keep back the end until [`ChunkedReader::finish`] agrees.
//!
//! Deliberately absent: the checksums in trailers, and which trailers the head announced.
//!
//! Evidence: the S3 API reference's pages on signatures of chunked uploads, without and with trailing headers.

mod chain;
mod reader;
mod trailer;
mod writer;

pub use chain::{ChunkSigner, ChunkVerifier};
pub use reader::{ChunkedReader, Piece};
pub use trailer::Trailer;
pub use writer::ChunkedWriter;

/// Why a body in chunks is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkedError {
    /// The line before a chunk is not a length, with a signature where there has to be one; or what should end a
    /// chunk does not.
    #[error("the framing of a chunk is malformed")]
    Malformed,
    /// The chunks hold more than was announced.
    #[error("the chunks hold more than announced")]
    TooLong,
    /// The chunks hold less than was announced.
    #[error("the chunks hold less than announced")]
    TooShort,
    /// A chunk does not have the signature that stands before it.
    #[error("the signature of a chunk is wrong")]
    ChunkSignature,
    /// The trailer is not a list of headers, is longer than 16 KiB, or lacks its signature.
    #[error("the trailer is malformed")]
    MalformedTrailer,
    /// The trailer does not have the signature that ends it.
    #[error("the signature of the trailer is wrong")]
    TrailerSignature,
    /// The body ends before its last chunk or within its trailer.
    #[error("the body ends too early")]
    Truncated,
    /// Something follows the end.
    #[error("something follows the end of the body")]
    AfterEnd,
}
