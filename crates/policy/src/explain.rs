//! The decision with its reasons.

use serde::Serialize;

use crate::{Layers, Request};

/// Everything that was considered.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {}

/// Decides a request and says why.
pub fn explain(request: &Request<'_>, layers: &Layers<'_>) -> Trace {
    let _ = (request, layers);
    todo!()
}
