//! What can be wrong with a change to an account, in the directory's own words.
//!
//! No wire codes and no caller-facing texts: those are a table further up. The variants carry what the
//! texts need. The `Display` forms are for operators and tests.

use lanyard_names::AccountId;
use lanyard_policy::MalformedPolicy;

use crate::quota::Quota;

/// Which kind of entity carries policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerKind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
}

impl OwnerKind {
    /// The word for it: `user`, `group`, `role`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }
}

/// Why an entity cannot be deleted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// Managed policies are attached to it.
    AttachedPolicies,
    /// It has inline policies.
    InlinePolicies,
    /// The user is in a group, or the group has users.
    GroupMembership,
    /// The user has access keys.
    AccessKeys,
    /// The user has a password.
    LoginProfile,
    /// The user has MFA devices.
    MfaDevices,
    /// The user has signing certificates.
    SigningCertificates,
    /// The user has SSH public keys, or credentials of single services.
    ServiceCredentials,
    /// The MFA device is somebody's.
    MfaDeviceIsAssigned,
    /// The role is in an instance profile, or the instance profile has a role.
    InstanceProfileRole,
    /// The managed policy is attached to something.
    PolicyIsAttached,
    /// The managed policy is the permissions boundary of something.
    PolicyIsBoundary,
    /// The managed policy has versions other than the default one.
    PolicyHasVersions,
    /// The version is the default one.
    VersionIsDefault,
}

/// A change that an account's rules refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// No user has the name.
    #[error("there is no user {0}")]
    NoSuchUser(Box<str>),
    /// No group has the name.
    #[error("there is no group {0}")]
    NoSuchGroup(Box<str>),
    /// No role has the name.
    #[error("there is no role {0}")]
    NoSuchRole(Box<str>),
    /// No instance profile has the name.
    #[error("there is no instance profile {0}")]
    NoSuchInstanceProfile(Box<str>),
    /// No managed policy has the ARN.
    #[error("there is no managed policy {0}")]
    NoSuchPolicy(Box<str>),
    /// The managed policy has no such version.
    #[error("managed policy {arn} has no version {version}")]
    NoSuchPolicyVersion {
        /// The policy's ARN.
        arn: Box<str>,
        /// The version asked for.
        version: Box<str>,
    },
    /// The owner has no inline policy of the name.
    #[error("the {} has no inline policy {name}", kind.word())]
    NoSuchInlinePolicy {
        /// What kind of owner.
        kind: OwnerKind,
        /// The inline policy's name.
        name: Box<str>,
    },
    /// A policy to be attached does not exist here.
    #[error("managed policy {0} does not exist or cannot be attached")]
    PolicyNotFoundToAttach(Box<str>),
    /// A policy to become a boundary does not exist here.
    #[error("managed policy {0} does not exist or cannot be a boundary")]
    BoundaryNotFound(Box<str>),
    /// The policy exists but may not be attached to this kind of entity (policies of service-linked roles).
    #[error("managed policy {0} is for service-linked roles only")]
    PolicyNotAttachable(Box<str>),
    /// The policy to be detached is not attached.
    #[error("managed policy {arn} is not attached to {} {name}", kind.word())]
    PolicyNotAttached {
        /// The policy's ARN.
        arn: Box<str>,
        /// What kind of owner.
        kind: OwnerKind,
        /// The owner's name.
        name: Box<str>,
    },
    /// The policy belongs to AWS and cannot be changed by an account.
    #[error("managed policy {0} belongs to AWS")]
    PolicyBelongsToAws(Box<str>),
    /// The role is not in the instance profile.
    #[error("role {role} is not in instance profile {profile}")]
    NotInInstanceProfile {
        /// The role's name.
        role: Box<str>,
        /// The instance profile's name.
        profile: Box<str>,
    },
    /// The user or role has no permissions boundary.
    #[error("{} {name} has no permissions boundary", kind.word())]
    NoBoundary {
        /// What kind of owner.
        kind: OwnerKind,
        /// The owner's name.
        name: Box<str>,
    },
    /// The owner has no access key of the id.
    #[error("there is no access key {0}")]
    NoSuchAccessKey(Box<str>),
    /// The user has no SSH public key of the id.
    #[error("there is no SSH public key {0}")]
    NoSuchSshPublicKey(Box<str>),
    /// The SSH public key is another user's.
    #[error("SSH public key {0} is not theirs")]
    NotTheirSshPublicKey(Box<str>),
    /// The user has no signing certificate of the id.
    #[error("there is no signing certificate {0}")]
    NoSuchSigningCertificate(Box<str>),
    /// No server certificate has the name.
    #[error("there is no server certificate {0}")]
    NoSuchServerCertificate(Box<str>),
    /// The account has no service-specific credential of the id.
    #[error("there is no service-specific credential {0}")]
    NoSuchServiceSpecificCredential(Box<str>),
    /// The service-specific credential is another user's.
    #[error("service-specific credential {id} is not of user {user}")]
    NotTheirServiceSpecificCredential {
        /// The user's name.
        user: Box<str>,
        /// The credential's id.
        id: Box<str>,
    },
    /// No MFA device has the serial number.
    #[error("there is no MFA device {0}")]
    NoSuchMfaDevice(Box<str>),
    /// The MFA device is not the user's.
    #[error("MFA device {0} is not theirs")]
    NotTheirMfaDevice(Box<str>),
    /// The user has no password.
    #[error("user {0} has no login profile")]
    NoSuchLoginProfile(Box<str>),
    /// The account has no password policy of its own.
    #[error("account {0} has no password policy")]
    NoPasswordPolicy(AccountId),
    /// No OIDC provider has the ARN.
    #[error("there is no OIDC provider {0}")]
    NoSuchOidcProvider(Box<str>),
    /// No SAML provider has the ARN.
    #[error("there is no SAML provider {0}")]
    NoSuchSamlProvider(Box<str>),
    /// The SAML provider has no key of the id.
    #[error("the SAML provider has no private key {0}")]
    NoSuchSamlPrivateKey(Box<str>),
    /// The account has no such alias.
    #[error("the account has no alias {0}")]
    NoSuchAlias(Box<str>),
    /// A user has the name already.
    #[error("user {0} exists")]
    UserExists(Box<str>),
    /// A group has the name already.
    #[error("group {0} exists")]
    GroupExists(Box<str>),
    /// A role has the name already.
    #[error("role {0} exists")]
    RoleExists(Box<str>),
    /// An instance profile has the name already.
    #[error("instance profile {0} exists")]
    InstanceProfileExists(Box<str>),
    /// The instance profile has a role, and cannot have two.
    #[error("instance profile {0} has a role")]
    InstanceProfileFull(Box<str>),
    /// A managed policy has the name already.
    #[error("managed policy {0} exists")]
    PolicyExists(Box<str>),
    /// The user has the SSH public key already.
    #[error("user {0} has the SSH public key")]
    SshPublicKeyExists(Box<str>),
    /// Another user has the signing certificate.
    #[error("signing certificate {0} belongs to another user")]
    SigningCertificateOfAnother(Box<str>),
    /// A server certificate has the name already.
    #[error("server certificate {0} exists")]
    ServerCertificateExists(Box<str>),
    /// An MFA device has the serial number already.
    #[error("MFA device {0} exists")]
    MfaDeviceExists(Box<str>),
    /// The MFA device is enabled already, for this or another user.
    #[error("MFA device {0} is in use")]
    MfaDeviceInUse(Box<str>),
    /// The user has a password already.
    #[error("user {0} has a login profile")]
    LoginProfileExists(Box<str>),
    /// The account has an OIDC provider of the URL already.
    #[error("OIDC provider {0} exists")]
    OidcProviderExists(Box<str>),
    /// The account has a SAML provider of the name already.
    #[error("SAML provider {0} exists")]
    SamlProviderExists(Box<str>),
    /// The account issues web identity tokens already.
    #[error("the account issues web identity tokens already")]
    WebIdentityIssuerEnabled,
    /// The account issues no web identity tokens.
    #[error("the account issues no web identity tokens")]
    WebIdentityIssuerDisabled,
    /// The alias belongs to another account.
    #[error("account alias {0} exists")]
    AliasExists(Box<str>),
    /// A new unique id or access key id is taken: the caller draws another.
    #[error("id {0} is taken")]
    IdExists(Box<str>),
    /// Something must go first.
    #[error("cannot be deleted yet: {0:?}")]
    DeleteConflict(Conflict),
    /// A quota of the account is reached.
    #[error("quota {} of {limit} exceeded by {subject}", quota.name())]
    QuotaExceeded {
        /// Which quota.
        quota: Quota,
        /// The limit in force.
        limit: u64,
        /// The name of the user, group, role or policy it was about.
        subject: Box<str>,
    },
    /// No role can be linked to the service.
    #[error("no role can be linked to service {0}")]
    NoSuchLinkedService(Box<str>),
    /// The role linked to the service has one name, and no suffix.
    #[error("the role of service {0} has no suffix")]
    SuffixNotAllowed(Box<str>),
    /// The name of the service-linked role is taken.
    #[error("service-linked role {0} exists")]
    ServiceLinkedRoleExists(Box<str>),
    /// The name of the service-linked role, with its suffix, would be none.
    #[error("{0} can be no name of a role")]
    NotAServiceLinkedRoleName(Box<str>),
    /// The role is not a service's.
    #[error("role {0} is not linked to a service")]
    NotServiceLinked(Box<str>),
    /// The role belongs to a service, and so does the length of its sessions.
    #[error("the sessions of service-linked role {0} have the length they have")]
    ServiceLinkedSessionDuration(Box<str>),
    /// The role belongs to a service and cannot be changed or deleted by the account.
    #[error("role {0} belongs to a service")]
    RoleUnmodifiable(Box<str>),
    /// The path is reserved to the service itself.
    #[error("path {0} is reserved")]
    PathReserved(Box<str>),
    /// The session length is outside 3,600 to 43,200 seconds.
    #[error("maximum session duration {0} is out of range")]
    SessionDurationOutOfRange(u32),
    /// The serial number of an MFA device with this path and name would be one that no request can name.
    #[error("{0} can be no serial number")]
    NotASerialNumber(Box<str>),
    /// The MFA device's code of this step of time, or of a later one, was used before.
    #[error("the code was used")]
    MfaCodeUsed,
    /// An OIDC provider can have so many thumbprints and no more.
    #[error("more than {limit} thumbprints")]
    TooManyThumbprints {
        /// The most.
        limit: usize,
    },
    /// A text kept with a provider is longer than it may be.
    #[error("{what} is longer than {limit} bytes")]
    ProviderTextTooLong {
        /// What it is.
        what: &'static str,
        /// The most bytes.
        limit: usize,
    },
    /// The assertion was used before.
    #[error("the assertion was used")]
    AssertionUsed,
    /// So many assertions were used that no more can be remembered for now.
    #[error("too many assertions were used")]
    TooManyAssertions,
    /// So many revocations of single sessions are in force that another has to be one of all sessions.
    #[error("too many revocations of single sessions")]
    TooManyRevocations,
    /// Two tags of the request have one key.
    #[error("tag keys are repeated")]
    DuplicateTagKeys,
    /// The same, of a thing whose tags can have keys that differ only in case.
    #[error("tag keys are repeated")]
    RepeatedTagKeys,
    /// Tag keys beginning with `aws:` are reserved.
    #[error("tag key {0} is reserved")]
    TagKeyReserved(Box<str>),
    /// The policy document is refused.
    #[error("malformed policy: {}", .0.message())]
    MalformedPolicy(MalformedPolicy),
    /// A trust policy names a principal that does not exist.
    #[error("invalid principal in policy: \"{kind}\":\"{text}\"")]
    InvalidPrincipal {
        /// The kind as written, upper case: `AWS`.
        kind: Box<str>,
        /// The principal as written.
        text: Box<str>,
    },
}

/// A change to the tags that are kept of a resource that an account's rules refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceTagsError {
    /// The resource has no tags here.
    #[error("{0} has no tags here")]
    NoTags(Box<str>),
    /// The ARN is not of a resource of which this account could keep tags.
    #[error(
        "{0} is no resource of this account that can have tags; patterns, buckets and other partitions than aws cannot"
    )]
    NotAResource(Box<str>),
    /// The tags are refused.
    #[error(transparent)]
    Refused(DirectoryError),
}

/// A change to a resource's policy or a bucket's settings that an account's rules refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// The resource has no policy.
    #[error("{0} has no policy")]
    NoSuchResourcePolicy(Box<str>),
    /// The policy document is refused.
    #[error("malformed policy: {}", .0.message())]
    MalformedPolicy(MalformedPolicy),
    /// The policy names a principal that does not exist.
    #[error("invalid principal in policy: \"{kind}\":\"{text}\"")]
    InvalidPrincipal {
        /// The kind as written, upper case: `AWS`.
        kind: Box<str>,
        /// The principal as written.
        text: Box<str>,
    },
    /// The policy's text is too long.
    #[error("the policy is longer than {limit} bytes")]
    PolicyTooLong {
        /// The most bytes it may have.
        limit: usize,
    },
    /// The policy is public, and the bucket's public access block refuses such policies.
    #[error("the policy is public, which the bucket's public access block refuses")]
    PolicyIsPublic,
    /// The ARN is not of a resource that this account could attach a policy to by its ARN.
    #[error(
        "{0} is no resource of this account that can have a policy; patterns and other partitions than aws cannot"
    )]
    NotAResource(Box<str>),
    /// The account does not own the bucket, or does so no longer under this claim.
    #[error("the account does not own bucket {0} under this claim")]
    NotTheOwner(Box<str>),
}
