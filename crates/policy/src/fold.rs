//! Names that are compared without regard to case: actions, services, condition keys.
//!
//! Such names are ASCII by their grammar (tag keys aside), so folding is ASCII's.

/// A hash that does not depend on ASCII case. Equal names have equal hashes; whoever finds equal hashes still
/// compares the names, so a collision costs time and nothing else.
pub(crate) fn hash(name: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    // Bit 5 is what tells capitals from small letters. Setting it everywhere also makes some other characters
    // alike, which a hash may do.
    const CASE: u64 = 0x2020_2020_2020_2020;
    let mix = |hash: u64, word: u64| {
        let product = u128::from(hash ^ (word | CASE)).wrapping_mul(u128::from(FACTOR));
        (product as u64) ^ ((product >> 64) as u64)
    };
    let mut state = FACTOR ^ (name.len() as u64);
    let mut rest = name;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        state = mix(state, u64::from_le_bytes(*head));
        rest = tail;
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        state = mix(state, u64::from_le_bytes(last));
    }
    mix(state, FACTOR)
}

/// Whether two names are the same. Mostly they are spelt the same too, and that is found out fastest.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn case_does_not_matter(name in ".{0,40}") {
            prop_assert_eq!(hash(name.as_bytes()), hash(name.to_ascii_uppercase().as_bytes()));
            prop_assert_eq!(hash(name.as_bytes()), hash(name.to_ascii_lowercase().as_bytes()));
        }

        #[test]
        fn different_names_differ(a in "[a-z:/-]{0,20}", b in "[a-z:/-]{0,20}") {
            prop_assume!(a != b);
            prop_assert_ne!(hash(a.as_bytes()), hash(b.as_bytes()));
        }
    }
}
