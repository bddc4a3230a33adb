//! Matching text with patterns of literal text, `?` and `*`, without ever going back.
//!
//! A pattern is a sequence of [`Part`]s that can be asked for one by one, so that the value of a policy variable
//! takes part without being copied, and as what it is: text, whatever characters it has.
//!
//! A character beyond the first 65,536 is two for `?`, as AWS counts in units of UTF-16: rare texts with such
//! characters, and patterns with `?`, are spelt out with one character for each unit and then matched like others.
//! Evidence: recorded decisions of AWS.
//!
//! Between stars everything has a fixed number of characters, so the first place where such a stretch fits is
//! as good as any later one, and nothing ever has to be taken back. Finding that place is a substring search:
//! linear for plain text, and for stretches with `?` or of several parts first by trial and, if that fails too
//! often, bit-parallel: for each character of the text a step for each 64 characters of the stretch, at most 96 for
//! the longest policy that IAM takes.

use smallvec::SmallVec;

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// This text.
    Text(&'a str),
    /// `?`: one character, or half of one that is two units of UTF-16.
    One,
    /// `*`: any characters, also none.
    Star,
}

/// A pattern: its parts by number.
pub(crate) trait Parts<'a>: Copy {
    fn count(&self) -> usize;
    fn part(&self, index: usize) -> Part<'a>;
}

impl<'a> Parts<'a> for &[Part<'a>] {
    fn count(&self) -> usize {
        self.len()
    }

    fn part(&self, index: usize) -> Part<'a> {
        self.get(index).copied().unwrap_or(Part::Text(""))
    }
}

/// Whether the whole text matches the whole pattern.
pub(crate) fn matches<'a>(pattern: impl Parts<'a>, text: &str) -> bool {
    let has_far = || text.bytes().any(|byte| byte >= FIRST_BYTE_OF_FAR);
    if (0..pattern.count()).any(|index| pattern.part(index) == Part::One) && has_far() {
        return matches_units(pattern, text);
    }
    matches_characters(pattern, text)
}

/// What characters that are two units of UTF-16 begin with in UTF-8.
const FIRST_BYTE_OF_FAR: u8 = 0xf0;

/// The same with one character for each unit of UTF-16.
#[inline(never)]
fn matches_units<'a>(pattern: impl Parts<'a>, text: &str) -> bool {
    let spelt: Vec<Part<'a>> = (0..pattern.count()).map(|index| pattern.part(index)).collect();
    let texts: Vec<String> = spelt
        .iter()
        .map(|part| match part {
            Part::Text(literal) => units(literal),
            Part::One | Part::Star => String::new(),
        })
        .collect();
    let parts: Vec<Part<'_>> = spelt
        .iter()
        .zip(&texts)
        .map(|(part, text)| match part {
            Part::Text(_) => Part::Text(text),
            other => *other,
        })
        .collect();
    matches_characters(parts.as_slice(), &units(text))
}

/// A text in which two others stand for each character that is two units of UTF-16: they are of that kind too, so that
/// they are nowhere else.
fn units(text: &str) -> String {
    let stand_in =
        |unit: u16| char::from_u32(0xf_0000 + u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut units = String::with_capacity(text.len());
    for character in text.chars() {
        if character > '\u{ffff}' {
            units.extend(
                character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| stand_in(*unit)),
            );
        } else {
            units.push(character);
        }
    }
    units
}

fn matches_characters<'a>(pattern: impl Parts<'a>, text: &str) -> bool {
    let end = pattern.count();
    let Some(first) = find_star(pattern, 0, end) else {
        return match_here(pattern, 0, end, text) == Some("");
    };
    let Some(mut rest) = match_here(pattern, 0, first, text) else {
        return false;
    };
    let mut star = first;
    while let Some(next) = find_star(pattern, star + 1, end) {
        let Some(behind) = search(pattern, star + 1, next, rest) else {
            return false;
        };
        rest = behind;
        star = next;
    }
    match_at_end(pattern, star + 1, end, rest)
}

/// Whether some text matches both the pattern and another one in which stars are wildcards too. Between the first star of
/// that one and its last, anything may stand: then two patterns with stars have a text in common as soon as they agree
/// before their first stars and behind their last.
#[inline(never)]
pub(crate) fn overlaps<'a>(pattern: impl Parts<'a>, other: &str) -> bool {
    let Some((before, rest)) = other.split_once('*') else {
        return matches(pattern, other);
    };
    let behind = rest.rsplit('*').next().unwrap_or_default();
    let end = pattern.count();
    let first = find_star(pattern, 0, end);
    let last = (0..end).rev().find(|index| pattern.part(*index) == Part::Star);
    let start = fixed_units(pattern, 0, first.unwrap_or(end));
    let tail = fixed_units(pattern, last.map_or(0, |star| star + 1), end);
    let fits = |unit: &Option<u16>, other: u16| unit.is_none_or(|unit| unit == other);
    let behind: Vec<u16> = behind.encode_utf16().collect();
    let is_long_enough = first.is_some() || start.len() >= before.encode_utf16().count() + behind.len();
    is_long_enough
        && start
            .iter()
            .zip(before.encode_utf16())
            .all(|(unit, other)| fits(unit, other))
        && tail
            .iter()
            .rev()
            .zip(behind.iter().rev())
            .all(|(unit, other)| fits(unit, *other))
}

/// The units of UTF-16 of a stretch without stars; none for `?`.
fn fixed_units<'a>(pattern: impl Parts<'a>, from: usize, to: usize) -> Vec<Option<u16>> {
    let mut units = Vec::new();
    for index in from..to {
        match pattern.part(index) {
            Part::Text(text) => units.extend(text.encode_utf16().map(Some)),
            Part::One => units.push(None),
            Part::Star => {}
        }
    }
    units
}

fn find_star<'a>(pattern: impl Parts<'a>, from: usize, to: usize) -> Option<usize> {
    (from..to).find(|index| pattern.part(*index) == Part::Star)
}

/// Matches a stretch without stars at the beginning of the text; what follows it there.
fn match_here<'a, 't>(pattern: impl Parts<'a>, from: usize, to: usize, text: &'t str) -> Option<&'t str> {
    let mut rest = text;
    for index in from..to {
        rest = match pattern.part(index) {
            Part::Text(literal) => rest.strip_prefix(literal)?,
            Part::One => {
                let mut characters = rest.chars();
                characters.next()?;
                characters.as_str()
            }
            Part::Star => return None,
        };
    }
    Some(rest)
}

/// Matches a stretch without stars at the end of the text.
fn match_at_end<'a>(pattern: impl Parts<'a>, from: usize, to: usize, text: &str) -> bool {
    let mut rest = text;
    for index in (from..to).rev() {
        let before = match pattern.part(index) {
            Part::Text(literal) => rest.strip_suffix(literal),
            Part::One => {
                let mut characters = rest.chars();
                characters.next_back().map(|_| characters.as_str())
            }
            Part::Star => None,
        };
        match before {
            Some(before) => rest = before,
            None => return false,
        }
    }
    true
}

/// How often a stretch may nearly fit before the search changes to the method without bad cases.
const TRIALS_MAX: usize = 16;

/// Finds the first place where a stretch without stars fits; what follows it there.
fn search<'a, 't>(pattern: impl Parts<'a>, from: usize, to: usize, text: &'t str) -> Option<&'t str> {
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
fn search_by_bits<'a, 't>(pattern: impl Parts<'a>, from: usize, to: usize, text: &'t str) -> Option<&'t str> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Splits plain pattern syntax into parts; `|` splits literal text where nothing else does.
    fn parts(pattern: &str) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            match first {
                '*' => parts.push(Part::Star),
                '?' => parts.push(Part::One),
                '|' => {}
                _ => {
                    let end = rest.find(['*', '?', '|']).unwrap_or(rest.len());
                    parts.push(Part::Text(&rest[..end]));
                    rest = &rest[end..];
                    continue;
                }
            }
            rest = &rest[first.len_utf8()..];
        }
        parts
    }

    /// As obvious as it gets, and exponential.
    fn obvious(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), None) => obvious(rest, text),
            (Some(('*', rest)), Some((_, behind))) => obvious(rest, text) || obvious(pattern, behind),
            (Some(('?', rest)), Some((_, behind))) => obvious(rest, behind),
            (Some((wanted, rest)), Some((found, behind))) => wanted == found && obvious(rest, behind),
            _ => false,
        }
    }

    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(
            matches(&parts(pattern)[..], text),
            expected,
            "{pattern} on {text}"
        );
    }

    #[test]
    fn stars_and_question_marks_mean_what_they_should() {
        check("", "", true);
        check("", "a", false);
        check("*", "", true);
        check("*", "a:/b", true);
        check("?", "", false);
        check("?", "é", true);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("a*c", "ac", true);
        check("a*c", "abcbc", true);
        check("a*c", "abcb", false);
        check("*ab*ab", "ab", false);
        check("*ab*ab", "abab", true);
        check("ab*b", "ab", false);
        check("*?*", "", false);
        check("*?*", "x", true);
        check("*b?d*", "abxbcd", true);
        check("ab*?", "ab", false);
        check("ab*?", "abc", true);
        check("a|b*c|d", "abxcd", true);
    }

    #[test]
    fn a_character_beyond_the_first_plane_is_two() {
        for (pattern, expected) in [
            ("?", false),
            ("??", true),
            ("???", false),
            ("*?", true),
            ("?*?", true),
            ("\u{10400}", true),
            ("\u{10400}?", false),
            ("\u{10401}?", false),
            ("*\u{10400}*", true),
        ] {
            check(pattern, "\u{10400}", expected);
        }
        check("a?b", "a\u{10400}b", false);
        check("a??b", "a\u{10400}b", true);
        check("a*?b", "a\u{10400}b", true);
        check("\u{10400}?", "\u{10400}x", true);
        check("\u{10400}?", "\u{10400}\u{10428}", false);
        check("?\u{10400}", "\u{10400}\u{10400}", false);
    }

    #[test]
    fn a_stretch_is_found_as_a_whole_wherever_it_stands_in_the_pattern() {
        check("a*b*c?d*", "abcxdz", true);
        check("a*b*c?d*", "abcxcxdz", true);
        check("a*b*c?d*", "abcxxd", false);
        check("a*b*c*d*?e*", "abcdxe", true);
        check("a*b*c*d*?e*", "abcdex", false);
    }

    #[test]
    fn a_stretch_as_long_as_the_text_is_found() {
        let (fits, longer) = (parts("a?b"), parts("a?bc"));
        assert_eq!(search_by_bits(&fits[..], 0, fits.len(), "acb"), Some(""));
        assert_eq!(search_by_bits(&longer[..], 0, longer.len(), "acb"), None);
    }

    #[test]
    fn long_stretches_are_searched_in_linear_time() {
        let text = "a".repeat(60_000);
        for stretch in [
            "a".repeat(3_000) + "?b",
            "a|".repeat(3_000) + "b",
            "a?".repeat(1_500) + "b",
        ] {
            let pattern = format!("*{stretch}*");
            check(&pattern, &text, false);
            let fitting = format!("{text}{}", stretch.replace('|', "").replace('?', "a"));
            check(&pattern, &fitting, true);
        }
        let stars = "*a".repeat(3_000) + "*b";
        check(&stars, &text, false);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn agrees_with_the_obvious_matcher(pattern in "[ab?*é|]{0,10}", text in "[abé]{0,12}") {
            let plain: Vec<char> = pattern.chars().filter(|c| *c != '|').collect();
            let text_characters: Vec<char> = text.chars().collect();
            prop_assert_eq!(matches(&parts(&pattern)[..], &text), obvious(&plain, &text_characters));
        }
    }

    /// Whether two patterns have a text in common, as obvious as it gets.
    fn have_common(one: &[char], other: &[char]) -> bool {
        match (one.split_first(), other.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) if have_common(rest, other) => true,
            (_, Some(('*', rest))) if have_common(one, rest) => true,
            (Some(('*', _)), Some((_, behind))) => have_common(one, behind),
            (Some((_, behind)), Some(('*', _))) => have_common(behind, other),
            (Some((a, one)), Some((b, other))) => (*a == '?' || a == b) && have_common(one, other),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn patterns_overlap_that_have_a_text_in_common(
            pattern in "[ab?*é|]{0,8}",
            before in "[abé]{0,4}",
            between in "([ab]{0,2}\\*)?",
            behind in "[abé]{0,4}",
        ) {
            let plain: Vec<char> = pattern.chars().filter(|c| *c != '|').collect();
            let other = format!("{before}*{between}{behind}");
            let characters: Vec<char> = other.chars().collect();
            let (found, is_so) = (overlaps(&parts(&pattern)[..], &other), have_common(&plain, &characters));
            prop_assert!(found || !is_so, "{pattern} {other}");
            // With one star it is exact.
            prop_assert!(found == is_so || !between.is_empty(), "{pattern} {other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn searching_by_bits_finds_the_first_place(stretch in "[ab?]{1,6}", text in "[ab]{0,200}") {
            let parts = parts(&stretch);
            let by_bits = search_by_bits(&parts[..], 0, parts.len(), &text);
            let by_trial = text
                .char_indices()
                .find_map(|(at, _)| match_here(&parts[..], 0, parts.len(), &text[at..]));
            prop_assert_eq!(by_bits, by_trial);
        }

        #[test]
        fn searching_by_bits_spans_words(prefix in "[ab]{60,140}", text in "[ab]{0,200}") {
            let stretch = format!("{prefix}?b");
            let parts = parts(&stretch);
            let text = format!("{text}{prefix}ab{text}");
            let by_bits = search_by_bits(&parts[..], 0, parts.len(), &text);
            let by_trial = text
                .char_indices()
                .find_map(|(at, _)| match_here(&parts[..], 0, parts.len(), &text[at..]));
            prop_assert_eq!(by_bits, by_trial);
        }
    }
}
