//! Finding the first place where a stretch without stars fits, in time that is linear in the text whatever the stretch.
//!
//! Plain text is a substring search. For stretches with `?` or of several parts it is tried where the first part stands,
//! and, if that fails too often, for each character of the text all beginnings of the stretch are followed at once, a
//! bit for each.

use smallvec::SmallVec;

use super::parts::{Part, Parts, match_here};

/// How often a stretch may nearly fit before the search changes to the method without bad cases.
const TRIALS_MAX: usize = 16;

/// Finds the first place where a stretch without stars fits; what follows it there.
pub(super) fn search<'a, 't>(
    pattern: impl Parts<'a>,
    from: usize,
    to: usize,
    text: &'t str,
) -> Option<&'t str> {
    if from == to {
        return Some(text);
    }
    if to - from == 1
        && let Part::Text(literal) = pattern.part(from)
    {
        let at = memchr::memmem::find(text.as_bytes(), literal.as_bytes())?;
        return text.get(at + literal.len()..);
    }
    let mut rest = text;
    for _ in 0..TRIALS_MAX {
        if let Part::Text(literal) = pattern.part(from) {
            let at = memchr::memmem::find(rest.as_bytes(), literal.as_bytes())?;
            rest = rest.get(at..)?;
        }
        if let Some(behind) = match_here(pattern, from, to, rest) {
            return Some(behind);
        }
        let mut characters = rest.chars();
        characters.next()?;
        rest = characters.as_str();
    }
    search_by_bits(pattern, from, to, rest)
}

/// The search that takes the same time whatever the input: bit `i` of the state says that the text read last
/// ends with the first `i + 1` characters of the stretch.
#[inline(never)]
pub(super) fn search_by_bits<'a, 't>(
    pattern: impl Parts<'a>,
    from: usize,
    to: usize,
    text: &'t str,
) -> Option<&'t str> {
    let mut stretch = Stretch::default();
    stretch.read(pattern, from, to, text.len())?;
    let words = stretch.any.len();
    if words == 0 {
        return Some(text);
    }
    let mut state: Mask = SmallVec::from_elem(0, words);
    let mut allowed: Mask = SmallVec::from_elem(0, words);
    let goal = 1_u64 << ((stretch.length - 1) % 64);
    for (at, character) in text.char_indices() {
        allowed.copy_from_slice(&stretch.any);
        stretch.allow(character, &mut allowed);
        let mut carry = 1;
        for (word, allowed) in state.iter_mut().zip(&allowed) {
            let shifted = (*word << 1) | carry;
            carry = *word >> 63;
            *word = shifted & allowed;
        }
        if state.last().is_some_and(|word| word & goal != 0) {
            return text.get(at + character.len_utf8()..);
        }
    }
    None
}

/// A bit for each character of a stretch. Stretches of up to 4,096 characters are searched for without
/// allocating; the longest policy of the API has 6,144.
type Mask = SmallVec<[u64; 64]>;

/// Where in a stretch each character may stand, as bits.
#[derive(Default)]
struct Stretch {
    /// In characters.
    length: usize,
    /// The places of `?`.
    any: Mask,
    /// The places of the other characters, sorted.
    places: SmallVec<[(char, u32); 4096]>,
    /// The characters with more places than a mask has words, so that going through them would take longer. There
    /// are at most 64 such characters.
    frequent: SmallVec<[char; 64]>,
    /// Their masks, one behind the other.
    masks: SmallVec<[u64; 4096]>,
}

impl Stretch {
    /// Reads the stretch, unless it cannot fit into so many bytes.
    fn read<'a>(&mut self, pattern: impl Parts<'a>, from: usize, to: usize, bytes_max: usize) -> Option<()> {
        for index in from..to {
            let length = match pattern.part(index) {
                Part::Text(literal) => literal.len(),
                Part::One | Part::Star => 1,
            };
            self.length += length;
        }
        if self.length > bytes_max {
            return None;
        }
        self.any.resize(self.length.div_ceil(64), 0);
        self.length = 0;
        for index in from..to {
            match pattern.part(index) {
                Part::Text(literal) => {
                    for character in literal.chars() {
                        let place = u32::try_from(self.length).unwrap_or(u32::MAX);
                        self.places.push((character, place));
                        self.length += 1;
                    }
                }
                Part::One | Part::Star => {
                    set(&mut self.any, self.length);
                    self.length += 1;
                }
            }
        }
        let words = self.length.div_ceil(64);
        self.any.truncate(words);
        self.places.sort_unstable();
        for same in self.places.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((character, _)) = same.first().filter(|_| same.len() > words) else {
                continue;
            };
            let start = self.masks.len();
            self.frequent.push(*character);
            self.masks.resize(start + words, 0);
            let mask = self.masks.get_mut(start..).unwrap_or_default();
            same.iter().for_each(|(_, place)| set(mask, *place as usize));
        }
        Some(())
    }

    fn allow(&self, character: char, allowed: &mut [u64]) {
        let frequent = self.frequent.iter().position(|other| *other == character);
        if let Some(mask) = frequent.and_then(|number| self.masks.chunks(allowed.len()).nth(number)) {
            for (word, mask) in allowed.iter_mut().zip(mask) {
                *word |= mask;
            }
            return;
        }
        let start = self.places.partition_point(|(other, _)| *other < character);
        let same = self.places.get(start..).unwrap_or_default();
        for (_, place) in same.iter().take_while(|(other, _)| *other == character) {
            set(allowed, *place as usize);
        }
    }
}

fn set(mask: &mut [u64], place: usize) {
    if let Some(word) = mask.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}
