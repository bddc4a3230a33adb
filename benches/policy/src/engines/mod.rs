//! The engines, each with the same policies in its own language and its questions made ready.
//!
//! What the clock sees is the decision alone: requests and contexts are made beforehand, for every engine in the
//! form that serves it best.

#[cfg(feature = "peers")]
mod casbin;
#[cfg(feature = "peers")]
mod cedar;
mod floor;
mod lanyard;
#[cfg(feature = "peers")]
mod rego;

#[cfg(feature = "peers")]
pub use casbin::Casbin;
#[cfg(feature = "peers")]
pub use cedar::Cedar;
pub use floor::Floor;
pub use lanyard::{Lanyard, compile, json};
#[cfg(feature = "peers")]
pub use rego::Rego;

use crate::workload::Workload;

/// An engine with a workload's policies, and its questions.
pub trait Engine: Sized {
    /// The policies alone.
    type Policies;

    /// What the reports call it.
    const NAME: &'static str;

    /// Translates the policies and loads them.
    fn load(workload: &Workload) -> Self::Policies;

    /// Makes the questions ready.
    fn new(workload: &Workload, policies: Self::Policies) -> Self;

    /// Answers a question, by its number.
    fn allows(&self, question: usize) -> bool;
}
