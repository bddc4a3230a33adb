//! The known name that a misspelt one is closest to.

use crate::work::Work;

/// Longer names are not compared: no name of AWS is so long.
const LENGTH_MAX: usize = 100;

/// The known name that differs by no more than two letters added, dropped or changed, without regard to case; one that
/// differs by two only if most of it is alike.
pub(super) fn nearest<'known>(
    name: &str,
    known: impl Iterator<Item = &'known str>,
    work: &Work,
) -> Option<&'known str> {
    if name.len() > LENGTH_MAX || !work.take_suggestion() {
        return None;
    }
    let edits_max = if name.len() < 6 { 1 } else { 2 };
    let name = name.to_ascii_lowercase();
    let name = name.as_bytes();
    known
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= edits_max)
        .filter_map(|candidate| {
            let edits = edits(name, candidate.to_ascii_lowercase().as_bytes(), edits_max)?;
            Some((edits, candidate))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, dropped or changed to make one text of the other; `None`: more than a few.
fn edits(one: &[u8], other: &[u8], edits_max: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, mine) in one.iter().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, theirs) in row.iter_mut().skip(1).zip(other) {
            let above = *cell;
            let changed = diagonal + usize::from(mine != theirs);
            left = changed.min(above + 1).min(left + 1);
            *cell = left;
            diagonal = above;
        }
        if row.iter().all(|edits| *edits > edits_max) {
            return None;
        }
    }
    row.last().copied().filter(|edits| *edits <= edits_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_forgiven_and_another_word_is_not() {
        let known = ["GetObject", "GetObjectAcl", "PutObject"];
        let check =
            |name, expected| assert_eq!(nearest(name, known.into_iter(), &Work::new()), expected, "{name}");
        check("getobjects", Some("GetObject"));
        check("GetObjct", Some("GetObject"));
        check("GteObject", Some("GetObject"));
        check("DeleteObject", None);
        check("Get", None);
    }

    #[test]
    fn short_names_may_differ_by_one_letter() {
        assert_eq!(nearest("s4", ["s3", "sns"].into_iter(), &Work::new()), Some("s3"));
        assert_eq!(nearest("s", ["sns"].into_iter(), &Work::new()), None);
    }
}
