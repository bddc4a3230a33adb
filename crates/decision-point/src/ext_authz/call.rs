//! One call of Envoy's, and what it needs to be answered.

use jiff::Timestamp;
use lanyard_access::{Peer, RequestId};
use lanyard_federation::oidc::OidcVerifier;

use crate::services::DecisionPointServices;

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) services: &'a DecisionPointServices,
    /// What finds tokens genuine, if anything does.
    pub(crate) oidc: Option<&'a OidcVerifier>,
    pub(crate) peer: Peer,
    pub(crate) id: &'a RequestId,
    pub(crate) now: Timestamp,
}
