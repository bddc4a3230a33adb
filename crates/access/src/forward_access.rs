//! Calls on behalf: what a service does for somebody who called it.
//!
//! A service that needs others to do what it was asked for acts with the permissions of whoever asked, and with none of
//! its own. For that it is handed a session that is the caller's over again, good for a quarter of an hour, which says
//! through which services it came: policies see them as `aws:CalledVia`. Apart from that the session is to policies what
//! the caller is: a long-term key stays one, without a time of issue and a second factor, and a session keeps what it
//! has. It ends and is revoked with what it was made from.

use jiff::{SignedDuration, Timestamp};
use lanyard_directory::Account;
use lanyard_names::KeyKind;

use crate::entity::Entity;
use crate::{Authenticator, Caller, IssuedSession, NewSession, OnBehalf, SessionKind, TokenError};

/// How long a service has for what it does for somebody.
const LIFE: SignedDuration = SignedDuration::from_mins(15);

/// How many services can call one another for one person.
const SERVICES_MAX: usize = 8;

/// Why a service is not handed a session of its caller.
#[derive(Debug, thiserror::Error)]
pub enum OnBehalfError {
    /// The caller has no permissions that anybody could act with, or is gone.
    #[error("nobody acts for who has no permissions")]
    NoPrincipal,
    /// It is no name that a service has.
    #[error("{0} is not the principal of a service")]
    Service(String),
    /// Services that call one another without end.
    #[error("more than {SERVICES_MAX} services called one another")]
    TooManyServices,
    /// The session cannot be sealed.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Authenticator {
    /// Credentials with which a service can act for a caller, who was found in this snapshot of its account.
    pub fn on_behalf_of(
        &self,
        caller: &Caller,
        account: &Account,
        service: &str,
        now: Timestamp,
    ) -> Result<IssuedSession, OnBehalfError> {
        if !OnBehalf::is_service(service) {
            return Err(OnBehalfError::Service(service.to_owned()));
        }
        let key = caller.access_key_id.ok_or(OnBehalfError::NoPrincipal)?;
        let end = now.saturating_add(LIFE).unwrap_or(now);
        let mut session = match &caller.session {
            Some(session) => NewSession::continuing(session, end.min(session.expires_at)),
            None => of_long_term_key(caller, account, now, end)?,
        };
        let on_behalf = session.on_behalf.get_or_insert_with(|| OnBehalf {
            services: Vec::new(),
            long_term_key: (key.kind() == KeyKind::LongTerm).then_some(key),
        });
        on_behalf.services.push(service.into());
        if on_behalf.services.len() > SERVICES_MAX {
            return Err(OnBehalfError::TooManyServices);
        }
        Ok(match key.kind() {
            // Of the same id, so that it is revoked with what it was made from.
            KeyKind::Temporary => self.keyring().issue_as(key, &session)?,
            KeyKind::LongTerm => self.keyring().issue(&session)?,
        })
    }
}

fn of_long_term_key(
    caller: &Caller,
    account: &Account,
    now: Timestamp,
    end: Timestamp,
) -> Result<NewSession, OnBehalfError> {
    let present = caller.refreshed(account).ok_or(OnBehalfError::NoPrincipal)?;
    let (user, epoch) = match &present.entity {
        Entity::Root => (None, account.info().root_epoch),
        Entity::User(user) => (Some(user.id), user.epoch),
        Entity::Role(_) | Entity::Nobody => return Err(OnBehalfError::NoPrincipal),
    };
    let seconds = u32::try_from(end.as_second().saturating_sub(now.as_second())).unwrap_or(0);
    let kind = SessionKind::SessionToken { user };
    Ok(NewSession::plain(account.id(), kind, epoch, now, seconds))
}
