//! A caller whose signature was verified.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use lanyard_directory::Account;
use lanyard_names::AccountId;

use crate::entity::Entity;
use crate::{FederationKind, Identity, Login, Origin};

/// Who is calling. There is one only for a request whose signature was verified, and the anonymous one for requests
/// without; cheap to clone.
#[derive(Clone, Debug)]
pub struct Caller {
    identity: Arc<Identity>,
    /// The snapshot of its account in which it was found alive, if that was kept.
    seen_in: Option<Arc<Account>>,
}

impl Deref for Caller {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl Caller {
    pub(crate) fn new(identity: Arc<Identity>) -> Self {
        Self {
            identity,
            seen_in: None,
        }
    }

    /// The same caller, found alive in this snapshot of its account.
    pub(crate) fn seen_in(mut self, account: Arc<Account>) -> Self {
        self.seen_in = Some(account);
        self
    }

    /// Nobody in particular: whoever sent a request without a signature. Only the policy of a resource can allow
    /// anything to it.
    pub fn anonymous() -> Self {
        static ANONYMOUS: OnceLock<Arc<Identity>> = OnceLock::new();
        Self::new(Arc::clone(
            ANONYMOUS.get_or_init(|| Arc::new(Identity::anonymous())),
        ))
    }

    /// The bearer of a token of an OpenID Connect provider of this account, to whom only the trust policy of a role
    /// can allow anything. The token has been verified.
    pub fn web_identity(account: AccountId, login: Login) -> Self {
        Self::new(Arc::new(Identity::of_login(
            account,
            FederationKind::WebIdentity,
            login,
        )))
    }

    /// The same by a SAML assertion, which has been verified.
    pub fn saml(account: AccountId, login: Login) -> Self {
        Self::new(Arc::new(Identity::of_login(account, FederationKind::Saml, login)))
    }

    pub(crate) fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The caller as a newer snapshot of its account has it: tags, path and name may have changed. `None` if the
    /// entity is gone, or if its key was deleted or switched off or its sessions revoked since: then the caller may
    /// do nothing more. The body of a request can take its time, and its key is looked up before.
    pub fn refreshed(&self, account: &Account) -> Option<Self> {
        self.present_in(account).map(Cow::into_owned)
    }

    /// The same, copied only if it has changed.
    pub(crate) fn present_in(&self, account: &Account) -> Option<Cow<'_, Self>> {
        // A snapshot never changes, so who was alive in this very one is so still.
        if let Some(seen_in) = &self.seen_in
            && std::ptr::eq(&**seen_in, account)
        {
            return Some(Cow::Borrowed(self));
        }
        let entity = Entity::find(account, self.entity.id())?;
        let is_alive = match &self.session {
            Some(session) => entity.admits(account, session),
            None => self
                .access_key_id
                .and_then(|id| account.access_key(id))
                .is_some_and(|key| key.is_active()),
        };
        if !is_alive {
            return None;
        }
        if entity.is_same(&self.entity) {
            return Some(Cow::Borrowed(self));
        }
        Identity::of(self.access_key_id?, entity, self.session.clone())
            .map(|identity| Cow::Owned(Self::new(Arc::new(identity))))
    }

    /// The origin of a session that this caller asks for.
    pub fn origin(&self) -> Option<Origin> {
        let session = self.session.as_deref();
        let Some(user) = self.user() else {
            return session.and_then(|session| session.origin.clone());
        };
        Some(Origin {
            arn: Arc::clone(user.arn()),
            user: user.id,
            key: self.access_key_id?,
            // What was issued before a revocation makes nothing that outlives it.
            epoch: session.map_or(user.epoch, |session| session.epoch),
        })
    }
}
