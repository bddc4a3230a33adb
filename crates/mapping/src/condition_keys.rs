//! Condition keys that come from members of a request.

/// A condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {}
