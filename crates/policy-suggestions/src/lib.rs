//! The least policy that would have allowed what was seen.
//!
//! Whoever puts policies in front of programs that ran without them has to find out what the programs do. What was
//! [seen](Seen) of one principal becomes statements: each action on the resources that it was used on, where they are
//! few, and otherwise on what they have in common ([`Breadth`]). Every line of the policy says which requests it is there
//! for.
//!
//! Invariants:
//! - What is suggested allows everything it was made from: it is decided before it is given out.
//! - No action is suggested that was not seen, and no wildcard stands for an action, nor for a role that is passed.
//! - Regions, accounts, types and, of objects, buckets are never taken together.
//! - A name is a name: wildcards and variables in it are escaped.
//! - The output depends on the set of what was seen, and not on its order.
//!
//! Deliberately absent: where requests are recorded, what else the principal may do, and whether it should.

mod breadth;
mod lines;
mod policies;
mod seen;
mod text;

pub use breadth::Breadth;
pub use lines::Line;
pub use policies::{SuggestedPolicy, SuggestedStatement, Suggestion, SuggestionError, suggest};
pub use seen::{Observations, Seen};
