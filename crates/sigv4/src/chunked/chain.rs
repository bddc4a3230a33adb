//! The chain of signatures: each covers the one before.

use std::fmt;

use hmac::Mac;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Trailer;
use super::trailer::SIGNATURE_NAME;
use crate::encoding::hex;
use crate::{PayloadHash, RequestTime, SignedRequest, SigningKey, StreamingPayload};

/// The hash of nothing: it stands for the headers that a chunk does not have.
const EMPTY_HASH: &[u8; 64] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

impl SignedRequest<'_> {
    /// What checks the chunks of this request's body, if it is signed in chunks. `key` is the one with which the
    /// head was verified; before the head is verified, the chain proves nothing.
    pub fn chunk_verifier(&self, key: &SigningKey) -> Option<ChunkVerifier> {
        let (chain, has_trailer) = self.chain(key)?;
        Some(ChunkVerifier { chain, has_trailer })
    }

    /// What signs the chunks of this request's body, for clients.
    pub fn chunk_signer(&self, key: &SigningKey) -> Option<ChunkSigner> {
        let (chain, _) = self.chain(key)?;
        Some(ChunkSigner { chain })
    }

    fn chain(&self, key: &SigningKey) -> Option<(Chain, bool)> {
        let has_trailer = match self.payload {
            PayloadHash::Streaming(StreamingPayload::Signed) => false,
            PayloadHash::Streaming(StreamingPayload::SignedWithTrailer) => true,
            _ => return None,
        };
        let chain = Chain {
            key: key.clone(),
            time: self.time,
            scope: self.credential.scope().into(),
            previous: self.signature?,
        };
        Some((chain, has_trailer))
    }
}

/// Checks the chunks of one body: for [`ChunkedReader::signed`](super::ChunkedReader::signed).
#[derive(Clone, Debug)]
pub struct ChunkVerifier {
    pub(super) chain: Chain,
    pub(super) has_trailer: bool,
}

/// Signs the chunks of one body, as clients do.
#[derive(Clone, Debug)]
pub struct ChunkSigner {
    chain: Chain,
}

impl ChunkSigner {
    /// The line to send before `data`; after the data, a line end has to follow. Without data it announces the
    /// end: a line end follows if there is no trailer, and else the [`trailer`](Self::trailer).
    pub fn chunk_header(&mut self, data: &[u8]) -> String {
        self.chain.advance_chunk(Sha256::digest(data).into());
        format!("{:x};chunk-signature={}\r\n", data.len(), self.signature())
    }

    /// The trailing headers with their signature and all line ends.
    pub fn trailer(&mut self, trailers: &[Trailer]) -> String {
        let mut text = String::new();
        let mut hasher = Sha256::new();
        for Trailer { name, value } in trailers {
            text.push_str(&format!("{name}:{value}\r\n"));
            hasher.update(format!("{name}:{value}\n"));
        }
        self.chain.advance_trailer(hasher.finalize().into());
        format!("{text}{SIGNATURE_NAME}:{}\r\n\r\n", self.signature())
    }

    fn signature(&self) -> String {
        String::from_utf8_lossy(&hex(&self.chain.previous)).into_owned()
    }
}

/// The latest signature, and what the next is made with.
#[derive(Clone)]
pub(super) struct Chain {
    key: SigningKey,
    time: RequestTime,
    scope: Box<str>,
    previous: [u8; 32],
}

impl Chain {
    /// Goes on to the signature of the next chunk, and says whether it is the given one.
    pub(super) fn is_next_chunk(&mut self, data_hash: [u8; 32], given: &[u8; 32]) -> bool {
        self.advance_chunk(data_hash);
        self.previous.ct_eq(given).into()
    }

    /// Goes on to the signature of the trailer, and says whether it is the given one.
    pub(super) fn is_trailer(&mut self, trailer_hash: [u8; 32], given: &[u8; 32]) -> bool {
        self.advance_trailer(trailer_hash);
        self.previous.ct_eq(given).into()
    }

    fn advance_chunk(&mut self, data_hash: [u8; 32]) {
        let data_hash = hex(&data_hash);
        self.advance("AWS4-HMAC-SHA256-PAYLOAD", &[EMPTY_HASH, &data_hash]);
    }

    fn advance_trailer(&mut self, trailer_hash: [u8; 32]) {
        let trailer_hash = hex(&trailer_hash);
        self.advance("AWS4-HMAC-SHA256-TRAILER", &[&trailer_hash]);
    }

    fn advance(&mut self, algorithm: &str, hashes: &[&[u8; 64]]) {
        let mut mac = self.key.start();
        mac.update(algorithm.as_bytes());
        for line in [self.time.as_str(), &self.scope] {
            mac.update(b"\n");
            mac.update(line.as_bytes());
        }
        for line in [&hex(&self.previous)].into_iter().chain(hashes.iter().copied()) {
            mac.update(b"\n");
            mac.update(line);
        }
        self.previous = mac.finalize().into_bytes().into();
    }
}

/// The key and what it has signed are not printed.
impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chain(..)")
    }
}
