//! Taking the framing off.

use sha2::{Digest, Sha256};
use smallvec::SmallVec;

use super::chain::Chain;
use super::trailer::TrailerReader;
use super::{ChunkVerifier, ChunkedError, Trailer};
use crate::encoding::parse_hex;

/// The longest line before a chunk: a length of sixteen digits and a signature take less.
const HEADER_BYTES_MAX: usize = 128;
const SIGNATURE_PREFIX: &str = ";chunk-signature=";

/// What the beginning of the bytes fed to a reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// So many bytes belong to the framing.
    Framing(usize),
    /// So many bytes are data.
    Data(usize),
}

/// Reads a body in chunks, fed in any cuts.
///
/// Invariant: once an error was given, the body is refused; what is fed afterwards is undefined, but safe.
#[derive(Debug)]
pub struct ChunkedReader {
    chain: Option<Chain>,
    has_trailer: bool,
    /// How much data is still announced.
    left: u64,
    state: State,
    /// The line before a chunk, as far as it has come.
    line: SmallVec<[u8; HEADER_BYTES_MAX]>,
    hasher: Sha256,
    trailers: Vec<Trailer>,
}

#[derive(Debug)]
enum State {
    Header,
    Data {
        left: u64,
        signature: [u8; 32],
    },
    /// The line end after a chunk, and after the last one if no trailer follows.
    LineEnd {
        has_return: bool,
        is_last: bool,
    },
    Trailer(TrailerReader),
    Done,
}

impl ChunkedReader {
    /// A reader of signed chunks that together hold exactly `decoded_length` bytes.
    pub fn signed(verifier: ChunkVerifier, decoded_length: u64) -> Self {
        Self::new(Some(verifier.chain), verifier.has_trailer, decoded_length)
    }

    /// A reader of chunks that are not signed, with a trailer, and together hold exactly `decoded_length` bytes.
    pub fn unsigned(decoded_length: u64) -> Self {
        Self::new(None, true, decoded_length)
    }

    fn new(chain: Option<Chain>, has_trailer: bool, left: u64) -> Self {
        Self {
            chain,
            has_trailer,
            left,
            state: State::Header,
            line: SmallVec::new(),
            hasher: Sha256::new(),
            trailers: Vec::new(),
        }
    }

    /// Reads the beginning of `input` and says what it is. To be called again with the rest as long as there is
    /// any: of an input that is not empty, at least one byte is read.
    pub fn read(&mut self, input: &[u8]) -> Result<Piece, ChunkedError> {
        match &mut self.state {
            State::Header => self.read_header(input),
            State::Data { .. } => self.read_data(input),
            State::LineEnd { .. } => self.read_line_end(input),
            State::Trailer(trailer) => {
                let read = trailer.read(input)?;
                if trailer.is_complete() {
                    self.trailers = trailer.verify(self.chain.as_mut())?;
                    self.state = State::Done;
                }
                Ok(Piece::Framing(read))
            }
            State::Done if input.is_empty() => Ok(Piece::Framing(0)),
            State::Done => Err(ChunkedError::AfterEnd),
        }
    }

    /// Whether the body is whole and right. Nothing may follow then.
    pub fn is_complete(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Ends the body, and gives its trailing headers in the order in which they came, names in lower case.
    pub fn finish(self) -> Result<Vec<Trailer>, ChunkedError> {
        if self.is_complete() {
            Ok(self.trailers)
        } else {
            Err(ChunkedError::Truncated)
        }
    }

    fn read_header(&mut self, input: &[u8]) -> Result<Piece, ChunkedError> {
        let room = HEADER_BYTES_MAX - self.line.len().min(HEADER_BYTES_MAX);
        let seen = input.get(..room).unwrap_or(input);
        let end = seen.iter().position(|byte| *byte == b'\n');
        let (line, read) = match end {
            Some(end) => (seen.get(..end).unwrap_or_default(), end + 1),
            None if seen.len() < room => (seen, seen.len()),
            None => return Err(ChunkedError::Malformed),
        };
        self.line.extend_from_slice(line);
        if end.is_some() {
            let line = std::mem::take(&mut self.line);
            self.begin_chunk(&line)?;
        }
        Ok(Piece::Framing(read))
    }

    fn begin_chunk(&mut self, line: &[u8]) -> Result<(), ChunkedError> {
        let line = line.strip_suffix(b"\r").ok_or(ChunkedError::Malformed)?;
        let line = str::from_utf8(line).map_err(|_| ChunkedError::Malformed)?;
        let (length, signature) = match self.chain {
            None => (line, [0; 32]),
            Some(_) => {
                let (length, signature) = line.split_once(SIGNATURE_PREFIX).ok_or(ChunkedError::Malformed)?;
                (length, parse_hex(signature).ok_or(ChunkedError::Malformed)?)
            }
        };
        let length = parse_length(length).ok_or(ChunkedError::Malformed)?;
        self.left = self.left.checked_sub(length).ok_or(ChunkedError::TooLong)?;
        if length > 0 {
            let left = length;
            self.state = State::Data { left, signature };
            return Ok(());
        }
        if self.left > 0 {
            return Err(ChunkedError::TooShort);
        }
        self.verify_chunk(&signature)?;
        self.state = if self.has_trailer {
            State::Trailer(TrailerReader::default())
        } else {
            State::LineEnd {
                has_return: false,
                is_last: true,
            }
        };
        Ok(())
    }

    fn read_data(&mut self, input: &[u8]) -> Result<Piece, ChunkedError> {
        let State::Data { left, signature } = &mut self.state else {
            return Err(ChunkedError::Malformed);
        };
        let here = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
        let data = input.get(..here).unwrap_or_default();
        *left -= here as u64;
        let (is_whole, signature) = (*left == 0, *signature);
        if self.chain.is_some() {
            self.hasher.update(data);
        }
        if is_whole {
            self.verify_chunk(&signature)?;
            self.state = State::LineEnd {
                has_return: false,
                is_last: false,
            };
        }
        Ok(Piece::Data(here))
    }

    fn read_line_end(&mut self, input: &[u8]) -> Result<Piece, ChunkedError> {
        let State::LineEnd { has_return, is_last } = &mut self.state else {
            return Err(ChunkedError::Malformed);
        };
        let (rest, is_last) = (if *has_return { &b"\n"[..] } else { b"\r\n" }, *is_last);
        let read = rest.len().min(input.len());
        if input.get(..read) != rest.get(..read) {
            return Err(ChunkedError::Malformed);
        }
        if read == rest.len() {
            self.state = if is_last { State::Done } else { State::Header };
        } else if read > 0 {
            *has_return = true;
        }
        Ok(Piece::Framing(read))
    }

    fn verify_chunk(&mut self, signature: &[u8; 32]) -> Result<(), ChunkedError> {
        let Some(chain) = &mut self.chain else {
            return Ok(());
        };
        if chain.is_next_chunk(self.hasher.finalize_reset().into(), signature) {
            Ok(())
        } else {
            Err(ChunkedError::ChunkSignature)
        }
    }
}

/// A length in hexadecimal digits, of which there are at most sixteen.
fn parse_length(text: &str) -> Option<u64> {
    let is_number = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_number {
        u64::from_str_radix(text, 16).ok()
    } else {
        None
    }
}
