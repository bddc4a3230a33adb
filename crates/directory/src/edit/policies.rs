//! Customer managed policies and their versions.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, ManagedPolicyName, PolicyArn, PolicyVersionId, UniqueId};
use lanyard_policy::{DocumentKind, non_whitespace_len};

use super::AccountEdit;
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{KeyCase, ManagedPolicy, Place, PolicyDocument, PolicyVersion, Record, Tag};

/// A managed policy to be created.
#[derive(Clone, Debug)]
pub struct NewPolicy {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// Its name.
    pub name: ManagedPolicyName,
    /// Its path.
    pub path: EntityPath,
    /// Now.
    pub created: Timestamp,
    /// Its document.
    pub text: Arc<str>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// Its first tags.
    pub tags: Vec<Tag>,
}

/// A version of a managed policy to be created.
#[derive(Clone, Debug)]
pub struct NewPolicyVersion {
    /// Its document.
    pub text: Arc<str>,
    /// Whether it comes into force at once.
    pub is_default: bool,
    /// Now.
    pub created: Timestamp,
}

impl AccountEdit {
    /// Creates a managed policy with its version `v1`.
    pub fn create_policy(&mut self, new: NewPolicy) -> Result<Arc<ManagedPolicy>, DirectoryError> {
        let name = new.name.as_str();
        let arn = PolicyArn::new(Some(self.account.id()), &new.path, &new.name)
            .map_err(|_| DirectoryError::PathReserved(new.path.as_str().into()))?;
        if self.account.policy_named(name).is_some() {
            return Err(DirectoryError::PolicyExists(name.into()));
        }
        if self.account.policy_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        self.within(
            Quota::PoliciesPerAccount,
            self.account.policy_count().saturating_add(1),
            name,
        )?;
        Self::validated(&new.text, DocumentKind::ManagedPolicy)?;
        self.within(Quota::PolicySize, non_whitespace_len(&new.text), name)?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, name)?;
        let version = PolicyVersion {
            id: PolicyVersionId::FIRST,
            created: new.created,
            document: PolicyDocument::new(new.text),
        };
        let policy = Arc::new(ManagedPolicy {
            id: new.id,
            arn,
            created: new.created,
            updated: new.created,
            description: new.description.filter(|text| !text.is_empty()),
            tags,
            versions: vec![Arc::new(version)],
            default_version: PolicyVersionId::FIRST,
            next_version: PolicyVersionId::FIRST.next(),
        });
        self.put(Record::Policy(Arc::clone(&policy)));
        Ok(policy)
    }

    /// Adds a version to a managed policy.
    pub fn create_policy_version(
        &mut self,
        arn: &PolicyArn,
        new: NewPolicyVersion,
    ) -> Result<Arc<PolicyVersion>, DirectoryError> {
        let mut policy = ManagedPolicy::clone(self.own_policy(arn)?);
        Self::validated(&new.text, DocumentKind::ManagedPolicy)?;
        self.within(Quota::PolicySize, non_whitespace_len(&new.text), arn.name())?;
        self.within(
            Quota::VersionsPerPolicy,
            policy.versions.len().saturating_add(1),
            arn.name(),
        )?;
        let version = Arc::new(PolicyVersion {
            id: policy.next_version,
            created: new.created,
            document: PolicyDocument::new(new.text),
        });
        policy.next_version = policy.next_version.next();
        policy.updated = new.created;
        if new.is_default {
            policy.default_version = version.id;
        }
        policy.versions.push(Arc::clone(&version));
        self.put(Record::Policy(Arc::new(policy)));
        Ok(version)
    }

    /// Brings a version of a managed policy into force, for everyone it is attached to, at once.
    pub fn set_default_policy_version(
        &mut self,
        arn: &PolicyArn,
        version: &str,
    ) -> Result<(), DirectoryError> {
        let mut policy = ManagedPolicy::clone(self.policy_of_version(arn, version)?);
        policy.default_version = find_version(&policy, version)?;
        self.put(Record::Policy(Arc::new(policy)));
        Ok(())
    }

    /// Deletes a version of a managed policy other than the one in force.
    pub fn delete_policy_version(&mut self, arn: &PolicyArn, version: &str) -> Result<(), DirectoryError> {
        let mut policy = ManagedPolicy::clone(self.policy_of_version(arn, version)?);
        let version = find_version(&policy, version)?;
        if version == policy.default_version {
            return Err(DirectoryError::DeleteConflict(Conflict::VersionIsDefault));
        }
        policy.versions.retain(|kept| kept.id != version);
        self.put(Record::Policy(Arc::new(policy)));
        Ok(())
    }

    /// Deletes a managed policy that nobody uses and that has one version left.
    pub fn delete_policy(&mut self, arn: &PolicyArn) -> Result<Arc<ManagedPolicy>, DirectoryError> {
        let policy = Arc::clone(self.own_policy(arn)?);
        let usage = self.account.usage(arn);
        let conflicts = [
            (usage.attachments > 0, Conflict::PolicyIsAttached),
            (usage.boundaries > 0, Conflict::PolicyIsBoundary),
            (policy.versions.len() > 1, Conflict::PolicyHasVersions),
        ];
        if let Some((_, conflict)) = conflicts.into_iter().find(|(stands, _)| *stands) {
            return Err(DirectoryError::DeleteConflict(conflict));
        }
        self.remove(Place::Policy(policy.id));
        Ok(policy)
    }

    /// The policy one of whose versions is asked for: without the policy, it is the version that is missing.
    /// Evidence: a recorded answer of AWS.
    fn policy_of_version(
        &self,
        arn: &PolicyArn,
        version: &str,
    ) -> Result<&Arc<ManagedPolicy>, DirectoryError> {
        self.own_policy(arn).map_err(|error| match error {
            DirectoryError::NoSuchPolicy(arn) => DirectoryError::NoSuchPolicyVersion {
                arn,
                version: version.into(),
            },
            other => other,
        })
    }

    /// A managed policy of this account.
    pub(super) fn own_policy(&self, arn: &PolicyArn) -> Result<&Arc<ManagedPolicy>, DirectoryError> {
        if arn.is_aws_managed() {
            return Err(DirectoryError::PolicyBelongsToAws(arn.as_str().into()));
        }
        self.account
            .policy(arn)
            .ok_or_else(|| DirectoryError::NoSuchPolicy(arn.as_str().into()))
    }
}

fn find_version(policy: &ManagedPolicy, version: &str) -> Result<PolicyVersionId, DirectoryError> {
    let found = policy.version_named(version).map(|version| version.id);
    found.ok_or_else(|| DirectoryError::NoSuchPolicyVersion {
        arn: policy.arn.as_str().into(),
        version: version.into(),
    })
}
