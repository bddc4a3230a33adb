//! A request between the decision and the answer of the store.
//!
//! Whoever hangs up ends the answer to their request, and not what is done for it.
//!
//! Invariant: what was sent on leaves its record, though nobody wait for what comes of it.

use super::Call;

/// A request that is sent on. If this goes before [`Self::arrived`], nobody has waited for the answer.
#[must_use = "what goes at once is recorded as what nobody waited for"]
pub(crate) struct OnItsWay<'c> {
    call: &'c Call<'c>,
    has_arrived: bool,
}

impl<'c> OnItsWay<'c> {
    /// A request that was allowed, just before it is sent on.
    pub(crate) fn new(call: &'c Call<'c>) -> Self {
        Self {
            call,
            has_arrived: false,
        }
    }

    /// What came of it is known, and recorded by whoever knows.
    pub(crate) fn arrived(mut self) {
        self.has_arrived = true;
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if !self.has_arrived {
            self.call.record_unanswered();
        }
    }
}
