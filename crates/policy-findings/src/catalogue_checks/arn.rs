//! The parts of an ARN in a policy, and where they stand.

use std::ops::Range;

/// An ARN with all its six parts.
pub(super) struct Arn<'a> {
    pub(super) text: &'a str,
    /// Offsets of the colons that part it.
    colons: [usize; 5],
}

/// What a text is that should be an ARN.
pub(super) enum Reading<'a> {
    Arn(Arn<'a>),
    /// It does not begin with `arn:`.
    NoPrefix,
    /// It has fewer than six parts.
    Short,
}

impl<'a> Reading<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut colons = colons(text);
        let first = colons.next();
        let begins = text.get(..first.unwrap_or(text.len())).unwrap_or_default();
        if !super::glob::covers(begins, "arn") {
            return Self::NoPrefix;
        }
        let mut all = [0; 5];
        for (place, found) in all.iter_mut().zip(
            first
                .into_iter()
                .chain(colons)
                .map(Some)
                .chain(std::iter::repeat(None)),
        ) {
            match found {
                Some(offset) => *place = offset,
                None => return Self::Short,
            }
        }
        Self::Arn(Arn { text, colons: all })
    }
}

/// Offsets of colons, those within variables left out.
fn colons(text: &str) -> impl Iterator<Item = usize> {
    let mut variable = false;
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter_map(move |(offset, byte)| {
        match byte {
            b'{' if offset > 0 && bytes.get(offset - 1) == Some(&b'$') => variable = true,
            b'}' => variable = false,
            _ => {}
        }
        (*byte == b':' && !variable).then_some(offset)
    })
}

impl<'a> Arn<'a> {
    pub(super) const PARTITION: usize = 1;
    pub(super) const SERVICE: usize = 2;
    pub(super) const REGION: usize = 3;
    pub(super) const ACCOUNT: usize = 4;
    pub(super) const RESOURCE: usize = 5;

    /// Where a part stands; the first is `arn`.
    pub(super) fn range(&self, part: usize) -> Range<usize> {
        let start = part
            .checked_sub(1)
            .and_then(|before| self.colons.get(before))
            .map_or(0, |colon| colon + 1);
        start..self.colons.get(part).copied().unwrap_or(self.text.len())
    }

    pub(super) fn part(&self, part: usize) -> &'a str {
        self.text.get(self.range(part)).unwrap_or_default()
    }
}
