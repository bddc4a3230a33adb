//! What requests on the admin socket name, and the words of answers and refusals.

use lanyard_names::AccountId;

use crate::accounts::{AccountError, KeyPair};
use crate::admin::protocol::{IssuedKey, Refusal, Refused};

/// An access key as it is handed out once.
pub(super) fn issued(key: &KeyPair) -> IssuedKey {
    IssuedKey {
        account_id: key.id.account().to_string(),
        access_key_id: key.id.to_string(),
        secret_access_key: zeroize::Zeroizing::new(key.secret.expose().to_owned()),
    }
}

/// An account that may be named.
pub(super) fn parse_optional_id(text: Option<&str>) -> Result<Option<AccountId>, Refused> {
    text.map(parse_id).transpose()
}

/// An account that is named.
pub(super) fn parse_id(text: &str) -> Result<AccountId, Refused> {
    AccountId::parse(text)
        .map_err(|_| Refused::new(Refusal::Invalid, "an account id has 12 digits".to_owned()))
}

impl From<AccountError> for Refused {
    fn from(error: AccountError) -> Self {
        let reason = match &error {
            AccountError::Name | AccountError::ReservedId | AccountError::NoSuchQuota { .. } => {
                Refusal::Invalid
            }
            AccountError::NoSuchAccount(_) => Refusal::NotFound,
            _ => Refusal::Failed,
        };
        Self::new(reason, error.to_string())
    }
}
