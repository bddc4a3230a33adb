//! The condition keys of KMS: what a request says of the use of a key, and what it cannot say.

use super::named::Named;
use crate::aws::call::Permission;
use crate::aws::input::Node;
use crate::aws::request::Request;

/// The permission on a key, with what the request says of its use.
pub(super) fn on_key(request: &Request<'_>, action: String, key: Named) -> Permission {
    let mut permission = common(request, request.permission(action, key.arn));
    // What the key itself is stands in no request: members of these names are about data keys.
    permission.context.remove("kms:KeySpec");
    if !permission.unknown_keys.contains(&"kms:KeySpec") {
        permission.unknown_keys.push("kms:KeySpec");
    }
    permission = match &key.alias {
        Some(alias) => permission.with("kms:RequestAlias", alias),
        None => permission.without("kms:RequestAlias"),
    };
    for (name, member) in [
        ("kms:DataKeyPairSpec", "KeyPairSpec"),
        (
            "kms:ScheduleKeyDeletionPendingWindowInDays",
            "PendingWindowInDays",
        ),
    ] {
        if let Some(value) = request.input.member(member).and_then(Node::as_text) {
            permission = permission.with(name, value);
        }
    }
    if request.operation.name() == "CreateGrant" {
        return with_grant(request, permission);
    }
    if request.operation.name() == "ReEncrypt" {
        return permission;
    }
    let permission = with_encryption_context(permission, request.input.member("EncryptionContext"));
    without_attestation(request, permission)
}

/// What a grant will allow, and to whom.
///
/// Evidence: the developer's guide: the encryption context of a grant is the one of its constraint.
fn with_grant(request: &Request<'_>, mut permission: Permission) -> Permission {
    for (key, member) in [
        ("kms:GranteePrincipal", "GranteePrincipal"),
        ("kms:GranteeServicePrincipal", "GranteeServicePrincipal"),
        ("kms:RetiringPrincipal", "RetiringPrincipal"),
        ("kms:RetiringServicePrincipal", "RetiringServicePrincipal"),
        ("kms:GrantConstraintSourceArn", "Constraints.SourceArn"),
    ] {
        permission = match request.text(member) {
            Ok(Some(value)) => permission.with(key, value),
            Ok(None) => permission.without(key),
            Err(_) => permission,
        };
    }
    let operations = request.texts("Operations").unwrap_or_default();
    permission = permission.with_many("kms:GrantOperations", operations);
    let constraints: Vec<_> = ["EncryptionContextEquals", "EncryptionContextSubset"]
        .into_iter()
        .filter_map(|name| {
            let constraints = request.input.member("Constraints")?;
            Some((name, constraints.member(name)?))
        })
        .collect();
    match constraints.as_slice() {
        [] => with_encryption_context(permission.without("kms:GrantConstraintType"), None),
        [(name, context)] => {
            with_encryption_context(permission.with("kms:GrantConstraintType", name), Some(context))
        }
        // Fails closed: of two constraints it is not known which one counts.
        _ => permission,
    }
}

/// Enters the pairs of an encryption context. The pairs that it does not have are truly absent.
pub(super) fn with_encryption_context(mut permission: Permission, context: Option<&Node<'_>>) -> Permission {
    let pairs = context.map(Node::members).unwrap_or_default();
    for (name, value) in pairs {
        if let Some(value) = value.as_text() {
            permission.context.insert(
                format!("kms:EncryptionContext:{name}"),
                lanyard_policy::Text::copied(value),
            );
        }
    }
    permission
        .without("kms:EncryptionContext:${EncryptionContextKey}")
        .with_many(
            "kms:EncryptionContextKeys",
            pairs.iter().map(|(name, _)| name.as_ref()),
        )
}

/// Only a request with a recipient comes from an enclave that attests what it is.
pub(super) fn without_attestation(request: &Request<'_>, mut permission: Permission) -> Permission {
    if !request.has("Recipient") {
        permission
            .unknown_keys
            .retain(|key| !key.starts_with("kms:RecipientAttestation:"));
    }
    permission
}

/// A request to KMS itself: by its caller, and through no other service.
pub(super) fn common(request: &Request<'_>, permission: Permission) -> Permission {
    permission
        .with("kms:CallerAccount", request.scope.account.to_string().as_str())
        .without("kms:ViaService")
}
