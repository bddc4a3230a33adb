//! ARNs compared field by field: a star stands for no colon but in the last.

use super::pattern::{Fit, Resolved};
use super::{ArnTest, Policy};
use crate::context::Context;
use crate::document::Run;
use crate::glob::{self, Part, Parts};

impl Policy {
    /// Whether an ARN of a request matches a value of an ARN condition.
    pub(crate) fn matches_arn(&self, test: ArnTest, context: &Context, text: &str) -> Fit {
        let Some(fields @ ["arn", ..]) = arn_fields(text) else {
            // Of what nearly is one it is not known.
            return match text.get(..4) {
                Some(head) if head.eq_ignore_ascii_case("arn:") => Fit::Unreadable,
                _ => Fit::Incomparable,
            };
        };
        match test {
            ArnTest::Whole(pattern) => self.matches(pattern, context, text),
            ArnTest::Fields { first, .. } => self.matches_fields(first, &fields, context),
            ArnTest::Template(run) => self.matches_template(run, &fields, context),
            ArnTest::Everything | ArnTest::Short { .. } | ArnTest::Unclear { .. } | ArnTest::Invalid => {
                Fit::Broken
            }
        }
    }

    /// Whether each of the fields matches its pattern.
    pub(crate) fn matches_fields(&self, first: u32, fields: &[&str], context: &Context) -> Fit {
        let patterns = self.rare().patterns.get(first as usize..).unwrap_or_default();
        for (pattern, field) in patterns.iter().zip(fields) {
            match self.matches(*pattern, context, field) {
                Fit::Yes => {}
                other => return other,
            }
        }
        Fit::Yes
    }

    /// Fields of a pattern whose colons may come from variables.
    fn matches_template(&self, run: Run, fields: &[&str; 6], context: &Context) -> Fit {
        if let Err(fit) = self.variables_fit(run.of(&self.parts), context) {
            return fit;
        }
        let resolved = self.resolved(run, context);
        let mut position = Position::default();
        let mut fit = Fit::Yes;
        for (index, field) in fields.iter().enumerate() {
            let last = index == 5;
            let end = if last {
                Position {
                    part: resolved.count(),
                    offset: 0,
                }
            } else {
                match position.next_colon(resolved) {
                    Some(colon) => colon,
                    None => return Fit::Broken,
                }
            };
            let stretch = Slice {
                parts: resolved,
                from: position,
                to: end,
            };
            if !glob::matches(stretch, field) {
                // What does not begin as ARNs do is none.
                if index == 0 {
                    return Fit::Broken;
                }
                fit = Fit::No;
            }
            position = Position {
                part: end.part,
                offset: end.offset + 1,
            };
        }
        fit
    }
}

/// A place in a pattern: a byte of one of its parts.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    part: usize,
    offset: usize,
}

impl Position {
    fn next_colon(self, parts: Resolved<'_>) -> Option<Self> {
        (self.part..parts.count()).find_map(|part| {
            let Part::Text(text) = parts.part(part) else {
                return None;
            };
            let from = if part == self.part { self.offset } else { 0 };
            let offset = from + text.get(from..)?.find(':')?;
            Some(Self { part, offset })
        })
    }
}

/// The parts of a pattern between two places.
#[derive(Clone, Copy)]
struct Slice<'a> {
    parts: Resolved<'a>,
    from: Position,
    to: Position,
}

impl<'a> Parts<'a> for Slice<'a> {
    fn count(&self) -> usize {
        let end = self.to.part + usize::from(self.to.offset > 0);
        end.saturating_sub(self.from.part)
    }

    fn part(&self, index: usize) -> Part<'a> {
        let number = self.from.part + index;
        let part = self.parts.part(number);
        // Only texts are ever cut: places are behind a colon or at one.
        let Part::Text(text) = part else {
            return part;
        };
        let from = if number == self.from.part {
            self.from.offset
        } else {
            0
        };
        let to = if number == self.to.part {
            self.to.offset
        } else {
            text.len()
        };
        Part::Text(text.get(from..to).unwrap_or_default())
    }
}

/// The six fields of an ARN; the last has whatever colons follow.
pub(crate) fn arn_fields(text: &str) -> Option<[&str; 6]> {
    let mut fields = text.splitn(6, ':');
    let fields = [
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    ];
    (fields.first() == Some(&"arn")).then_some(fields)
}
