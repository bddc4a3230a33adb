//! KMS: every use of a key is decided on the key, by whatever name the request calls it.
//!
//! An alias stands for a key that only the upstream knows, so it is looked up; the alias itself is asked as well where
//! it is made, moved or deleted. A grant is not known here: who may use a key by a grant alone is refused.
//!
//! Evidence: the service authorization reference; the developer's guide on condition keys and on access to aliases.

mod aliases;
mod conditions;
mod named;

use aliases::{create_alias, delete_alias, update_alias};
use conditions::{common, on_key, with_encryption_context, without_attestation};
use named::{Named, in_region, key_named};

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::call::Lookup;
use crate::aws::request::{Request, Resolved};

const KEY: Resolve = Resolve::Custom(key, "the key {KeyId}; what an alias stands for is looked up");

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[("ReEncrypt", &["kms:ReEncryptFrom", "kms:ReEncryptTo"])],
    operations: &[
        ("CancelKeyDeletion", KEY),
        ("CreateGrant", KEY),
        ("Decapsulate", KEY),
        (
            "Decrypt",
            Resolve::Custom(
                decrypt,
                "the key {KeyId}, or any where none is named; what an alias stands for is looked up",
            ),
        ),
        ("DeleteImportedKeyMaterial", KEY),
        ("DeriveSharedSecret", KEY),
        ("DescribeKey", KEY),
        ("DisableKey", KEY),
        ("DisableKeyRotation", KEY),
        ("EnableKey", KEY),
        ("EnableKeyRotation", KEY),
        ("Encapsulate", KEY),
        ("Encrypt", KEY),
        ("GenerateDataKey", KEY),
        ("GenerateDataKeyPair", KEY),
        ("GenerateDataKeyPairWithoutPlaintext", KEY),
        ("GenerateDataKeyWithoutPlaintext", KEY),
        ("GenerateMac", KEY),
        ("GetKeyLastUsage", KEY),
        ("GetKeyPolicy", KEY),
        ("GetKeyRotationStatus", KEY),
        ("GetParametersForImport", KEY),
        ("GetPublicKey", KEY),
        ("ImportKeyMaterial", KEY),
        ("ListGrants", KEY),
        ("ListKeyPolicies", KEY),
        ("ListKeyRotations", KEY),
        ("ListResourceTags", KEY),
        ("PutKeyPolicy", KEY),
        (
            "ReEncrypt",
            Resolve::Custom(
                re_encrypt,
                "{SourceKeyId}, or any key, to decrypt and {DestinationKeyId} to encrypt; what an alias stands for is \
                 looked up",
            ),
        ),
        (
            "ReplicateKey",
            Resolve::Custom(
                replicate,
                "the key {KeyId}; * to make the replica, and the replica to tag it",
            ),
        ),
        (
            "RetireGrant",
            Resolve::Custom(retire_grant, "the key {KeyId}; a grant token alone is refused"),
        ),
        ("RevokeGrant", KEY),
        ("RotateKeyOnDemand", KEY),
        ("ScheduleKeyDeletion", KEY),
        ("Sign", KEY),
        ("TagResource", KEY),
        ("UntagResource", KEY),
        ("UpdateKeyDescription", KEY),
        (
            "UpdatePrimaryRegion",
            Resolve::Custom(
                update_primary_region,
                "the key {KeyId}, and its replica in {PrimaryRegion}",
            ),
        ),
        ("Verify", KEY),
        ("VerifyMac", KEY),
        (
            "CreateAlias",
            Resolve::Custom(create_alias, "the alias {AliasName}, and the key {TargetKeyId}"),
        ),
        (
            "DeleteAlias",
            Resolve::Custom(
                delete_alias,
                "the alias {AliasName}, and the key that it stands for, which is looked up",
            ),
        ),
        (
            "UpdateAlias",
            Resolve::Custom(
                update_alias,
                "the alias {AliasName}, the key that it stands for, which is looked up, and {TargetKeyId}",
            ),
        ),
        (
            "CreateKey",
            Resolve::Custom(
                create_key,
                "*, and every key with kms:TagResource where the request has tags",
            ),
        ),
        (
            "GenerateRandom",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "ListAliases",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "ListKeys",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "ListRetirableGrants",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "ConnectCustomKeyStore",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "CreateCustomKeyStore",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "DeleteCustomKeyStore",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "DescribeCustomKeyStores",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "DisconnectCustomKeyStore",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
        (
            "UpdateCustomKeyStore",
            Resolve::Custom(
                wildcard,
                "*, with the condition keys that every request of the service has",
            ),
        ),
    ],
};

/// Leaves the function with what must be looked up, or goes on with what is known.
macro_rules! known {
    ($found:expr) => {
        match $found? {
            Ok(found) => found,
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        }
    };
}
use known;

/// On the key that `KeyId` names.
fn key(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let key = known!(key_named(request, request.required("KeyId")?));
    Ok(Resolved::Permissions(vec![on_key(request, own(request), key)]))
}

/// On the key that `KeyId` names, or on any: then the key stands in the ciphertext, in a form of the upstream's own.
fn decrypt(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let key = known!(key_or_any(request, "KeyId"));
    Ok(Resolved::Permissions(vec![on_key(request, own(request), key)]))
}

/// The key that a member names; without it, any key of the account and the region, of which only the service knows
/// which it is.
fn key_or_any(request: &Request<'_>, member: &str) -> Result<Result<Named, Lookup>, MappingError> {
    if request.has(member) {
        return key_named(request, request.required(member)?);
    }
    Ok(Ok(Named {
        arn: request.any("key")?,
        alias: None,
    }))
}

/// Evidence: the permissions reference: from the one key and to the other, each with its own encryption context.
fn re_encrypt(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let source = known!(key_or_any(request, "SourceKeyId"));
    let destination = known!(key_named(request, request.required("DestinationKeyId")?));
    let is_same = request.has("SourceKeyId").then(|| source.arn == destination.arn);
    let mut permissions = Vec::new();
    for (action, key, context, algorithm) in [
        (
            "kms:ReEncryptFrom",
            source,
            "SourceEncryptionContext",
            "SourceEncryptionAlgorithm",
        ),
        (
            "kms:ReEncryptTo",
            destination,
            "DestinationEncryptionContext",
            "DestinationEncryptionAlgorithm",
        ),
    ] {
        let mut permission = on_key(request, action.to_owned(), key);
        if let Some(is_same) = is_same {
            permission = permission.with("kms:ReEncryptOnSameKey", if is_same { "true" } else { "false" });
        }
        if let Some(algorithm) = request.text(algorithm)? {
            permission = permission.with("kms:EncryptionAlgorithm", algorithm);
        }
        permissions.push(with_encryption_context(permission, request.input.member(context)));
    }
    Ok(Resolved::Permissions(permissions))
}

/// A grant is named by its key and its id, or by a token that tells neither.
fn retire_grant(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if request.has("GrantToken") {
        return Err(request
            .unmapped("the key of a grant token is known to the upstream only: give KeyId and GrantId"));
    }
    let key = known!(key_named(request, request.required("KeyId")?));
    // The constraints that the grant has are the upstream's.
    Ok(Resolved::Permissions(vec![
        request
            .permission("kms:RetireGrant", key.arn)
            .with("kms:CallerAccount", request.scope.account.to_string().as_str())
            .without("kms:ViaService"),
    ]))
}

/// Evidence: the developer's guide on multi-Region keys: the replica is a key that is made, in the other Region.
fn replicate(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let key = known!(key_named(request, request.required("KeyId")?));
    let replica = in_region(&key.arn, request.required("ReplicaRegion")?)?;
    let mut permissions = vec![
        on_key(request, own(request), key),
        common(request, request.wildcard("kms:CreateKey")),
    ];
    if !request.nodes("Tags").is_empty() {
        permissions.push(common(request, request.permission("kms:TagResource", replica)));
    }
    Ok(Resolved::Permissions(permissions))
}

/// Evidence: the developer's guide on multi-Region keys: on the key that is the primary one and on its replica.
fn update_primary_region(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let key = known!(key_named(request, request.required("KeyId")?));
    let replica = Named {
        arn: in_region(&key.arn, request.required("PrimaryRegion")?)?,
        alias: None,
    };
    Ok(Resolved::Permissions(vec![
        on_key(request, own(request), key),
        on_key(request, own(request), replica),
    ]))
}

/// A key that is made has no ARN yet. Tags for it need the permission to tag keys.
fn create_key(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permission = common(request, request.wildcard("kms:CreateKey"));
    for (key, member) in [
        ("kms:KeyOrigin", "Origin"),
        ("kms:KeySpec", "CustomerMasterKeySpec"),
        ("kms:KeySpec", "KeySpec"),
    ] {
        if let Some(value) = request.text(member)? {
            permission = permission.with(key, value);
        }
    }
    // A key that is made has no tags yet.
    permission.takes_resource_tags = false;
    let mut permissions = vec![permission];
    if !request.nodes("Tags").is_empty() {
        let any = request.arn("key", &[("KeyId", "*")])?;
        let mut permission = common(request, request.permission("kms:TagResource", any));
        permission.takes_resource_tags = false;
        permissions.push(permission);
    }
    Ok(Resolved::Permissions(permissions))
}

fn wildcard(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let permission = common(request, request.wildcard(own(request)));
    Ok(Resolved::Permissions(vec![without_attestation(
        request, permission,
    )]))
}

fn own(request: &Request<'_>) -> String {
    format!("kms:{}", request.operation.name())
}
