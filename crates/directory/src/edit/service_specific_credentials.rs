//! Service-specific credentials of users.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::UniqueId;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{CredentialService, KeyStatus, PasswordHash, Place, Record, ServiceSpecificCredential};

/// A service-specific credential to be created.
#[derive(Clone, Debug)]
pub struct NewServiceSpecificCredential {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// The service it is for.
    pub service: CredentialService,
    /// Its secret, freshly drawn.
    pub secret: PasswordHash,
    /// Now.
    pub created: Timestamp,
    /// From when on it cannot be used.
    pub expires: Option<Timestamp>,
}

impl AccountEdit {
    /// Gives a user a credential for one service, under a name that is free there.
    pub fn create_service_specific_credential(
        &mut self,
        user: &str,
        new: NewServiceSpecificCredential,
    ) -> Result<Arc<ServiceSpecificCredential>, DirectoryError> {
        let (owner, name) = self.user(user).map(|user| (user.id, user.name.clone()))?;
        if self.account.service_specific_credential(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        let kept = self.account.service_specific_credentials_of(owner, None);
        let count = kept.filter(|kept| kept.service == new.service).count();
        let quota = Quota::ServiceSpecificCredentialsPerUser;
        self.within(quota, count.saturating_add(1), name.as_str())?;
        let credential = Arc::new(ServiceSpecificCredential {
            id: new.id,
            user: owner,
            service: new.service,
            alias: self.free_alias(new.service, name.as_str()),
            secret: new.secret,
            status: KeyStatus::Active,
            created: new.created,
            expires: new.expires,
        });
        self.put(Record::ServiceSpecificCredential(Arc::clone(&credential)));
        Ok(credential)
    }

    /// Makes a service-specific credential active or inactive.
    pub fn update_service_specific_credential(
        &mut self,
        user: &str,
        id: &str,
        status: KeyStatus,
    ) -> Result<(), DirectoryError> {
        let mut credential = ServiceSpecificCredential::clone(self.their_service_credential(user, id)?);
        credential.status = status;
        self.put(Record::ServiceSpecificCredential(Arc::new(credential)));
        Ok(())
    }

    /// Gives a service-specific credential another secret. All else of it stays: its name, its dates, its status.
    pub fn reset_service_specific_credential(
        &mut self,
        user: &str,
        id: &str,
        secret: PasswordHash,
    ) -> Result<Arc<ServiceSpecificCredential>, DirectoryError> {
        let mut credential = ServiceSpecificCredential::clone(self.their_service_credential(user, id)?);
        credential.secret = secret;
        let credential = Arc::new(credential);
        self.put(Record::ServiceSpecificCredential(Arc::clone(&credential)));
        Ok(credential)
    }

    /// Deletes a service-specific credential.
    pub fn delete_service_specific_credential(&mut self, user: &str, id: &str) -> Result<(), DirectoryError> {
        let id = self.their_service_credential(user, id)?.id;
        self.remove(Place::ServiceSpecificCredential(id));
        Ok(())
    }

    fn their_service_credential(
        &self,
        user: &str,
        id: &str,
    ) -> Result<&Arc<ServiceSpecificCredential>, DirectoryError> {
        let owner = self.user(user)?;
        let credential = UniqueId::parse(id)
            .ok()
            .and_then(|id| self.account.service_specific_credential(id))
            .ok_or_else(|| DirectoryError::NoSuchServiceSpecificCredential(id.into()))?;
        if credential.user != owner.id {
            return Err(DirectoryError::NotTheirServiceSpecificCredential {
                user: owner.name.as_str().into(),
                id: id.into(),
            });
        }
        Ok(credential)
    }

    /// The first name for a user that nobody has with the service: the user's own, or that with a number. A name can be
    /// taken by somebody who was called so before.
    ///
    /// Evidence: recorded answers of AWS.
    fn free_alias(&self, service: CredentialService, user: &str) -> Arc<str> {
        let account = self.account.id();
        let mut alias = format!("{user}-at-{account}");
        let mut number = 0_u64;
        while self.account.is_service_alias_taken(service, &alias) {
            number = number.saturating_add(1);
            alias = format!("{user}+{number}-at-{account}");
        }
        alias.into()
    }
}
