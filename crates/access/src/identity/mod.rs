//! Who a caller is, computed once per principal and shared by its requests.

mod keys;
mod principal;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
pub(crate) use keys::to_seconds;
use keys::{insert_keys, insert_session, insert_tags};
use lanyard_directory::{Role, User};
use lanyard_names::{AccessKeyId, AccountId, SessionName, UniqueId, arn};
use lanyard_policy::{Context, Principal};
use principal::principal_of;

use crate::entity::Entity;
use crate::{FederationKind, Login, Session};

/// Who a caller is.
#[derive(Debug)]
pub struct Identity {
    /// The caller as policies see it.
    pub principal: Principal,
    /// The caller's account; [`AccountId::ZERO`] for an anonymous caller, who has none.
    pub account: AccountId,
    /// The caller's ARN, as in messages and in the answer of GetCallerIdentity.
    pub arn: Arc<str>,
    /// The caller's id, as in `aws:userid` and in the answer of GetCallerIdentity.
    pub user_id: Arc<str>,
    /// The key that the request was signed with; `None` for an anonymous caller, and for somebody who did not call
    /// but is asked about.
    pub access_key_id: Option<AccessKeyId>,
    /// The session, for temporary credentials.
    pub session: Option<Arc<Session>>,
    /// Whom an identity provider vouches for, if that is all there is to know.
    pub login: Option<Arc<Login>>,
    pub(crate) entity: Entity,
    /// The principal's condition keys.
    pub(crate) context: Arc<Context>,
    /// The account as text.
    pub(crate) account_text: Arc<str>,
    /// The second in which a use was last noted.
    noted: AtomicI64,
    /// What attempt was last noted, and in which minute.
    tried: AtomicU64,
}

impl Identity {
    /// The identity behind a key, or `None` if a session's kind does not fit the entity.
    pub(crate) fn of(
        access_key_id: AccessKeyId,
        entity: Entity,
        session: Option<Arc<Session>>,
    ) -> Option<Self> {
        let account = access_key_id.account();
        let (principal, user_id) = principal_of(account, &entity, session.as_deref())?;
        Self::described(Some(access_key_id), account, principal, user_id, entity, session)
    }

    /// The identity of the root user or of a user who did not call.
    pub(crate) fn of_entity(account: AccountId, entity: Entity) -> Option<Self> {
        let (principal, user_id) = principal_of(account, &entity, None)?;
        Self::described(None, account, principal, user_id, entity, None)
    }

    /// The identity of a role's session of which at most the name is known.
    pub(crate) fn of_role(
        account: AccountId,
        role: Arc<Role>,
        session: Option<&SessionName>,
    ) -> Option<Self> {
        let (session_arn, user_id) = match session {
            Some(name) => (
                arn::assumed_role(account, &role.name, name).into(),
                format!("{}:{name}", role.id).into(),
            ),
            None => (Arc::from(""), Arc::from("")),
        };
        let principal = Principal::RoleSession {
            account,
            role_arn: Arc::clone(role.arn()),
            session_arn,
            role_id: Some(role.id),
        };
        let mut identity = Self::described(
            None,
            account,
            principal,
            user_id,
            Entity::Role(Arc::clone(&role)),
            None,
        )?;
        // Fails closed: sessions say whether a second factor was shown, and of this one nobody knows that it was.
        Arc::make_mut(&mut identity.context).insert("aws:MultiFactorAuthPresent", false);
        if session.is_none() {
            identity.arn = Arc::clone(role.arn());
            identity.user_id = role.id.as_str().into();
            Arc::make_mut(&mut identity.context).remove("aws:userid");
        }
        Some(identity)
    }

    /// Nobody in particular.
    ///
    /// Evidence: the IAM guide's page on global condition keys: requests without signature have the account
    /// `anonymous` and no `aws:PrincipalArn`.
    pub(crate) fn anonymous() -> Self {
        let mut context = Context::new();
        context.insert("aws:PrincipalAccount", "anonymous");
        context.insert("aws:PrincipalType", "Anonymous");
        context.insert("aws:userid", "anonymous");
        Self {
            principal: Principal::Anonymous,
            account: AccountId::ZERO,
            arn: "anonymous".into(),
            user_id: "anonymous".into(),
            access_key_id: None,
            session: None,
            login: None,
            entity: Entity::Nobody,
            context: Arc::new(context),
            account_text: AccountId::ZERO.to_string().into(),
            noted: AtomicI64::new(i64::MIN),
            tried: AtomicU64::new(0),
        }
    }

    /// Somebody whom an identity provider vouches for, at the door of this account.
    ///
    /// They are no principal of it. A trust policy can ask what their provider says of them, and, of the keys about
    /// principals, about three. Evidence: which of them are there, and their values, was tried out against AWS, and is
    /// recorded in public, for both kinds of login; there is no `aws:PrincipalArn`.
    pub(crate) fn of_login(account: AccountId, kind: FederationKind, login: Login) -> Self {
        let mut context = Context::new();
        let account_text: Arc<str> = account.to_string().into();
        context.insert("aws:PrincipalAccount", Arc::clone(&account_text));
        context.insert("aws:PrincipalType", "User");
        context.insert("aws:userid", Arc::clone(&login.provider));
        insert_keys(&mut context, &login.keys);
        let provider = Arc::clone(&login.provider);
        let principal = match kind {
            FederationKind::WebIdentity => Principal::WebIdentity { provider },
            FederationKind::Saml => Principal::Saml { provider },
        };
        Self {
            principal,
            account,
            arn: Arc::clone(&login.provider),
            user_id: Arc::clone(&login.id),
            access_key_id: None,
            session: None,
            login: Some(Arc::new(login)),
            entity: Entity::Nobody,
            context: Arc::new(context),
            account_text,
            noted: AtomicI64::new(i64::MIN),
            tried: AtomicU64::new(0),
        }
    }

    fn described(
        access_key_id: Option<AccessKeyId>,
        account: AccountId,
        principal: Principal,
        user_id: Arc<str>,
        entity: Entity,
        session: Option<Arc<Session>>,
    ) -> Option<Self> {
        let (kind, arn, principal_arn) = match &principal {
            Principal::Root { arn, .. } => ("Account", Arc::clone(arn), Arc::clone(arn)),
            Principal::User { arn, .. } => ("User", Arc::clone(arn), Arc::clone(arn)),
            Principal::RoleSession {
                role_arn,
                session_arn,
                ..
            } => ("AssumedRole", Arc::clone(session_arn), Arc::clone(role_arn)),
            Principal::FederatedUser { arn, .. } => ("FederatedUser", Arc::clone(arn), Arc::clone(arn)),
            _ => return None,
        };

        let account_text: Arc<str> = account.to_string().into();
        let mut context = Context::new();
        context.insert("aws:PrincipalArn", principal_arn);
        context.insert("aws:PrincipalAccount", Arc::clone(&account_text));
        context.insert("aws:PrincipalType", kind);
        context.insert("aws:PrincipalIsAWSService", false);
        context.insert("aws:userid", Arc::clone(&user_id));
        if let (Principal::User { .. }, Entity::User(user)) = (&principal, &entity) {
            context.insert("aws:username", user.name.to_shared());
        }
        insert_tags(&mut context, &entity, session.as_deref());
        if let Some(session) = &session {
            insert_session(&mut context, session);
        }
        Some(Self {
            principal,
            account,
            arn,
            user_id,
            access_key_id,
            session,
            login: None,
            entity,
            context: Arc::new(context),
            account_text,
            noted: AtomicI64::new(i64::MIN),
            tried: AtomicU64::new(0),
        })
    }

    /// Whether no use was noted within this second yet.
    pub(crate) fn is_first_use_at(&self, now: Timestamp) -> bool {
        let second = now.as_second();
        // Read first: several requests at a time that write would take the memory from each other.
        if self.noted.load(Ordering::Relaxed) == second {
            return false;
        }
        self.noted.store(second, Ordering::Relaxed);
        true
    }

    /// Whether this attempt was not the last that was noted within this minute. A mark that is taken for another's,
    /// one in very many, costs one note.
    pub(crate) fn is_first_attempt(&self, service: &str, action: &str, now: Timestamp) -> bool {
        let minute = now.as_second().div_euclid(60).to_le_bytes();
        let bytes = service.bytes().chain([b':']).chain(action.bytes()).chain(minute);
        // FNV-1a: short, and good enough to tell a few hundred actions apart.
        let mark = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |mark, byte| {
            (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        if self.tried.load(Ordering::Relaxed) == mark {
            return false;
        }
        self.tried.store(mark, Ordering::Relaxed);
        true
    }

    /// Whether nobody in particular is calling.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.principal, Principal::Anonymous)
    }

    /// Whether this is somebody without credentials of ours: nobody in particular, or whom an identity provider vouches
    /// for.
    pub fn is_stranger(&self) -> bool {
        matches!(self.entity, Entity::Nobody)
    }

    /// How long ago a second factor was shown, if one was.
    // Fails closed: of one from the future, since a clock was set back, nobody knows.
    pub(crate) fn insert_mfa_age(&self, context: &mut Context, now: Timestamp) {
        const SKEW_SECONDS: i64 = 300;
        if let Some(session) = self.session.as_ref().filter(|session| session.mfa) {
            let age = now.as_second().saturating_sub(session.issued_at.as_second());
            if age >= -SKEW_SECONDS {
                context.insert("aws:MultiFactorAuthAge", age.max(0).to_string());
            }
        }
    }

    /// The friendly name of the user or role whose permissions the caller has; `None` for the root user.
    pub fn entity_name(&self) -> Option<&str> {
        match &self.entity {
            Entity::Root | Entity::Nobody => None,
            Entity::User(user) => Some(user.name.as_str()),
            Entity::Role(role) => Some(role.name.as_str()),
        }
    }

    /// The user itself, if the caller is a user with its own key or with a session of GetSessionToken.
    pub fn user(&self) -> Option<&Arc<User>> {
        match (&self.principal, &self.entity) {
            (Principal::User { .. }, Entity::User(user)) => Some(user),
            _ => None,
        }
    }

    /// The unique id of the user or role whose permissions the caller has; `None` for the root user.
    pub fn entity_id(&self) -> Option<UniqueId> {
        self.entity.id()
    }

    /// The ARN of the user or role whose permissions the caller has; for the root user the account's.
    pub fn entity_arn(&self) -> Arc<str> {
        match &self.entity {
            Entity::Nobody => Arc::clone(&self.arn),
            Entity::Root => arn::root(self.account).into(),
            Entity::User(user) => Arc::clone(user.arn()),
            Entity::Role(role) => Arc::clone(role.arn()),
        }
    }

    /// Whether the caller is the root user, by its key or by a session of GetSessionToken.
    pub fn is_root(&self) -> bool {
        matches!(self.principal, Principal::Root { .. })
    }

    /// Whether the caller is a session of a role.
    pub fn is_role_session(&self) -> bool {
        matches!(self.principal, Principal::RoleSession { .. })
    }

    /// Whether a second factor was shown for these credentials; `None` for long-term keys, which say nothing.
    pub fn mfa(&self) -> Option<bool> {
        let session = self.session.as_ref();
        let session = session.filter(|session| !session.stands_for_long_term_key());
        session.map(|session| session.mfa)
    }

    /// Whether it is a service that calls, for whoever called it.
    pub fn is_via_service(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.on_behalf.is_some())
    }
}
