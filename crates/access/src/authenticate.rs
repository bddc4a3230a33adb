//! Authentication: who is calling, proven.
//!
//! The order of checks is AWS's, since callers can tell it from the errors: time and scope, then whether the key
//! is known and active, then the session token and whether it belongs to the key, its expiry, whether the role or
//! user behind it lives and has not been revoked, and only then the signature. So an inactive key never tells
//! whether a signature was right. Evidence: probes against STS, July 2026.
//!
//! Everything but the signature needs the head alone. [`Authenticator::identify`] does that part; when the request
//! declares its body's hash, it checks the signature too. [`Identified::verify`] finishes once the body's hash is
//! known, and only it makes a [`Caller`].

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Account, Directory};
use lanyard_names::{AccessKeyId, KeyKind};
use lanyard_sigv4::{AuthError, BodyCheck, Head, ServiceRules, SignedRequest, SigningKey};

use crate::bearer_cache::BearerCache;
use crate::entity::Entity;
use crate::identity::Identity;
use crate::key_age::{self, AgeNotices};
use crate::living::{active_key, living_entity, living_key};
use crate::proven::Proven;
use crate::session_cache::{SessionCache, TokenHash};
use crate::signing_cache::{Proof, Scope, Signatory, SigningCache};
use crate::{
    AuthenticationError, Caller, EncodedMessage, Evidence, InvalidCredentials, Keyring, Session, Subject,
    TokenError, Vault,
};

/// Finds out who is calling.
#[derive(Debug)]
pub struct Authenticator {
    directory: Arc<Directory>,
    vault: Arc<Vault>,
    keyring: Arc<Keyring>,
    sessions: SessionCache,
    signatories: SigningCache,
    bearers: BearerCache,
    pub(crate) ages: AgeNotices,
}

impl Authenticator {
    /// An authenticator over these accounts, secrets and session keys.
    pub fn new(directory: Arc<Directory>, vault: Arc<Vault>, keyring: Arc<Keyring>) -> Self {
        Self {
            directory,
            vault,
            keyring,
            sessions: SessionCache::new(),
            signatories: SigningCache::new(),
            bearers: BearerCache::new(),
            ages: AgeNotices::new(),
        }
    }

    /// Everything that can be checked from the head alone.
    ///
    /// `signed` is the claim read from this very `head`; a request without one is [`AuthError::Missing`].
    /// Differs from AWS: any region is accepted.
    pub async fn identify<'a>(
        &'a self,
        head: &Head<'a>,
        signed: SignedRequest<'a>,
        service: &str,
        rules: &ServiceRules,
        now: Timestamp,
    ) -> Result<Identified<'a>, AuthenticationError> {
        signed.check_time(now, rules)?;
        signed.check_scope(is_region, service)?;
        let key =
            AccessKeyId::parse(signed.access_key_id()).map_err(|_| InvalidCredentials::MalformedKeyId)?;
        let scope = Scope::of(key, &signed);
        let (signatory, account) = self.signatory(key, scope, signed.session_token(), now).await?;
        let body = if signed.needs_body(rules) {
            None
        } else {
            Some(signed.verify_head(head, &signatory.signing_key, rules)?)
        };
        Ok(Identified {
            authenticator: self,
            signed,
            rules: *rules,
            now,
            signatory,
            account,
            body,
        })
    }

    /// Forgets opened tokens, for when a ring key is taken out of use before its time.
    pub fn forget_sessions(&self) {
        self.sessions.clear();
        self.signatories.clear();
        self.bearers.clear();
    }

    /// Somebody whom a session token tells about: opened and checked as if they were calling themselves.
    pub async fn subject_of_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Subject, AuthenticationError> {
        let (session, _) = self.open_token(token)?;
        let id = session.access_key_id;
        let (account, entity) = self.living(&session, now).await?;
        let identity = Identity::of(id, entity, Some(session)).ok_or(InvalidCredentials::IssuerGone)?;
        Ok(Subject::new(Arc::new(identity), &account, now))
    }

    /// Somebody who has a long-term key, of which the id alone is known. A session cannot be known by its key's id.
    pub async fn subject_of_key(&self, key: &str, now: Timestamp) -> Result<Subject, AuthenticationError> {
        let id = AccessKeyId::parse(key).map_err(|_| InvalidCredentials::MalformedKeyId)?;
        if id.kind() != KeyKind::LongTerm {
            return Err(InvalidCredentials::TokenMissing.into());
        }
        let account = self.account(id).await?;
        let (key, entity) = living_key(&account, id)?;
        key_age::check(&account.info().key_rules, key, now)?;
        let identity = Identity::of(id, entity, None).ok_or(InvalidCredentials::IssuerGone)?;
        Ok(Subject::new(Arc::new(identity), &account, now))
    }

    /// Why something was decided, sealed for whoever may decode it in the account that it is about.
    pub fn encoded_message(&self, evidence: &Evidence) -> Result<EncodedMessage, TokenError> {
        EncodedMessage::seal(&self.keyring, evidence)
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    pub(crate) fn bearers(&self) -> &BearerCache {
        &self.bearers
    }

    /// Whoever could sign with this key in this scope.
    pub(crate) async fn signatory(
        &self,
        key: AccessKeyId,
        scope: Scope<'_>,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<(Arc<Signatory>, Arc<Account>), AuthenticationError> {
        // Only the account may have to be waited for, and mostly it is there.
        let session = match key.kind() {
            KeyKind::LongTerm => None,
            KeyKind::Temporary => Some(self.session_of(key, token, now)?),
        };
        let account = self.account(key).await?;
        let signatory = match session {
            None => self.long_term(key, scope, &account)?,
            Some((session, hash)) => self.temporary(session, hash, scope, &account)?,
        };
        Ok((signatory, account))
    }

    fn long_term(
        &self,
        id: AccessKeyId,
        scope: Scope<'_>,
        account: &Account,
    ) -> Result<Arc<Signatory>, AuthenticationError> {
        let key = active_key(account, id)?;
        if let Some(known) = self.signatories.find(&scope, account, |proof| proof.is_key(key)) {
            return Ok(known);
        }
        let (key, entity) = living_key(account, id)?;
        let secret = self
            .vault
            .unseal_access_key(id, key.secret.as_bytes())
            .map_err(AuthenticationError::Vault)?;
        let identity = Identity::of(id, entity, None).ok_or(InvalidCredentials::IssuerGone)?;
        let signatory = Arc::new(Signatory {
            signing_key: scope.derive(secret.expose()),
            identity: Arc::new(identity),
            proof: Proof::Key(Arc::clone(key)),
        });
        self.signatories.keep(&scope, &signatory);
        Ok(signatory)
    }

    /// The session that a token tells about, if it belongs to the key and has not ended.
    fn session_of(
        &self,
        id: AccessKeyId,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<(Arc<Session>, TokenHash), AuthenticationError> {
        let token = token.ok_or(InvalidCredentials::TokenMissing)?;
        let (session, hash) = self.open_token(token)?;
        if session.access_key_id != id {
            return Err(InvalidCredentials::TokenOfOtherKey.into());
        }
        if session.is_expired(now) {
            return Err(AuthenticationError::ExpiredToken);
        }
        Ok((session, hash))
    }

    fn temporary(
        &self,
        session: Arc<Session>,
        hash: TokenHash,
        scope: Scope<'_>,
        account: &Account,
    ) -> Result<Arc<Signatory>, AuthenticationError> {
        let entity = living_entity(&session, account)?;
        if let Some(known) = self
            .signatories
            .find(&scope, account, |proof| proof.is_token(&hash))
        {
            return Ok(known);
        }
        let id = session.access_key_id;
        let signing_key = scope.derive(session.secret.expose());
        let identity = Identity::of(id, entity, Some(session)).ok_or(InvalidCredentials::IssuerGone)?;
        let signatory = Arc::new(Signatory {
            signing_key,
            identity: Arc::new(identity),
            proof: Proof::Token(hash),
        });
        self.signatories.keep(&scope, &signatory);
        Ok(signatory)
    }

    /// The account and the entity of a session, if it has neither ended nor been revoked.
    pub(crate) async fn living(
        &self,
        session: &Session,
        now: Timestamp,
    ) -> Result<(Arc<Account>, Entity), AuthenticationError> {
        if session.is_expired(now) {
            return Err(AuthenticationError::ExpiredToken);
        }
        let account = self.account(session.access_key_id).await?;
        let entity = living_entity(session, &account)?;
        Ok((account, entity))
    }

    pub(crate) fn open_token(&self, token: &str) -> Result<(Arc<Session>, TokenHash), AuthenticationError> {
        let hash = TokenHash::of(token);
        if let Some(session) = self.sessions.get(&hash) {
            return Ok((session, hash));
        }
        let session = self
            .keyring
            .open(token)
            .map_err(|_| InvalidCredentials::TokenInvalid)?;
        let session = Arc::new(session);
        self.sessions.keep(hash, &session);
        Ok((session, hash))
    }

    pub(crate) async fn account(&self, id: AccessKeyId) -> Result<Arc<Account>, AuthenticationError> {
        if let Some(account) = self.directory.account_cached(id.account()) {
            return Ok(account);
        }
        // Boxed: loading is rare, and its state should not be carried by every request.
        let account = Box::pin(self.directory.account(id.account()))
            .await
            .map_err(AuthenticationError::Unavailable)?;
        account.ok_or_else(|| InvalidCredentials::UnknownKey.into())
    }
}

/// Somebody who may well be who they claim to be: everything but the body's hash has been checked.
#[must_use = "nobody is proven yet"]
pub struct Identified<'a> {
    authenticator: &'a Authenticator,
    signed: SignedRequest<'a>,
    rules: ServiceRules,
    now: Timestamp,
    signatory: Arc<Signatory>,
    account: Arc<Account>,
    /// What to check on the body, if the signature could be checked without it.
    body: Option<BodyCheck>,
}

impl Identified<'_> {
    /// Checks what is left, now that the body has been read, and gives the caller.
    pub fn verify(self, head: &Head<'_>, body_sha256: &[u8; 32]) -> Result<Caller, AuthenticationError> {
        self.signed
            .verify(head, &self.signatory.signing_key, &self.rules, body_sha256)?;
        let caller = self.proven()?;
        Ok(caller.seen_in(self.account))
    }

    /// Whether the body has to be read before the signature can be checked.
    pub fn needs_body(&self) -> bool {
        self.body.is_none()
    }

    /// Gives the caller before the body is read, and what has to be checked on the body while it streams.
    // Fails closed: a request whose signature needs the body is refused.
    pub fn verified_before_body(self) -> Result<(Caller, BodyCheck), AuthenticationError> {
        let check = self.body.ok_or(AuthError::SignatureDoesNotMatch)?;
        let caller = self.proven()?;
        Ok((caller.seen_in(self.account), check))
    }

    /// The claim that was checked.
    pub fn signed(&self) -> &SignedRequest<'_> {
        &self.signed
    }

    /// The key that is used for the rest of a body that is signed in chunks.
    pub fn signing_key(&self) -> &SigningKey {
        &self.signatory.signing_key
    }

    /// The snapshot of the caller's account in which it was found.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    fn proven(&self) -> Result<Caller, AuthenticationError> {
        Proven {
            directory: &self.authenticator.directory,
            ages: &self.authenticator.ages,
            account: &self.account,
            identity: &self.signatory.identity,
            has_token: self.signed.session_token().is_some(),
            now: self.now,
            service: self.signed.service(),
            region: self.signed.region(),
        }
        .caller()
    }
}

impl std::fmt::Debug for Identified<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identified")
            .field("signed", &self.signed)
            .finish_non_exhaustive()
    }
}

/// Whether a text can be a region at all; it becomes part of the derived key and of condition keys.
pub(crate) fn is_region(region: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=64).contains(&region.len()) && region.bytes().all(is_letter)
}
