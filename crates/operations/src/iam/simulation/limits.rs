//! How much one simulation may be.
//!
//! A page of many actions on many resources ends early, as IAM's lists may, when it has taken its work or its length.
//! One action is never divided between pages, so what it takes is bounded here, by refusing what is larger.
//!
//! Differs from AWS, whose limits are not published.

use crate::error::Refusal;

/// So many actions can be asked about.
pub(super) const ACTIONS_MAX: usize = 1_000;
/// So many resources can be asked about.
pub(super) const RESOURCES_MAX: usize = 1_000;
/// So many condition keys can be given.
pub(super) const CONTEXT_ENTRIES_MAX: usize = 1_000;
/// So many values can all of them have together.
pub(super) const CONTEXT_VALUES_MAX: usize = 2_000;
/// So many policies can be given.
pub(super) const POLICIES_MAX: usize = 500;
/// So many bytes can they have together.
pub(super) const POLICY_BYTES_MAX: usize = 1 << 20;
/// So many statements can be asked about one action, those of each resource counted anew.
pub(super) const STATEMENTS_MAX: usize = 50_000;
/// So many condition keys that the caller did not give can be told of one action, those of each resource counted anew.
pub(super) const MISSING_MAX: usize = 50_000;
/// So many statements, condition keys and resources has an answer before it ends with the action it is at.
pub(super) const ITEMS_PER_PAGE: usize = 10_000;
/// So much work may one action on one resource be: other long ones have to wait for it. It is counted in bytes of
/// policies, times the [`weight`] of what they are compared with.
pub(super) const WORK_PER_RESOURCE_MAX: usize = 32 << 20;
/// So much work may one action on all resources be.
pub(super) const WORK_PER_ACTION_MAX: usize = 1 << 30;
/// So much work is done before a page ends with the action it is at.
pub(super) const WORK_PER_PAGE: usize = 256 << 20;
/// So much work is done before others may run; what is more in one piece is done aside.
pub(super) const WORK_PER_STEP: usize = 256 << 10;
/// So many statements, condition keys and resources are put together without that.
pub(super) const ITEMS_PER_STEP: usize = 1_000;
/// What telling one of them costs, in bytes of policies.
pub(super) const WORK_PER_ITEM: usize = 256;

/// What comparing with a text costs for a byte of a policy. A variable can put as much into a pattern as the text has,
/// so that it grows with the square.
pub(super) fn weight(text: &str) -> usize {
    let blocks = text.len() / 128;
    blocks.saturating_mul(blocks).saturating_add(1)
}

/// Refuses more than so many of something.
pub(super) fn check(what: &str, count: usize, most: usize) -> Result<(), Refusal> {
    if count > most {
        Err(Refusal::simulation_too_large(what, most))
    } else {
        Ok(())
    }
}
