//! One process per store.
//!
//! SQLite's own locks would let two writers take turns, but the writer keeps
//! the heads of partitions in memory, so there must be only one. The lock is on
//! a file beside the store: closing any handle of the store's own file would
//! drop SQLite's locks on it.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::OpenError;

/// Held as long as the store is open; the system releases it with the process.
#[derive(Debug)]
pub(crate) struct FileLock(#[allow(dead_code, reason = "holding it is its use")] File);

impl FileLock {
    pub(crate) fn take(store: &Path) -> Result<Self, OpenError> {
        let path = beside(store, ".lock");
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let file = options.open(&path).map_err(|error| OpenError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: store.to_owned(),
            }),
            Err(TryLockError::Error(error)) => Err(OpenError::io(&path, error)),
        }
    }
}

/// The file with this suffix beside the store.
pub(crate) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
