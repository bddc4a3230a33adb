//! The decision.

use crate::{Decision, Layers, Request};

/// Decides a request. Allocates nothing.
pub fn decide(request: &Request<'_>, layers: &Layers<'_>) -> Decision {
    let _ = (request, layers);
    todo!()
}
