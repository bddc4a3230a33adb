//! Attached policies that a simulation leaves out.
//!
//! Evidence: the public API reference, and recorded answers of AWS: what is given with the request stays, an ARN leaves
//! out what is attached and never the boundary, and what nobody has is passed over.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{
    AttachmentType, InlinePolicyIdentifierType, PolicyIdentifier, PolicyIdentifierPolicyType as Kind,
};
use lanyard_names::PolicyArn;
use lanyard_policy::PolicySource;

use super::policies::Policies;
use super::source::Named;
use crate::error::Refusal;

/// What is left out.
#[derive(Default)]
pub(super) struct Exclusions<'a> {
    kinds: Vec<Kind>,
    arns: BTreeSet<&'a str>,
    inline: Vec<&'a InlinePolicyIdentifierType>,
}

impl<'a> Exclusions<'a> {
    pub(super) fn read(list: Option<&'a [PolicyIdentifier]>) -> Result<Self, Refusal> {
        let mut exclusions = Self::default();
        for entry in list.unwrap_or_default() {
            match (
                &entry.policy_type,
                &entry.policy_arn,
                &entry.inline_policy_identifier,
            ) {
                (Some(kind), None, None) => exclusions.kinds.push(*kind),
                (None, Some(arn), None) => {
                    PolicyArn::parse(arn).map_err(|_| Refusal::policy_exclusion_invalid(arn))?;
                    exclusions.arns.insert(arn);
                }
                (None, None, Some(inline)) => exclusions.inline.push(inline),
                _ => return Err(Refusal::policy_exclusion_unclear()),
            }
        }
        Ok(exclusions)
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether the organization is left out.
    pub(super) fn has_organization(&self) -> bool {
        self.has(Kind::Scp)
    }

    /// Takes them out of what is attached to somebody.
    pub(super) fn apply(&self, policies: &mut Policies) {
        policies
            .identity
            .retain(|policy| !self.excludes(&policy.attached.source));
        if self.has(Kind::PermissionBoundary) {
            policies.boundary = None;
        }
    }

    fn excludes(&self, source: &PolicySource) -> bool {
        match source {
            PolicySource::Managed { arn } => {
                let is_of_aws = arn.starts_with("arn:aws:iam::aws:");
                let kind = if is_of_aws {
                    Kind::AwsManaged
                } else {
                    Kind::UserManaged
                };
                self.has(kind) || self.arns.contains(&**arn)
            }
            PolicySource::Inline { owner, name } => {
                self.has(Kind::Inline) || self.inline.iter().any(|inline| is_meant(inline, owner, name))
            }
            _ => false,
        }
    }
}

fn is_meant(inline: &InlinePolicyIdentifierType, owner: &str, name: &str) -> bool {
    let kind = match inline.attachment_type {
        AttachmentType::User => ":user/",
        AttachmentType::Group => ":group/",
        AttachmentType::Role => ":role/",
    };
    let owner_name = Named::parse(owner).map(|named| named.name);
    inline.policy_name == name && owner_name == Some(&inline.attachment_name) && owner.contains(kind)
}
