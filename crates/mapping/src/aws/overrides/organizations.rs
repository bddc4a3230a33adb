//! Organizations: what an id begins with says of what kind it is the id.
//!
//! Every ARN has the ids of the organization and of its management account, whose delegate the caller may be, and no
//! request tells them: `*` stands for them, as for the type of a policy.
//!
//! Deliberately absent: what is made, and transfers of responsibility, which the rules know.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("AcceptHandshake", BY_ID),
        ("AttachPolicy", BY_ID),
        ("CancelHandshake", BY_ID),
        ("CreateOrganizationalUnit", BY_ID),
        ("DeclineHandshake", BY_ID),
        ("DeleteOrganizationalUnit", BY_ID),
        ("DeletePolicy", BY_ID),
        ("DescribeEffectivePolicy", BY_ID),
        ("DescribeHandshake", BY_ID),
        ("DescribeOrganizationalUnit", BY_ID),
        ("DescribePolicy", BY_ID),
        ("DetachPolicy", BY_ID),
        ("DisablePolicyType", BY_ID),
        ("EnablePolicyType", BY_ID),
        ("ListAccountsForParent", BY_ID),
        ("ListChildren", BY_ID),
        ("ListOrganizationalUnitsForParent", BY_ID),
        ("ListParents", BY_ID),
        ("ListPoliciesForTarget", BY_ID),
        ("ListTagsForResource", BY_ID),
        ("ListTargetsForPolicy", BY_ID),
        ("MoveAccount", BY_ID),
        ("TagResource", BY_ID),
        ("UntagResource", BY_ID),
        ("UpdateOrganizationalUnit", BY_ID),
        ("UpdatePolicy", BY_ID),
    ],
};

const BY_ID: Resolve = Resolve::Custom(
    by_id,
    "each root, unit, account, policy or handshake whose id is given",
);

/// Every member of these operations that is an id. None of them has one that is not decided on.
const IDS: [&str; 11] = [
    "AccountId",
    "ChildId",
    "DestinationParentId",
    "HandshakeId",
    "OrganizationalUnitId",
    "ParentId",
    "PolicyId",
    "ResourceId",
    "RootId",
    "SourceParentId",
    "TargetId",
];

fn by_id(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = Vec::new();
    for path in IDS {
        if let Some(id) = request.text(path)? {
            put(path, id, &mut arns)?;
        }
    }
    // Without a target, it is about the account of the caller.
    if arns.is_empty() && request.operation.name() == "DescribeEffectivePolicy" {
        let own = request.scope.account;
        arns.push(format!("arn:aws:organizations::*:account/o-*/{own}"));
    }
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

/// The ARNs that an id may stand for.
///
/// Evidence: the forms of ids in the public model.
fn put(path: &'static str, id: &str, arns: &mut Vec<String>) -> Result<(), MappingError> {
    let is_plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_account = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    let kind = match id.split_once('-') {
        _ if is_account => "account/o-*",
        Some(("r", _)) => "root/o-*",
        Some(("ou", _)) => "ou/o-*",
        Some(("p", _)) => "policy/o-*/*",
        Some(("h", _)) => "handshake/o-*/*",
        Some(("rp", _)) => "resourcepolicy/o-*",
        Some(("rt", _)) => "transfer/o-*/*/*",
        _ => "",
    };
    if !is_plain || kind.is_empty() {
        return Err(MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "it is no id of Organizations",
        });
    }
    arns.push(format!("arn:aws:organizations::*:{kind}/{id}"));
    // Policies of AWS alone have words in their ids.
    if id.starts_with("p-") && id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        arns.push(format!("arn:aws:organizations::aws:policy/*/{id}"));
    }
    Ok(())
}
