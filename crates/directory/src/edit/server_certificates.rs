//! Server certificates.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, ServerCertificateName, UniqueId};

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{KeyCase, Place, Record, SealedSecret, ServerCertificate, Tag};

/// A server certificate to be kept, which was read and found good.
#[derive(Clone, Debug)]
pub struct NewServerCertificate {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// Its name.
    pub name: ServerCertificateName,
    /// Its path.
    pub path: EntityPath,
    /// The certificate as PEM.
    pub body: Arc<str>,
    /// The certificates of those who issued it, as PEM.
    pub chain: Option<Arc<str>>,
    /// The private key, sealed.
    pub private_key: SealedSecret,
    /// Now.
    pub uploaded: Timestamp,
    /// Until when the certificate is valid.
    pub expires: Timestamp,
    /// Its first tags.
    pub tags: Vec<Tag>,
}

/// What changes of a server certificate; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ServerCertificateUpdate {
    /// Its new name.
    pub name: Option<ServerCertificateName>,
    /// Its new path.
    pub path: Option<EntityPath>,
}

impl AccountEdit {
    /// Keeps a server certificate.
    pub fn upload_server_certificate(
        &mut self,
        new: NewServerCertificate,
    ) -> Result<Arc<ServerCertificate>, DirectoryError> {
        let name = new.name.as_str();
        if self.account.server_certificate(name).is_some() {
            return Err(DirectoryError::ServerCertificateExists(name.into()));
        }
        if self.account.server_certificate_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        let count = self.account.server_certificate_count().saturating_add(1);
        self.within(Quota::ServerCertificatesPerAccount, count, name)?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, name)?;
        let mut certificate = ServerCertificate {
            id: new.id,
            name: new.name,
            path: new.path,
            body: new.body,
            chain: new.chain,
            private_key: new.private_key,
            uploaded: new.uploaded,
            expires: new.expires,
            tags,
            arn: "".into(),
        };
        certificate.set_arn(self.account.id());
        let certificate = Arc::new(certificate);
        self.put(Record::ServerCertificate(Arc::clone(&certificate)));
        Ok(certificate)
    }

    /// Renames a server certificate or moves it to another path. Its unique id stays; its ARN changes.
    pub fn update_server_certificate(
        &mut self,
        name: &str,
        update: ServerCertificateUpdate,
    ) -> Result<(), DirectoryError> {
        let mut certificate = ServerCertificate::clone(self.server_certificate(name)?);
        if let Some(new) = update.name {
            let holder = self.account.server_certificate(new.as_str());
            if holder.is_some_and(|holder| holder.id != certificate.id) {
                return Err(DirectoryError::ServerCertificateExists(new.as_str().into()));
            }
            certificate.name = new;
        }
        if let Some(path) = update.path {
            certificate.path = path;
        }
        certificate.set_arn(self.account.id());
        self.put(Record::ServerCertificate(Arc::new(certificate)));
        Ok(())
    }

    /// Deletes a server certificate, and its private key with it.
    pub fn delete_server_certificate(&mut self, name: &str) -> Result<(), DirectoryError> {
        let id = self.server_certificate(name)?.id;
        self.remove(Place::ServerCertificate(id));
        Ok(())
    }

    pub(super) fn server_certificate(&self, name: &str) -> Result<&Arc<ServerCertificate>, DirectoryError> {
        let certificate = self.account.server_certificate(name);
        certificate.ok_or_else(|| DirectoryError::NoSuchServerCertificate(name.into()))
    }
}
