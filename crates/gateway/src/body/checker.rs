//! The checks on a body and its new framing, piece by piece.

use std::collections::VecDeque;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Buf, Bytes};
use lanyard_sigv4::{BodyCheck, ChunkedReader, ChunkedWriter, Piece, Trailer};

use super::BodyError;
use super::checksum::{Checksum, ChecksumAlgorithm};
use super::digests::Digests;
use super::plan::{Framing, Plan};

/// Takes a body in pieces and gives those that may go on.
///
/// Invariant: until [`end`](Self::end) has agreed, something is missing from what was given: the last piece of a
/// body without framing, the framing's end of one with.
pub(super) struct Checker {
    /// How much of the decoded body is still to come.
    left: u64,
    framing: Checked,
    digests: Digests,
    /// The last piece, kept back until all is checked.
    withheld: Bytes,
}

enum Checked {
    Plain { check: BodyCheck, hash: Option<Context> },
    Chunked(Box<Unframing>),
}

/// What is needed while a body comes in chunks.
struct Unframing {
    reader: ChunkedReader,
    checksum: Option<(ChecksumAlgorithm, Checksum)>,
    writer: Option<ChunkedWriter>,
}

impl Checker {
    /// Checks what the plan says. `is_framed`: the pieces are framed anew if the plan says so; otherwise they are
    /// the bare body.
    pub(super) fn new(plan: Plan, is_framed: bool) -> Self {
        let framing = match plan.framing {
            Framing::Plain(check) => Checked::Plain {
                check,
                hash: matches!(check, BodyCheck::Sha256(_)).then(|| Context::new(&SHA256)),
            },
            Framing::Chunked { reader, checksum } => Checked::Chunked(Box::new(Unframing {
                reader: *reader,
                checksum: checksum.map(|algorithm| (algorithm, algorithm.start())),
                writer: (is_framed && checksum.is_some()).then(|| ChunkedWriter::new(plan.decoded_length)),
            })),
        };
        Self {
            left: plan.decoded_length,
            framing,
            digests: plan.digests,
            withheld: Bytes::new(),
        }
    }

    /// Takes the next piece as the client sent it.
    pub(super) fn take(&mut self, data: Bytes, ready: &mut VecDeque<Bytes>) -> Result<(), BodyError> {
        let unframing = match &mut self.framing {
            Checked::Plain { hash, .. } => {
                if let Some(hash) = hash {
                    hash.update(&data);
                }
                self.digests.update(&data);
                return pass(&mut self.left, &mut self.withheld, data, ready);
            }
            Checked::Chunked(unframing) => unframing,
        };
        let mut rest = data;
        while !rest.is_empty() {
            let data = match unframing.reader.read(&rest)? {
                Piece::Framing(length) => {
                    rest.advance(length);
                    continue;
                }
                Piece::Data(length) => rest.split_to(length),
            };
            if let Some((_, checksum)) = &mut unframing.checksum {
                checksum.update(&data);
            }
            self.digests.update(&data);
            match &mut unframing.writer {
                None => pass(&mut self.left, &mut self.withheld, data, ready)?,
                Some(writer) => frame(writer, data, ready)?,
            }
        }
        Ok(())
    }

    /// Takes the end. Gives what was kept back, if all is right, and the trailing headers.
    pub(super) fn end(self, ready: &mut VecDeque<Bytes>) -> Result<Vec<Trailer>, BodyError> {
        let (trailers, writer) = match self.framing {
            Checked::Plain { .. } if self.left > 0 => return Err(BodyError::Incomplete),
            Checked::Plain { check, hash } => {
                hash.map_or(Ok(()), |hash| check_hash(check, hash))?;
                (Vec::new(), None)
            }
            Checked::Chunked(unframing) => {
                let trailers = unframing.reader.finish()?;
                check_trailers(&trailers, unframing.checksum)?;
                (trailers, unframing.writer)
            }
        };
        self.digests.check()?;
        ready.extend(Some(self.withheld).filter(|piece| !piece.is_empty()));
        ready.extend(writer.map(|writer| Bytes::from(writer.end(&trailers))));
        Ok(trailers)
    }
}

/// Passes on a piece of a body that has no framing, but not the last one.
fn pass(
    left: &mut u64,
    withheld: &mut Bytes,
    data: Bytes,
    ready: &mut VecDeque<Bytes>,
) -> Result<(), BodyError> {
    if data.is_empty() {
        return Ok(());
    }
    *left = left.checked_sub(data.len() as u64).ok_or(BodyError::TooLong)?;
    if *left == 0 {
        *withheld = data;
    } else {
        ready.push_back(data);
    }
    Ok(())
}

/// Passes on a piece of data with the framing that belongs before it.
fn frame(writer: &mut ChunkedWriter, data: Bytes, ready: &mut VecDeque<Bytes>) -> Result<(), BodyError> {
    let mut rest = data;
    while !rest.is_empty() {
        ready.extend(writer.header().map(Bytes::from));
        let length = writer.take(rest.len());
        if length == 0 {
            return Err(BodyError::TooLong);
        }
        ready.push_back(rest.split_to(length));
    }
    Ok(())
}

fn check_hash(check: BodyCheck, hash: Context) -> Result<(), BodyError> {
    let hash: Option<[u8; 32]> = hash.finish().as_ref().try_into().ok();
    // Fails closed: a hash of another length is not the right one.
    let is_right = hash.is_some_and(|hash| check.check(&hash).is_ok());
    if is_right {
        Ok(())
    } else {
        Err(BodyError::Sha256Mismatch)
    }
}

/// Checks that exactly what was announced has come, and that it is true.
fn check_trailers(
    trailers: &[Trailer],
    checksum: Option<(ChecksumAlgorithm, Checksum)>,
) -> Result<(), BodyError> {
    match (trailers, checksum) {
        ([], None) => Ok(()),
        ([trailer], Some((algorithm, checksum))) if trailer.name == algorithm.header() => {
            if trailer.value == checksum.finish() {
                Ok(())
            } else {
                Err(BodyError::Checksum {
                    name: algorithm.header(),
                })
            }
        }
        _ => Err(BodyError::Trailer),
    }
}
