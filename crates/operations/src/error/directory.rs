//! The directory's refusals in AWS's words. Texts about MFA devices, certificates and SSH public keys: recorded answers.

use lanyard_aws_api::ErrorCode;
use lanyard_directory::{Conflict, DirectoryError, OwnerKind, Quota};

use super::Refusal;

impl From<DirectoryError> for Refusal {
    fn from(error: DirectoryError) -> Self {
        use DirectoryError as E;
        match error {
            E::NoSuchUser(name) => missing(format!("The user with name {name} cannot be found.")),
            E::NoSuchGroup(name) => missing(format!("The group with name {name} cannot be found.")),
            E::NoSuchRole(name) => missing(format!("The role with name {name} cannot be found.")),
            E::NoSuchInstanceProfile(name) => missing(format!("Instance Profile {name} cannot be found.")),
            E::NoSuchPolicy(arn) | E::PolicyNotAttached { arn, .. } => missing(no_policy_text(&arn)),
            E::NoSuchPolicyVersion { arn, version } => not_attachable(version_text(&arn, &version)),
            E::NoSuchInlinePolicy { kind, name } => absent(inline_policy(kind, &name)),
            E::PolicyNotFoundToAttach(arn) => not_attachable(format!("Policy {arn}")),
            E::BoundaryNotFound(arn) => not_attachable(boundary_text(&arn)),
            E::NotInInstanceProfile { role, profile } => missing(not_in_profile_text(&role, &profile)),
            E::NoBoundary { kind, name } => missing(no_boundary_text(kind, &name)),
            E::NoSuchAccessKey(id) => missing(format!("The Access Key with id {id} cannot be found.")),
            E::NoSuchAlias(alias) => missing(format!("The account alias {alias} cannot be found.")),
            E::NoSuchSshPublicKey(id) => missing(format!("The Public Key with id {id} cannot be found.")),
            E::NotTheirSshPublicKey(id) => missing(format!("User has no Public Key with id {id}.")),
            E::NoSuchSigningCertificate(id) => absent(format!("The Certificate with id {id}")),
            E::NoSuchServerCertificate(name) => absent(format!("The Server Certificate with name {name}")),
            E::NoSuchServiceSpecificCredential(id) => missing(format!("No such credential {id} exists")),
            E::NotTheirServiceSpecificCredential { user, id } => Refusal::not_their_credential(&user, &id),
            E::NoSuchMfaDevice(serial) => missing(no_device_text(&serial)),
            E::NotTheirMfaDevice(_) => missing("MFA Device invalid for user."),
            E::NoSuchLoginProfile(user) => missing(format!("Login Profile for User {user} cannot be found.")),
            E::NoPasswordPolicy(account) => absent(format!("The Password Policy with domain name {account}")),
            E::NoSuchOidcProvider(arn) => missing(format!("OpenIDConnect Provider not found for arn {arn}")),
            E::NoSuchSamlProvider(arn) => missing(no_saml_provider_text(&arn)),
            E::NoSuchSamlPrivateKey(id) => missing(format!("The private key with id {id} cannot be found.")),
            E::UserExists(name) => exists(format!("User with name {name} already exists.")),
            E::GroupExists(name) => exists(format!("Group with name {name} already exists.")),
            E::RoleExists(name) => exists(format!("Role with name {name} already exists.")),
            E::InstanceProfileExists(name) => exists(format!("Instance Profile {name} already exists.")),
            E::SigningCertificateOfAnother(_) => Refusal::duplicate_certificate(),
            E::ServerCertificateExists(name) => exists(server_certificate_text(&name)),
            E::PolicyExists(name) => exists(policy_text(&name)),
            E::AliasExists(alias) => exists(format!("The account alias {alias} already exists.")),
            E::MfaDeviceExists(_) => exists("MFA device already exists."),
            E::MfaDeviceInUse(_) => exists("MFA Device is already in use."),
            E::LoginProfileExists(user) => exists(format!("Login Profile for user {user} already exists.")),
            E::OidcProviderExists(url) => exists(oidc_provider_text(&url)),
            E::SamlProviderExists(name) => exists(format!("Provider with name {name} already exists.")),
            E::PolicyNotAttachable(_) => Refusal::new(ErrorCode::POLICY_NOT_ATTACHABLE, FOR_SERVICES),
            E::PolicyBelongsToAws(_) => Refusal::access_denied("Policy is outside your own account."),
            E::RoleUnmodifiable(name) => Refusal::new(ErrorCode::UNMODIFIABLE_ENTITY, protected_text(&name)),
            E::NoSuchLinkedService(service) => Refusal::no_such_linked_service(&service),
            E::SuffixNotAllowed(service) => input(format!("Custom suffix is not allowed for {service}")),
            E::ServiceLinkedRoleExists(name) => Refusal::service_linked_role_exists(&name),
            E::NotAServiceLinkedRoleName(name) => Refusal::not_a_service_linked_role_name(&name),
            E::NotServiceLinked(name) => missing(format!("{name} exists but is not a service role.")),
            E::ServiceLinkedSessionDuration(name) => Refusal::service_linked_session_duration(&name),
            E::DeleteConflict(conflict) => Refusal::new(ErrorCode::DELETE_CONFLICT, conflict_text(conflict)),
            E::QuotaExceeded {
                quota,
                limit,
                subject,
            } => Refusal::new(ErrorCode::LIMIT_EXCEEDED, quota_text(quota, limit, &subject)),
            E::SshPublicKeyExists(_) => Refusal::duplicate_public_key(),
            E::InstanceProfileFull(_) => Refusal::new(ErrorCode::LIMIT_EXCEEDED, ONE_ROLE),
            E::TooManyRevocations => Refusal::new(ErrorCode::LIMIT_EXCEEDED, REVOKED_ONE_BY_ONE),
            E::TooManyAssertions => Refusal::unavailable(error),
            E::AssertionUsed => Refusal::new(ErrorCode::INVALID_IDENTITY_TOKEN, ASSERTION_USED),
            E::MfaCodeUsed => Refusal::access_denied(MFA_CODE_WRONG),
            E::NotASerialNumber(_) => Refusal::validation(NOT_A_SERIAL_NUMBER),
            E::SessionDurationOutOfRange(seconds) => Refusal::validation(duration_text(seconds)),
            E::PathReserved(path) if path.starts_with("/aws-reserved/") => input(PATH_OF_AWS),
            E::PathReserved(_) => input(PATH_OF_SERVICES),
            E::DuplicateTagKeys => input(DUPLICATE_TAG_KEYS),
            // Evidence: recorded answers, about managed policies.
            E::RepeatedTagKeys => input("Duplicate tag keys found."),
            // Evidence: a recorded answer, of TagMFADevice.
            E::TagKeyReserved(_) => input("Tag keys beginning with aws: are reserved for system use."),
            E::TooManyThumbprints { limit } => input(thumbprints_text(limit)),
            E::ProviderTextTooLong { what, limit } => input(provider_text(what, limit)),
            E::MalformedPolicy(malformed) => malformed_policy(malformed.message()),
            E::InvalidPrincipal { kind, text } => malformed_policy(principal_text(&kind, &text)),
            // The operations that meet the latter two name the account.
            E::IdExists(_) | E::WebIdentityIssuerEnabled | E::WebIdentityIssuerDisabled => {
                Refusal::failure(error)
            }
        }
    }
}

/// Evidence: quoted in a public issue.
const PATH_OF_SERVICES: &str =
    "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles";
/// AWS's text is not known.
const PATH_OF_AWS: &str = "Path prefix '/aws-reserved/' can only be used by AWS";
const FOR_SERVICES: &str = "Cannot attach a Service Role Policy to a Customer Role.";
const DUPLICATE_TAG_KEYS: &str = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
/// Evidence: a recorded response.
const ONE_ROLE: &str = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
const ASSERTION_USED: &str = "The assertion was used before.";
const REVOKED_ONE_BY_ONE: &str = "Too many sessions are revoked one by one: revoke all sessions instead.";
/// The text of STS; the operations of IAM that take codes have one of their own.
const MFA_CODE_WRONG: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const NOT_A_SERIAL_NUMBER: &str = "The path and the name of a virtual MFA device must not be longer than 227 \
    characters together, and must contain only alphanumeric characters and/or the following: +=,.@_-/:";

fn no_policy_text(arn: &str) -> String {
    format!("Policy {arn} was not found.")
}

fn version_text(arn: &str, version: &str) -> String {
    format!("Policy {arn} version {version}")
}

/// Evidence: quoted in public issues, for CreateRole.
fn boundary_text(arn: &str) -> String {
    format!("Scope ARN: {arn}")
}

/// Evidence: quoted in public tests of a cloud inventory, for GetSAMLProvider.
fn no_saml_provider_text(arn: &str) -> String {
    format!("Manifest not found for arn {arn}")
}

/// Evidence: quoted in public issues, for CreateOpenIDConnectProvider and CreateSAMLProvider.
fn oidc_provider_text(url: &str) -> String {
    format!("Provider with url https://{url} already exists.")
}

fn principal_text(kind: &str, text: &str) -> String {
    format!("Invalid principal in policy: \"{kind}\":\"{text}\"")
}

fn missing(message: impl Into<String>) -> Refusal {
    Refusal::no_such_entity(message)
}

fn absent(what: String) -> Refusal {
    missing(what + " cannot be found.")
}

fn not_attachable(what: String) -> Refusal {
    missing(what + " does not exist or is not attachable.")
}

fn exists(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::ENTITY_ALREADY_EXISTS, message)
}

fn input(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::INVALID_INPUT, message)
}

fn malformed_policy(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::MALFORMED_POLICY_DOCUMENT, message)
}

/// Evidence: a recorded response.
fn not_in_profile_text(role: &str, profile: &str) -> String {
    format!("Role {role} in Instance Profile {profile} cannot be found.")
}

fn inline_policy(kind: OwnerKind, name: &str) -> String {
    format!("The {} policy with name {name}", kind.word())
}

fn no_device_text(serial: &str) -> String {
    format!("MFA Device with serial number {serial} does not exist.")
}

fn server_certificate_text(name: &str) -> String {
    format!("The Server Certificate with name {name} already exists.")
}

fn policy_text(name: &str) -> String {
    format!("A policy called {name} already exists. Duplicate names are not allowed.")
}

fn thumbprints_text(limit: usize) -> String {
    format!("Thumbprint list must contain fewer than {limit} entries.")
}

fn provider_text(what: &str, limit: usize) -> String {
    format!("A provider with so long a text cannot be kept: {what} can have {limit} bytes.")
}

fn no_boundary_text(kind: OwnerKind, name: &str) -> String {
    let kind = kind.word();
    format!("The {kind} with name {name} does not have a permissions boundary.")
}

fn protected_text(role: &str) -> String {
    format!(
        "Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS"
    )
}

fn duration_text(seconds: u32) -> String {
    format!(
        "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member \
         must have value between 3600 and 43200"
    )
}

fn conflict_text(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::AttachedPolicies => "Cannot delete entity, must detach all policies first.",
        Conflict::InlinePolicies => "Cannot delete entity, must delete policies first.",
        Conflict::GroupMembership => "Cannot delete entity, must remove users from group first.",
        Conflict::AccessKeys => "Cannot delete entity, must delete access keys first.",
        Conflict::LoginProfile => "Cannot delete entity, must delete login profile first.",
        Conflict::SigningCertificates => "Cannot delete entity, must delete certificates first.",
        // Evidence: recorded answers, and public pages that quote it.
        Conflict::MfaDevices => "Cannot delete entity, must remove tokens from principal first.",
        Conflict::MfaDeviceIsAssigned => "MFA VirtualDevice in use. Must deactivate first.",
        // Evidence: quoted in public issues, about users with SSH public keys.
        Conflict::ServiceCredentials => "Cannot delete entity, must remove referenced objects first.",
        Conflict::InstanceProfileRole => {
            "Cannot delete entity, must remove roles from instance profile first."
        }
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
        // Evidence: a recorded answer, about an OpenID Connect provider.
        Quota::TagsPerResource => return "The number of tags has reached the maximum limit.".to_owned(),
        // Evidence: a recorded answer of UpdateSAMLProvider.
        Quota::PrivateKeysPerSamlProvider => return format!("Private key limit of {limit} is reached."),
        _ => return format!("Cannot exceed quota for {}: {limit}", quota.name()),
    };
    format!(
        "Maximum policy size of {limit} bytes exceeded for {} {subject}",
        owner.word()
    )
}
