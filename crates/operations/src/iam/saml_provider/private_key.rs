//! Private keys that open encrypted assertions: checked when they come in, and kept sealed.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use lanyard_access::{Place, Vault};
use lanyard_directory::{SamlPrivateKey, SealedSecret};
use lanyard_federation::saml::DecryptionKey;
use lanyard_names::AccountId;

use crate::error::Refusal;

/// Where a key is sealed for. It opens nowhere else.
pub(crate) fn place<'a>(account: AccountId, key_id: &'a str) -> Place<'a> {
    Place {
        account: Some(account),
        entity: key_id,
        field: "SAML private key",
    }
}

/// Reads a key and seals it.
pub(super) fn seal(
    pem: &str,
    account: AccountId,
    vault: &Vault,
    now: Timestamp,
) -> Result<SamlPrivateKey, Refusal> {
    DecryptionKey::from_pem(pem).map_err(Refusal::saml_private_key)?;
    let id = new_id("SAMLPK")?;
    let sealed = vault.seal(place(account, &id), pem.as_bytes());
    Ok(SamlPrivateKey {
        sealed: SealedSecret::new(sealed.map_err(Refusal::failure)?),
        id: id.into(),
        added: now,
    })
}

/// A new id: `prefix`, and sixteen capital letters and digits. Evidence: recorded answers of IAM, for providers and for
/// their keys.
pub(super) fn new_id(prefix: &str) -> Result<String, Refusal> {
    let mut entropy = [0; 10];
    getrandom::fill(&mut entropy).map_err(Refusal::failure)?;
    Ok(format!("{prefix}{}", BASE32_NOPAD.encode(&entropy)))
}
