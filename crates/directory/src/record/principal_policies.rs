//! What is kept beside the record of a user or role: the policies that were gathered for it.

use std::sync::Arc;

use lanyard_policy::Attached;

/// One state of an account's groups and customer managed policies.
#[derive(Debug)]
pub(crate) struct Stamp {
    // Not zero-sized, so that every stamp has an address of its own.
    _address: u8,
}

impl Stamp {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { _address: 0 })
    }
}

/// The policies that a decision about a user or role considers.
#[derive(Clone, Debug)]
pub struct PrincipalPolicies {
    /// The identity layer: managed and inline policies, for a user also those of its groups.
    pub identity: Vec<Attached>,
    /// The boundary layer; `None` if there is no permissions boundary.
    pub boundary: Option<Vec<Attached>>,
    /// The state that they were gathered in.
    pub(crate) stamp: Arc<Stamp>,
}
