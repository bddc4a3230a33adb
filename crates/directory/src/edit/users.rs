//! Users.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, PolicyArn, UniqueId, UserName};

use super::AccountEdit;
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{Derived, KeyCase, KeyOwner, Place, Record, Revocations, Tag, User};

/// A user to be created.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// Its name.
    pub name: UserName,
    /// Its path.
    pub path: EntityPath,
    /// Now.
    pub created: Timestamp,
    /// Its first tags.
    pub tags: Vec<Tag>,
    /// Its permissions boundary.
    pub boundary: Option<PolicyArn>,
}

/// What changes of a user; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UserUpdate {
    /// Its new name.
    pub name: Option<UserName>,
    /// Its new path.
    pub path: Option<EntityPath>,
}

impl AccountEdit {
    /// Creates a user, who can do nothing yet.
    pub fn create_user(&mut self, new: NewUser) -> Result<Arc<User>, DirectoryError> {
        let name = new.name.as_str();
        if self.account.user(name).is_some() {
            return Err(DirectoryError::UserExists(name.into()));
        }
        if self.account.user_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        self.within(
            Quota::UsersPerAccount,
            self.account.user_count().saturating_add(1),
            name,
        )?;
        self.check_boundary(new.boundary.as_ref())?;
        let tags = self.first_tags(new.tags, KeyCase::Ignored, name)?;
        let mut user = User {
            id: new.id,
            name: new.name,
            path: new.path,
            created: new.created,
            tags,
            groups: Vec::new(),
            inline: Vec::new(),
            attached: Vec::new(),
            boundary: new.boundary,
            epoch: 0,
            revocations: Revocations::default(),
            arn: "".into(),
            policies: Derived::default(),
        };
        user.set_arn(self.account.id());
        let user = Arc::new(user);
        self.put(Record::User(Arc::clone(&user)));
        Ok(user)
    }

    /// Renames a user or moves it to another path. Its unique id stays, and with it its keys, groups,
    /// policies and the trust placed in it; its ARN changes.
    pub fn update_user(&mut self, name: &str, update: UserUpdate) -> Result<Arc<User>, DirectoryError> {
        let mut user = User::clone(self.user(name)?);
        if let Some(new) = update.name {
            let holder = self.account.user(new.as_str());
            if holder.is_some_and(|holder| holder.id != user.id) {
                return Err(DirectoryError::UserExists(new.as_str().into()));
            }
            user.name = new;
        }
        if let Some(path) = update.path {
            user.path = path;
        }
        user.set_arn(self.account.id());
        let user = Arc::new(user);
        self.put(Record::User(Arc::clone(&user)));
        Ok(user)
    }

    /// Deletes a user that has nothing left.
    ///
    /// The order of checks is AWS's: it reports policies before access keys.
    pub fn delete_user(&mut self, name: &str) -> Result<Arc<User>, DirectoryError> {
        let user = Arc::clone(self.user(name)?);
        let keys = self.account.access_key_count(KeyOwner::User(user.id));
        let devices = self.account.mfa_device_count(KeyOwner::User(user.id));
        let certificates = self.account.signing_certificates_of(KeyOwner::User(user.id));
        let credentials = self.account.service_specific_credentials_of(user.id, None);
        let has_others = credentials.count() > 0 || !self.account.ssh_public_keys_of(user.id).is_empty();
        let conflicts = [
            (!user.attached.is_empty(), Conflict::AttachedPolicies),
            (!user.inline.is_empty(), Conflict::InlinePolicies),
            (!user.groups.is_empty(), Conflict::GroupMembership),
            (keys > 0, Conflict::AccessKeys),
            (!certificates.is_empty(), Conflict::SigningCertificates),
            (
                self.account.login_profile(user.id).is_some(),
                Conflict::LoginProfile,
            ),
            (devices > 0, Conflict::MfaDevices),
            (has_others, Conflict::ServiceCredentials),
        ];
        if let Some((_, conflict)) = conflicts.into_iter().find(|(stands, _)| *stands) {
            return Err(DirectoryError::DeleteConflict(conflict));
        }
        self.remove(Place::User(user.id));
        Ok(user)
    }
}
