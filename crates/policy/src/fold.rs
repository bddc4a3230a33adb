//! Names that are compared without regard to case: actions, services, condition keys.
//!
//! Such names are ASCII by their grammar, so folding is ASCII's. Only keys of tags, in the names of condition keys,
//! have other letters.

use smallvec::SmallVec;

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash that does not depend on ASCII case. Equal names have equal hashes; whoever finds equal hashes still
/// compares the names, so a collision costs time and nothing else.
pub(crate) const fn hash(name: &[u8]) -> u64 {
    let mut state = FACTOR ^ (name.len() as u64);
    let mut rest = name;
    // What is left at the end is read with what lies before it, if that makes a whole word.
    while rest.len() > 8
        && let Some((head, tail)) = rest.split_first_chunk::<8>()
    {
        state = mix(state, u64::from_le_bytes(*head));
        rest = tail;
    }
    mix(state, last_word(name))
}

/// The hash of a condition key's name, whose letters may be any.
pub(crate) fn hash_of_key(name: &str) -> u64 {
    if name.is_ascii() {
        return hash(name.as_bytes());
    }
    // Decisions come here too, and they allocate nothing, at least for keys that AWS would take.
    let mut folded: SmallVec<[u8; 1024]> = SmallVec::new();
    for character in lower(name) {
        folded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    hash(&folded)
}

/// Whether two names of condition keys are the same.
pub(crate) fn same_keys(a: &str, b: &str) -> bool {
    same(a, b) || !(a.is_ascii() && b.is_ascii()) && lower(a).eq(lower(b))
}

/// Whether two texts of a condition differ in case alone: whether their small letters are the same.
///
/// Evidence: recorded decisions of AWS. A capital sigma at the end of a word has another small letter than elsewhere,
/// and letters beyond the first 65,536 have none.
pub(crate) fn same_texts(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    let far = |text| str::chars(text).filter(|character| *character > '\u{ffff}');
    if !far(a).eq(far(b)) {
        return false;
    }
    if a.contains('Σ') || b.contains('Σ') {
        return a.to_lowercase() == b.to_lowercase();
    }
    lower(a).eq(lower(b))
}

/// A text in small letters.
pub(crate) fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The hash of two names together.
pub(crate) fn join(first: u64, second: u64) -> u64 {
    mix(first.rotate_left(32), second)
}

const fn last_word(name: &[u8]) -> u64 {
    if let Some(last) = name.last_chunk::<8>() {
        return u64::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        return u32::from_le_bytes(*first) as u64 | (u32::from_le_bytes(*last) as u64) << 32;
    }
    match *name {
        [one] => one as u64,
        [one, two] => one as u64 | (two as u64) << 8,
        [one, two, three] => one as u64 | (two as u64) << 8 | (three as u64) << 16,
        _ => 0,
    }
}

const fn mix(state: u64, word: u64) -> u64 {
    // Bit 5 is what tells capitals from small letters. Setting it everywhere also makes some other characters
    // alike, which a hash may do.
    const CASE: u64 = 0x2020_2020_2020_2020;
    let product = ((state ^ (word | CASE)) as u128).wrapping_mul(FACTOR as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Whether two names are the same. Mostly they are spelt the same too, and that is found out fastest.
pub(crate) fn same(a: &str, b: &str) -> bool {
    same_bytes(a.as_bytes(), b.as_bytes())
}

/// The same of their bytes.
pub(crate) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && (equal(a, b) || a.eq_ignore_ascii_case(b))
}

/// Whether two texts of one length are equal. They are short, so a call would cost more than the comparison.
fn equal(a: &[u8], b: &[u8]) -> bool {
    let (Some(last_of_a), Some(last_of_b)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) else {
        return a.iter().zip(b).all(|(a, b)| a == b);
    };
    let (words_of_a, words_of_b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    last_of_a == last_of_b && words_of_a.iter().zip(words_of_b).all(|(a, b)| a == b)
}

/// Whether a name begins like this, in any case of letters.
pub(crate) fn begins_with(name: &str, prefix: &str) -> bool {
    let (name_bytes, prefix_bytes) = (name.as_bytes(), prefix.as_bytes());
    // Mostly the first letter tells.
    if let (Some(one), Some(other)) = (name_bytes.first(), prefix_bytes.first())
        && one.is_ascii()
        && other.is_ascii()
        && !one.eq_ignore_ascii_case(other)
    {
        return false;
    }
    let head = name_bytes.get(..prefix_bytes.len()).unwrap_or(name_bytes);
    // Names are of ASCII nearly always, and then the letters of one are the bytes of the other.
    if head.is_ascii() && prefix_bytes.is_ascii() {
        return head.eq_ignore_ascii_case(prefix_bytes);
    }
    let mut letters = lower(name);
    lower(prefix).all(|letter| letters.next() == Some(letter))
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
        fn the_same_is_what_differs_in_case_alone(a in "[aAbB]{0,20}", b in "[aAbB@]{0,20}") {
            prop_assert_eq!(same(&a, &b), a.eq_ignore_ascii_case(&b));
            prop_assert!(same(&a, &a.to_ascii_uppercase()));
        }

        #[test]
        fn keys_that_are_the_same_have_one_hash(
            letters in prop::collection::vec(prop::sample::select(vec!["aA", "kK", "k\u{212a}", "σΣ", "éÉ", "ςς"]), 0..12)
        ) {
            let spelt = |letter: usize| letters.iter().filter_map(|both| both.chars().nth(letter)).collect::<String>();
            let (small, capital) = (spelt(0), spelt(1));
            prop_assert!(same_keys(&small, &capital));
            prop_assert_eq!(hash_of_key(&small), hash_of_key(&capital));
        }

        #[test]
        fn different_names_differ(a in "[a-z:/-]{0,20}", b in "[a-z:/-]{0,20}") {
            prop_assume!(a != b);
            prop_assert_ne!(hash(a.as_bytes()), hash(b.as_bytes()));
        }
    }
}
