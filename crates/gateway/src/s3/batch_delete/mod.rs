//! DeleteObjects: decided key by key.
//!
//! The keys that may be deleted go to the store behind in a request made from what was decided on, never in the
//! bytes of the client; the others are errors in the one answer. If none may be deleted, the store is not asked.

mod result;

pub(crate) use result::{BatchResult, Outcome};
