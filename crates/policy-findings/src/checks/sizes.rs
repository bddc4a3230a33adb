//! Quotas of size.
//!
//! Evidence: AWS documentation, quotas of IAM, STS, S3, DynamoDB and Organizations. IAM does not count white
//! space, Organizations does.

use lanyard_policy::non_whitespace_len;

use crate::sink::Sink;
use crate::view::Document;
use crate::{IssueCode, PolicyType};

const IDENTITY_CHARACTERS_MAX: usize = 6_144;
const ROLE_TRUST_CHARACTERS_MAX: usize = 2_048;
const ORGANIZATION_BYTES_MAX: usize = 5_120;
/// Of S3 and DynamoDB.
const RESOURCE_BYTES_MAX: usize = 20_480;
/// Of KMS. No service known to us takes more, so it is what can be said if the resource is not known.
const UNKNOWN_RESOURCE_BYTES_MAX: usize = 32_768;

pub(super) fn size(document: &Document<'_>, sink: &mut Sink) {
    let kind = document.kind;
    let bytes = document.source.len();
    let (code, size, max, what) = match kind.policy_type {
        PolicyType::Identity => (
            IssueCode::PolicySizeExceedsIdentityPolicyQuota,
            non_whitespace_len(document.source),
            IDENTITY_CHARACTERS_MAX,
            "characters other than white space, and a managed policy",
        ),
        PolicyType::Resource if kind.is_role_trust() => (
            IssueCode::PolicySizeExceedsRoleTrustPolicyQuota,
            non_whitespace_len(document.source),
            ROLE_TRUST_CHARACTERS_MAX,
            "characters other than white space, and a trust policy, unless its quota was raised,",
        ),
        PolicyType::Resource => (
            IssueCode::PolicySizeExceedsResourcePolicyQuota,
            bytes,
            if kind.resource_type.is_some() {
                RESOURCE_BYTES_MAX
            } else {
                UNKNOWN_RESOURCE_BYTES_MAX
            },
            "bytes, and a resource's policy",
        ),
        PolicyType::ServiceControl => (
            IssueCode::PolicySizeExceedsScpQuota,
            bytes,
            ORGANIZATION_BYTES_MAX,
            "bytes, and a service control policy",
        ),
        PolicyType::ResourceControl => (
            IssueCode::PolicySizeExceedsRcpQuota,
            bytes,
            ORGANIZATION_BYTES_MAX,
            "bytes, and a resource control policy",
        ),
    };
    if size > max {
        let details = format!("The policy has {size} {what} has at most {max}. Split it into several.");
        sink.at(code, document.root, details);
    }
}
