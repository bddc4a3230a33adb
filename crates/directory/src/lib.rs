//! The directory: accounts with their users, groups, roles, policies, credentials, providers and buckets, on a store.
//!
//! An [`Account`] is an immutable snapshot that everything reads from; an [`AccountEdit`] is how it changes,
//! with every rule of the domain (quotas, delete conflicts, unique names, what may be attached) checked in
//! one place; the [`Directory`] loads accounts when they are needed, runs the writes of each one after
//! another, and answers when they are durable. What must be unique across accounts, as names of buckets, is
//! claimed in [`Global`]. [`ManagedPolicies`] are AWS's own.
//!
//! Invariants:
//! - Only this crate knows stored keys, stored records and indexes.
//! - The cost of a read or write does not grow with the account: look-ups and ranges of persistent trees.
//! - What cannot be read denies: an unreadable policy denies everything, an unreadable record its account.
//!
//! Deliberately absent: wire codes and texts for callers, decisions, clocks and randomness (time, ids and
//! sealed secrets are arguments), and any means to open a secret.

mod account;
mod directory;
mod edit;
mod error;
mod global;
mod last_use;
mod linked_service;
mod managed;
mod quota;
mod record;

pub use account::{Account, Accounts, Attachment, NoOtherAccounts, Usage};
pub use directory::{Directory, NewAccount, StorageError, WriteError};
pub use edit::{
    AccountEdit, GroupUpdate, KeyHolder, LoginProfileUpdate, MfaClock, NewAccessKey, NewGroup,
    NewHardwareMfaDevice, NewInstanceProfile, NewLoginProfile, NewMfaDevice, NewOidcProvider, NewPolicy,
    NewPolicyVersion, NewRole, NewSamlProvider, NewServerCertificate, NewServiceLinkedRole,
    NewServiceSpecificCredential, NewSigningCertificate, NewSshPublicKey, NewUser, NewWebIdentityIssuer,
    Owner, PrincipalName, Revocation, RoleUpdate, SamlProviderUpdate, ServerCertificateUpdate, SessionsOf,
    Taggable, UserUpdate,
};
pub use error::{BucketError, Conflict, DirectoryError, OwnerKind, ResourceTagsError};
pub use global::{AccountEntry, BucketClaim, ClaimError, ClaimState, Global, GlobalEdit};
pub use last_use::{ActionUse, Actor, Attempt, LastAttempt, LastUse, ServiceUse};
pub use linked_service::LinkedService;
pub use managed::{AwsManagedPolicy, ManagedPolicies};
pub use quota::{Quota, Quotas};
pub use record::{
    AccessKey, AccountInfo, AssertionEncryption, AssertionHash, Binding, BoundPolicy, BucketSettings,
    CredentialService, Group, InlinePolicy, InstanceProfile, KeyOwner, KeyRules, KeyStatus, LoginProfile,
    ManagedPolicy, MfaAssignment, MfaDevice, OidcProvider, PasswordHash, PasswordPolicy, PolicyDocument,
    PolicyVersion, PrincipalPolicies, PublicAccessBlock, ResourcePolicy, ResourceTags, RevocationEntry,
    Revocations, RevokedSessions, Role, SamlPrivateKey, SamlProvider, SealedSecret, ServerCertificate,
    ServiceSpecificCredential, SigningCertificate, SshPublicKey, Tag, Tags, TokenAlgorithm, TokenKey,
    TokenVersion, TrustPolicy, User, WebIdentityIssuer,
};
