//! Tables by name, of names that are known when a mapping is made.
//!
//! Only names of the data sets are entered, so nobody can make them crowd: a hash that is fast is good enough.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Something for each name.
pub(super) type NameMap<T> = HashMap<&'static str, T, BuildHasherDefault<NameHasher>>;

/// Eight bytes at a time.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct NameHasher(u64);

impl NameHasher {
    fn add(&mut self, word: u64) {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.add(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    /// What ends every text: names alone are entered, so that it tells nothing.
    fn write_u8(&mut self, _end: u8) {}

    fn finish(&self) -> u64 {
        // The table takes the upper and the lower bits.
        self.0 ^ self.0 >> 32
    }
}
