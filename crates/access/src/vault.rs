//! The vault seals secrets before they go to the store and opens them again.
//!
//! Everything is sealed under one data key; the data key is wrapped under the master key and lies in the store as
//! an opaque blob, so that the master key can be changed without sealing anything anew. What is sealed is bound
//! to its place (account, entity, field): a sealed value copied to another place does not open.
//!
//! Random bytes come from the system directly: the generator of the cryptographic library gathers entropy of its
//! own first, which takes longer than all the rest of a start.

use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use lanyard_names::AccountId;
use zeroize::Zeroizing;

use crate::{MasterKey, MasterKeyError, SecretBytes};

const VERSION: u8 = 1;
const TAG_BYTES: usize = 16;
const KEY_BYTES: usize = 32;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no usable master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The master key is not the one that the store was made with.
    #[error("the master key is not the one that this data was sealed with")]
    WrongMasterKey,
    /// The store has content but no data key: it is damaged, or not a store of this program.
    #[error("the store is not empty but holds no data key")]
    NoDataKey,
    /// A sealed value was changed, or belongs to another place.
    #[error("a sealed value cannot be opened: it was changed or belongs elsewhere")]
    Damaged,
    /// A sealed value was written by a newer program.
    #[error("a sealed value has the unknown format {0}")]
    UnknownFormat(u8),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoEntropy,
}

/// Where a sealed value belongs. It opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The account; `None` for what belongs to the whole installation.
    pub account: Option<AccountId>,
    /// What it is part of, as a unique id or an access key id.
    pub entity: &'a str,
    /// Which part.
    pub field: &'a str,
}

impl Place<'_> {
    /// The associated data. Each part is preceded by its length, so that no two places read the same.
    fn associated_data(&self) -> Vec<u8> {
        let account = self
            .account
            .map(|account| account.to_string())
            .unwrap_or_default();
        let mut data = b"lanyard sealed".to_vec();
        for part in [account.as_str(), self.entity, self.field] {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

/// Seals and opens secrets. Made once at start.
pub struct Vault {
    data_key: LessSafeKey,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

/// A vault and, if it was made just now, the wrapped data key that the store must keep.
#[derive(Debug)]
pub struct OpenedVault {
    /// The vault.
    pub vault: Vault,
    /// To be stored before anything is sealed; `None` if it was in the store.
    pub wrapped_to_store: Option<Vec<u8>>,
}

impl Vault {
    /// Opens the vault of a store, given the wrapped data key that the store holds and whether the store is empty.
    ///
    /// Fails closed: only an empty store gets a new data key and, if there is none, a new master key.
    pub fn open_or_create(
        master_key: &Path,
        wrapped: Option<&[u8]>,
        store_is_empty: bool,
    ) -> Result<OpenedVault, VaultError> {
        match wrapped {
            Some(wrapped) => {
                let vault = Self::open(&MasterKey::read(master_key)?, wrapped)?;
                Ok(OpenedVault {
                    vault,
                    wrapped_to_store: None,
                })
            }
            None if store_is_empty => {
                let master = match MasterKey::read(master_key) {
                    Err(MasterKeyError::Missing { .. }) => MasterKey::create(master_key)?,
                    // One was put there for a new store, or a first start ended before the store was written.
                    found => found?,
                };
                let (vault, wrapped) = Self::create(&master)?;
                Ok(OpenedVault {
                    vault,
                    wrapped_to_store: Some(wrapped),
                })
            }
            None => Err(VaultError::NoDataKey),
        }
    }

    /// A vault with a new data key, and that key wrapped.
    pub fn create(master: &MasterKey) -> Result<(Self, Vec<u8>), VaultError> {
        let mut data_key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(data_key.as_mut()).map_err(|_| VaultError::NoEntropy)?;
        let wrapped = seal(&key(master.expose())?, DATA_KEY_CONTEXT, data_key.as_ref())?;
        Ok((
            Self {
                data_key: key(&data_key)?,
            },
            wrapped,
        ))
    }

    /// The vault whose data key was wrapped under this master key.
    pub fn open(master: &MasterKey, wrapped: &[u8]) -> Result<Self, VaultError> {
        let data_key =
            open(&key(master.expose())?, DATA_KEY_CONTEXT, wrapped).map_err(|error| match error {
                VaultError::Damaged => VaultError::WrongMasterKey,
                other => other,
            })?;
        let data_key = data_key.expose().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Self {
            data_key: key(data_key)?,
        })
    }

    /// Seals a secret for its place.
    pub fn seal(&self, place: Place<'_>, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal(&self.data_key, &place.associated_data(), secret)
    }

    /// Opens what was sealed for this place.
    pub fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Result<SecretBytes, VaultError> {
        open(&self.data_key, &place.associated_data(), sealed)
    }
}

const DATA_KEY_CONTEXT: &[u8] = b"lanyard data key";

fn key(bytes: &[u8; KEY_BYTES]) -> Result<LessSafeKey, VaultError> {
    let unbound = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| VaultError::Damaged)?;
    Ok(LessSafeKey::new(unbound))
}

/// Version, nonce, ciphertext, tag. Nonces are random: one data key may seal 2³² values before two of them are
/// likely to share one, and it seals one per access key or device.
fn seal(key: &LessSafeKey, associated_data: &[u8], secret: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::NoEntropy)?;
    let mut ciphertext = Zeroizing::new(Vec::with_capacity(secret.len().saturating_add(TAG_BYTES)));
    ciphertext.extend_from_slice(secret);
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(associated_data),
        &mut *ciphertext,
    )
    .map_err(|_| VaultError::Damaged)?;
    let mut sealed = Vec::with_capacity(ciphertext.len().saturating_add(NONCE_LEN + 1));
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

fn open(key: &LessSafeKey, associated_data: &[u8], sealed: &[u8]) -> Result<SecretBytes, VaultError> {
    let (version, rest) = sealed.split_first().ok_or(VaultError::Damaged)?;
    if *version != VERSION {
        return Err(VaultError::UnknownFormat(*version));
    }
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Damaged)?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let secret = key
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(associated_data),
            &mut buffer,
        )
        .map_err(|_| VaultError::Damaged)?;
    Ok(SecretBytes::new(secret.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place {
        account: None,
        entity: "AKIAEXAMPLE",
        field: "secret",
    };

    fn account(text: &str) -> Option<AccountId> {
        Some(AccountId::parse(text).unwrap())
    }

    fn vault() -> Vault {
        Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let vault = vault();
        let place = Place {
            account: account("123456789012"),
            ..PLACE
        };
        let sealed = vault.seal(place, b"wJalr").unwrap();
        assert!(!sealed.windows(5).any(|window| window == b"wJalr"));
        assert_eq!(vault.unseal(place, &sealed).unwrap().expose(), b"wJalr");
        let elsewhere = [
            PLACE,
            Place {
                account: account("210987654321"),
                ..place
            },
            Place {
                entity: "AKIAOTHER",
                ..place
            },
            Place {
                field: "seed",
                ..place
            },
            Place {
                entity: "AKIAEXAMPLEs",
                field: "ecret",
                ..place
            },
        ];
        for other in elsewhere {
            assert!(
                matches!(vault.unseal(other, &sealed), Err(VaultError::Damaged)),
                "{other:?}"
            );
        }
    }

    #[test]
    fn a_sealed_value_with_any_byte_changed_does_not_open() {
        let vault = vault();
        let sealed = vault.seal(PLACE, b"wJalr").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.unseal(PLACE, &changed).is_err(), "byte {at}");
            assert!(vault.unseal(PLACE, &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn only_the_right_master_key_opens_the_vault() {
        let (vault, wrapped) = Vault::create(&MasterKey::from_bytes([1; 32])).unwrap();
        let sealed = vault.seal(PLACE, b"wJalr").unwrap();
        let again = Vault::open(&MasterKey::from_bytes([1; 32]), &wrapped).unwrap();
        assert_eq!(again.unseal(PLACE, &sealed).unwrap().expose(), b"wJalr");
        let wrong = Vault::open(&MasterKey::from_bytes([2; 32]), &wrapped);
        assert!(matches!(wrong, Err(VaultError::WrongMasterKey)));
    }

    #[test]
    fn a_master_key_is_made_only_for_an_empty_store() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        let open = |wrapped: Option<&[u8]>, empty| Vault::open_or_create(&path, wrapped, empty);

        assert!(matches!(open(None, false), Err(VaultError::NoDataKey)));
        assert!(matches!(
            open(Some(b"x"), false),
            Err(VaultError::MasterKey(MasterKeyError::Missing { .. }))
        ));
        assert!(!path.exists());

        let wrapped = open(None, true).unwrap().wrapped_to_store.unwrap();
        assert!(open(Some(&wrapped), false).unwrap().wrapped_to_store.is_none());

        std::fs::remove_file(&path).unwrap();
        MasterKey::create(&path).unwrap();
        assert!(matches!(
            open(Some(&wrapped), false),
            Err(VaultError::WrongMasterKey)
        ));
    }
}
