//! One key of the ring, and how it lies in the store: sealed for its id and its time.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{Place, Vault, VaultError};

const KEY_BYTES: usize = 32;

/// One key of the ring.
pub(crate) struct RingKey {
    pub(super) id: u32,
    pub(super) created: Timestamp,
    key: Zeroizing<[u8; KEY_BYTES]>,
}

impl RingKey {
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn expose(&self) -> &[u8] {
        self.key.as_ref()
    }
}

impl fmt::Debug for RingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RingKey({})", self.id)
    }
}

/// A ring key as it lies in the store: sealed, and opaque to whoever keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRingKey {
    /// Its id, which is in every token sealed under it.
    pub id: u32,
    /// When it was made.
    pub created: Timestamp,
    /// The key, sealed for this id and time.
    pub sealed: Vec<u8>,
}

impl SealedRingKey {
    /// A new key.
    pub(super) fn new(vault: &Vault, id: u32, created: Timestamp) -> Result<Self, KeyringError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut()).map_err(|_| KeyringError::Vault {
            id,
            source: VaultError::NoEntropy,
        })?;
        let sealed = with_place(id, created, |place| vault.seal(place, key.as_ref()))?;
        Ok(Self { id, created, sealed })
    }

    /// The bytes to store: the time of making, then the sealed key. The id is in the name they are stored under.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.created.as_second().to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.sealed);
        bytes
    }

    /// What was stored under an id.
    pub fn from_bytes(id: u32, bytes: &[u8]) -> Option<Self> {
        let (created, sealed) = bytes.split_first_chunk::<8>()?;
        let created = Timestamp::from_second(i64::from_be_bytes(*created)).ok()?;
        Some(Self {
            id,
            created,
            sealed: sealed.to_vec(),
        })
    }
}

/// Why a ring key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// It could not be sealed or opened.
    #[error("session ring key {id}: {source}")]
    Vault {
        /// Which key.
        id: u32,
        /// Why.
        source: VaultError,
    },
}

/// A ring key as it was before it was stored.
pub(super) fn unseal(vault: &Vault, sealed: &SealedRingKey) -> Result<RingKey, KeyringError> {
    let opened = with_place(sealed.id, sealed.created, |place| {
        vault.unseal(place, &sealed.sealed)
    })?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    if opened.expose().len() != KEY_BYTES {
        return Err(KeyringError::Vault {
            id: sealed.id,
            source: VaultError::Damaged,
        });
    }
    key.copy_from_slice(opened.expose());
    Ok(RingKey {
        id: sealed.id,
        created: sealed.created,
        key,
    })
}

/// A ring key belongs to the installation, and is bound to its id and time.
fn with_place<T>(
    id: u32,
    created: Timestamp,
    act: impl FnOnce(Place<'_>) -> Result<T, VaultError>,
) -> Result<T, KeyringError> {
    let entity = format!("session-ring-key/{id}");
    let field = created.as_second().to_string();
    let place = Place {
        account: None,
        entity: &entity,
        field: &field,
    };
    act(place).map_err(|source| KeyringError::Vault { id, source })
}
