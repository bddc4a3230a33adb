//! The one place where records enter and leave a snapshot, and where every index follows them.

mod certificates;
mod credentials;
mod instance_profiles;
mod service_specific_credentials;
mod user_credentials;
mod uses;

use std::sync::Arc;

use lanyard_names::{AccountId, EntityPath, FoldedName, UniqueId};
use lanyard_store::Revision;

use self::uses::Uses;
use super::Account;
use crate::error::OwnerKind;
use crate::managed::ManagedPolicies;
use crate::record::{AccountInfo, Group, ManagedPolicy, Place, Record, Role, Stamp, User};

impl Account {
    /// An account that has nothing yet.
    pub(crate) fn empty(id: AccountId, managed: Arc<ManagedPolicies>) -> Self {
        let info = AccountInfo::new(id, "".into(), jiff::Timestamp::UNIX_EPOCH);
        Self {
            id,
            revision: Revision::ZERO,
            info: Arc::new(info),
            managed,
            users: Default::default(),
            users_by_id: Default::default(),
            groups: Default::default(),
            groups_by_id: Default::default(),
            roles: Default::default(),
            roles_by_id: Default::default(),
            policies: Default::default(),
            policies_by_id: Default::default(),
            instance_profiles: Default::default(),
            instance_profiles_by_id: Default::default(),
            access_keys: Default::default(),
            resource_policies: Default::default(),
            resource_tags: Default::default(),
            buckets: Default::default(),
            mfa_devices: Default::default(),
            login_profiles: Default::default(),
            ssh_public_keys: Default::default(),
            service_specific_credentials: Default::default(),
            signing_certificates: Default::default(),
            server_certificates: Default::default(),
            server_certificates_by_id: Default::default(),
            oidc_providers: Default::default(),
            saml_providers: Default::default(),
            used_assertions: Default::default(),
            web_identity_issuer: None,
            role_deletions: None,
            members: Default::default(),
            member_counts: Default::default(),
            profiles_by_role: Default::default(),
            keys_by_owner: Default::default(),
            ssh_keys_by_user: Default::default(),
            service_credentials_by_user: Default::default(),
            service_credentials_by_service: Default::default(),
            service_aliases: Default::default(),
            certificates_by_owner: Default::default(),
            mfa_by_owner: Default::default(),
            mfa_assigned: Default::default(),
            mfa_unassigned: Default::default(),
            attachments: Default::default(),
            usage: Default::default(),
            own_policies_used: Default::default(),
            aws_policies_used: Default::default(),
            users_by_path: Default::default(),
            groups_by_path: Default::default(),
            roles_by_path: Default::default(),
            policies_by_path: Default::default(),
            instance_profiles_by_path: Default::default(),
            policy_versions: 0,
            stamp: Stamp::new(),
        }
    }

    pub(crate) fn set_revision(&mut self, revision: Revision) {
        self.revision = revision;
    }

    /// The same at another revision.
    pub(crate) fn at(mut self, revision: Revision) -> Self {
        self.revision = revision;
        self
    }

    /// Puts a record in place of the one of its key, if there was one.
    pub(crate) fn put(&mut self, record: Record) {
        match record {
            Record::Info(info) => self.info = info,
            Record::User(user) => self.replace_user(user.id, Some(user)),
            Record::Group(group) => self.replace_group(group.id, Some(group)),
            Record::Role(role) => self.replace_role(role.id, Some(role)),
            Record::Policy(policy) => self.replace_policy(policy.id, Some(policy)),
            Record::InstanceProfile(profile) => self.replace_instance_profile(profile.id, Some(profile)),
            Record::AccessKey(key) => self.replace_access_key(key.id, Some(key)),
            Record::ResourcePolicy(policy) => {
                self.resource_policies.insert(Arc::clone(&policy.arn), policy);
            }
            Record::ResourceTags(tags) => {
                self.resource_tags.insert(Arc::clone(&tags.arn), tags);
            }
            Record::Bucket(bucket) => {
                self.buckets.insert(Arc::clone(&bucket.name), bucket);
            }
            Record::MfaDevice(device) => {
                let serial = Arc::clone(&device.serial);
                self.replace_mfa_device(&serial, Some(device));
            }
            Record::LoginProfile(profile) => {
                self.login_profiles.insert(profile.user, profile);
            }
            Record::SshPublicKey(key) => self.replace_ssh_public_key(key.id, Some(key)),
            Record::ServiceSpecificCredential(credential) => {
                self.replace_service_specific_credential(credential.id, Some(credential));
            }
            Record::SigningCertificate(certificate) => {
                let id = Arc::clone(&certificate.id);
                self.replace_signing_certificate(&id, Some(certificate));
            }
            Record::ServerCertificate(certificate) => {
                self.replace_server_certificate(certificate.id, Some(certificate));
            }
            Record::OidcProvider(provider) => {
                self.oidc_providers.insert(provider.url.clone(), provider);
            }
            Record::SamlProvider(provider) => {
                self.saml_providers.insert(provider.name.clone(), provider);
            }
            Record::UsedAssertion(used) => self.used_assertions.put(used),
            Record::WebIdentityIssuer(issuer) => self.web_identity_issuer = Some(issuer),
            Record::RoleDeletions(deletions) => self.role_deletions = Some(deletions),
        }
    }

    /// Removes the record of a key, if there is one.
    pub(crate) fn remove(&mut self, key: &Place) {
        match key {
            // The account's own record is only ever replaced.
            Place::Info => {}
            Place::User(id) => self.replace_user(*id, None),
            Place::Group(id) => self.replace_group(*id, None),
            Place::Role(id) => self.replace_role(*id, None),
            Place::Policy(id) => self.replace_policy(*id, None),
            Place::InstanceProfile(id) => self.replace_instance_profile(*id, None),
            Place::AccessKey(id) => self.replace_access_key(*id, None),
            Place::ResourcePolicy(arn) => {
                self.resource_policies.remove(arn);
            }
            Place::ResourceTags(arn) => {
                self.resource_tags.remove(arn);
            }
            Place::Bucket(name) => {
                self.buckets.remove(name);
            }
            Place::MfaDevice(serial) => self.replace_mfa_device(serial, None),
            Place::LoginProfile(user) => {
                self.login_profiles.remove(user);
            }
            Place::SshPublicKey(id) => self.replace_ssh_public_key(*id, None),
            Place::ServiceSpecificCredential(id) => self.replace_service_specific_credential(*id, None),
            Place::SigningCertificate(id) => self.replace_signing_certificate(id, None),
            Place::ServerCertificate(id) => self.replace_server_certificate(*id, None),
            Place::OidcProvider(url) => {
                self.oidc_providers.remove(url);
            }
            Place::SamlProvider(name) => {
                self.saml_providers.remove(name);
            }
            Place::UsedAssertion(provider, hash) => self.used_assertions.remove(provider, hash),
            Place::WebIdentityIssuer => self.web_identity_issuer = None,
            Place::RoleDeletions => self.role_deletions = None,
        }
    }

    /// The record of a key.
    pub(crate) fn record(&self, key: &Place) -> Option<Record> {
        match key {
            Place::Info => Some(Record::Info(Arc::clone(&self.info))),
            Place::User(id) => self.users_by_id.get(id).cloned().map(Record::User),
            Place::Group(id) => self.groups_by_id.get(id).cloned().map(Record::Group),
            Place::Role(id) => self.roles_by_id.get(id).cloned().map(Record::Role),
            Place::Policy(id) => self.policies_by_id.get(id).cloned().map(Record::Policy),
            Place::InstanceProfile(id) => {
                let profile = self.instance_profiles_by_id.get(id);
                profile.cloned().map(Record::InstanceProfile)
            }
            Place::AccessKey(id) => self.access_keys.get(id).cloned().map(Record::AccessKey),
            Place::ResourcePolicy(arn) => {
                let policy = self.resource_policies.get(arn);
                policy.cloned().map(Record::ResourcePolicy)
            }
            Place::ResourceTags(arn) => self.resource_tags.get(arn).cloned().map(Record::ResourceTags),
            Place::Bucket(name) => self.buckets.get(name).cloned().map(Record::Bucket),
            Place::MfaDevice(serial) => self.mfa_devices.get(serial).cloned().map(Record::MfaDevice),
            Place::LoginProfile(user) => self.login_profiles.get(user).cloned().map(Record::LoginProfile),
            Place::SshPublicKey(id) => self.ssh_public_keys.get(id).cloned().map(Record::SshPublicKey),
            Place::ServiceSpecificCredential(id) => {
                let credential = self.service_specific_credentials.get(id);
                credential.cloned().map(Record::ServiceSpecificCredential)
            }
            Place::SigningCertificate(id) => {
                let certificate = self.signing_certificates.get(id);
                certificate.cloned().map(Record::SigningCertificate)
            }
            Place::ServerCertificate(id) => {
                let certificate = self.server_certificates_by_id.get(id);
                certificate.cloned().map(Record::ServerCertificate)
            }
            Place::OidcProvider(url) => self.oidc_providers.get(url).cloned().map(Record::OidcProvider),
            Place::SamlProvider(name) => self.saml_providers.get(name).cloned().map(Record::SamlProvider),
            Place::UsedAssertion(provider, hash) => {
                let used = self.used_assertions.get(provider, hash);
                used.cloned().map(Record::UsedAssertion)
            }
            Place::WebIdentityIssuer => self.web_identity_issuer.clone().map(Record::WebIdentityIssuer),
            Place::RoleDeletions => self.role_deletions.clone().map(Record::RoleDeletions),
        }
    }

    fn replace_user(&mut self, id: UniqueId, new: Option<Arc<User>>) {
        let old = match &new {
            Some(new) => self.users_by_id.insert(id, Arc::clone(new)),
            None => self.users_by_id.remove(&id),
        };
        let old_name = old.as_ref().map(|user| user.name.fold());
        let new_name = new.as_ref().map(|user| user.name.fold());
        let is_renamed = old_name != new_name;
        if let Some(name) = &old_name
            && is_renamed
        {
            remove_if_of(&mut self.users, name, |user: &User| user.id == id);
        }
        let old_groups = old.as_ref().map_or(&[][..], |user| &user.groups);
        let new_groups = new.as_ref().map_or(&[][..], |user| &user.groups);
        if is_renamed || old_groups != new_groups {
            self.leave(old_groups, old_name.as_ref(), id);
            self.join(new_groups, new_name.as_ref(), id);
        }
        let old_uses = old
            .as_ref()
            .map(|user| Uses::of(OwnerKind::User, &user.attached, user.boundary.as_ref()));
        let new_uses = new
            .as_ref()
            .map(|user| Uses::of(OwnerKind::User, &user.attached, user.boundary.as_ref()));
        self.replace_uses(id, (old_name.as_ref(), old_uses), (new_name.as_ref(), new_uses));
        self.users_by_path.replace(
            id,
            old.as_ref().map(|user| &user.path).zip(old_name.as_ref()),
            new.as_ref().map(|user| &user.path).zip(new_name.as_ref()),
        );
        if let (Some(name), Some(user)) = (new_name, new) {
            self.users.insert(name, user);
        }
    }

    fn replace_group(&mut self, id: UniqueId, new: Option<Arc<Group>>) {
        let old = match &new {
            Some(new) => self.groups_by_id.insert(id, Arc::clone(new)),
            None => self.groups_by_id.remove(&id),
        };
        let old_name = old.as_ref().map(|group| group.name.fold());
        let new_name = new.as_ref().map(|group| group.name.fold());
        if let Some(name) = &old_name
            && old_name != new_name
        {
            remove_if_of(&mut self.groups, name, |group: &Group| group.id == id);
        }
        let old_uses = old
            .as_ref()
            .map(|group| Uses::of(OwnerKind::Group, &group.attached, None));
        let new_uses = new
            .as_ref()
            .map(|group| Uses::of(OwnerKind::Group, &group.attached, None));
        self.replace_uses(id, (old_name.as_ref(), old_uses), (new_name.as_ref(), new_uses));
        self.groups_by_path.replace(
            id,
            old.as_ref().map(|group| &group.path).zip(old_name.as_ref()),
            new.as_ref().map(|group| &group.path).zip(new_name.as_ref()),
        );
        if let (Some(name), Some(group)) = (new_name, new) {
            self.groups.insert(name, group);
        }
        self.stamp = Stamp::new();
    }

    fn replace_role(&mut self, id: UniqueId, new: Option<Arc<Role>>) {
        let old = match &new {
            Some(new) => self.roles_by_id.insert(id, Arc::clone(new)),
            None => self.roles_by_id.remove(&id),
        };
        let old_name = old.as_ref().map(|role| role.name.fold());
        let new_name = new.as_ref().map(|role| role.name.fold());
        if let Some(name) = &old_name
            && old_name != new_name
        {
            remove_if_of(&mut self.roles, name, |role: &Role| role.id == id);
        }
        let old_uses = old
            .as_ref()
            .map(|role| Uses::of(OwnerKind::Role, &role.attached, role.boundary.as_ref()));
        let new_uses = new
            .as_ref()
            .map(|role| Uses::of(OwnerKind::Role, &role.attached, role.boundary.as_ref()));
        self.replace_uses(id, (old_name.as_ref(), old_uses), (new_name.as_ref(), new_uses));
        self.roles_by_path.replace(
            id,
            old.as_ref().map(|role| &role.path).zip(old_name.as_ref()),
            new.as_ref().map(|role| &role.path).zip(new_name.as_ref()),
        );
        if let (Some(name), Some(role)) = (new_name, new) {
            self.roles.insert(name, role);
        }
    }

    fn replace_policy(&mut self, id: UniqueId, new: Option<Arc<ManagedPolicy>>) {
        let old = match &new {
            Some(new) => self.policies_by_id.insert(id, Arc::clone(new)),
            None => self.policies_by_id.remove(&id),
        };
        let versions = |policy: &Option<Arc<ManagedPolicy>>| {
            policy.as_ref().map_or(0, |policy| {
                u32::try_from(policy.versions.len()).unwrap_or(u32::MAX)
            })
        };
        self.policy_versions = self
            .policy_versions
            .saturating_sub(versions(&old))
            .saturating_add(versions(&new));
        let old_path = old.as_ref().map(|policy| path_of(policy));
        let new_path = new.as_ref().map(|policy| path_of(policy));
        let old_name = old.map(|policy| FoldedName::of(policy.name()));
        let new_name = new.as_ref().map(|policy| FoldedName::of(policy.name()));
        self.policies_by_path.replace(
            id,
            old_path.as_ref().zip(old_name.as_ref()),
            new_path.as_ref().zip(new_name.as_ref()),
        );
        if let Some(name) = &old_name
            && old_name != new_name
        {
            remove_if_of(&mut self.policies, name, |policy: &ManagedPolicy| policy.id == id);
        }
        if let (Some(name), Some(policy)) = (new_name, new) {
            self.policies.insert(name, policy);
        }
        self.stamp = Stamp::new();
    }

    // Within one commit a name may pass from one entity to another, in either order of records. So an index
    // entry goes only with the entity that it names.

    fn leave(&mut self, groups: &[UniqueId], name: Option<&FoldedName>, user: UniqueId) {
        let Some(name) = name else { return };
        for group in groups {
            let key = (*group, name.clone());
            if self.members.get(&key) == Some(&user) {
                self.members.remove(&key);
                let count = self.member_count(*group).saturating_sub(1);
                if count == 0 {
                    self.member_counts.remove(group);
                } else {
                    self.member_counts.insert(*group, count);
                }
            }
        }
    }

    fn join(&mut self, groups: &[UniqueId], name: Option<&FoldedName>, user: UniqueId) {
        let Some(name) = name else { return };
        for group in groups {
            if self.members.insert((*group, name.clone()), user).is_none() {
                let count = self.member_count(*group).saturating_add(1);
                self.member_counts.insert(*group, count);
            }
        }
    }
}

/// The path of a managed policy, which is a part of its ARN.
fn path_of(policy: &ManagedPolicy) -> EntityPath {
    EntityPath::parse(policy.path()).unwrap_or_default()
}

/// Removes the entity of a name if it is the one meant.
fn remove_if_of<T>(
    map: &mut imbl::OrdMap<FoldedName, Arc<T>>,
    name: &FoldedName,
    is_meant: impl FnOnce(&T) -> bool,
) {
    if map.get(name).is_some_and(|entity| is_meant(entity)) {
        map.remove(name);
    }
}
