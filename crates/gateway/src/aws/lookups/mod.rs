//! What stands in no request, and that only the upstream or the directory knows: the keys of a table, the role of an
//! instance profile, what an alias stands for, the tags of a resource.
//!
//! The upstream is asked with its own credentials, in requests that are built from a table and from the ARN that is
//! asked about. What it says is remembered for a short while, so that a burst of requests costs one question.
//!
//! Invariants:
//! - Nobody is asked for a stranger: an [`Inquiry`] is made after the caller has been authenticated.
//! - Every question has a bound in time, in pages and in bytes; many who want to know the same ask once; what is
//!   remembered is bounded.
//! - Without an answer there is no decision: the request is refused.
//!
//! Deliberately absent: which requests need what (`lanyard_mapping`), and whether tags are asked for at all (`decide`).

mod inquiry;

use lanyard_mapping::aws::{Known, Lookup};

pub(super) use inquiry::{Changing, Inquiry, Knowledge};

use crate::error::ServiceError;

impl Inquiry<'_> {
    /// Looks up what the mapping of a request needs, and enters it.
    pub(super) async fn look_up(&self, lookup: &Lookup, known: &mut Known) -> Result<(), ServiceError> {
        let _ = (lookup, known);
        Err(ServiceError::unmapped("it", "nothing can be looked up"))
    }
}
