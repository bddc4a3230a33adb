//! SSH public keys as answers show them.

use std::sync::Arc;

use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, DirectoryError, SshPublicKey};
use lanyard_names::UniqueId;

use super::rsa_key::RsaKey;
use crate::error::Refusal;
use crate::iam::shapes;

/// An SSH public key of a user, and the user's name as it is spelt.
pub(super) fn find<'a>(
    user: &str,
    id: &str,
    account: &'a Account,
) -> Result<(&'a str, &'a Arc<SshPublicKey>), Refusal> {
    let missing = || DirectoryError::NoSuchUser(user.into());
    let user = account.user(user).ok_or_else(missing)?;
    let key = UniqueId::parse(id).ok().and_then(|id| account.ssh_public_key(id));
    match key {
        Some(key) if key.user == user.id => Ok((user.name.as_str(), key)),
        Some(_) => Err(DirectoryError::NotTheirSshPublicKey(id.into()).into()),
        None => Err(DirectoryError::NoSuchSshPublicKey(id.into()).into()),
    }
}

/// An SSH public key in a form.
pub(super) fn whole(key: &SshPublicKey, rsa: &RsaKey, user_name: &str, body: String) -> api::SSHPublicKey {
    api::SSHPublicKey {
        user_name: user_name.to_owned(),
        ssh_public_key_id: key.id.to_string(),
        fingerprint: rsa.fingerprint(),
        ssh_public_key_body: body,
        status: shapes::key_status(key.status),
        upload_date: Some(key.uploaded),
    }
}

/// An SSH public key as lists show it.
pub(super) fn listed(key: &SshPublicKey, user_name: &str) -> api::SSHPublicKeyMetadata {
    api::SSHPublicKeyMetadata {
        user_name: user_name.to_owned(),
        ssh_public_key_id: key.id.to_string(),
        status: shapes::key_status(key.status),
        upload_date: key.uploaded,
    }
}
