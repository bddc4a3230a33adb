//! Secrets Manager: the ARN of a secret ends with six characters that nobody knows who has only its name.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::call::{Lookup, Permission};
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "BatchGetSecretValue",
            Resolve::Custom(
                batch_get_secret_value,
                "*, and each of {SecretIdList} with secretsmanager:GetSecretValue; by filters every secret",
            ),
        ),
        ("CancelRotateSecret", SECRET),
        (
            "CreateSecret",
            Resolve::Custom(
                create_secret,
                "the secret {Name}, with ?????? for what will be the end of its ARN",
            ),
        ),
        ("DeleteResourcePolicy", SECRET),
        ("DeleteSecret", SECRET),
        ("DescribeSecret", SECRET),
        ("GetResourcePolicy", SECRET),
        ("GetSecretValue", SECRET),
        ("ListSecretVersionIds", SECRET),
        ("PutResourcePolicy", SECRET),
        ("PutSecretValue", SECRET),
        ("RemoveRegionsFromReplication", SECRET),
        ("ReplicateSecretToRegions", SECRET),
        ("RestoreSecret", SECRET),
        ("RotateSecret", SECRET),
        ("StopReplicationToReplica", SECRET),
        ("TagResource", SECRET),
        ("UntagResource", SECRET),
        ("UpdateSecret", SECRET),
        ("UpdateSecretVersionStage", SECRET),
        (
            "ValidateResourcePolicy",
            Resolve::Custom(
                validate_resource_policy,
                "the secret {SecretId}, whose ARN is looked up; every secret where none is named",
            ),
        ),
    ],
};

const SECRET: Resolve = Resolve::Custom(secret, "the secret {SecretId}, whose ARN is looked up");

/// What is known of a secret.
enum Found {
    Arn(String),
    Unknown(Lookup),
}

/// The ARN of the secret that a text names, as the upstream has it. An ARN is looked up like a name: `secret:db-backup`
/// can be the whole ARN of `db`, or the ARN of `db-backup` without its last characters, and policies for the one must
/// not reach the other.
///
/// A secret that does not exist is decided on the form that its ARN would have; whoever is allowed that is told so.
fn find(request: &Request<'_>, text: &str) -> Result<Found, MappingError> {
    let Some(found) = request.known.secret(text) else {
        // Fails closed: a text that could not be part of an ARN is not asked for.
        named(request, text)?;
        return Ok(Found::Unknown(Lookup::SecretArn {
            secret: text.to_owned(),
        }));
    };
    Ok(Found::Arn(match found {
        Some(arn) => request.checked_arn("Secret", arn)?,
        None => named(request, text)?,
    }))
}

/// The form of ARN that a secret without one is decided on.
fn named(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    let arn = request.arn_or_name("Secret", "SecretId", text)?;
    Ok(format!("{arn}-??????"))
}

fn secret(request: &Request<'_>) -> Result<Resolved, MappingError> {
    match find(request, request.required("SecretId")?)? {
        Found::Unknown(lookup) => Ok(Resolved::Needs(lookup)),
        Found::Arn(arn) => Ok(Resolved::Permissions(vec![on_secret(request, arn)])),
    }
}

/// Evidence: the user guide. The key of the secret's id has its ARN. Members that stand for themselves are absent for
/// certain where the request leaves them out; stages of a version have a default, so they are not.
fn on_secret(request: &Request<'_>, arn: String) -> Permission {
    let mut permission = request
        .permission(own_action(request), arn.clone())
        .with("secretsmanager:SecretId", &arn);
    for (member, key) in [
        ("AddReplicaRegions", "secretsmanager:AddReplicaRegions"),
        ("BlockPublicPolicy", "secretsmanager:BlockPublicPolicy"),
        ("Description", "secretsmanager:Description"),
        (
            "ExternalSecretRotationRoleArn",
            "secretsmanager:ExternalSecretRotationRoleArn",
        ),
        (
            "ForceDeleteWithoutRecovery",
            "secretsmanager:ForceDeleteWithoutRecovery",
        ),
        (
            "ForceOverwriteReplicaSecret",
            "secretsmanager:ForceOverwriteReplicaSecret",
        ),
        ("KmsKeyId", "secretsmanager:KmsKeyArn"),
        ("KmsKeyId", "secretsmanager:KmsKeyId"),
        ("RecoveryWindowInDays", "secretsmanager:RecoveryWindowInDays"),
        ("RotationLambdaARN", "secretsmanager:RotationLambdaARN"),
        ("Type", "secretsmanager:Type"),
        ("VersionId", "secretsmanager:VersionId"),
    ] {
        if !request.has(member) {
            permission = permission.without(key);
        }
    }
    if request.operation.name() == "GetSecretValue"
        && !request.has("VersionId")
        && !request.has("VersionStage")
    {
        // Evidence: the API reference; the stage that is meant where none is named.
        permission = permission.with("secretsmanager:VersionStage", "AWSCURRENT");
    }
    if !matches!(request.operation.name(), "TagResource" | "UntagResource") {
        // The catalogue has them for every secret, but requests have no place for them.
        permission = permission
            .without("aws:RequestTag/${TagKey}")
            .without("aws:TagKeys");
    }
    if request.has("RotationRules") {
        permission = permission.with("secretsmanager:ModifyRotationRules", "true");
    }
    with_replica_regions(request, permission)
}

fn with_replica_regions(request: &Request<'_>, permission: Permission) -> Permission {
    match request.texts("AddReplicaRegions.Region") {
        Ok(regions) if !regions.is_empty() => {
            permission.with_many("secretsmanager:AddReplicaRegions", regions)
        }
        _ => permission,
    }
}

/// Evidence: the user guide, whose policies for secrets yet to be made end with `-*` or six question marks.
fn create_secret(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request.required("Name")?;
    let arn = format!("{}-??????", request.arn("Secret", &[("SecretId", name)])?);
    let mut permission = request
        .permission("secretsmanager:CreateSecret", arn)
        .with("secretsmanager:Name", name);
    for (member, key) in [
        ("AddReplicaRegions", "secretsmanager:AddReplicaRegions"),
        ("Description", "secretsmanager:Description"),
        (
            "ForceOverwriteReplicaSecret",
            "secretsmanager:ForceOverwriteReplicaSecret",
        ),
        ("KmsKeyId", "secretsmanager:KmsKeyArn"),
        ("KmsKeyId", "secretsmanager:KmsKeyId"),
        ("Type", "secretsmanager:Type"),
    ] {
        if !request.has(member) {
            permission = permission.without(key);
        }
    }
    let permission = with_replica_regions(request, permission)
        .without("secretsmanager:resource/AllowRotationLambdaArn")
        .without("secretsmanager:resource/Type");
    Ok(Resolved::Permissions(vec![permission]))
}

/// Evidence: the API reference; besides its own permission the operation needs the one to get each secret. A list by
/// filters could hold any.
fn batch_get_secret_value(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = vec![request.wildcard("secretsmanager:BatchGetSecretValue")];
    let listed = request.texts("SecretIdList")?;
    if listed.is_empty() || request.has("Filters") {
        let any = request.arn("Secret", &[("SecretId", "*")])?;
        permissions.push(request.permission("secretsmanager:GetSecretValue", any));
    }
    for text in listed {
        match find(request, text)? {
            Found::Unknown(lookup) => return Ok(Resolved::Needs(lookup)),
            Found::Arn(arn) => permissions.push(
                request
                    .permission("secretsmanager:GetSecretValue", arn.clone())
                    .with("secretsmanager:SecretId", &arn),
            ),
        }
    }
    Ok(Resolved::Permissions(permissions))
}

/// A policy can be looked at without a secret.
fn validate_resource_policy(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if request.has("SecretId") {
        return secret(request);
    }
    let any = request.arn("Secret", &[("SecretId", "*")])?;
    let permission = request
        .permission("secretsmanager:ValidateResourcePolicy", any)
        .without("secretsmanager:SecretId");
    Ok(Resolved::Permissions(vec![permission]))
}
