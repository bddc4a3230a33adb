//! What of a principal changes how the answers combine.

use lanyard_names::AccountId;

use crate::Principal;
use crate::compiled::arn_fields;
use crate::fold;
use crate::resource::ResourceKey;

/// Whether a principal is a session of a service-linked role.
pub(super) fn is_service_linked(principal: &Principal) -> bool {
    // Only services can make roles under this path. It has to stand right behind the account: other paths may hold
    // colons, so that `:role/aws-service-role/` can occur further on in the ARN of anybody's role.
    const PATH: &str = "role/aws-service-role/";
    let is_path_of_service = |resource: &str| {
        let path = resource.strip_prefix(PATH);
        path.and_then(|path| path.split_once('/'))
            .is_some_and(|(service, name)| !service.is_empty() && name.starts_with("AWSServiceRoleFor"))
    };
    let is_service_linked =
        |arn: &str| arn_fields(arn).is_some_and(|[.., resource]| is_path_of_service(resource));
    matches!(principal, Principal::RoleSession { role_arn, .. } if is_service_linked(role_arn))
}

/// Whether an action needs no permission and cannot be denied to a principal.
///
/// Evidence: the public API reference: whoever has credentials may call GetCallerIdentity, even against an explicit
/// deny; the IAM guide: policies cannot control GetSessionToken, which is for users and the root user.
pub(super) fn is_everybodys(action: &str, principal: &Principal) -> bool {
    match principal {
        Principal::Root { .. } | Principal::User { .. } => {
            fold::same(action, "sts:GetCallerIdentity") || fold::same(action, "sts:GetSessionToken")
        }
        Principal::RoleSession { .. } | Principal::FederatedUser { .. } | Principal::Service { .. } => {
            fold::same(action, "sts:GetCallerIdentity")
        }
        Principal::WebIdentity { .. } | Principal::Saml { .. } | Principal::Anonymous => false,
    }
}

/// Evidence: the IAM guide: an identity provider is trusted by roles of its own account. Providers without ARN are of
/// no account.
pub(super) fn is_foreign_provider(
    principal: &Principal,
    owner: Option<AccountId>,
    resource: &ResourceKey<'_>,
) -> bool {
    let (Principal::WebIdentity { provider } | Principal::Saml { provider }) = principal else {
        return false;
    };
    let Some(["arn", partition, _, _, account, _]) = arn_fields(provider) else {
        return false;
    };
    let other_partition = resource.partition().is_some_and(|other| other != partition);
    other_partition || AccountId::parse(account).ok() != owner
}

/// Whether principal and resource lie in different partitions.
pub(super) fn in_other_partition(principal: &Principal, resource: &ResourceKey<'_>) -> bool {
    match (principal.partition(), resource.partition()) {
        (Some(own), Some(other)) => own != other,
        _ => false,
    }
}
