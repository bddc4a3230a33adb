//! One server per data directory.
//!
//! An advisory lock on the file `lock`, held for the life of the process: the kernel drops it when the process
//! ends, however it ends, so a crash leaves nothing to clean up. The file holds the server's process id, for
//! the message only.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::data_dir::DataDir;

/// The held lock. Dropping it lets another server in.
#[derive(Debug)]
pub(crate) struct DataDirLock {
    _file: File,
}

/// Why the lock is not ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Another server holds it.
    #[error("the data directory {path} is in use by another server{holder}")]
    Held {
        /// The directory.
        path: String,
        /// " (process 123)", or nothing if it cannot be told.
        holder: String,
    },
    /// The file cannot be opened or locked.
    #[error("cannot lock the data directory {path}: {cause}")]
    Io {
        /// The directory.
        path: String,
        /// Why.
        cause: io::Error,
    },
}

impl DataDirLock {
    /// Takes the lock, or tells who has it. Does not wait.
    pub(crate) fn take(dir: &DataDir) -> Result<Self, LockError> {
        let path = || dir.root().display().to_string();
        let io = |cause| LockError::Io { path: path(), cause };
        let mut file = open(&dir.lock_file()).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held {
                    path: path(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(io(cause)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Self { _file: file })
    }

    /// Whether a server holds the lock right now. Leaves it as it was.
    pub(crate) fn is_held(dir: &DataDir) -> io::Result<bool> {
        let path = dir.lock_file();
        if !path.exists() {
            return Ok(false);
        }
        match File::open(&path)?.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(cause)) => Err(cause),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    // At most a process id; whatever else the file holds is not worth showing.
    match file.take(20).read_to_string(&mut text) {
        Ok(_) if text.trim().parse::<u32>().is_ok() => format!(" (process {})", text.trim()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_dropped() {
        let base = tempfile::tempdir().unwrap();
        let dir = DataDir::at(base.path().to_owned());
        let first = DataDirLock::take(&dir).unwrap();
        let error = DataDirLock::take(&dir).unwrap_err().to_string();
        assert!(
            error.contains(&format!("(process {})", std::process::id())),
            "{error}"
        );
        assert!(DataDirLock::is_held(&dir).unwrap());
        drop(first);
        assert!(!DataDirLock::is_held(&dir).unwrap());
        DataDirLock::take(&dir).unwrap();
    }
}
