//! Secrets of service-specific credentials: drawn here, shown once, and kept as hashes.

use data_encoding::{BASE64, HEXLOWER};
use lanyard_access::SecretText;
use lanyard_aws_api::Sensitive;
use lanyard_directory::{PasswordHash, ServiceSpecificCredential};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::Refusal;

/// How many random bytes a secret is: as base64 they are the sixty characters that AWS's secrets have. Evidence: recorded
/// answers.
const BYTES: usize = 44;

/// A secret that was just drawn.
pub(crate) struct FreshSecret {
    text: SecretText,
    /// Its hash. Nobody can guess so many random bytes, so a plain hash keeps them.
    pub(super) hash: PasswordHash,
}

impl FreshSecret {
    /// Draws a secret.
    pub(super) fn draw() -> Result<Self, Refusal> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        getrandom::fill(bytes.as_mut()).map_err(Refusal::failure)?;
        let text = Zeroizing::new(BASE64.encode(bytes.as_ref()));
        let hash = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        Ok(Self {
            text: SecretText::new(&text),
            hash: PasswordHash::new(format!("sha-256:{hash}")),
        })
    }

    /// The secret as a password.
    pub(super) fn password(&self) -> Sensitive<String> {
        Sensitive::new(self.text.expose().to_owned())
    }

    /// The secret as an API key, which begins as those of its service do and carries the credential's name. Evidence:
    /// recorded answers.
    pub(super) fn api_key(&self, prefix: &str, credential: &ServiceSpecificCredential) -> Sensitive<String> {
        let inside = Zeroizing::new(format!("{}:{}", credential.alias, self.text.expose()));
        Sensitive::new(format!("{prefix}{}", BASE64.encode(inside.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_sixty_characters_and_is_kept_as_its_hash() {
        let secret = FreshSecret::draw().unwrap();
        let text = secret.password();
        assert_eq!(text.expose().len(), 60);
        let hash = HEXLOWER.encode(&Sha256::digest(text.expose()));
        assert_eq!(secret.hash.as_str(), format!("sha-256:{hash}"));
        let other = FreshSecret::draw().unwrap();
        assert!(other.password() != text);
    }
}
