//! Bearer keys, for enforcement points that can only send a fixed header: MinIO's webhook, nginx.
//!
//! A bearer key is derived from a long-term access key: `AccessKeyId.` and an HMAC under its secret. It tells nothing
//! of the secret, signs nothing, and dies with the key; switching the key off switches it off. Whoever hears it can
//! use it, so it is for connections that nobody else hears.

use std::sync::Arc;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::{AccessKeyId, KeyKind};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::bearer_cache::Known;
use crate::entity::Entity;
use crate::living::living_key;
use crate::proven::Proven;
use crate::{AuthenticationError, Authenticator, Caller, Identity, InvalidCredentials, SecretText};

/// What a bearer key is for. One that is for the one is worth nothing for the other: an enforcement point's key, which
/// stands in its configuration, is no proof of a person, and the key that a person shows to applications asks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerPurpose {
    /// To ask, as an enforcement point.
    Ask,
    /// To be somebody, before an enforcement point.
    Be,
}

impl BearerPurpose {
    /// What is signed with the secret.
    const fn message(self) -> &'static [u8] {
        match self {
            Self::Ask => b"lanyard bearer 1 ask",
            Self::Be => b"lanyard bearer 1 be",
        }
    }
}

/// The bearer key of a long-term access key for one purpose, as it follows `Bearer ` in a header.
pub fn bearer_key(id: AccessKeyId, secret: &SecretText, purpose: BearerPurpose) -> SecretText {
    let proof = Zeroizing::new(BASE64URL_NOPAD.encode(mac(secret, purpose).as_ref()));
    SecretText::from_zeroizing(Zeroizing::new(format!("{id}.{}", proof.as_str())))
}

fn mac(secret: &SecretText, purpose: BearerPurpose) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    hmac::sign(&key, purpose.message())
}

impl Authenticator {
    /// Who shows this bearer key (what follows `Bearer ` in the header) for this purpose, and the snapshot of their
    /// account.
    ///
    /// `service` and `region` are for "last used".
    pub async fn bearer(
        &self,
        presented: &str,
        purpose: BearerPurpose,
        service: &str,
        region: &str,
        now: Timestamp,
    ) -> Result<(Caller, Arc<Account>), AuthenticationError> {
        let (id, proof) = presented
            .split_once('.')
            .ok_or(InvalidCredentials::MalformedKeyId)?;
        let id = AccessKeyId::parse(id).map_err(|_| InvalidCredentials::MalformedKeyId)?;
        let proof = Zeroizing::new(
            BASE64URL_NOPAD
                .decode(proof.as_bytes())
                .map_err(|_| InvalidCredentials::BearerKeyWrong)?,
        );
        // Sessions have no bearer keys: they would outlive what makes a session safe to hand out.
        if id.kind() != KeyKind::LongTerm {
            return Err(InvalidCredentials::BearerKeyWrong.into());
        }
        let account = self.account(id).await?;
        let known = self.known_bearer(id, &account)?;
        let right = match purpose {
            BearerPurpose::Ask => &known.ask,
            BearerPurpose::Be => &known.be,
        };
        if !bool::from(right.ct_eq(&proof)) {
            return Err(InvalidCredentials::BearerKeyWrong.into());
        }
        let caller = Proven {
            directory: self.directory(),
            ages: &self.ages,
            account: &account,
            identity: &known.identity,
            has_token: false,
            now,
            service,
            region,
        }
        .caller()?;
        Ok((caller, account))
    }

    fn known_bearer(&self, id: AccessKeyId, account: &Account) -> Result<Arc<Known>, AuthenticationError> {
        let (key, entity) = living_key(account, id)?;
        // The root user has none: what may do everything must not stand in a configuration or an application's log.
        if matches!(entity, Entity::Root) {
            return Err(InvalidCredentials::BearerKeyWrong.into());
        }
        if let Some(known) = self.bearers().0.get(&id)
            && Arc::ptr_eq(&known.key, key)
            && known.identity.entity.is_same(&entity)
        {
            return Ok(known);
        }
        let secret = self
            .vault()
            .unseal_access_key(id, key.secret.as_bytes())
            .map_err(AuthenticationError::Vault)?;
        let identity = Identity::of(id, entity, None).ok_or(InvalidCredentials::IssuerGone)?;
        let known = Arc::new(Known {
            key: Arc::clone(key),
            ask: Zeroizing::new(mac(&secret, BearerPurpose::Ask).as_ref().to_vec()),
            be: Zeroizing::new(mac(&secret, BearerPurpose::Be).as_ref().to_vec()),
            identity: Arc::new(identity),
        });
        self.bearers().0.insert(id, Arc::clone(&known));
        Ok(known)
    }
}
