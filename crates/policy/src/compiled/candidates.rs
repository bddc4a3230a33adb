//! Statements that an action concerns, as bits: found in any order and as often as there are reasons, gone through
//! once and in the policy's order.

use smallvec::SmallVec;

/// A set of statements, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// A bit for each of the first statements; mostly there are no others.
    first: u64,
    others: SmallVec<[u64; OTHER_WORDS]>,
}

/// Enough for the statements of the longest text that is read, so that no decision allocates: a statement takes
/// at least 29 bytes of it.
const OTHER_WORDS: usize = 256;
const _: () = assert!(crate::read::BYTES_MAX / 29 < OTHER_WORDS * 64);

impl Candidates {
    /// Takes all out and makes room for so many statements.
    pub(super) fn clear(&mut self, statements: usize) {
        self.first = 0;
        self.others.clear();
        if statements > 64 {
            self.others.resize(statements.div_ceil(64) - 1, 0);
        }
    }

    pub(super) fn insert(&mut self, statement: u16) {
        let word = match (statement / 64).checked_sub(1) {
            None => Some(&mut self.first),
            Some(other) => self.others.get_mut(usize::from(other)),
        };
        if let Some(word) = word {
            *word |= 1 << (statement % 64);
        }
    }

    /// The numbers in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u16> {
        let mut others = self.others.iter();
        let mut rest = self.first;
        let mut base = 0_u16;
        std::iter::from_fn(move || {
            while rest == 0 {
                rest = *others.next()?;
                base += 64;
            }
            let lowest = rest.trailing_zeros() as u16;
            rest &= rest - 1;
            Some(base + lowest)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once_and_in_order() {
        let mut candidates = Candidates::default();
        for (statements, numbers) in [
            (3, vec![2, 0, 2]),
            (200, vec![199, 0, 63, 64, 0]),
            (1, vec![0]),
            (64, vec![63]),
        ] {
            candidates.clear(statements);
            for number in &numbers {
                candidates.insert(*number);
            }
            let mut expected = numbers;
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(candidates.iter().collect::<Vec<_>>(), expected, "{statements}");
        }
    }
}
