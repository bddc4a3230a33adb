//! Finding colons: what separates the fields of ARNs, and services from the names of actions.
//!
//! Every decision looks for them in two short texts, so this reads eight bytes at a time and calls nothing.

const COLONS: u64 = 0x3a3a_3a3a_3a3a_3a3a;
const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Where the first colon is.
pub(crate) fn first(text: &str) -> Option<usize> {
    nth(text, 1)
}

/// Where the colon of this number is, counted from 1.
pub(crate) fn nth(text: &str, number: u32) -> Option<usize> {
    let mut left = number;
    let mut rest = text.as_bytes();
    let mut start = 0;
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        let mut found = colons(*word);
        let count = count(found);
        if count >= left {
            for _ in 1..left {
                found &= found - 1;
            }
            return Some(start + found.trailing_zeros() as usize / 8);
        }
        left -= count;
        rest = behind;
        start += 8;
    }
    let mut colons = rest.iter().enumerate().filter(|(_, byte)| **byte == b':');
    let (at, _) = colons.nth(left.checked_sub(1)? as usize)?;
    Some(start + at)
}

/// Where the first so many colons are, if there are so many.
pub(crate) fn first_of<const COUNT: usize>(text: &str) -> Option<[usize; COUNT]> {
    let mut places = [0; COUNT];
    let mut free = places.iter_mut();
    let mut rest = text.as_bytes();
    let mut start = 0;
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        let mut found = colons(*word);
        while found != 0 {
            *free.next()? = start + found.trailing_zeros() as usize / 8;
            if free.len() == 0 {
                return Some(places);
            }
            found &= found - 1;
        }
        rest = behind;
        start += 8;
    }
    for (at, byte) in rest.iter().enumerate() {
        if *byte == b':' {
            *free.next()? = start + at;
            if free.len() == 0 {
                return Some(places);
            }
        }
    }
    None
}

/// How many bytes of a word have their highest bit, if they have no other.
fn count(found: u64) -> u32 {
    // The bytes are added up in the highest one. Not every processor can count bits.
    ((found >> 7).wrapping_mul(0x0101_0101_0101_0101) >> 56) as u32
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
            let five: Option<[usize; 5]> = obvious.get(..5).and_then(|five| five.try_into().ok());
            prop_assert_eq!(first_of(&text), five);
            for (index, number) in (1..6).enumerate() {
                prop_assert_eq!(nth(&text, number), obvious.get(index).copied());
            }
        }
    }
}
