//! Permissions boundaries of users and roles.

use std::sync::Arc;

use lanyard_names::PolicyArn;

use super::{AccountEdit, PrincipalName};
use crate::error::{DirectoryError, OwnerKind};
use crate::record::{Record, Role, User};

impl AccountEdit {
    /// Caps a user or role by a managed policy of this account or of AWS.
    pub fn set_boundary(&mut self, of: PrincipalName<'_>, arn: &PolicyArn) -> Result<(), DirectoryError> {
        match of {
            PrincipalName::User(name) => {
                let mut user = User::clone(self.user(name)?);
                self.check_boundary(Some(arn))?;
                user.boundary = Some(arn.clone());
                self.put(Record::User(Arc::new(user)));
            }
            PrincipalName::Role(name) => {
                let mut role = Role::clone(self.own_role(name)?);
                self.check_boundary(Some(arn))?;
                role.boundary = Some(arn.clone());
                self.put(Record::Role(Arc::new(role)));
            }
        }
        Ok(())
    }

    /// Removes the boundary of a user or role.
    pub fn delete_boundary(&mut self, of: PrincipalName<'_>) -> Result<(), DirectoryError> {
        let none = |kind, name: &str| DirectoryError::NoBoundary {
            kind,
            name: name.into(),
        };
        match of {
            PrincipalName::User(name) => {
                let mut user = User::clone(self.user(name)?);
                user.boundary.take().ok_or_else(|| none(OwnerKind::User, name))?;
                self.put(Record::User(Arc::new(user)));
            }
            PrincipalName::Role(name) => {
                let mut role = Role::clone(self.own_role(name)?);
                role.boundary.take().ok_or_else(|| none(OwnerKind::Role, name))?;
                self.put(Record::Role(Arc::new(role)));
            }
        }
        Ok(())
    }

    pub(super) fn check_boundary(&self, arn: Option<&PolicyArn>) -> Result<(), DirectoryError> {
        match arn {
            Some(arn) if !self.policy_exists(arn) => {
                Err(DirectoryError::BoundaryNotFound(arn.as_str().into()))
            }
            _ => Ok(()),
        }
    }
}
