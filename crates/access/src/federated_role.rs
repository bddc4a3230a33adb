//! A role's session of somebody whom an identity provider vouches for, without credentials.
//!
//! An enforcement point may hear a token itself and ask what its bearer may do as a role. The session is then the one
//! that AssumeRoleWithWebIdentity would give, for as long as one question lasts: nothing is issued, and nothing can be
//! signed with it. Whether the role trusts the bearer has been decided before.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_directory::{Account, Role};
use lanyard_names::{AccessKeyId, KeyKind, SessionName, SourceIdentity};
use zeroize::Zeroizing;

use crate::entity::Entity;
use crate::{Federation, Identity, SecretText, Session, SessionKind, SessionTag, Subject};

/// Long enough for one question.
const LIFE: SignedDuration = SignedDuration::from_mins(15);

/// What the provider's word gives to the session.
#[derive(Clone, Debug)]
pub struct FederatedSession {
    /// Its name.
    pub name: SessionName,
    /// Its tags.
    pub tags: Vec<SessionTag>,
    /// The person behind it.
    pub source_identity: Option<SourceIdentity>,
    /// What the session keeps of the provider's word.
    pub federation: Arc<Federation>,
}

impl Subject {
    /// A session of this role that begins now. `None` if the role is not in this snapshot.
    pub fn of_federated_session(
        account: &Account,
        role: &Arc<Role>,
        session: FederatedSession,
        now: Timestamp,
    ) -> Option<Self> {
        let entity = Entity::Role(Arc::clone(role));
        if !entity.is_in(account) {
            return None;
        }
        let session = Session {
            // Stands for no key that was ever given out: nothing is looked up by it.
            access_key_id: AccessKeyId::from_entropy(KeyKind::Temporary, account.id(), 0),
            kind: SessionKind::AssumedRole {
                role: role.id,
                name: session.name,
            },
            epoch: role.epoch,
            issued_at: now,
            expires_at: now.saturating_add(LIFE).unwrap_or(now),
            policy: None,
            policy_arns: Vec::new(),
            tags: session.tags,
            source_identity: session.source_identity,
            mfa: false,
            is_chained: false,
            is_sign_in: false,
            origin: None,
            federation: Some(session.federation),
            on_behalf: None,
            secret: SecretText::from_zeroizing(Zeroizing::new(String::new())),
            inline_compiled: None,
        };
        let id = session.access_key_id;
        let identity = Identity::of(id, entity, Some(Arc::new(session)))?;
        Some(Self::new(Arc::new(identity), account, now))
    }
}
