//! Why somebody is not who they claim to be, or it cannot be found out.

use lanyard_directory::StorageError;
use lanyard_sigv4::AuthError;

use crate::VaultError;

/// Why a request is not taken as coming from anybody.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// The signature is missing, malformed, untimely, for another service, or wrong.
    #[error(transparent)]
    Signature(#[from] AuthError),
    /// AWS's `InvalidClientTokenId`: the credentials are not valid, whatever the signature.
    #[error("the security token included in the request is invalid ({0})")]
    InvalidClientTokenId(InvalidCredentials),
    /// AWS's `ExpiredToken`: the session has ended.
    #[error("the security token included in the request is expired")]
    ExpiredToken,
    /// The session was revoked. Callers are told AWS's `ExpiredToken`, upon which clients that can get new credentials
    /// do so; why is in decision 0021.
    #[error("the session was revoked")]
    Revoked,
    /// It cannot be found out now: the account is not in memory and the store does not answer.
    #[error("the account of the access key cannot be loaded")]
    Unavailable(#[source] StorageError),
    /// The secret of the key cannot be opened.
    #[error("the secret of the access key cannot be opened")]
    Vault(#[source] VaultError),
}

impl AuthenticationError {
    /// The text for the caller, in AWS's words. What only operators may know is not in it.
    pub fn message(&self) -> String {
        match self {
            Self::Signature(error) => error.message(),
            Self::InvalidClientTokenId(InvalidCredentials::KeyTooOld { days_max }) => {
                format!("The access key is older than the {days_max} days that its account allows.")
            }
            Self::InvalidClientTokenId(_) => {
                "The security token included in the request is invalid.".to_owned()
            }
            Self::ExpiredToken | Self::Revoked => {
                "The security token included in the request is expired".to_owned()
            }
            Self::Unavailable(_) | Self::Vault(_) => "The service is unavailable.".to_owned(),
        }
    }
}

/// What is wrong with credentials; for operators, since callers are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCredentials {
    /// The key id has not the form of one.
    #[error("the key id is malformed")]
    MalformedKeyId,
    /// There is no such key, or no such account.
    #[error("the key is unknown")]
    UnknownKey,
    /// The key is switched off.
    #[error("the key is inactive")]
    InactiveKey,
    /// The key is older than its account allows. Only who has shown the secret is told.
    #[error("the key is older than {days_max} days")]
    KeyTooOld {
        /// What its account allows.
        days_max: u32,
    },
    /// A temporary key came without its token.
    #[error("the session token is missing")]
    TokenMissing,
    /// The token cannot be opened.
    #[error("the session token is not valid")]
    TokenInvalid,
    /// The token belongs to another key.
    #[error("the session token belongs to another key")]
    TokenOfOtherKey,
    /// The role or user behind the key is gone.
    #[error("the role or user is gone")]
    IssuerGone,
    /// A bearer key that is not the one of its access key.
    #[error("the bearer key is wrong")]
    BearerKeyWrong,
    /// A long-term key came with a token.
    #[error("a session token came with a long-term key")]
    UnexpectedToken,
}

impl From<InvalidCredentials> for AuthenticationError {
    fn from(reason: InvalidCredentials) -> Self {
        Self::InvalidClientTokenId(reason)
    }
}
