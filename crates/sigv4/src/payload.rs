//! The body's part in a signature.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::AuthError;
use crate::encoding::{hex, parse_hex};

/// What a request declares about its body in `x-amz-content-sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadHash {
    /// Nothing.
    Undeclared,
    /// The SHA-256 of the body.
    Sha256([u8; 32]),
    /// The body is not signed.
    Unsigned,
    /// The body comes in chunks.
    Streaming(StreamingPayload),
    /// Something else, which no service takes.
    Invalid,
}

/// The ways in which a body can come in chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamingPayload {
    /// Each chunk is signed.
    Signed,
    /// Each chunk is signed, and so are trailing headers.
    SignedWithTrailer,
    /// The chunks are not signed; a trailing header has a checksum.
    UnsignedWithTrailer,
}

impl PayloadHash {
    /// Reads the value of the header.
    pub fn parse(value: &str) -> Self {
        match value {
            "UNSIGNED-PAYLOAD" => Self::Unsigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Self::Streaming(StreamingPayload::Signed),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => {
                Self::Streaming(StreamingPayload::SignedWithTrailer)
            }
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Self::Streaming(StreamingPayload::UnsignedWithTrailer),
            _ => parse_hex(value).map_or(Self::Invalid, Self::Sha256),
        }
    }

    /// Calls `use_text` with the text that stands for the body in the canonical request, if there is one.
    pub(crate) fn with_text<T>(self, use_text: impl FnOnce(&str) -> T) -> Option<T> {
        let hexadecimal;
        let text = match self {
            Self::Sha256(hash) => {
                hexadecimal = hex(&hash);
                str::from_utf8(&hexadecimal).unwrap_or_default()
            }
            Self::Unsigned => "UNSIGNED-PAYLOAD",
            Self::Streaming(StreamingPayload::Signed) => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Self::Streaming(StreamingPayload::SignedWithTrailer) => {
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
            }
            Self::Streaming(StreamingPayload::UnsignedWithTrailer) => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Self::Undeclared | Self::Invalid => return None,
        };
        Some(use_text(text))
    }
}

/// What still has to be checked on the body of a request whose head is verified.
#[must_use = "the body is not verified yet"]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyCheck {
    /// The body has to have this hash.
    Sha256([u8; 32]),
    /// Nothing: the client chose not to sign the body.
    Unsigned,
    /// The chunks have to be checked while they are read.
    Streaming(StreamingPayload),
}

impl BodyCheck {
    /// Checks a whole body by its hash. A body in chunks cannot be checked this way and is refused.
    pub fn check(self, body_sha256: &[u8; 32]) -> Result<(), AuthError> {
        match self {
            Self::Sha256(expected) if bool::from(expected.ct_eq(body_sha256)) => Ok(()),
            Self::Unsigned => Ok(()),
            // Fails closed: chunks are for those who read them.
            Self::Sha256(_) | Self::Streaming(_) => Err(AuthError::PayloadHashMismatch),
        }
    }
}

/// Computes the hash of a body while it is read.
#[derive(Clone, Default)]
pub struct BodyHasher(Sha256);

impl BodyHasher {
    /// Begins with an empty body.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash of all pieces.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The hash of a whole body.
pub fn sha256(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}
