//! What an authorization code and a refresh token say. Both are sealed, and nothing is kept of either but which codes
//! were used.
//!
//! A code is redeemed by the run of the server that made it and by no other, so that remembering the used ones in
//! memory is enough for each to be used once, restarts or not. A refresh token can be used again; it is worth nothing
//! without the key that it is bound to.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::client::Client;
use crate::dpop::Thumbprint;
use crate::envelope::{Reader, Writer};
use crate::pkce::Challenge;
use crate::presence::{Presence, purpose};
use crate::sessions::Visit;
use crate::spent::{SpendError, Spender};

const ID_BYTES: usize = 16;

/// An authorization code.
pub(crate) struct Grant {
    id: [u8; ID_BYTES],
    client: Client,
    redirect: [u8; 32],
    challenge: Challenge,
    pub(crate) presence: Presence,
    until: Timestamp,
}

/// The one use of a code, by whoever was found to be allowed to.
pub(crate) struct CodeUse {
    id: [u8; ID_BYTES],
    until: Timestamp,
}

impl CodeUse {
    /// Uses the code up.
    pub(crate) fn spend(&self, visit: &Visit<'_>, spender: Spender) -> Result<(), GrantError> {
        let codes = &visit.sessions.codes;
        let spent = codes.spend(spender, &[&self.id], self.until, visit.now);
        spent.map_err(|error| match error {
            SpendError::AlreadySpent => GrantError::Expired,
            SpendError::Full => GrantError::TooMany,
        })
    }
}

/// Why a code is not redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantError {
    /// It is none, too old or used up.
    Expired,
    /// It belongs to another request.
    Mismatch(&'static str),
    /// Too many codes were used lately.
    TooMany,
}

impl Grant {
    pub(crate) fn new(
        client: Client,
        redirect: &str,
        challenge: Challenge,
        presence: Presence,
    ) -> Option<Self> {
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut id).ok()?;
        Some(Self {
            id,
            client,
            redirect: Sha256::digest(redirect.as_bytes()).into(),
            challenge,
            presence,
            until: Timestamp::UNIX_EPOCH,
        })
    }

    /// The code, good until a time.
    pub(crate) fn seal(&self, visit: &Visit<'_>, until: Timestamp) -> Option<String> {
        let writer = Writer::default()
            .number(until.as_second())
            .exact(&visit.sessions.run)
            .exact(&self.id)
            .exact(&[self.client.number()])
            .exact(&self.redirect)
            .exact(self.challenge.as_bytes());
        let bytes = self.presence.write(writer).finish();
        let sealed = visit.services.keyring.seal_for(purpose::CODE, &bytes, visit.now);
        Some(sealed.ok()?.expose().to_owned())
    }

    /// Reads a code that was made by this run of the server and is not too old.
    pub(crate) fn open(visit: &Visit<'_>, code: &str) -> Result<Self, GrantError> {
        let read = || {
            let opened = visit.services.keyring.open_for(purpose::CODE, code).ok()?;
            let mut reader = Reader::new(opened.expose());
            let until = Timestamp::from_second(reader.number()?).ok()?;
            let run = reader.exact::<16>()?;
            let id = reader.exact()?;
            let client = client(reader.exact()?)?;
            let redirect = reader.exact()?;
            let challenge = Challenge::from_bytes(reader.exact()?);
            let presence = Presence::read(&mut reader)?;
            reader.end()?;
            let is_ours = run == visit.sessions.run && visit.now < until;
            is_ours.then_some(Self {
                id,
                client,
                redirect,
                challenge,
                presence,
                until,
            })
        };
        read().ok_or(GrantError::Expired)
    }

    /// Whether it was given for this request.
    pub(crate) fn check(&self, client: Client, redirect: &str, verifier: &str) -> Result<(), GrantError> {
        let hash: [u8; 32] = Sha256::digest(redirect.as_bytes()).into();
        if client != self.client {
            return Err(GrantError::Mismatch("The code was given to another client."));
        }
        if hash != self.redirect {
            return Err(GrantError::Mismatch(
                "redirectUri is not the one that the code was sent to.",
            ));
        }
        if !self.challenge.is_of(verifier) {
            return Err(GrantError::Mismatch(
                "codeVerifier is not the one of the code's challenge.",
            ));
        }
        Ok(())
    }

    /// What remains of it: that it is used up once.
    pub(crate) fn use_of(&self) -> CodeUse {
        CodeUse {
            id: self.id,
            until: self.until,
        }
    }
}

/// A refresh token.
pub(crate) struct Refresh {
    pub(crate) client: Client,
    pub(crate) thumbprint: Thumbprint,
    pub(crate) presence: Presence,
}

impl Refresh {
    /// The token, good for as long as the sign-in.
    pub(crate) fn seal(&self, visit: &Visit<'_>) -> Option<String> {
        let writer = Writer::default()
            .exact(&[self.client.number()])
            .exact(&self.thumbprint);
        let bytes = self.presence.write(writer).finish();
        let sealed = visit
            .services
            .keyring
            .seal_for(purpose::REFRESH, &bytes, visit.now);
        Some(sealed.ok()?.expose().to_owned())
    }

    pub(crate) fn open(visit: &Visit<'_>, token: &str) -> Option<Self> {
        let opened = visit.services.keyring.open_for(purpose::REFRESH, token).ok()?;
        let mut reader = Reader::new(opened.expose());
        let client = client(reader.exact()?)?;
        let thumbprint = reader.exact()?;
        let presence = Presence::read(&mut reader)?;
        reader.end()?;
        Some(Self {
            client,
            thumbprint,
            presence,
        })
    }
}

fn client([number]: [u8; 1]) -> Option<Client> {
    [Client::SameDevice, Client::CrossDevice]
        .into_iter()
        .find(|client| client.number() == number)
}
