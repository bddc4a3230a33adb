//! Changing an account.
//!
//! An edit works on a snapshot of its own: each method checks the account's rules, changes records, and sees
//! what the methods before it did. Nothing is visible to anybody else until the edit is committed, and an
//! edit that is dropped leaves no trace.
//!
//! Time, unique ids and sealed secrets arrive as arguments: an edit may be run again on a newer snapshot and
//! must then do the same.

mod access_keys;
mod attachments;
mod boundaries;
mod buckets;
mod carrier;
mod groups;
mod info;
mod inline;
mod instance_profiles;
mod login_profiles;
mod mfa_devices;
mod oidc_providers;
mod policies;
mod resource;
mod resource_tags;
mod revocations;
mod roles;
mod saml_providers;
mod server_certificates;
mod service_linked_roles;
mod service_specific_credentials;
mod signing_certificates;
mod ssh_public_keys;
mod tags;
mod users;
mod web_identity_issuer;

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_names::PolicyArn;
use lanyard_policy::{Document, DocumentKind};
use lanyard_store::{Cause, Change};

use crate::account::Account;
use crate::error::{DirectoryError, OwnerKind};
use crate::quota::Quota;
use crate::record::{Group, Place, Record, Role, User};

pub use access_keys::{KeyHolder, NewAccessKey};
pub use groups::{GroupUpdate, NewGroup};
pub use instance_profiles::NewInstanceProfile;
pub use login_profiles::{LoginProfileUpdate, NewLoginProfile};
pub use mfa_devices::{MfaClock, NewHardwareMfaDevice, NewMfaDevice};
pub use oidc_providers::NewOidcProvider;
pub use policies::{NewPolicy, NewPolicyVersion};
pub use revocations::{Revocation, SessionsOf};
pub use roles::{NewRole, RoleUpdate};
pub use saml_providers::{NewSamlProvider, SamlProviderUpdate};
pub use server_certificates::{NewServerCertificate, ServerCertificateUpdate};
pub use service_linked_roles::NewServiceLinkedRole;
pub use service_specific_credentials::NewServiceSpecificCredential;
pub use signing_certificates::NewSigningCertificate;
pub use ssh_public_keys::NewSshPublicKey;
pub use users::{NewUser, UserUpdate};
pub use web_identity_issuer::NewWebIdentityIssuer;

/// Whose policies are changed, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// A user.
    User(&'a str),
    /// A group.
    Group(&'a str),
    /// A role.
    Role(&'a str),
}

impl Owner<'_> {
    /// What kind of entity it is.
    #[must_use]
    pub const fn kind(self) -> OwnerKind {
        match self {
            Self::User(_) => OwnerKind::User,
            Self::Group(_) => OwnerKind::Group,
            Self::Role(_) => OwnerKind::Role,
        }
    }
}

/// A user or a role, by name: what can have a permissions boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalName<'a> {
    /// A user.
    User(&'a str),
    /// A role.
    Role(&'a str),
}

/// What can have tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taggable<'a> {
    /// A user, by name.
    User(&'a str),
    /// A role, by name.
    Role(&'a str),
    /// A customer managed policy.
    Policy(&'a PolicyArn),
    /// An instance profile, by name.
    InstanceProfile(&'a str),
    /// A server certificate, by name.
    ServerCertificate(&'a str),
    /// A virtual MFA device, by serial number.
    MfaDevice(&'a str),
    /// An OIDC provider, by ARN.
    OidcProvider(&'a str),
    /// A SAML provider, by ARN.
    SamlProvider(&'a str),
}

/// An edit of one account.
#[derive(Debug)]
pub struct AccountEdit {
    account: Account,
    touched: BTreeSet<Place>,
    leftovers: Vec<Arc<str>>,
}

impl AccountEdit {
    pub(crate) fn new(base: &Account) -> Self {
        Self {
            account: base.clone(),
            touched: BTreeSet::new(),
            leftovers: Vec::new(),
        }
    }

    /// The account as this edit has it so far.
    #[must_use]
    pub fn view(&self) -> &Account {
        &self.account
    }

    /// Whether any record was changed.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.touched.is_empty()
    }

    /// The changed snapshot, one revision on, and what has to be stored for it.
    pub(crate) fn finish(mut self) -> Result<(Account, Vec<Change>), Cause> {
        let mut changes: Vec<Change> = self.leftovers.into_iter().map(Change::delete).collect();
        for key in &self.touched {
            let value = self
                .account
                .record(key)
                .map(|record| record.to_bytes())
                .transpose()?;
            let text = key.to_text();
            changes.retain(|change| change.key != text);
            changes.push(Change { key: text, value });
        }
        let revision = self.account.revision().next();
        self.account.set_revision(revision);
        Ok((self.account, changes))
    }

    /// Removes stored keys that stand for nothing in the snapshot: what an unfinished creation left behind.
    pub(crate) fn clear(&mut self, keys: &[Arc<str>]) {
        self.leftovers = keys.to_vec();
    }

    fn put(&mut self, record: Record) {
        self.touched.insert(record.place());
        self.account.put(record);
    }

    fn remove(&mut self, key: Place) {
        self.account.remove(&key);
        self.touched.insert(key);
    }

    fn user(&self, name: &str) -> Result<&Arc<User>, DirectoryError> {
        self.account
            .user(name)
            .ok_or_else(|| DirectoryError::NoSuchUser(name.into()))
    }

    fn group(&self, name: &str) -> Result<&Arc<Group>, DirectoryError> {
        self.account
            .group(name)
            .ok_or_else(|| DirectoryError::NoSuchGroup(name.into()))
    }

    fn role(&self, name: &str) -> Result<&Arc<Role>, DirectoryError> {
        self.account
            .role(name)
            .ok_or_else(|| DirectoryError::NoSuchRole(name.into()))
    }

    /// The role of a name, if the account may change it.
    fn own_role(&self, name: &str) -> Result<&Arc<Role>, DirectoryError> {
        let role = self.role(name)?;
        if role.is_service_linked() {
            return Err(DirectoryError::RoleUnmodifiable(role.name.as_str().into()));
        }
        Ok(role)
    }

    /// Refuses if `count` would be more than the quota allows.
    fn within(&self, quota: Quota, count: usize, subject: &str) -> Result<(), DirectoryError> {
        let limit = self.account.limit(quota);
        if count as u64 > limit {
            return Err(DirectoryError::QuotaExceeded {
                quota,
                limit,
                subject: subject.into(),
            });
        }
        Ok(())
    }

    /// Checks a policy document as AWS does when it is saved.
    fn validated(text: &str, kind: DocumentKind) -> Result<Document, DirectoryError> {
        lanyard_policy::validate(text, kind).map_err(DirectoryError::MalformedPolicy)
    }

    /// Whether a managed policy exists, in this account or among AWS's own.
    fn policy_exists(&self, arn: &PolicyArn) -> bool {
        if arn.is_aws_managed() {
            self.account.managed_policies().get(arn).is_some()
        } else {
            self.account.policy(arn).is_some()
        }
    }
}
