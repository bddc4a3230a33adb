//! Sessions: temporary credentials that say everything about themselves.
//!
//! Nothing of a session is stored. Its token is sealed under a key that is derived from a ring key and a salt in
//! the token; the same derivation gives the session's secret access key. Whoever holds the ring key can therefore
//! check a signature made with the session, and nobody else can make or read a token.

mod claims;
mod codec;
mod federation;
mod keyring;
mod on_behalf;
mod origin;
mod ring_key;
mod sealed;
mod token;
mod token_error;

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{
    AccessKeyId, AccountId, FederatedUserName, PolicyArn, SessionName, SourceIdentity, TagKey, TagValue,
    UniqueId,
};
use lanyard_policy::{Attached, Document, Policy, PolicySource};

use crate::SecretText;
pub use federation::{Federation, FederationKeys, FederationKind, Login};
pub use keyring::Keyring;
pub use on_behalf::OnBehalf;
pub use origin::Origin;
pub use ring_key::{KeyringError, SealedRingKey};
pub use token::TOKEN_CHARACTERS_MAX;
pub use token_error::TokenError;

/// The longest a session can last, by GetFederationToken and GetSessionToken: 36 hours.
pub const SESSION_SECONDS_MAX: u32 = 129_600;

/// What made a session, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// AssumeRole and its like: a session of this role.
    AssumedRole {
        /// The role's unique id.
        role: UniqueId,
        /// The name of the session.
        name: SessionName,
    },
    /// GetSessionToken: the user itself, or the root user, by other credentials.
    SessionToken {
        /// The user's unique id; `None` for the root user.
        user: Option<UniqueId>,
    },
    /// GetFederationToken: somebody whom a user vouches for.
    FederatedUser {
        /// The unique id of the user who vouches; `None` for the root user.
        user: Option<UniqueId>,
        /// The name given to the session.
        name: FederatedUserName,
    },
}

impl SessionKind {
    /// The unique id of the role or user whose life the session depends on; `None` for the root user.
    pub fn issuer(&self) -> Option<UniqueId> {
        match self {
            Self::AssumedRole { role, .. } => Some(*role),
            Self::SessionToken { user } | Self::FederatedUser { user, .. } => *user,
        }
    }
}

/// A tag of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTag {
    /// Its key; without regard to case there is no other of the same session.
    pub key: TagKey,
    /// Its value.
    pub value: TagValue,
    /// Whether it goes on to the sessions that are assumed from this one.
    pub is_transitive: bool,
}

/// What a session is to be. The caller has checked that it may be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The account of the role or user.
    pub account: AccountId,
    /// What it is and for whom.
    pub kind: SessionKind,
    /// The present revocation epoch of the role or user.
    pub epoch: u32,
    /// When it begins.
    pub issued_at: Timestamp,
    /// How long it lasts.
    pub seconds: u32,
    /// The inline session policy, byte for byte.
    pub policy: Option<Arc<str>>,
    /// Managed policies that are session policies.
    pub policy_arns: Vec<PolicyArn>,
    /// The session's tags, inherited ones included.
    pub tags: Vec<SessionTag>,
    /// The person behind it, unchangeable along the chain.
    pub source_identity: Option<SourceIdentity>,
    /// Whether a second factor was shown for it.
    pub mfa: bool,
    /// Whether it was assumed from a role session.
    pub is_chained: bool,
    /// Whether it was made by signing in on a page, and not by an operation.
    pub is_sign_in: bool,
    /// The user who stands at the beginning of the chain.
    pub origin: Option<Origin>,
    /// What is kept of a federated sign-in.
    pub federation: Option<Arc<Federation>>,
    /// Through which services it came to whoever calls with it, if it did.
    pub on_behalf: Option<OnBehalf>,
    /// How long the token has to be at least, in characters: what is missing is filled up.
    pub token_size_min: usize,
}

impl NewSession {
    /// A session with nothing special about it.
    pub fn plain(
        account: AccountId,
        kind: SessionKind,
        epoch: u32,
        issued_at: Timestamp,
        seconds: u32,
    ) -> Self {
        Self {
            account,
            kind,
            epoch,
            issued_at,
            seconds,
            policy: None,
            policy_arns: Vec::new(),
            tags: Vec::new(),
            source_identity: None,
            mfa: false,
            is_chained: false,
            is_sign_in: false,
            origin: None,
            federation: None,
            on_behalf: None,
            token_size_min: 0,
        }
    }
}

/// A session that was made: what the caller of AssumeRole and its like is given.
#[derive(Debug)]
pub struct IssuedSession {
    /// The session's access key id.
    pub access_key_id: AccessKeyId,
    /// The session's secret access key.
    pub secret_access_key: SecretText,
    /// The session's token.
    pub token: SecretText,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How much of the room for session policies and tags they take up, rounded up.
    pub packed_percent: u32,
    /// Whether there are any session policies or tags; AWS leaves the percentage out otherwise.
    pub has_packed: bool,
}

/// A session as its token tells it.
#[derive(Debug)]
pub struct Session {
    /// The access key id the token belongs to.
    pub access_key_id: AccessKeyId,
    /// What it is and for whom.
    pub kind: SessionKind,
    /// The revocation epoch of the role or user when it was issued.
    pub epoch: u32,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// The inline session policy, byte for byte.
    pub policy: Option<Arc<str>>,
    /// Managed policies that are session policies. They are read live at each decision.
    pub policy_arns: Vec<PolicyArn>,
    /// The session's tags, inherited ones included.
    pub tags: Vec<SessionTag>,
    /// The person behind it.
    pub source_identity: Option<SourceIdentity>,
    /// Whether a second factor was shown for it.
    pub mfa: bool,
    /// Whether it was assumed from a role session.
    pub is_chained: bool,
    /// Whether it was made by signing in on a page: it may then do all that its user may, as a console's can.
    pub is_sign_in: bool,
    /// The user who stands at the beginning of the chain.
    pub origin: Option<Origin>,
    /// What is kept of a federated sign-in.
    pub federation: Option<Arc<Federation>>,
    /// Through which services it came to whoever calls with it, if it did.
    pub on_behalf: Option<OnBehalf>,
    pub(crate) secret: SecretText,
    pub(crate) inline_compiled: Option<Attached>,
}

impl Session {
    /// The account of the role or user.
    pub fn account(&self) -> AccountId {
        self.access_key_id.account()
    }

    /// The name it was given, if it was given one.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            SessionKind::AssumedRole { name, .. } => Some(name.as_str()),
            SessionKind::FederatedUser { name, .. } => Some(name.as_str()),
            SessionKind::SessionToken { .. } => None,
        }
    }

    /// Whether it was made with session policies, inline or managed.
    pub fn has_policies(&self) -> bool {
        self.policy.is_some() || !self.policy_arns.is_empty()
    }

    /// Whether it stands for a long-term key that a service was called with: to policies there is no session then.
    pub fn stands_for_long_term_key(&self) -> bool {
        let on_behalf = self.on_behalf.as_ref();
        on_behalf.is_some_and(|on_behalf| on_behalf.long_term_key.is_some())
    }

    /// Whether it has ended.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        // Evidence: AWS grants no clock skew to a token's expiry.
        now >= self.expires_at
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        // The compiled form of a policy takes up several times its text.
        let policy = self
            .policy
            .as_ref()
            .map_or(0, |policy| policy.len().saturating_mul(6));
        let tags = self.tags.len().saturating_mul(200);
        let federation = self
            .federation
            .as_ref()
            .map_or(0, |federation| federation.memory());
        1_000_usize
            .saturating_add(policy)
            .saturating_add(tags)
            .saturating_add(federation)
    }

    /// The tags that go on to sessions assumed from this one.
    pub fn transitive_tags(&self) -> impl Iterator<Item = &SessionTag> {
        self.tags.iter().filter(|tag| tag.is_transitive)
    }
}

/// Fails closed: an inline session policy that cannot be read (it was checked when the session was made) denies
/// everything.
fn compile_inline(text: &str) -> Attached {
    let policy = match Document::parse(text) {
        Ok(document) => Policy::compile(&document),
        Err(_) => Policy::unreadable(),
    };
    Attached {
        policy: Arc::new(policy),
        source: PolicySource::Session { index: 0 },
    }
}
