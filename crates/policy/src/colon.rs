//! Finding colons: what separates the fields of ARNs, and services from the names of actions.
//!
//! Every decision looks for them in two short texts, so this reads eight bytes at a time and calls nothing.

const COLONS: u64 = 0x3a3a_3a3a_3a3a_3a3a;
const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Where the first colon is.
pub(crate) fn first(text: &str) -> Option<usize> {
    positions(text).next()
}

/// Where the colons are.
pub(crate) fn positions(text: &str) -> impl Iterator<Item = usize> {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let mut words = words.iter().copied().chain(std::iter::once(last));
    let mut found = words.next().map_or(0, colons);
    let mut base = 0;
    std::iter::from_fn(move || {
        while found == 0 {
            found = colons(words.next()?);
            base += 8;
        }
        let at = base + found.trailing_zeros() as usize / 8;
        found &= found - 1;
        Some(at)
    })
}

/// The highest bit of every byte that is a colon.
fn colons(word: [u8; 8]) -> u64 {
    // A byte of the difference is zero where there is a colon; adding to its low bits then carries nothing.
    let difference = u64::from_le_bytes(word) ^ COLONS;
    !(((difference & LOW_BITS) + LOW_BITS) | difference | LOW_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_obvious_search(text in "[:;9\u{ba}a\0]{0,40}") {
            let obvious: Vec<usize> = text.match_indices(':').map(|(at, _)| at).collect();
            prop_assert_eq!(first(&text), obvious.first().copied());
            prop_assert_eq!(positions(&text).collect::<Vec<_>>(), obvious);
        }
    }
}
