//! The policy simulator, and the condition keys that policies refer to.
//!
//! A simulation asks the engine that decides on requests, with the policies that the principal has and those that are
//! given beside or instead of them. Nothing is done, and nothing is looked up but the source of the policies, on which
//! the request itself is decided: what is simulated tells much about somebody's policies.
//!
//! Invariants:
//! - The decision is the engine's. The one thing that is added is what AWS adds: on a resource that an action cannot
//!   act on, nothing is allowed.
//! - A page takes bounded work and memory, and lets others run between its steps.

pub(crate) mod get_context_keys_for_custom_policy;
pub(crate) mod get_context_keys_for_principal_policy;
pub(crate) mod simulate_custom_policy;
pub(crate) mod simulate_principal_policy;

mod caller;
mod context;
mod evaluation;
mod exclusion;
mod limits;
mod policies;
mod resources;
mod results;
mod source;
