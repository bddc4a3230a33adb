//! Service-linked roles: made from the table of services, and deleted by a task that callers can ask about.
//!
//! The account can neither change nor assume them. No service here uses one, so their deletion succeeds at once.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, RoleName, UniqueId};
use lanyard_policy::DocumentKind;

use super::AccountEdit;
use crate::account::NoOtherAccounts;
use crate::error::DirectoryError;
use crate::linked_service::LinkedService;
use crate::quota::Quota;
use crate::record::{Derived, Place, Record, Revocations, Role, RoleDeletions, Tags, TrustPolicy};

/// A service-linked role to be created.
#[derive(Clone, Debug)]
pub struct NewServiceLinkedRole {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// The principal of the service.
    pub service: Arc<str>,
    /// What tells it apart from others of the service.
    pub suffix: Option<Arc<str>>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// Now.
    pub created: Timestamp,
}

impl AccountEdit {
    /// Creates the role that a service has in the account.
    pub fn create_service_linked_role(
        &mut self,
        new: NewServiceLinkedRole,
    ) -> Result<Arc<Role>, DirectoryError> {
        let service = LinkedService::find(&new.service)
            .ok_or_else(|| DirectoryError::NoSuchLinkedService(new.service.as_ref().into()))?;
        if new.suffix.is_some() && !service.takes_suffix {
            return Err(DirectoryError::SuffixNotAllowed(new.service.as_ref().into()));
        }
        let name = service.role_name_with(new.suffix.as_deref());
        if self.account.role(&name).is_some() {
            return Err(DirectoryError::ServiceLinkedRoleExists(name.into()));
        }
        if self.account.role_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        // A service gets its role even where the account has all the roles it may have. Evidence: the IAM guide's page on
        // service-linked roles. There are as many as services; those with suffixes could be any number.
        if new.suffix.is_some() {
            let count = self.account.role_count().saturating_add(1);
            self.within(Quota::RolesPerAccount, count, &name)?;
        }
        let unusable = |_| DirectoryError::NotAServiceLinkedRoleName(name.as_str().into());
        let mut role = Role {
            id: new.id,
            name: RoleName::parse(&name).map_err(unusable)?,
            path: EntityPath::parse(&service.path()).map_err(unusable)?,
            created: new.created,
            description: new.description.filter(|text| !text.is_empty()),
            session_seconds_max: Role::SESSION_SECONDS_DEFAULT,
            trust: self.service_trust(&service)?,
            tags: Tags::default(),
            inline: Vec::new(),
            attached: service.policies().filter(|arn| self.policy_exists(arn)).collect(),
            boundary: None,
            epoch: 0,
            revocations: Revocations::default(),
            arn: "".into(),
            policies: Derived::default(),
        };
        role.attached.sort();
        role.set_arn(self.account.id());
        let role = Arc::new(role);
        self.put(Record::Role(Arc::clone(&role)));
        Ok(role)
    }

    /// Deletes a service-linked role, and remembers the task under an id that ends in `unique`.
    pub fn delete_service_linked_role(
        &mut self,
        name: &str,
        unique: &str,
    ) -> Result<Arc<str>, DirectoryError> {
        let role = self.role(name)?;
        if !role.is_service_linked() {
            return Err(DirectoryError::NotServiceLinked(role.name.as_str().into()));
        }
        let task: Arc<str> = format!("task{}{}/{unique}", role.path, role.name).into();
        let id = role.id;
        self.remove(Place::Role(id));
        let known = self.account.role_deletions();
        let mut deletions = known.map_or_else(RoleDeletions::default, |known| RoleDeletions::clone(known));
        deletions.push(Arc::clone(&task));
        self.put(Record::RoleDeletions(Arc::new(deletions)));
        Ok(task)
    }

    fn service_trust(&self, service: &LinkedService) -> Result<TrustPolicy, DirectoryError> {
        let text = service.trust();
        let document = Self::validated(&text, DocumentKind::TrustPolicy)?;
        let bound = TrustPolicy::bind(text, &document, &self.account, &NoOtherAccounts, &[]);
        Ok(bound?)
    }
}
