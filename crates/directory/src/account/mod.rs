//! One account as of one revision: an immutable snapshot.
//!
//! All maps are persistent trees: a clone is a few pointers, a write touches what it changes. Whoever holds a
//! snapshot sees one consistent moment for as long as they hold it.
//!
//! Invariant: every index is derived from the records by [`index`], for local writes, loads and changes
//! from elsewhere alike; nothing else touches them.

mod assertions;
mod bind;
mod buckets;
mod by_path;
mod credentials;
mod gather;
mod index;
mod instance_profiles;
mod listed;
mod providers;
mod read;
mod replica;
mod resource_tags;
mod server_certificates;
mod service_linked_roles;
mod service_specific_credentials;
mod signing_certificates;
mod used_assertions;
mod user_credentials;

use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet};
use lanyard_names::{
    AccessKeyId, AccountId, FoldedName, OidcProviderUrl, PolicyArn, SamlProviderName, UniqueId,
};
use lanyard_store::Revision;

use crate::error::OwnerKind;
use crate::managed::ManagedPolicies;
use crate::record::{
    AccessKey, AccountInfo, BucketRecord, CredentialService, Group, InstanceProfile, KeyOwner, LoginProfile,
    ManagedPolicy, MfaDevice, OidcProvider, ResourcePolicy, ResourceTags, Role, RoleDeletions, SamlProvider,
    ServerCertificate, ServiceSpecificCredential, SigningCertificate, SshPublicKey, Stamp, User,
    WebIdentityIssuer,
};

pub use bind::{Accounts, NoOtherAccounts};
use by_path::ByPath;

pub use read::{Attachment, Usage};
pub(crate) use replica::partition_of;
use used_assertions::UsedAssertions;

/// A snapshot of one account.
#[derive(Clone, Debug)]
pub struct Account {
    id: AccountId,
    revision: Revision,
    info: Arc<AccountInfo>,
    managed: Arc<ManagedPolicies>,

    users: OrdMap<FoldedName, Arc<User>>,
    users_by_id: HashMap<UniqueId, Arc<User>>,
    groups: OrdMap<FoldedName, Arc<Group>>,
    groups_by_id: HashMap<UniqueId, Arc<Group>>,
    roles: OrdMap<FoldedName, Arc<Role>>,
    roles_by_id: HashMap<UniqueId, Arc<Role>>,
    policies: OrdMap<FoldedName, Arc<ManagedPolicy>>,
    policies_by_id: HashMap<UniqueId, Arc<ManagedPolicy>>,
    instance_profiles: OrdMap<FoldedName, Arc<InstanceProfile>>,
    instance_profiles_by_id: HashMap<UniqueId, Arc<InstanceProfile>>,
    access_keys: HashMap<AccessKeyId, Arc<AccessKey>>,
    /// By the resource's ARN.
    resource_policies: OrdMap<Arc<str>, Arc<ResourcePolicy>>,
    /// By the resource's ARN.
    resource_tags: OrdMap<Arc<str>, Arc<ResourceTags>>,
    /// By the bucket's name.
    buckets: OrdMap<Arc<str>, Arc<BucketRecord>>,
    /// By serial number.
    mfa_devices: OrdMap<Arc<str>, Arc<MfaDevice>>,
    /// By user.
    login_profiles: HashMap<UniqueId, Arc<LoginProfile>>,
    ssh_public_keys: HashMap<UniqueId, Arc<SshPublicKey>>,
    service_specific_credentials: OrdMap<UniqueId, Arc<ServiceSpecificCredential>>,
    /// By the certificate's id.
    signing_certificates: HashMap<Arc<str>, Arc<SigningCertificate>>,
    server_certificates: OrdMap<FoldedName, Arc<ServerCertificate>>,
    server_certificates_by_id: HashMap<UniqueId, Arc<ServerCertificate>>,
    oidc_providers: OrdMap<OidcProviderUrl, Arc<OidcProvider>>,
    saml_providers: OrdMap<SamlProviderName, Arc<SamlProvider>>,
    used_assertions: UsedAssertions,
    web_identity_issuer: Option<Arc<WebIdentityIssuer>>,
    role_deletions: Option<Arc<RoleDeletions>>,

    /// Who is in a group, by group and the user's name.
    members: OrdMap<(UniqueId, FoldedName), UniqueId>,
    /// How many are in a group.
    member_counts: HashMap<UniqueId, u32>,
    /// Which instance profiles a role is in, by role and the profile's name.
    profiles_by_role: OrdMap<(UniqueId, FoldedName), UniqueId>,
    /// Whose keys are which.
    keys_by_owner: HashMap<KeyOwner, Vec<AccessKeyId>>,
    /// Whose SSH public keys are which.
    ssh_keys_by_user: HashMap<UniqueId, Vec<UniqueId>>,
    /// Whose service-specific credentials are which.
    service_credentials_by_user: OrdSet<(UniqueId, UniqueId)>,
    /// Which service-specific credentials are for which service.
    service_credentials_by_service: OrdSet<(CredentialService, UniqueId)>,
    /// Which names are taken with which service.
    service_aliases: OrdMap<(CredentialService, FoldedName), UniqueId>,
    /// Whose signing certificates are which.
    certificates_by_owner: HashMap<KeyOwner, Vec<Arc<str>>>,
    /// Whose MFA devices are which, by owner and serial number.
    mfa_by_owner: OrdSet<(KeyOwner, Arc<str>)>,
    /// The MFA devices that somebody has, and those that nobody has, by serial number.
    mfa_assigned: OrdSet<Arc<str>>,
    mfa_unassigned: OrdSet<Arc<str>>,
    /// Who uses a managed policy, and how.
    attachments: OrdMap<AttachmentKey, UniqueId>,
    /// How often a managed policy is used.
    usage: HashMap<PolicyArn, Usage>,
    /// The customer managed policies that somebody uses, by name.
    own_policies_used: OrdMap<FoldedName, PolicyArn>,
    /// The managed policies of AWS that somebody uses, by name.
    aws_policies_used: OrdMap<FoldedName, PolicyArn>,
    users_by_path: ByPath,
    groups_by_path: ByPath,
    roles_by_path: ByPath,
    policies_by_path: ByPath,
    instance_profiles_by_path: ByPath,
    /// All versions of all customer managed policies.
    policy_versions: u32,

    /// Changes whenever a group or a customer managed policy does: what was gathered for a principal under
    /// another stamp is gathered anew.
    stamp: Arc<Stamp>,
}

/// One use of a managed policy, in the order in which uses are listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct AttachmentKey {
    arn: PolicyArn,
    attachment: Attachment,
    kind: OwnerKind,
    name: FoldedName,
}
