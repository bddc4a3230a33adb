//! AWS Signature Version 4: verifying and making signatures, in the `Authorization` header and in the query.
//!
//! Pure: the key, the time and the body's hash are arguments. One request goes through these steps, and each
//! may end it:
//!
//! 1. [`SignedRequest::parse`] reads the claim out of the head. It is cheap and needs no key and no body.
//! 2. [`SignedRequest::check_time`] and [`SignedRequest::check_scope`], before anything is looked up.
//! 3. The caller finds the key for [`SignedRequest::access_key_id`] and derives a [`SigningKey`].
//! 4. [`SignedRequest::verify`] with the hash of the body ([`BodyHasher`]); or
//!    [`SignedRequest::verify_head`] before the body is read, where the client has signed a declared hash.
//! 5. A body that is signed in chunks goes through a [`ChunkedReader`].
//!
//! The form of a browser, which has fields instead of headers, is a [`SignedForm`].
//!
//! What is ambiguous is refused, not interpreted: anything given twice, credentials in two places, names out
//! of order. Invariant: what a verified request says is what was signed. So whoever reads the query must
//! decode it as this crate does (`+` is a space), and whoever routes by path must use the path as it stands.
//!
//! Order and texts of the errors follow AWS. Evidence: probes of AWS endpoints recorded in the open-source
//! servers dynalite and scratchstack, and probes against STS of July 2026.
//!
//! Deliberately absent: which keys exist, which services there are, SigV2 and SigV4A, and the wire form of
//! errors.

mod authorization;
mod canonical;
mod chunked;
mod credential;
mod encoding;
mod error;
mod headers;
mod key;
mod payload;
mod post_form;
mod presigned;
mod request;
mod rules;
mod sign;
mod time;
mod verify;

pub use chunked::{ChunkSigner, ChunkVerifier, ChunkedError, ChunkedReader, ChunkedWriter, Piece, Trailer};
pub use error::AuthError;
pub use key::SigningKey;
pub use payload::{BodyCheck, BodyHasher, PayloadHash, StreamingPayload, sha256};
pub use post_form::SignedForm;
pub use request::{Form, SignedRequest};
pub use rules::{PayloadRule, ServiceRules, SessionTokenRule};
pub use sign::{SignError, Signer};
pub use time::RequestTime;

/// The head of a request as it came over the wire.
///
/// Over HTTP/2, the server has to put `:authority` into `headers` as `host`.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The method.
    pub method: &'a http::Method,
    /// The path, not decoded.
    pub path: &'a str,
    /// What follows the question mark, not decoded.
    pub query: Option<&'a str>,
    /// All headers.
    pub headers: &'a http::HeaderMap,
}
