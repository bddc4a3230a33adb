//! The vault's data key and the session ring keys in the directory's global partition.

use std::path::Path;

use jiff::Timestamp;
use lanyard_directory::{Directory, Global, GlobalEdit, StorageError, WriteError};

use crate::{Keyring, KeyringError, MasterKey, SealedRingKey, Vault, VaultError};

const DATA_KEY: &str = "data-key";
const RING_KEYS: &str = "session-ring-key/";

/// Why the keys of an installation could not be opened or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoredKeysError {
    /// The vault cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A session ring key cannot be opened.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What a change of the ring did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// The key that was added.
    pub added: Option<u32>,
    /// The keys that were removed.
    pub removed: Vec<u32>,
}

/// Opens the vault of a directory. For an empty store the data key is made, and the master key if its file is
/// not there. Anything else that is missing or wrong is an error: the server must not start.
pub async fn open_vault(directory: &Directory, master_key: &Path) -> Result<Vault, StoredKeysError> {
    let global = directory.global();
    let wrapped = global.blob(DATA_KEY);
    let is_empty = wrapped.is_none()
        && directory
            .engine()
            .partitions("")
            .await
            .map_err(StorageError::from)?
            .is_empty();
    let opened = Vault::open_or_create(master_key, wrapped.map(|bytes| bytes.as_ref()), is_empty)?;
    let Some(made) = opened.wrapped_to_store else {
        return Ok(opened.vault);
    };
    write(directory, |edit| put_new(edit, DATA_KEY, &made)).await?;
    // Another node may have been first; then its data key is the one.
    let global = directory.global();
    let stored = global.blob(DATA_KEY).ok_or(VaultError::NoDataKey)?;
    if *stored == made {
        Ok(opened.vault)
    } else {
        Ok(Vault::open(
            &MasterKey::read(master_key).map_err(VaultError::from)?,
            stored,
        )?)
    }
}

impl Keyring {
    /// Takes over the ring keys that the directory holds now.
    pub fn reload(&self, directory: &Directory, vault: &Vault) -> Result<(), StoredKeysError> {
        let keys = stored(&directory.global())?;
        Ok(self.load(vault, &keys)?)
    }

    /// Brings the ring up to date: takes over what is stored, adds a key if it is time, removes those that no
    /// living session needs. To be called at start and now and then.
    pub async fn maintain(
        &self,
        directory: &Directory,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<Rotation, StoredKeysError> {
        self.reload(directory, vault)?;
        let mut rotation = Rotation {
            added: None,
            removed: self.outlived(now),
        };
        let added = if self.needs_new_key(now) {
            Some(self.make_key(vault, now)?)
        } else {
            None
        };
        if added.is_none() && rotation.removed.is_empty() {
            return Ok(rotation);
        }
        // A key of the same number that another node made meanwhile stays; it will do.
        write(directory, |edit| {
            if let Some(key) = &added {
                put_new(edit, &name(key.id), &key.to_bytes());
            }
            for id in &rotation.removed {
                edit.delete_blob(&name(*id));
            }
        })
        .await?;
        rotation.added = added.map(|key| key.id);
        self.reload(directory, vault)?;
        Ok(rotation)
    }
}

fn put_new(edit: &mut GlobalEdit, name: &str, bytes: &[u8]) {
    if edit.view().blob(name).is_none() {
        edit.put_blob(name, bytes.to_vec().into());
    }
}

fn name(id: u32) -> String {
    format!("{RING_KEYS}{id}")
}

fn stored(global: &Global) -> Result<Vec<SealedRingKey>, KeyringError> {
    let keys = global.blobs(RING_KEYS).map(|(name, bytes)| {
        let id = name.strip_prefix(RING_KEYS).and_then(|id| id.parse().ok());
        let key = id.and_then(|id| SealedRingKey::from_bytes(id, bytes));
        key.ok_or(KeyringError::Vault {
            id: id.unwrap_or(0),
            source: VaultError::Damaged,
        })
    });
    keys.collect()
}

async fn write(directory: &Directory, mut change: impl FnMut(&mut GlobalEdit)) -> Result<(), StorageError> {
    let written = directory.write_global::<(), std::convert::Infallible>(|edit| {
        change(edit);
        Ok(((), Vec::new()))
    });
    match written.await {
        Ok(_) => Ok(()),
        Err(WriteError::Storage(error)) => Err(error),
        Err(WriteError::Refused(never)) => match never {},
        // Only writes of accounts are refused in these ways.
        Err(WriteError::NoSuchAccount(_) | WriteError::AccountExists(_)) => Ok(()),
    }
}
