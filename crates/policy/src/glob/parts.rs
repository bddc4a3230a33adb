//! What patterns are made of.

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

/// The first star among these parts.
pub(super) fn find_star<'a>(pattern: impl Parts<'a>, from: usize, to: usize) -> Option<usize> {
    (from..to).find(|index| pattern.part(*index) == Part::Star)
}

/// Matches a stretch without stars at the beginning of the text; what follows it there.
pub(super) fn match_here<'a, 't>(
    pattern: impl Parts<'a>,
    from: usize,
    to: usize,
    text: &'t str,
) -> Option<&'t str> {
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
