//! Roles and whom they trust.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, PolicyArn, RoleName, UniqueId};
use lanyard_policy::{DocumentKind, non_whitespace_len};

use super::AccountEdit;
use crate::account::Accounts;
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{Binding, Derived, KeyCase, Place, Record, Revocations, Role, Tag, TrustPolicy};

/// A role to be created.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// Its name.
    pub name: RoleName,
    /// Its path.
    pub path: EntityPath,
    /// Now.
    pub created: Timestamp,
    /// Its trust policy as text.
    pub trust: Arc<str>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// The longest session; `None` is an hour.
    pub session_seconds_max: Option<u32>,
    /// Its first tags.
    pub tags: Vec<Tag>,
    /// Its permissions boundary.
    pub boundary: Option<PolicyArn>,
}

/// What changes of a role; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct RoleUpdate {
    /// Its new description; an empty one removes it.
    pub description: Option<Arc<str>>,
    /// The new longest session.
    pub session_seconds_max: Option<u32>,
}

/// The paths of roles that services and the identity center of an organization make. Policies everywhere tell those
/// roles by these paths, so nobody else makes roles under them.
const RESERVED_PATHS: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

impl AccountEdit {
    /// Creates a role. `accounts` holds the snapshots of other accounts that its trust policy names.
    pub fn create_role(
        &mut self,
        new: NewRole,
        accounts: &dyn Accounts,
    ) -> Result<Arc<Role>, DirectoryError> {
        let name = new.name.as_str();
        if RESERVED_PATHS
            .iter()
            .any(|reserved| new.path.starts_with(reserved))
        {
            return Err(DirectoryError::PathReserved(new.path.as_str().into()));
        }
        let session_seconds_max = new.session_seconds_max.unwrap_or(Role::SESSION_SECONDS_DEFAULT);
        check_session_seconds(session_seconds_max)?;
        if self.account.role(name).is_some() {
            return Err(DirectoryError::RoleExists(name.into()));
        }
        if self.account.role_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        self.within(
            Quota::RolesPerAccount,
            self.account.role_count().saturating_add(1),
            name,
        )?;
        let trust = self.bound_trust(name, new.trust, accounts, &[])?;
        self.check_boundary(new.boundary.as_ref())?;
        let tags = self.first_tags(new.tags, KeyCase::Ignored, name)?;
        let mut role = Role {
            id: new.id,
            name: new.name,
            path: new.path,
            created: new.created,
            description: new.description.filter(|text| !text.is_empty()),
            session_seconds_max,
            trust,
            tags,
            inline: Vec::new(),
            attached: Vec::new(),
            boundary: new.boundary,
            epoch: 0,
            revocations: Revocations::default(),
            arn: "".into(),
            policies: Derived::default(),
        };
        role.set_arn(self.account.id());
        let role = Arc::new(role);
        self.put(Record::Role(Arc::clone(&role)));
        Ok(role)
    }

    /// Changes a role's description and longest session.
    pub fn update_role(&mut self, name: &str, update: RoleUpdate) -> Result<Arc<Role>, DirectoryError> {
        // The description of a service's role may be changed, nothing else of it.
        let mut role = Role::clone(self.role(name)?);
        if let Some(seconds) = update.session_seconds_max {
            if role.is_service_linked() {
                let name = role.name.as_str().into();
                return Err(DirectoryError::ServiceLinkedSessionDuration(name));
            }
            check_session_seconds(seconds)?;
            role.session_seconds_max = seconds;
        }
        if let Some(description) = update.description {
            role.description = Some(description).filter(|text| !text.is_empty());
        }
        let role = Arc::new(role);
        self.put(Record::Role(Arc::clone(&role)));
        Ok(role)
    }

    /// Replaces a role's trust policy. Its principals are bound anew, to who bears the names now.
    pub fn update_trust_policy(
        &mut self,
        name: &str,
        text: Arc<str>,
        accounts: &dyn Accounts,
    ) -> Result<Arc<Role>, DirectoryError> {
        let mut role = Role::clone(self.own_role(name)?);
        role.trust = self.bound_trust(name, text, accounts, role.trust.bindings())?;
        let role = Arc::new(role);
        self.put(Record::Role(Arc::clone(&role)));
        Ok(role)
    }

    /// Deletes a role that has nothing left.
    pub fn delete_role(&mut self, name: &str) -> Result<Arc<Role>, DirectoryError> {
        let role = Arc::clone(self.own_role(name)?);
        let in_profile = self.account.instance_profiles_of(role.id, None).next();
        let conflicts = [
            (in_profile.is_some(), Conflict::InstanceProfileRole),
            (!role.attached.is_empty(), Conflict::AttachedPolicies),
            (!role.inline.is_empty(), Conflict::InlinePolicies),
        ];
        if let Some((_, conflict)) = conflicts.into_iter().find(|(stands, _)| *stands) {
            return Err(DirectoryError::DeleteConflict(conflict));
        }
        self.remove(Place::Role(role.id));
        Ok(role)
    }

    fn bound_trust(
        &self,
        role: &str,
        text: Arc<str>,
        accounts: &dyn Accounts,
        before: &[Binding],
    ) -> Result<TrustPolicy, DirectoryError> {
        let document = Self::validated(&text, DocumentKind::TrustPolicy)?;
        self.within(Quota::AclSizePerRole, non_whitespace_len(&text), role)?;
        Ok(TrustPolicy::bind(
            text,
            &document,
            &self.account,
            accounts,
            before,
        )?)
    }
}

fn check_session_seconds(seconds: u32) -> Result<(), DirectoryError> {
    if (Role::SESSION_SECONDS_MIN..=Role::SESSION_SECONDS_MAX).contains(&seconds) {
        Ok(())
    } else {
        Err(DirectoryError::SessionDurationOutOfRange(seconds))
    }
}
