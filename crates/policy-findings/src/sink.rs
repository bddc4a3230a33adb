//! Where checks put what they find.

use std::borrow::Cow;
use std::ops::Range;

use crate::locate::{self, Place};
use crate::tree::Node;
use crate::{Finding, IssueCode};

/// More findings are not kept: who has so many does not read on.
const FINDINGS_MAX: usize = 1_000;

/// More places of one finding are not kept.
const PLACES_MAX: usize = 10;

/// Longer texts of a policy are cut where a finding quotes them, in characters.
const QUOTED_MAX: usize = 200;

/// Longer texts of findings are cut, in bytes.
const DETAILS_MAX: usize = 1_000;

pub(crate) struct Sink {
    found: Vec<Found>,
}

struct Found {
    code: IssueCode,
    details: String,
    places: Vec<Place>,
}

impl Sink {
    pub(crate) fn new() -> Self {
        Self { found: Vec::new() }
    }

    /// Whether it keeps nothing more, so that looking on is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.found.len() >= FINDINGS_MAX
    }

    /// Reports something at some places.
    pub(crate) fn report(&mut self, code: IssueCode, places: &[Place], details: impl Into<String>) {
        if !self.is_full() {
            let mut details = details.into();
            details.truncate(details.floor_char_boundary(DETAILS_MAX));
            self.found.push(Found {
                code,
                details,
                places: places.iter().take(PLACES_MAX).cloned().collect(),
            });
        }
    }

    /// Reports something at a whole value (or name).
    pub(crate) fn at(&mut self, code: IssueCode, node: &Node<'_>, details: impl Into<String>) {
        self.report(code, &[Place::of(node)], details);
    }

    /// Reports something at a part of a string, given in bytes of the string's content.
    pub(crate) fn part(
        &mut self,
        code: IssueCode,
        node: &Node<'_>,
        part: Range<usize>,
        details: impl Into<String>,
    ) {
        self.report(code, &[Place::part(node, part)], details);
    }

    pub(crate) fn finish(self, text: &str, root: Option<&Node<'_>>) -> Vec<Finding> {
        let places = self.found.iter().flat_map(|found| &found.places);
        let locator = locate::Locator::new(text, root, places);
        let mut findings: Vec<Finding> = self
            .found
            .iter()
            .map(|found| Finding {
                finding_type: found.code.finding_type(),
                issue_code: found.code,
                details: found.details.clone(),
                locations: found.places.iter().map(|place| locator.location(place)).collect(),
            })
            .collect();
        findings.sort_by_key(|finding| finding.locations.first().map(|location| location.span.start));
        findings
    }
}

/// A text of the policy, in quotes and cut if it is long.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", cut(text))
}

/// A text of the policy, cut if it is long.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}
