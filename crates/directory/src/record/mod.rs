//! What is kept of each entity, and under which key it is stored.
//!
//! One entity is one stored record, keyed by what never changes (its unique id), so a rename rewrites one
//! record. Records are plain data: they are read freely and changed only through an edit. What is computed
//! from a record (its ARN, compiled policies, the gathered policies of a principal) hangs on the record in
//! memory and is never stored.

mod access_key;
mod account_info;
mod bound_policy;
mod bucket;
mod derived;
mod document;
mod group;
mod instance_profile;
mod login_profile;
mod managed_policy;
mod mfa_device;
mod oidc_provider;
mod principal_policies;
mod resource_tags;
mod revocations;
mod role;
mod saml_provider;
mod server_certificate;
mod service_linked_role;
mod service_specific_credential;
mod signing_certificate;
mod ssh_public_key;
mod stored;
mod tags;
mod user;
mod web_identity_issuer;

pub use access_key::{AccessKey, KeyOwner, KeyStatus, SealedSecret};
pub use account_info::{AccountInfo, KeyRules, TokenVersion};
pub use bound_policy::{Binding, BoundPolicy, TrustPolicy};
pub use bucket::{BucketSettings, PublicAccessBlock, ResourcePolicy};
pub use document::{InlinePolicy, PolicyDocument};
pub use group::Group;
pub use instance_profile::InstanceProfile;
pub use login_profile::{LoginProfile, PasswordHash, PasswordPolicy};
pub use managed_policy::{ManagedPolicy, PolicyVersion};
pub use mfa_device::{MfaAssignment, MfaDevice};
pub use oidc_provider::OidcProvider;
pub use principal_policies::PrincipalPolicies;
pub(crate) use principal_policies::Stamp;
pub use resource_tags::ResourceTags;
pub use revocations::{RevocationEntry, Revocations, RevokedSessions};
pub use role::Role;
pub use saml_provider::{AssertionEncryption, AssertionHash, SamlPrivateKey, SamlProvider};
pub use server_certificate::ServerCertificate;
pub use service_specific_credential::{CredentialService, ServiceSpecificCredential};
pub use signing_certificate::SigningCertificate;
pub use ssh_public_key::SshPublicKey;
pub(crate) use tags::KeyCase;
pub use tags::{Tag, Tags};
pub use user::User;
pub use web_identity_issuer::{TokenAlgorithm, TokenKey, WebIdentityIssuer};

pub(crate) use bucket::BucketRecord;
pub(crate) use derived::Derived;
pub(crate) use document::{inline_others, put_inline, remove_inline};
pub(crate) use saml_provider::UsedAssertion;
pub(crate) use service_linked_role::RoleDeletions;
pub(crate) use stored::{Place, Record, decode, encode};
