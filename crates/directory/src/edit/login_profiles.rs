//! Passwords of users. They are hashed and judged elsewhere.

use std::sync::Arc;

use jiff::Timestamp;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::record::{LoginProfile, PasswordHash, Place, Record};

/// A user's first password.
#[derive(Clone, Debug)]
pub struct NewLoginProfile {
    /// The password.
    pub password: PasswordHash,
    /// Whether the user must set another one at the next sign-in.
    pub must_reset: bool,
    /// Now.
    pub created: Timestamp,
}

/// What changes of a login profile; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct LoginProfileUpdate {
    /// The new password and now.
    pub password: Option<(PasswordHash, Timestamp)>,
    /// Whether the user must set another one at the next sign-in.
    pub must_reset: Option<bool>,
}

impl AccountEdit {
    /// Gives a user a password.
    pub fn create_login_profile(
        &mut self,
        user: &str,
        new: NewLoginProfile,
    ) -> Result<Arc<LoginProfile>, DirectoryError> {
        let id = self.user(user)?.id;
        if self.account.login_profile(id).is_some() {
            return Err(DirectoryError::LoginProfileExists(user.into()));
        }
        let profile = Arc::new(LoginProfile {
            user: id,
            password: new.password,
            created: new.created,
            changed: new.created,
            must_reset: new.must_reset,
            previous: Vec::new(),
        });
        self.put(Record::LoginProfile(Arc::clone(&profile)));
        Ok(profile)
    }

    /// Changes a user's password, remembering the one before, or whether it must be changed.
    pub fn update_login_profile(
        &mut self,
        user: &str,
        update: LoginProfileUpdate,
    ) -> Result<Arc<LoginProfile>, DirectoryError> {
        let mut profile = LoginProfile::clone(self.login_profile(user)?);
        if let Some((password, now)) = update.password {
            let before = std::mem::replace(&mut profile.password, password);
            profile.previous.insert(0, before);
            profile.previous.truncate(LoginProfile::PREVIOUS_MAX);
            profile.changed = now;
        }
        if let Some(must_reset) = update.must_reset {
            profile.must_reset = must_reset;
        }
        let profile = Arc::new(profile);
        self.put(Record::LoginProfile(Arc::clone(&profile)));
        Ok(profile)
    }

    /// Takes a user's password away.
    pub fn delete_login_profile(&mut self, user: &str) -> Result<(), DirectoryError> {
        let id = self.login_profile(user)?.user;
        self.remove(Place::LoginProfile(id));
        Ok(())
    }

    fn login_profile(&self, user: &str) -> Result<&Arc<LoginProfile>, DirectoryError> {
        let profile = self.account.login_profile(self.user(user)?.id);
        profile.ok_or_else(|| DirectoryError::NoSuchLoginProfile(user.into()))
    }
}
