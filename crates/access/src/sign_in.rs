//! People who sign in on a page: who they are is told by a session that only the server holds.
//!
//! A sign-in begins with a password, or with temporary credentials whose secret is shown. It is a session like any
//! other, whose token stays sealed inside a cookie or a refresh token and whose secret nobody is given.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::AccessKeyId;
use lanyard_sigv4::AuthError;

use crate::identity::Identity;
use crate::{AuthenticationError, Authenticator, Caller, InvalidCredentials, SecretText, Session};

impl Authenticator {
    /// Whoever shows temporary credentials whole, the secret included, as the endpoint for console federation has
    /// them shown.
    pub async fn by_secret(
        &self,
        key: &str,
        secret: &SecretText,
        token: &str,
        now: Timestamp,
    ) -> Result<(Caller, Arc<Session>), AuthenticationError> {
        let key = AccessKeyId::parse(key).map_err(|_| InvalidCredentials::MalformedKeyId)?;
        let (caller, session) = self.by_token(token, now).await?;
        if session.access_key_id != key {
            return Err(InvalidCredentials::TokenOfOtherKey.into());
        }
        // Compared in constant time.
        if session.secret != *secret {
            return Err(AuthError::SignatureDoesNotMatch.into());
        }
        Ok((caller, session))
    }

    /// Whoever signed in: by the token of the session that the server sealed for it. Whoever calls this has opened a seal
    /// of its own: a token that came as such proves nobody without its secret.
    // Fails closed: only sessions that were made by signing in are taken by their token alone.
    pub async fn by_sign_in(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(Caller, Arc<Session>), AuthenticationError> {
        let (caller, session) = self.by_token(token, now).await?;
        if !session.is_sign_in {
            return Err(InvalidCredentials::TokenInvalid.into());
        }
        Ok((caller, session))
    }

    async fn by_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(Caller, Arc<Session>), AuthenticationError> {
        let (session, _) = self.open_token(token)?;
        // Fails closed: what a service was handed to act for somebody signs nobody in.
        if session.on_behalf.is_some() {
            return Err(InvalidCredentials::TokenInvalid.into());
        }
        let id = session.access_key_id;
        let (account, entity) = self.living(&session, now).await?;
        let identity =
            Identity::of(id, entity, Some(Arc::clone(&session))).ok_or(InvalidCredentials::IssuerGone)?;
        Ok((Caller::new(Arc::new(identity)).seen_in(account), session))
    }
}
