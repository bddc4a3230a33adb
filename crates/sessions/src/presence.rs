//! Somebody who signed in, as it is kept: sealed, by the browser or by the program of whoever it is.
//!
//! Inside is the token of a session that nobody is given the secret of. All credentials that come of one sign-in are
//! that very session again, with the same access key id and the same time of issue: revoking it by its id, by its name,
//! by its time or altogether ends the sign-in and all that came of it.
//!
//! A sign-in by password also depends on the password: when that is changed or taken away, the sign-in is over.

use std::sync::Arc;

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use lanyard_access::{
    AuthenticationError, Authenticator, Caller, InvalidCredentials, IssuedSession, Keyring, NewSession,
    SecretText, Session, SessionKind, TokenError,
};
use lanyard_directory::{Account, Directory, LoginProfile};
use lanyard_names::AccessKeyId;
use sha2::{Digest, Sha256};

use crate::envelope::{Reader, Writer};

const MARK_BYTES: usize = 16;

/// What sealed texts are for. What is sealed for one purpose opens for no other.
pub(crate) mod purpose {
    /// The cookie of a browser.
    pub(crate) const BROWSER: &str = "sign-in cookie";
    /// The token between `getSigninToken` and `login`.
    pub(crate) const SIGNIN_TOKEN: &str = "sign-in token";
    /// An authorization code.
    pub(crate) const CODE: &str = "authorization code";
    /// A refresh token.
    pub(crate) const REFRESH: &str = "refresh token";
    /// The page on which a password is changed.
    pub(crate) const PASSWORD: &str = "password change";
    /// A form.
    pub(crate) const FORM: &str = "form";
}

/// Which password somebody signed in with: a part of a hash of its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark([u8; MARK_BYTES]);

impl Mark {
    pub(crate) fn of(profile: &LoginProfile) -> Self {
        let hash: [u8; 32] = Sha256::digest(profile.password.as_str().as_bytes()).into();
        let mut mark = [0; MARK_BYTES];
        mark.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(mark)
    }
}

/// A sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    token: SecretText,
    /// `None` if there was no password.
    mark: Option<Mark>,
    /// Until when it lasts.
    pub(crate) until: Timestamp,
}

/// A sign-in that still holds.
pub(crate) struct SignedIn {
    pub(crate) caller: Caller,
    pub(crate) session: Arc<Session>,
    /// The account, as it is now.
    pub(crate) account: Arc<Account>,
}

/// Why a sign-in does not hold any more.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It lasted long enough, or was revoked.
    Expired,
    /// Whoever it was is gone or has another password.
    CredentialsChanged,
    /// It cannot be found out now.
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
}

impl Presence {
    /// Begins a sign-in: `session` says who it is. `id` is that of the credentials it continues, if it does.
    pub(crate) fn begin(
        keyring: &Keyring,
        mut session: NewSession,
        id: Option<AccessKeyId>,
        mark: Option<Mark>,
    ) -> Result<Self, TokenError> {
        session.is_sign_in = true;
        let issued = match id {
            Some(id) => keyring.issue_as(id, &session)?,
            None => keyring.issue(&session)?,
        };
        Ok(Self {
            token: issued.token,
            mark,
            until: issued.expires_at,
        })
    }

    /// Writes it at the end of what is being sealed.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let mark = self.mark.as_ref().map_or(&[][..], |mark| &mark.0);
        // A token is base64; as bytes it takes a quarter less.
        let token = BASE64.decode(self.token.expose().as_bytes()).unwrap_or_default();
        writer.number(self.until.as_second()).bytes(mark).bytes(&token)
    }

    /// Reads what was written.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let until = Timestamp::from_second(reader.number()?).ok()?;
        let mark = match reader.bytes()? {
            [] => None,
            mark => Some(Mark(mark.try_into().ok()?)),
        };
        let token = SecretText::new(&BASE64.encode(reader.bytes()?));
        Some(Self { token, mark, until })
    }

    /// Seals it alone, until a time at the latest.
    pub(crate) fn seal(
        &self,
        keyring: &Keyring,
        purpose: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<SecretText, TokenError> {
        let bytes = self.write(Writer::default().number(until.as_second())).finish();
        keyring.seal_for(purpose, &bytes, now)
    }

    /// Opens what was sealed alone, if it is not too late.
    pub(crate) fn open(keyring: &Keyring, purpose: &str, text: &str, now: Timestamp) -> Option<Self> {
        let opened = keyring.open_for(purpose, text).ok()?;
        let mut reader = Reader::new(opened.expose());
        let until = reader.number()?;
        let presence = Self::read(&mut reader)?;
        reader.end()?;
        (now.as_second() < until).then_some(presence)
    }

    /// Who it is, if the sign-in still holds.
    pub(crate) async fn verify(
        &self,
        authenticator: &Authenticator,
        directory: &Directory,
        now: Timestamp,
    ) -> Result<SignedIn, Ended> {
        if now >= self.until {
            return Err(Ended::Expired);
        }
        let found = authenticator.by_sign_in(self.token.expose(), now).await;
        let (caller, session) = found.map_err(Ended::from)?;
        let account = directory.account(session.account()).await;
        let account = account
            .map_err(|failed| Ended::Unavailable(Box::new(failed)))?
            .ok_or(Ended::CredentialsChanged)?;
        if let Some(mark) = self.mark {
            let user = match session.kind {
                SessionKind::SessionToken { user: Some(user) } => user,
                _ => return Err(Ended::CredentialsChanged),
            };
            let profile = account.login_profile(user);
            if profile.is_none_or(|profile| Mark::of(profile) != mark) {
                return Err(Ended::CredentialsChanged);
            }
        }
        Ok(SignedIn {
            caller,
            session,
            account,
        })
    }

    /// Credentials of the sign-in for so many seconds, or for as long as it lasts.
    // Differs from AWS (decision 0025): they have the id and the time of issue of all others of the same sign-in.
    pub(crate) fn credentials(
        &self,
        keyring: &Keyring,
        session: &Session,
        seconds: i64,
        now: Timestamp,
    ) -> Result<IssuedSession, TokenError> {
        let end = now.saturating_add(SignedDuration::from_secs(seconds));
        let end = end.map_or(self.until, |end| end.min(self.until));
        keyring.issue_as(session.access_key_id, &continued(session, end))
    }
}

/// A session again, until another end: a sign-in from now on.
pub(crate) fn continued(session: &Session, end: Timestamp) -> NewSession {
    NewSession {
        is_sign_in: true,
        ..NewSession::continuing(session, end)
    }
}

impl From<AuthenticationError> for Ended {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::ExpiredToken | AuthenticationError::Revoked => Self::Expired,
            AuthenticationError::InvalidClientTokenId(InvalidCredentials::IssuerGone) => {
                Self::CredentialsChanged
            }
            AuthenticationError::InvalidClientTokenId(_) | AuthenticationError::Signature(_) => Self::Expired,
            AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_) => {
                Self::Unavailable(Box::new(error))
            }
        }
    }
}
