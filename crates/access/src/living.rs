//! Which keys and sessions are alive in a snapshot of their account.
//!
//! Both are looked up each time, so a key deleted or switched off a moment ago is refused now, and a session revoked a
//! moment ago as well.

use std::sync::Arc;

use lanyard_directory::{AccessKey, Account, KeyOwner};
use lanyard_names::AccessKeyId;

use crate::entity::Entity;
use crate::{AuthenticationError, InvalidCredentials, Session};

/// The record of a long-term key and whom it belongs to, if it may be used.
pub(crate) fn living_key(
    account: &Account,
    id: AccessKeyId,
) -> Result<(&Arc<AccessKey>, Entity), InvalidCredentials> {
    let key = active_key(account, id)?;
    let owner = match key.owner {
        KeyOwner::Root => None,
        KeyOwner::User(user) => Some(user),
    };
    let entity = Entity::find(account, owner).ok_or(InvalidCredentials::IssuerGone)?;
    Ok((key, entity))
}

/// The record of a long-term key that is switched on.
pub(crate) fn active_key(account: &Account, id: AccessKeyId) -> Result<&Arc<AccessKey>, InvalidCredentials> {
    let key = account.access_key(id).ok_or(InvalidCredentials::UnknownKey)?;
    if key.is_active() {
        Ok(key)
    } else {
        Err(InvalidCredentials::InactiveKey)
    }
}

/// The entity of a session, if it lives and the session has not been revoked.
pub(crate) fn living_entity(session: &Session, account: &Account) -> Result<Entity, AuthenticationError> {
    let entity = Entity::find(account, session.kind.issuer()).ok_or(InvalidCredentials::IssuerGone)?;
    if !entity.admits(account, session) {
        return Err(AuthenticationError::Revoked);
    }
    Ok(entity)
}
