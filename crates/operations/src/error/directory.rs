//! The directory's refusals in AWS's words.

use lanyard_aws_api::ErrorCode;
use lanyard_directory::{Conflict, DirectoryError, OwnerKind, Quota};

use super::Refusal;

impl From<DirectoryError> for Refusal {
    fn from(error: DirectoryError) -> Self {
        use DirectoryError as E;
        match error {
            E::NoSuchUser(name) => {
                Refusal::no_such_entity(format!("The user with name {name} cannot be found."))
            }
            E::NoSuchGroup(name) => {
                Refusal::no_such_entity(format!("The group with name {name} cannot be found."))
            }
            E::NoSuchRole(name) => {
                Refusal::no_such_entity(format!("The role with name {name} cannot be found."))
            }
            E::NoSuchPolicy(arn) => Refusal::no_such_entity(format!("Policy {arn} was not found.")),
            E::NoSuchPolicyVersion { arn, version } => Refusal::no_such_entity(format!(
                "Policy {arn} version {version} does not exist or is not attachable."
            )),
            E::NoSuchInlinePolicy { kind, name } => Refusal::no_such_entity(format!(
                "The {} policy with name {name} cannot be found.",
                kind.word()
            )),
            E::PolicyNotFoundToAttach(arn) => {
                Refusal::no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
            }
            // Evidence: quoted in public issues, for CreateRole.
            E::BoundaryNotFound(arn) => {
                Refusal::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable."))
            }
            E::PolicyNotAttached { arn, .. } => {
                Refusal::no_such_entity(format!("Policy {arn} was not found."))
            }
            E::NotInGroup { user, group } => {
                Refusal::no_such_entity(format!("User {user} not in group {group}"))
            }
            E::NoBoundary { kind, name } => Refusal::no_such_entity(format!(
                "The {} with name {name} does not have a permissions boundary.",
                kind.word()
            )),
            E::NoSuchAccessKey(id) => {
                Refusal::no_such_entity(format!("The Access Key with id {id} cannot be found."))
            }
            E::NoSuchAlias(alias) => {
                Refusal::no_such_entity(format!("The account alias {alias} cannot be found."))
            }
            E::NoSuchMfaDevice(serial) => Refusal::no_such_entity(format!(
                "VirtualMFADevice with serial number {serial} doesn't exist."
            )),
            E::NotTheirMfaDevice(_) => Refusal::no_such_entity("MFA Device invalid for user."),
            E::NoSuchLoginProfile(user) => {
                Refusal::no_such_entity(format!("Login Profile for User {user} cannot be found."))
            }
            E::NoPasswordPolicy(account) => Refusal::no_such_entity(format!(
                "The Password Policy with domain name {account} cannot be found."
            )),
            E::NoSuchOidcProvider(arn) => {
                Refusal::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
            }
            // Evidence: quoted in public tests of a cloud inventory, for GetSAMLProvider.
            E::NoSuchSamlProvider(arn) => {
                Refusal::no_such_entity(format!("Manifest not found for arn {arn}"))
            }
            E::NoSuchSamlPrivateKey(id) => {
                Refusal::no_such_entity(format!("The private key with id {id} cannot be found."))
            }
            E::PolicyNotAttachable(_) => Refusal::new(
                ErrorCode::POLICY_NOT_ATTACHABLE,
                "Cannot attach a Service Role Policy to a Customer Role.",
            ),
            E::PolicyBelongsToAws(_) => Refusal::access_denied("Policy is outside your own account."),
            E::UserExists(name) => exists(format!("User with name {name} already exists.")),
            E::GroupExists(name) => exists(format!("Group with name {name} already exists.")),
            E::RoleExists(name) => exists(format!("Role with name {name} already exists.")),
            E::PolicyExists(name) => exists(format!(
                "A policy called {name} already exists. Duplicate names are not allowed."
            )),
            E::MfaDeviceExists(_) => {
                exists("MFADevice entity at the same path and name already exists.".to_owned())
            }
            E::MfaDeviceInUse(_) => exists("MFA Device is already in use.".to_owned()),
            E::LoginProfileExists(user) => exists(format!("Login Profile for user {user} already exists.")),
            // Evidence: quoted in public issues, for CreateOpenIDConnectProvider.
            E::OidcProviderExists(url) => exists(format!("Provider with url https://{url} already exists.")),
            // Evidence: quoted in public issues, for CreateSAMLProvider.
            E::SamlProviderExists(name) => exists(format!("Provider with name {name} already exists.")),
            E::WebIdentityIssuerEnabled => Refusal::new(
                ErrorCode::FEATURE_ENABLED,
                "Outbound web identity federation is already enabled for this account.",
            ),
            E::WebIdentityIssuerDisabled => Refusal::new(
                ErrorCode::FEATURE_DISABLED,
                "Outbound web identity federation is not enabled for this account.",
            ),
            E::NotASerialNumber(_) => Refusal::validation(
                "The path and the name of a virtual MFA device must not be longer than 227 characters together, and \
                 must contain only alphanumeric characters and/or the following: +=,.@_-/:",
            ),
            // The text of STS; the operations of IAM that take codes have one of their own.
            E::MfaCodeUsed => Refusal::access_denied(
                "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            ),
            E::TooManyThumbprints { limit } => Refusal::new(
                ErrorCode::INVALID_INPUT,
                format!("Thumbprint list must contain fewer than {limit} entries."),
            ),
            E::ProviderTextTooLong { what, limit } => Refusal::new(
                ErrorCode::INVALID_INPUT,
                format!("A provider cannot be kept whose text is so long: {what} can have {limit} bytes."),
            ),
            E::AssertionUsed => Refusal::new(
                ErrorCode::INVALID_IDENTITY_TOKEN,
                "The assertion was used before.",
            ),
            E::TooManyRevocations => Refusal::new(
                ErrorCode::LIMIT_EXCEEDED,
                "Too many sessions are revoked one by one: revoke all sessions instead.",
            ),
            full @ E::TooManyAssertions => Refusal::unavailable(full),
            E::AliasExists(alias) => exists(format!("The account alias {alias} already exists.")),
            E::DeleteConflict(conflict) => Refusal::new(ErrorCode::DELETE_CONFLICT, conflict_text(conflict)),
            E::QuotaExceeded {
                quota,
                limit,
                subject,
            } => Refusal::new(ErrorCode::LIMIT_EXCEEDED, quota_text(quota, limit, &subject)),
            E::RoleUnmodifiable(name) => Refusal::new(
                ErrorCode::UNMODIFIABLE_ENTITY,
                format!(
                    "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
                ),
            ),
            E::PathReserved(path) => Refusal::new(
                ErrorCode::INVALID_INPUT,
                format!("The path {path} is reserved for roles of AWS services."),
            ),
            E::SessionDurationOutOfRange(seconds) => Refusal::validation(format!(
                "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy constraint: \
                 Member must have value between 3600 and 43200"
            )),
            E::DuplicateTagKeys => Refusal::new(
                ErrorCode::INVALID_INPUT,
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ),
            E::TagKeyReserved(_) => Refusal::new(
                ErrorCode::INVALID_INPUT,
                "aws: prefixed tag key names are not allowed for external use.",
            ),
            E::MalformedPolicy(malformed) => {
                Refusal::new(ErrorCode::MALFORMED_POLICY_DOCUMENT, malformed.message())
            }
            E::InvalidPrincipal { kind, text } => Refusal::new(
                ErrorCode::MALFORMED_POLICY_DOCUMENT,
                format!("Invalid principal in policy: \"{kind}\":\"{text}\""),
            ),
            fault @ E::IdExists(_) => Refusal::failure(fault),
        }
    }
}

fn exists(message: String) -> Refusal {
    Refusal::new(ErrorCode::ENTITY_ALREADY_EXISTS, message)
}

fn conflict_text(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::AttachedPolicies => "Cannot delete entity, must detach all policies first.",
        Conflict::InlinePolicies => "Cannot delete entity, must delete policies first.",
        Conflict::GroupMembership => "Cannot delete entity, must remove users from group first.",
        Conflict::AccessKeys => "Cannot delete entity, must delete access keys first.",
        Conflict::LoginProfile => "Cannot delete entity, must delete login profile first.",
        Conflict::MfaDevices => "Cannot delete entity, must delete MFA device first.",
        Conflict::MfaDeviceIsAssigned => "MFA VirtualDevice in use. Must deactivate first.",
        Conflict::PolicyIsAttached | Conflict::PolicyIsBoundary => {
            "Cannot delete a policy attached to entities."
        }
        Conflict::PolicyHasVersions => {
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy."
        }
        Conflict::VersionIsDefault => "Cannot delete the default version of a policy.",
    }
}

fn quota_text(quota: Quota, limit: u64, subject: &str) -> String {
    let owner = match quota {
        Quota::UserPolicySize => OwnerKind::User,
        Quota::GroupPolicySize => OwnerKind::Group,
        Quota::RolePolicySize => OwnerKind::Role,
        Quota::VersionsPerPolicy => {
            return format!(
                "A managed policy can have up to {limit} versions. Before you create a new version, you must delete \
                 an existing version."
            );
        }
        _ => return format!("Cannot exceed quota for {}: {limit}", quota.name()),
    };
    format!(
        "Maximum policy size of {limit} bytes exceeded for {} {subject}",
        owner.word()
    )
}
