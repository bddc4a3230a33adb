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

mod overlap;
mod parts;
mod search;
mod units;

#[cfg(test)]
mod tests;

pub(crate) use overlap::overlaps;
pub(crate) use parts::{Part, Parts};
use parts::{find_star, match_here};
use search::search;

/// Whether the whole text matches the whole pattern.
pub(crate) fn matches<'a>(pattern: impl Parts<'a>, text: &str) -> bool {
    let has_one = (0..pattern.count()).any(|index| pattern.part(index) == Part::One);
    if has_one && units::has_far(text) {
        return matches_units(pattern, text);
    }
    matches_characters(pattern, text)
}

/// The same with one character for each unit of UTF-16.
#[inline(never)]
fn matches_units<'a>(pattern: impl Parts<'a>, text: &str) -> bool {
    let spelt: Vec<Part<'a>> = (0..pattern.count()).map(|index| pattern.part(index)).collect();
    let texts: Vec<String> = spelt
        .iter()
        .map(|part| match part {
            Part::Text(literal) => units::spelt_out(literal),
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
    matches_characters(parts.as_slice(), &units::spelt_out(text))
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
