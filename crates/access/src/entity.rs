//! Whose permissions a caller has.

use std::sync::Arc;

use lanyard_directory::{Account, Role, Tags, User};
use lanyard_names::UniqueId;

use crate::Session;

/// The entity whose permissions a caller has, as it stands in one snapshot of its account.
#[derive(Clone, Debug)]
pub(crate) enum Entity {
    /// Nobody in particular.
    Nobody,
    /// The root user.
    Root,
    /// A user: itself, or vouching for a federated user.
    User(Arc<User>),
    /// A role.
    Role(Arc<Role>),
}

impl Entity {
    /// The entity that a unique id (or its absence: the root user) stands for in a snapshot. Gone is `None`.
    pub(crate) fn find(account: &Account, id: Option<UniqueId>) -> Option<Self> {
        let Some(id) = id else {
            return Some(Self::Root);
        };
        let user = || account.user_by_id(id).map(|user| Self::User(Arc::clone(user)));
        account
            .role_by_id(id)
            .map(|role| Self::Role(Arc::clone(role)))
            .or_else(user)
    }

    /// Whether a snapshot has the very same state of the same entity.
    pub(crate) fn is_in(&self, account: &Account) -> bool {
        match self {
            Self::Root | Self::Nobody => true,
            Self::User(user) => account
                .user_by_id(user.id)
                .is_some_and(|known| Arc::ptr_eq(known, user)),
            Self::Role(role) => account
                .role_by_id(role.id)
                .is_some_and(|known| Arc::ptr_eq(known, role)),
        }
    }

    /// Whether this is the very same state of the same entity.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Root, Self::Root) | (Self::Nobody, Self::Nobody) => true,
            (Self::User(one), Self::User(other)) => Arc::ptr_eq(one, other),
            (Self::Role(one), Self::Role(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    pub(crate) fn id(&self) -> Option<UniqueId> {
        match self {
            Self::Root | Self::Nobody => None,
            Self::User(user) => Some(user.id),
            Self::Role(role) => Some(role.id),
        }
    }

    /// Whether a session of this entity has not been revoked, neither by itself nor with the user whom its chain
    /// began with, nor with the long-term key that it stands for. No clock is compared.
    pub(crate) fn admits(&self, account: &Account, session: &Session) -> bool {
        let revocations = match self {
            Self::Root | Self::Nobody => &account.info().root_revocations,
            Self::User(user) => &user.revocations,
            Self::Role(role) => &role.revocations,
        };
        revocations.admits(session.epoch, session.name(), session.access_key_id)
            && (session.origin.as_ref()).is_none_or(|origin| origin.is_admitted(account))
            && (session.on_behalf.as_ref()).is_none_or(|on_behalf| on_behalf.is_admitted(account))
    }

    pub(crate) fn tags(&self) -> Option<&Tags> {
        match self {
            Self::Root | Self::Nobody => None,
            Self::User(user) => Some(&user.tags),
            Self::Role(role) => Some(&role.tags),
        }
    }
}
