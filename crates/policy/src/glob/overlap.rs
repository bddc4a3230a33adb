//! Whether two patterns have a text in common.

use super::matches;
use super::parts::{Part, Parts, find_star};

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
