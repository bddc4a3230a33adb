//! Numbers, texts and deflated bytes, as they stand in a token.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

/// What the packed part may unpack to: 50 tags with the longest keys and values in four-byte letters, and the
/// longest session policy.
const UNPACKED_BYTES_MAX: usize = 128 * 1024;

/// What was deflated, if it is all of the bytes and not too much.
pub(super) fn inflate(packed: &[u8]) -> Option<Vec<u8>> {
    thread_local! {
        // Making one takes as long as using it.
        static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
    }
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(false);
        let mut out = Vec::with_capacity(packed.len().saturating_mul(4));
        loop {
            let read = usize::try_from(inflater.total_in()).ok()?;
            let rest = packed.get(read..)?;
            let status = inflater
                .decompress_vec(rest, &mut out, FlushDecompress::None)
                .ok()?;
            if out.len() > UNPACKED_BYTES_MAX {
                return None;
            }
            if status == Status::StreamEnd {
                return (inflater.total_in() == packed.len() as u64).then_some(out);
            }
            // Nothing more comes although there is room: what was deflated is cut short.
            if out.len() < out.capacity() {
                return None;
            }
            out.reserve(out.len().max(1_024));
        }
    })
}

pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(len)?;
    *rest = left;
    Some(taken)
}

pub(super) fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (byte, left) = rest.split_first()?;
    *rest = left;
    Some(*byte)
}

pub(super) fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = take_byte(rest)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

pub(super) fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let len = usize::try_from(take_number(rest)?).ok()?;
    str::from_utf8(take(rest, len)?).ok()
}
