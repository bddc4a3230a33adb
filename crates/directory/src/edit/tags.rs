//! Tags.

use std::sync::Arc;

use super::{AccountEdit, Taggable};
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{
    InstanceProfile, KeyCase, ManagedPolicy, MfaDevice, OidcProvider, Record, Role, SamlProvider,
    ServerCertificate, Tag, Tags, User,
};

impl AccountEdit {
    /// Adds tags, replacing those of the same keys.
    pub fn tag(&mut self, what: Taggable<'_>, tags: Vec<Tag>) -> Result<(), DirectoryError> {
        let limit = self.account.limit(Quota::TagsPerResource);
        self.change_tags(what, |kept, case, subject| kept.put(tags, case, limit, subject))
    }

    /// Removes tags; keys that are not there are passed over.
    pub fn untag<K: AsRef<str>>(&mut self, what: Taggable<'_>, keys: &[K]) -> Result<(), DirectoryError> {
        self.change_tags(what, |kept, case, _| {
            kept.remove(keys, case);
            Ok(())
        })
    }

    /// The tags of something that is being created.
    pub(super) fn first_tags(
        &self,
        tags: Vec<Tag>,
        case: KeyCase,
        subject: &str,
    ) -> Result<Tags, DirectoryError> {
        let mut kept = Tags::default();
        kept.put(tags, case, self.account.limit(Quota::TagsPerResource), subject)?;
        Ok(kept)
    }

    fn change_tags(
        &mut self,
        what: Taggable<'_>,
        change: impl FnOnce(&mut Tags, KeyCase, &str) -> Result<(), DirectoryError>,
    ) -> Result<(), DirectoryError> {
        match what {
            Taggable::User(name) => {
                let mut user = User::clone(self.user(name)?);
                change(&mut user.tags, KeyCase::Ignored, name)?;
                self.put(Record::User(Arc::new(user)));
            }
            Taggable::Role(name) => {
                let mut role = Role::clone(self.role(name)?);
                change(&mut role.tags, KeyCase::Ignored, name)?;
                self.put(Record::Role(Arc::new(role)));
            }
            Taggable::Policy(arn) => {
                let mut policy = ManagedPolicy::clone(self.own_policy(arn)?);
                change(&mut policy.tags, KeyCase::Kept, arn.name())?;
                self.put(Record::Policy(Arc::new(policy)));
            }
            Taggable::InstanceProfile(name) => {
                let mut profile = InstanceProfile::clone(self.instance_profile(name)?);
                change(&mut profile.tags, KeyCase::Kept, name)?;
                self.put(Record::InstanceProfile(Arc::new(profile)));
            }
            Taggable::ServerCertificate(name) => {
                let mut certificate = ServerCertificate::clone(self.server_certificate(name)?);
                change(&mut certificate.tags, KeyCase::Kept, name)?;
                self.put(Record::ServerCertificate(Arc::new(certificate)));
            }
            Taggable::MfaDevice(serial) => {
                let mut device = MfaDevice::clone(self.virtual_mfa_device(serial)?);
                change(&mut device.tags, KeyCase::Kept, serial)?;
                self.put(Record::MfaDevice(Arc::new(device)));
            }
            Taggable::OidcProvider(arn) => {
                let mut provider = OidcProvider::clone(self.oidc_provider(arn)?);
                change(&mut provider.tags, KeyCase::Kept, arn)?;
                self.put(Record::OidcProvider(Arc::new(provider)));
            }
            Taggable::SamlProvider(arn) => {
                let mut provider = SamlProvider::clone(self.saml_provider(arn)?);
                change(&mut provider.tags, KeyCase::Kept, arn)?;
                self.put(Record::SamlProvider(Arc::new(provider)));
            }
        }
        Ok(())
    }
}
