//! KMS: every use of a key is decided on the key, by whatever name the request calls it.
//!
//! An alias stands for a key that only the upstream knows, so it is looked up; the alias itself is asked as well where
//! it is made, moved or deleted. A grant is not known here: who may use a key by a grant alone is refused.
//!
//! Evidence: the service authorization reference; the developer's guide on condition keys and on access to aliases.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::call::{Lookup, Permission};
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

const KEY: Resolve = Resolve::Custom(key);

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[("ReEncrypt", &["kms:ReEncryptFrom", "kms:ReEncryptTo"])],
    operations: &[
        ("CancelKeyDeletion", KEY),
        ("CreateGrant", KEY),
        ("Decapsulate", KEY),
        ("Decrypt", Resolve::Custom(decrypt)),
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
        ("ReEncrypt", Resolve::Custom(re_encrypt)),
        ("ReplicateKey", Resolve::Custom(replicate)),
        ("RetireGrant", Resolve::Custom(retire_grant)),
        ("RevokeGrant", KEY),
        ("RotateKeyOnDemand", KEY),
        ("ScheduleKeyDeletion", KEY),
        ("Sign", KEY),
        ("TagResource", KEY),
        ("UntagResource", KEY),
        ("UpdateKeyDescription", KEY),
        ("UpdatePrimaryRegion", Resolve::Custom(update_primary_region)),
        ("Verify", KEY),
        ("VerifyMac", KEY),
        ("CreateAlias", Resolve::Custom(create_alias)),
        ("DeleteAlias", Resolve::Custom(delete_alias)),
        ("UpdateAlias", Resolve::Custom(update_alias)),
        ("CreateKey", Resolve::Custom(create_key)),
        ("GenerateRandom", Resolve::Custom(wildcard)),
        ("ListAliases", Resolve::Custom(wildcard)),
        ("ListKeys", Resolve::Custom(wildcard)),
        ("ListRetirableGrants", Resolve::Custom(wildcard)),
        ("ConnectCustomKeyStore", Resolve::Custom(wildcard)),
        ("CreateCustomKeyStore", Resolve::Custom(wildcard)),
        ("DeleteCustomKeyStore", Resolve::Custom(wildcard)),
        ("DescribeCustomKeyStores", Resolve::Custom(wildcard)),
        ("DisconnectCustomKeyStore", Resolve::Custom(wildcard)),
        ("UpdateCustomKeyStore", Resolve::Custom(wildcard)),
    ],
};

/// A key, and the alias by which it was called.
struct Named {
    arn: String,
    alias: Option<String>,
}

/// Leaves the function with what must be looked up, or goes on with what is known.
macro_rules! known {
    ($found:expr) => {
        match $found? {
            Ok(found) => found,
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        }
    };
}

/// On the key that `KeyId` names.
fn key(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let key = known!(key_named(request, request.required("KeyId")?));
    Ok(Resolved::Permissions(vec![on_key(request, own(request), key)]))
}

/// The key of a ciphertext stands in the ciphertext, in a form of the upstream's own.
///
/// Differs from AWS, where `KeyId` may be left out.
fn decrypt(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if !request.has("KeyId") {
        return Err(request.unmapped(UNNAMED));
    }
    key(request)
}

const UNNAMED: &str =
    "without KeyId the key stands in the ciphertext, which only the upstream can read: name the key";

/// Evidence: the permissions reference: from the one key and to the other, each with its own encryption context.
fn re_encrypt(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if !request.has("SourceKeyId") {
        return Err(request.unmapped(
            "without SourceKeyId the key stands in the ciphertext, which only the upstream can read: name the key",
        ));
    }
    let source = known!(key_named(request, request.required("SourceKeyId")?));
    let destination = known!(key_named(request, request.required("DestinationKeyId")?));
    let is_same = if source.arn == destination.arn {
        "true"
    } else {
        "false"
    };
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
        let mut permission = on_key(request, action.to_owned(), key).with("kms:ReEncryptOnSameKey", is_same);
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

/// Evidence: the developer's guide: on the alias, and on the key that it shall stand for.
fn create_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let alias = alias_named(request, request.required("AliasName")?)?;
    let target = known!(key_named(request, request.required("TargetKeyId")?));
    Ok(on_alias(request, alias, [target.arn]))
}

/// Evidence: the developer's guide: on the alias, and on the key that it stands for.
fn delete_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let alias = alias_named(request, request.required("AliasName")?)?;
    let current = known!(key_of(request, &alias, "AliasName"));
    Ok(on_alias(request, alias, [current]))
}

/// Evidence: the developer's guide: on the alias, on the key that it stands for, and on the one that it shall stand
/// for.
fn update_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let alias = alias_named(request, request.required("AliasName")?)?;
    let current = known!(key_of(request, &alias, "AliasName"));
    let target = known!(key_named(request, request.required("TargetKeyId")?));
    Ok(on_alias(request, alias, [current, target.arn]))
}

fn on_alias(request: &Request<'_>, alias: String, keys: impl IntoIterator<Item = String>) -> Resolved {
    let on = |arn| common(request, request.permission(own(request), arn));
    Resolved::Permissions(std::iter::once(alias).chain(keys).map(on).collect())
}

/// The permission on a key, with what the request says of its use.
fn on_key(request: &Request<'_>, action: String, key: Named) -> Permission {
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
fn with_encryption_context(mut permission: Permission, context: Option<&Node<'_>>) -> Permission {
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
fn without_attestation(request: &Request<'_>, mut permission: Permission) -> Permission {
    if !request.has("Recipient") {
        permission
            .unknown_keys
            .retain(|key| !key.starts_with("kms:RecipientAttestation:"));
    }
    permission
}

/// A request to KMS itself: by its caller, and through no other service.
fn common(request: &Request<'_>, permission: Permission) -> Permission {
    permission
        .with("kms:CallerAccount", request.scope.account.to_string().as_str())
        .without("kms:ViaService")
}

fn own(request: &Request<'_>) -> String {
    format!("kms:{}", request.operation.name())
}

/// The key that a text names: an id, an ARN, or an alias, which may have to be looked up.
fn key_named(request: &Request<'_>, text: &str) -> Result<Result<Named, Lookup>, MappingError> {
    let is_alias = text.starts_with("alias/") || (text.starts_with("arn:") && text.contains(":alias/"));
    if !is_alias {
        let arn = if text.starts_with("arn:") {
            request.checked_arn("key", text)?
        } else {
            request.arn("key", &[("KeyId", text)])?
        };
        let id = arn.rsplit_once(":key/").map(|(_, id)| id).unwrap_or_default();
        return if is_key_id(id) {
            Ok(Ok(Named { arn, alias: None }))
        } else {
            Err(invalid("KeyId", "it is no id of a key"))
        };
    }
    let alias = alias_named(request, text)?;
    let name = alias
        .rsplit_once(":alias/")
        .map(|(_, name)| format!("alias/{name}"))
        .unwrap_or_default();
    let key = key_of(request, &alias, "KeyId")?;
    Ok(key.map(|arn| Named {
        arn,
        alias: Some(name),
    }))
}

/// Ids are written in one way, so that no upstream takes another spelling for the same key.
fn is_key_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn alias_named(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    let arn = match text.strip_prefix("alias/") {
        Some(name) => request.arn("alias", &[("Alias", name)])?,
        None => request.checked_arn("alias", text)?,
    };
    let name = arn
        .split_once(":alias/")
        .map(|(_, name)| name)
        .unwrap_or_default();
    let is_name = !name.is_empty()
        && name.len() <= 250
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-'));
    if is_name {
        Ok(arn)
    } else {
        Err(invalid(
            "AliasName",
            "it is no name of letters, digits, /, _ and -",
        ))
    }
}

/// The ARN of an alias's key.
fn key_of(request: &Request<'_>, alias: &str, member: &str) -> Result<Result<String, Lookup>, MappingError> {
    match request.known.key_of_alias(alias) {
        None => Ok(Err(Lookup::KeyOfAlias {
            alias: alias.to_owned(),
        })),
        Some(Some(key)) => Ok(Ok(request.checked_arn("key", key)?)),
        // Fails closed: an alias that is made while the request is on its way would stand for any key.
        Some(None) => Err(invalid(member, "there is no such alias")),
    }
}

fn in_region(key: &str, region: &str) -> Result<String, MappingError> {
    let is_region = !region.is_empty()
        && region.len() <= 32
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match lanyard_names::arn::Arn::parse(key) {
        Ok(arn) if is_region => Ok(lanyard_names::arn::Arn { region, ..arn }.to_string()),
        _ => Err(invalid("Region", "it is no region")),
    }
}

fn invalid(member: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    }
}
