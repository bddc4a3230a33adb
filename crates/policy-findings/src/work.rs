//! How much a policy may cost, counted in steps and not in time, so that the same text always has the same findings.
//!
//! Most checks are linear by their nature and count nothing. Those that compare patterns with each other or with the
//! catalogue take their steps from here. Policies that people write need a small part of it; where a text that is made
//! to take long has used it up, comparisons end as if nothing were wrong.

use std::cell::Cell;

/// All steps that there are for one policy.
pub(crate) const STEPS_MAX: usize = 2_000_000;

/// Names that are looked for in the catalogue because they resemble a wrong one.
const SUGGESTIONS_MAX: usize = 100;

/// What is left of it.
pub(crate) struct Work {
    steps_left: Cell<usize>,
    suggestions_left: Cell<usize>,
}

impl Work {
    pub(crate) fn new() -> Self {
        Self {
            steps_left: Cell::new(STEPS_MAX),
            suggestions_left: Cell::new(SUGGESTIONS_MAX),
        }
    }

    pub(crate) fn steps_left(&self) -> usize {
        self.steps_left.get()
    }

    /// Takes steps; `false`: there are not so many left, and now there are none.
    pub(crate) fn take(&self, steps: usize) -> bool {
        let left = self.steps_left.get().checked_sub(steps);
        self.steps_left.set(left.unwrap_or_default());
        left.is_some()
    }

    /// Takes a look for a name that resembles a wrong one; `false`: there were enough.
    pub(crate) fn take_suggestion(&self) -> bool {
        let left = self.suggestions_left.get().checked_sub(1);
        self.suggestions_left.set(left.unwrap_or_default());
        left.is_some()
    }
}
