//! The headers after the last chunk.

use sha2::{Digest, Sha256};

use super::ChunkedError;
use super::chain::Chain;
use crate::encoding::parse_hex;

/// The longest trailer, with its signature and line ends.
const TRAILER_BYTES_MAX: usize = 16 * 1024;
/// The header that ends a signed trailer.
pub(super) const SIGNATURE_NAME: &str = "x-amz-trailer-signature";

/// A header after the last chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    /// The name in lower case.
    pub name: String,
    /// The value without the space around it.
    pub value: String,
}

/// Reads the trailer up to the empty line that ends it.
///
/// Lines end with CR LF. What the S3 API reference's example shows and MinIO's client for Go sends is taken too:
/// header lines that end with a bare LF, and then one empty line between them and what follows.
#[derive(Debug, Default)]
pub(super) struct TrailerReader {
    line: Vec<u8>,
    /// All bytes so far.
    read: usize,
    trailers: Vec<Trailer>,
    signature: Option<[u8; 32]>,
    /// The line before ended with a bare LF.
    is_after_bare_line: bool,
    is_complete: bool,
}

impl TrailerReader {
    /// Reads from the beginning of `input`, at most to the end of the trailer, and says how much it read.
    pub(super) fn read(&mut self, input: &[u8]) -> Result<usize, ChunkedError> {
        let mut rest = input;
        while !rest.is_empty() && !self.is_complete {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (line, after) = match end {
                Some(end) => rest.split_at(end + 1),
                None => (rest, &[][..]),
            };
            self.read += line.len();
            if self.read > TRAILER_BYTES_MAX {
                return Err(ChunkedError::MalformedTrailer);
            }
            self.line.extend_from_slice(line);
            if end.is_some() {
                let line = std::mem::take(&mut self.line);
                self.take_line(&line)?;
            }
            rest = after;
        }
        Ok(input.len() - rest.len())
    }

    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Checks the signature, if the body has a chain of them, and gives the headers.
    pub(super) fn verify(&mut self, chain: Option<&mut Chain>) -> Result<Vec<Trailer>, ChunkedError> {
        let trailers = std::mem::take(&mut self.trailers);
        let is_right = match (chain, self.signature) {
            (None, None) => true,
            (Some(chain), Some(signature)) => chain.is_trailer(hash(&trailers), &signature),
            (Some(_), None) | (None, Some(_)) => return Err(ChunkedError::MalformedTrailer),
        };
        if is_right {
            Ok(trailers)
        } else {
            Err(ChunkedError::TrailerSignature)
        }
    }

    fn take_line(&mut self, line: &[u8]) -> Result<(), ChunkedError> {
        let malformed = ChunkedError::MalformedTrailer;
        let line = line.strip_suffix(b"\n").ok_or(malformed)?;
        match line.strip_suffix(b"\r") {
            Some([]) if self.is_after_bare_line => self.is_after_bare_line = false,
            Some([]) => self.is_complete = true,
            Some(line) if !self.is_after_bare_line => self.take_header(line)?,
            None if !line.is_empty() => {
                self.take_header(line)?;
                self.is_after_bare_line = true;
            }
            Some(_) | None => return Err(malformed),
        }
        Ok(())
    }

    fn take_header(&mut self, line: &[u8]) -> Result<(), ChunkedError> {
        let malformed = ChunkedError::MalformedTrailer;
        let line = str::from_utf8(line).map_err(|_| malformed)?;
        let (name, value) = line.split_once(':').ok_or(malformed)?;
        let (name, value) = (name.to_ascii_lowercase(), value.trim_matches([' ', '\t']));
        let is_readable = http::HeaderName::from_bytes(name.as_bytes()).is_ok()
            && value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        let is_known = self.trailers.iter().any(|known| known.name == name);
        // Nothing follows the signature, which covers all.
        if !is_readable || is_known || self.signature.is_some() {
            return Err(malformed);
        }
        if name == SIGNATURE_NAME {
            self.signature = Some(parse_hex(value).ok_or(malformed)?);
        } else {
            let value = value.to_owned();
            self.trailers.push(Trailer { name, value });
        }
        Ok(())
    }
}

fn hash(trailers: &[Trailer]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for Trailer { name, value } in trailers {
        for piece in [name, ":", value, "\n"] {
            hasher.update(piece);
        }
    }
    hasher.finalize().into()
}
