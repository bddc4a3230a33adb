//! What can be asked about a caller.

use lanyard_names::AccountId;
use lanyard_policy::{Attached, Context, ResourceLayer};

/// One question about a caller.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What for: `iam:CreateUser`.
    pub action: &'a str,
    /// On what: an ARN, or `*` if the action takes no resource.
    pub resource: &'a str,
    /// Whose resource it is.
    pub resource_account: AccountId,
    /// Whether the action takes no resource, so that only statements for `*` match.
    pub wildcard_only: bool,
    /// Whether it is one resource or some, and each `*` of the ARN stands for what only their service knows: one that
    /// is denied may be meant, and one that is excepted.
    pub partly_known: bool,
    /// Condition keys that the operation adds. Keys about the principal or the request itself are not heard.
    pub context: &'a Context,
    /// The resource's own policy.
    pub resource_policy: Option<ResourceLayer<'a>>,
    /// Whether the request itself shows a second factor, as AssumeRole can with the code of a device.
    pub shows_mfa: bool,
    /// How a denial is worded.
    pub denial: DenialForm,
}

impl<'a> Ask<'a> {
    /// A question about a resource without a policy of its own.
    pub fn new(
        action: &'a str,
        resource: &'a str,
        resource_account: AccountId,
        context: &'a Context,
    ) -> Self {
        Self {
            action,
            resource,
            resource_account,
            wildcard_only: resource == "*",
            partly_known: false,
            context,
            resource_policy: None,
            shows_mfa: false,
            denial: DenialForm::WithReason,
        }
    }

    /// The same about a role, whose trust policy decides along.
    #[must_use]
    pub fn with_trust(mut self, trust: &'a Attached) -> Self {
        self.resource_policy = Some(ResourceLayer {
            attached: trust,
            must_participate: true,
            trust: true,
        });
        self.denial = DenialForm::Plain;
        self
    }
}

/// What was asked, without what the asker knew of the circumstances: that is in the verdict's context.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) resource_account: AccountId,
    pub(crate) denial: DenialForm,
    pub(crate) wildcard_only: bool,
    pub(crate) partly_known: bool,
    pub(crate) resource_policy: Option<ResourceLayer<'a>>,
}

/// How a denial is worded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DenialForm {
    /// With the kind of policy that denied.
    #[default]
    WithReason,
    /// Without: AssumeRole answers the same whether the caller's policies or the role's denied, and whether the
    /// role exists. Evidence: probes against STS, July 2026.
    Plain,
}
