//! Bodies that clients pack: those of the few operations that say so.
//!
//! Evidence: the service models name `PutMetricData` alone, and its reference says that it takes a megabyte unpacked. The
//! SDKs pack what is larger than ten kilobytes.

use std::io::Read;

use flate2::bufread::GzDecoder;

use crate::MappingError;

/// The most bytes that a body may have once it is unpacked.
pub(super) const BYTES_MAX: usize = 2 << 20;

/// What is in a body that gzip has packed.
///
/// # Errors
/// What is not packed like that, more bytes than any operation takes, anything behind the end.
pub(super) fn unpacked(body: &[u8]) -> Result<Vec<u8>, MappingError> {
    const WRONG: MappingError = MappingError::Malformed("the body is not packed as its head says");
    let mut unpacked = Vec::new();
    let mut decoder = GzDecoder::new(body);
    let bound = BYTES_MAX as u64 + 1;
    (&mut decoder)
        .take(bound)
        .read_to_end(&mut unpacked)
        .map_err(|_| WRONG)?;
    if unpacked.len() > BYTES_MAX {
        return Err(MappingError::BodyTooLarge { max: BYTES_MAX });
    }
    // Fails closed: of two parts, some would read the first alone.
    if decoder.into_inner().is_empty() {
        Ok(unpacked)
    } else {
        Err(WRONG)
    }
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
