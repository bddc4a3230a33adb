//! Bodies in the framing `aws-chunked`: AWS's examples, other clients' habits, arbitrary cuts, and tampering.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod client;
mod published;
mod refusals;
mod round_trip;
mod writer;

use lanyard_sigv4::{ChunkedError, ChunkedReader, Piece, Trailer};

/// What a reader makes of a body: the data, and the trailer or what is wrong.
type Outcome = (Vec<u8>, Result<Vec<Trailer>, ChunkedError>);

/// Feeds a body to a reader in pieces of at most `cut` bytes.
fn read(mut reader: ChunkedReader, body: &[u8], cut: usize) -> Outcome {
    let mut data = Vec::new();
    for piece in body.chunks(cut) {
        let mut rest = piece;
        while !rest.is_empty() {
            match reader.read(rest) {
                Ok(Piece::Framing(length)) => rest = &rest[length..],
                Ok(Piece::Data(length)) => {
                    data.extend_from_slice(&rest[..length]);
                    rest = &rest[length..];
                }
                Err(error) => return (data, Err(error)),
            }
        }
    }
    (data, reader.finish())
}

fn trailer(name: &str, value: &str) -> Trailer {
    Trailer {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}
