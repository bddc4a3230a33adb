//! Proofs of possession: a client shows with each request for tokens that it holds a private key.
//!
//! RFC 9449 as far as the client needs it: ES256 alone, the public key in the proof itself, bound to method and URL and
//! to a moment. Nothing of a proof is believed before its signature is verified, and the algorithm is never the
//! client's choice.
//!
//! That a proof is used once is for [`Spent`](crate::spent::Spent) to see to, after whatever comes along was found right:
//! strangers fill no table.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::site::Site;

/// The longest proof.
const PROOF_CHARACTERS_MAX: usize = 4096;
/// How far a proof's time may be from ours: as far as that of a signed request.
pub(crate) const SKEW_SECONDS: i64 = 300;
/// The longest id of a proof.
const ID_CHARACTERS_MAX: usize = 256;
const COORDINATE_BYTES: usize = 32;

/// What is wrong with a proof. The texts are for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProofError {
    #[error("a DPoP header with one proof is needed")]
    Missing,
    #[error(
        "the DPoP proof is not a JWT of the type dpop+jwt, signed with ES256 and carrying its public key"
    )]
    Malformed,
    #[error("the signature of the DPoP proof is wrong")]
    Signature,
    #[error("the DPoP proof is for another method")]
    Method,
    #[error("the DPoP proof is for another URL")]
    Url,
    #[error("the DPoP proof is too old, or from the future")]
    Time,
    #[error("the DPoP proof has been used before")]
    Replayed,
    #[error("the DPoP proof is of another key than the one that the refresh token is bound to")]
    OtherKey,
}

/// The SHA-256 of a public key in its canonical form (RFC 7638).
pub(crate) type Thumbprint = [u8; 32];

/// A proof whose signature, method, URL and time are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Of which key.
    pub(crate) thumbprint: Thumbprint,
    /// Which one it is, among those of its key.
    pub(crate) id: String,
}

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Key,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: String,
    x: String,
    y: String,
    /// The private half; it has no business here.
    d: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    htm: String,
    htu: String,
    iat: i64,
    jti: String,
}

impl Proof {
    /// Reads and verifies a proof for `POST` to a path of the site.
    ///
    /// `since` is when this server began to remember which proofs were used: it takes none that is older.
    pub(crate) fn verify(
        text: &str,
        site: &Site,
        path: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Self, ProofError> {
        if text.len() > PROOF_CHARACTERS_MAX {
            return Err(ProofError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(ProofError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(ProofError::Malformed)?;
        let header: Header = part(header)?;
        let (point, thumbprint) = header.key()?;
        let signature = decoded(signature)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| ProofError::Signature)?;
        let claims: Claims = part(claims)?;
        if claims.htm != "POST" {
            return Err(ProofError::Method);
        }
        if !site.is_url_of(&claims.htu, path) {
            return Err(ProofError::Url);
        }
        let is_timely = claims.iat.abs_diff(now.as_second()) <= SKEW_SECONDS.unsigned_abs();
        if !is_timely || claims.iat < since.as_second() {
            return Err(ProofError::Time);
        }
        if claims.jti.is_empty() || claims.jti.len() > ID_CHARACTERS_MAX {
            return Err(ProofError::Malformed);
        }
        Ok(Self {
            thumbprint,
            id: claims.jti,
        })
    }
}

impl Header {
    /// The point that the key is, and its thumbprint.
    fn key(&self) -> Result<(Vec<u8>, Thumbprint), ProofError> {
        let jwk = &self.jwk;
        let is_right = self.typ == "dpop+jwt"
            && self.alg == "ES256"
            && self.crit.is_none()
            && jwk.kty == "EC"
            && jwk.crv == "P-256"
            && jwk.d.is_none();
        let (x, y) = (decoded(&jwk.x)?, decoded(&jwk.y)?);
        if !is_right || x.len() != COORDINATE_BYTES || y.len() != COORDINATE_BYTES {
            return Err(ProofError::Malformed);
        }
        let canonical = format!(
            r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
            BASE64URL_NOPAD.encode(&x),
            BASE64URL_NOPAD.encode(&y)
        );
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        Ok((point, Sha256::digest(canonical.as_bytes()).into()))
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, ProofError> {
    BASE64URL_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| ProofError::Malformed)
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, ProofError> {
    serde_json::from_slice(&decoded(text)?).map_err(|_| ProofError::Malformed)
}
