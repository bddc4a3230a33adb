//! Who asks what, and what is remembered of the answers.

use lanyard_access::Caller;
use lanyard_mapping::aws::ServiceCall;
use lanyard_names::AccountId;

use crate::services::GatewayServices;
use crate::settings::TagSource;
use crate::upstream::Upstream;

/// What is remembered of an upstream: one for each, for as long as the server runs.
#[derive(Debug)]
pub(in crate::aws) struct Knowledge {
    pub(in crate::aws) tags_from: TagSource,
}

impl Knowledge {
    /// Nothing yet.
    pub(in crate::aws) fn new(tags_from: TagSource) -> Self {
        Self { tags_from }
    }

    /// Forgets what a call is about to change, and once more when the guard goes, which must be after the upstream has
    /// answered: what was asked for meanwhile may be what was before.
    pub(in crate::aws) fn changing<'k>(&'k self, call: &ServiceCall) -> Changing<'k> {
        let _ = call;
        Changing { knowledge: self }
    }
}

/// A call that is under way, and what must not be remembered after it.
#[derive(Debug)]
#[must_use = "what the call changes is forgotten when this goes"]
pub(in crate::aws) struct Changing<'k> {
    knowledge: &'k Knowledge,
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        let _ = self.knowledge;
    }
}

/// One request's way to ask.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) struct Inquiry<'a> {
    pub(in crate::aws) services: &'a GatewayServices,
    pub(in crate::aws) upstream: &'a Upstream,
    pub(in crate::aws) knowledge: &'a Knowledge,
    /// Who asks. Only for those who have been authenticated.
    pub(in crate::aws) caller: &'a Caller,
    /// The region of the request.
    pub(in crate::aws) region: &'a str,
    /// Whose the upstream's resources are.
    pub(in crate::aws) owner: AccountId,
    /// The id that the upstream calls that account by, if it is another.
    pub(in crate::aws) upstream_account: Option<AccountId>,
    /// The service that the request is for: of others, the upstream is not asked.
    pub(in crate::aws) service: &'static lanyard_service_models::ServiceModel,
}
