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
/// So many statements and resources has an answer before it ends with the action it is at.
pub(super) const ITEMS_PER_PAGE: usize = 10_000;
/// So many bytes are gone through, in bytes of policies for each question, before a page ends.
pub(super) const WORK_PER_PAGE: usize = 256 << 20;
/// So many bytes are gone through before others may run.
pub(super) const WORK_PER_STEP: usize = 1 << 20;

/// Refuses more than so many of something.
pub(super) fn check(what: &str, count: usize, most: usize) -> Result<(), Refusal> {
    if count > most {
        Err(Refusal::simulation_too_large(what, most))
    } else {
        Ok(())
    }
}
