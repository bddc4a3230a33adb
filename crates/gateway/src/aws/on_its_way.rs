//! A request between the decision and the answer.
//!
//! Whoever hangs up ends the answer to their request, and not what is done for it.
//!
//! Invariant: what was sent on leaves its record, though nobody wait for what comes of it.

use lanyard_mapping::aws::ServiceCall;

use super::call::Call;
use super::speaks::Speaks;

/// A request that is sent on. If this goes before [`Self::arrived`], nobody has waited for the answer.
#[must_use = "what goes at once is recorded as what nobody waited for"]
pub(super) struct OnItsWay<'c> {
    call: &'c Call<'c>,
    mapped: &'c ServiceCall,
    speaks: Speaks,
    has_arrived: bool,
}

impl<'c> OnItsWay<'c> {
    /// A request that was allowed, just before it is sent on.
    pub(super) fn new(call: &'c Call<'c>, mapped: &'c ServiceCall, speaks: Speaks) -> Self {
        Self {
            call,
            mapped,
            speaks,
            has_arrived: false,
        }
    }

    /// What came of it is known, and recorded by whoever knows.
    pub(super) fn arrived(mut self) {
        self.has_arrived = true;
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if !self.has_arrived {
            self.call.record_unanswered(self.mapped, self.speaks);
        }
    }
}
