//! Signing certificates of users and of the root user.

use std::sync::Arc;

use jiff::Timestamp;

use super::{AccountEdit, KeyHolder};
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{KeyStatus, Place, Record, SigningCertificate};

/// A signing certificate to be kept, which was read and found good.
#[derive(Clone, Debug)]
pub struct NewSigningCertificate {
    /// Its id, made of the certificate.
    pub id: Arc<str>,
    /// The certificate as it was uploaded.
    pub body: Arc<str>,
    /// Now.
    pub uploaded: Timestamp,
}

impl AccountEdit {
    /// Gives a user a signing certificate. One that the user has already stays as it is; one that another user has is
    /// refused.
    pub fn upload_signing_certificate(
        &mut self,
        holder: KeyHolder<'_>,
        new: NewSigningCertificate,
    ) -> Result<Arc<SigningCertificate>, DirectoryError> {
        let owner = self.key_owner(holder)?;
        if let Some(kept) = self.account.signing_certificate(&new.id) {
            if kept.owner != owner {
                return Err(DirectoryError::SigningCertificateOfAnother(
                    new.id.as_ref().into(),
                ));
            }
            return Ok(Arc::clone(kept));
        }
        let count = self.account.signing_certificates_of(owner).len();
        self.within(Quota::CertificatesPerUser, count.saturating_add(1), holder.name())?;
        let certificate = Arc::new(SigningCertificate {
            id: new.id,
            owner,
            body: new.body,
            status: KeyStatus::Active,
            uploaded: new.uploaded,
        });
        self.put(Record::SigningCertificate(Arc::clone(&certificate)));
        Ok(certificate)
    }

    /// Makes a signing certificate active or inactive.
    pub fn update_signing_certificate(
        &mut self,
        holder: KeyHolder<'_>,
        id: &str,
        status: KeyStatus,
    ) -> Result<(), DirectoryError> {
        let mut certificate = SigningCertificate::clone(self.signing_certificate(holder, id)?);
        certificate.status = status;
        self.put(Record::SigningCertificate(Arc::new(certificate)));
        Ok(())
    }

    /// Deletes a signing certificate.
    pub fn delete_signing_certificate(
        &mut self,
        holder: KeyHolder<'_>,
        id: &str,
    ) -> Result<(), DirectoryError> {
        let id = Arc::clone(&self.signing_certificate(holder, id)?.id);
        self.remove(Place::SigningCertificate(id));
        Ok(())
    }

    fn signing_certificate(
        &self,
        holder: KeyHolder<'_>,
        id: &str,
    ) -> Result<&Arc<SigningCertificate>, DirectoryError> {
        let owner = self.key_owner(holder)?;
        let certificate = self.account.signing_certificate(id);
        certificate
            .filter(|certificate| certificate.owner == owner)
            .ok_or_else(|| DirectoryError::NoSuchSigningCertificate(id.into()))
    }
}
