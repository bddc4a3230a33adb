//! A stream of choices: what the generator asks whenever it could go several ways.
//!
//! It comes from a seed (for tests) or from bytes (for a fuzzer, which learns which byte matters). Bytes
//! that have run out choose the first way, so that a shorter input makes a simpler question.

/// A stream of choices.
#[derive(Debug, Clone)]
pub struct Choices {
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Seed(u64),
    Bytes { bytes: Vec<u8>, next: usize },
}

impl Choices {
    /// An endless stream that is the same for the same seed.
    pub fn from_seed(seed: u64) -> Self {
        Self {
            source: Source::Seed(seed),
        }
    }

    /// The stream that the bytes spell; the first way, once they have run out.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self {
            source: Source::Bytes {
                bytes: bytes.to_vec(),
                next: 0,
            },
        }
    }

    /// A number below `count`, or 0 if `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        if count <= 1 {
            return 0;
        }
        let number = match &mut self.source {
            Source::Seed(state) => split_mix(state),
            Source::Bytes { bytes, next } => {
                let byte = bytes.get(*next).copied().unwrap_or(0);
                *next = next.saturating_add(1);
                u64::from(byte)
            }
        };
        usize::try_from(number % count as u64).unwrap_or(0)
    }

    /// True in about `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        // The first way is "no", so that bytes that have run out add nothing.
        self.below(100) >= 100usize.saturating_sub(percent)
    }

    /// One of the items.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> Option<&'a T> {
        let index = self.below(items.len());
        items.get(index).copied()
    }
}

/// One step of SplitMix64 (public domain, Sebastiano Vigna).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
