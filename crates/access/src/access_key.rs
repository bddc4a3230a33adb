//! The secret halves of long-term access keys: made here, sealed for the store, opened to check signatures.

use data_encoding::BASE64;
use lanyard_names::{AccessKeyId, AccountId, KeyKind};
use zeroize::Zeroizing;

use crate::{Place, SecretText, Vault, VaultError};

/// Thirty random bytes are forty letters of base64, the length that AWS's secrets have.
const SECRET_BYTES: usize = 30;

/// A long-term access key, just made. Its secret is shown once and then only kept sealed.
#[derive(Debug)]
pub struct FreshAccessKey {
    /// The public half.
    pub id: AccessKeyId,
    /// The secret half, for the answer.
    pub secret: SecretText,
    /// The secret half, for the store.
    pub sealed: Vec<u8>,
}

impl Vault {
    /// Makes a long-term access key for an account.
    pub fn new_access_key(&self, account: AccountId) -> Result<FreshAccessKey, VaultError> {
        let mut entropy = [0; 8];
        getrandom::fill(&mut entropy).map_err(|_| VaultError::NoEntropy)?;
        let id = AccessKeyId::from_entropy(KeyKind::LongTerm, account, u64::from_be_bytes(entropy));
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        getrandom::fill(secret.as_mut()).map_err(|_| VaultError::NoEntropy)?;
        let secret = SecretText::from_zeroizing(Zeroizing::new(BASE64.encode(secret.as_ref())));
        let sealed = self.seal_access_key(id, &secret)?;
        Ok(FreshAccessKey { id, secret, sealed })
    }

    /// Seals the secret half of a key that was given from outside, as at a first start.
    pub fn seal_access_key(&self, id: AccessKeyId, secret: &SecretText) -> Result<Vec<u8>, VaultError> {
        self.seal(place(&id), secret.expose().as_bytes())
    }

    /// Opens the secret half of a key.
    pub fn unseal_access_key(&self, id: AccessKeyId, sealed: &[u8]) -> Result<SecretText, VaultError> {
        self.unseal(place(&id), sealed)?
            .into_text()
            .ok_or(VaultError::Damaged)
    }
}

fn place(id: &AccessKeyId) -> Place<'_> {
    Place {
        account: Some(id.account()),
        entity: id.as_str(),
        field: "secret access key",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MasterKey;

    #[test]
    fn a_new_key_opens_under_its_own_id_only() {
        let vault = Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0;
        let account = AccountId::parse("123456789012").unwrap();
        let key = vault.new_access_key(account).unwrap();
        let other = vault.new_access_key(account).unwrap();
        assert_eq!((key.id.kind(), key.id.account()), (KeyKind::LongTerm, account));
        assert_eq!(key.secret.expose().len(), 40);
        assert_eq!(vault.unseal_access_key(key.id, &key.sealed).unwrap(), key.secret);
        assert!(matches!(
            vault.unseal_access_key(other.id, &key.sealed),
            Err(VaultError::Damaged)
        ));
        let shown = format!("{key:?}");
        assert!(!shown.contains(key.secret.expose()), "{shown}");
    }
}
