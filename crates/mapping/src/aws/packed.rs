//! Bodies that clients pack: those of the few operations that say so.
//!
//! Evidence: the service models name `PutMetricData` alone, and its reference says that it takes a megabyte unpacked. The
//! SDKs pack what is larger than ten kilobytes.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::MappingError;

/// The most bytes that a body may have once it is unpacked.
pub(super) const BYTES_MAX: usize = 2 << 20;

/// How many bytes are unpacked at a time.
const PIECE_BYTES: usize = 64 << 10;

/// What every head begins with: the mark of gzip, and deflate. Evidence: RFC 1952.
const MARK: [u8; 3] = [0x1f, 0x8b, 8];
/// Behind them: flags, of which none may be set, four bytes of time, one of effort, one of system.
const REST_OF_HEAD: usize = 7;

const WRONG: MappingError = MappingError::Malformed("the body is not packed as its head says");

/// What is in a body that gzip has packed.
///
/// # Errors
/// What is not packed like that, more bytes than any operation takes, anything behind the end.
// Fails closed: heads with names, comments and other fields, which no SDK writes, are not read.
pub(super) fn unpacked(body: &[u8]) -> Result<Vec<u8>, MappingError> {
    let behind_mark = body.strip_prefix(&MARK).ok_or(WRONG)?;
    let (head, packed) = behind_mark.split_at_checked(REST_OF_HEAD).ok_or(WRONG)?;
    if head.first() != Some(&0) {
        return Err(WRONG);
    }
    let mut stream = Decompress::new(false);
    let mut unpacked: Vec<u8> = Vec::new();
    // Bounded by what may come out: each step unpacks something, or is the last.
    loop {
        unpacked.reserve(PIECE_BYTES);
        let (taken, given) = (stream.total_in(), stream.total_out());
        let rest = usize::try_from(taken).ok().and_then(|taken| packed.get(taken..));
        let status = stream
            .decompress_vec(rest.ok_or(WRONG)?, &mut unpacked, FlushDecompress::None)
            .map_err(|_| WRONG)?;
        if unpacked.len() > BYTES_MAX {
            return Err(MappingError::BodyTooLarge { max: BYTES_MAX });
        }
        match status {
            Status::StreamEnd => break,
            Status::Ok | Status::BufError if (stream.total_in(), stream.total_out()) != (taken, given) => {}
            Status::Ok | Status::BufError => return Err(WRONG),
        }
    }
    let end = usize::try_from(stream.total_in())
        .ok()
        .and_then(|taken| packed.get(taken..));
    if end.ok_or(WRONG)? == trailer(&unpacked) {
        Ok(unpacked)
    } else {
        // Fails closed: of two parts, some would read the first alone.
        Err(WRONG)
    }
}

/// What stands behind packed bytes: their sum and how many they are.
fn trailer(unpacked: &[u8]) -> [u8; 8] {
    let mut sum = Crc::new();
    sum.update(unpacked);
    let mut trailer = [0; 8];
    let (of_sum, of_length) = trailer.split_at_mut(4);
    of_sum.copy_from_slice(&sum.sum().to_le_bytes());
    of_length.copy_from_slice(&sum.amount().to_le_bytes());
    trailer
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_up_to_a_bound() {
        for (size, is_taken) in [
            (0, true),
            (10, true),
            (BYTES_MAX, true),
            (BYTES_MAX + 1, false),
            (64 << 20, false),
        ] {
            let bytes = vec![b'a'; size];
            let unpacked = unpacked(&packed(&bytes));
            assert_eq!(unpacked.ok(), is_taken.then_some(bytes), "{size}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let whole = packed(b"hello");
        let broken = {
            let mut broken = whole.clone();
            // In the sum at the end.
            let last = broken.len() - 6;
            broken[last] ^= 1;
            broken
        };
        for body in [
            Vec::new(),
            b"hello".to_vec(),
            whole[..whole.len() - 1].to_vec(),
            [whole.clone(), packed(b"more")].concat(),
            [whole.clone(), b"more".to_vec()].concat(),
            broken,
        ] {
            assert!(unpacked(&body).is_err(), "{body:?}");
        }
    }
}
