//! The master key: the one secret that is not in the store.
//!
//! It is made only together with an empty store. A store whose master key is missing or another cannot be opened,
//! and no new key is made for it: everything sealed in it would be lost without a word.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::{Zeroize, Zeroizing};

const KEY_BYTES: usize = 32;
const HEADER: &str = "lanyard-master-key-1";
/// A key file is a few dozen bytes; what is longer is another file.
const FILE_BYTES_MAX: u64 = 1024;

/// The key under which the data key is wrapped.
pub struct MasterKey(Zeroizing<[u8; KEY_BYTES]>);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// There is no file.
    #[error(
        "the master key {path} is missing; without it the data cannot be opened. \
         Put the key of this data directory there"
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A file is there that must not be overwritten.
    #[error("the master key {path} exists already")]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// Others than the owner may read or write the file.
    #[error("the master key {path} is open to others (mode {mode:03o}); run: chmod 600 {path}")]
    Exposed {
        /// Where it is.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file does not hold a master key.
    #[error("{path} does not hold a master key: the line `{HEADER}` and then 32 bytes in hex or base64")]
    Malformed {
        /// Where it is.
        path: PathBuf,
    },
    /// The file could not be read or written.
    #[error("the master key {path}: {source}")]
    Io {
        /// Where it is.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoEntropy,
}

impl MasterKey {
    /// A key from 32 bytes.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Makes a new key in a new file of mode 0600, durable before this returns.
    pub fn create(path: &Path) -> Result<Self, MasterKeyError> {
        let mut key = Self(Zeroizing::new([0; KEY_BYTES]));
        getrandom::fill(key.0.as_mut()).map_err(|_| MasterKeyError::NoEntropy)?;
        let text = Zeroizing::new(format!(
            "{HEADER}\n{}\n",
            &*Zeroizing::new(HEXLOWER.encode(&*key.0))
        ));
        let written = write_new(path, text.as_bytes());
        match written {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(MasterKeyError::Exists {
                path: path.to_owned(),
            }),
            Err(source) => Err(MasterKeyError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Reads a key from its file.
    pub fn read(path: &Path) -> Result<Self, MasterKeyError> {
        let io_error = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => MasterKeyError::Missing {
                path: path.to_owned(),
            },
            _ => MasterKeyError::Io {
                path: path.to_owned(),
                source,
            },
        };
        let file = File::open(path).map_err(io_error)?;
        let mode = file.metadata().map_err(io_error)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(MasterKeyError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
        let mut text = Zeroizing::new(String::with_capacity(FILE_BYTES_MAX as usize));
        file.take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(|source| match source.kind() {
                io::ErrorKind::InvalidData => MasterKeyError::Malformed {
                    path: path.to_owned(),
                },
                _ => io_error(source),
            })?;
        Self::parse(&text).ok_or_else(|| MasterKeyError::Malformed {
            path: path.to_owned(),
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.next()? != HEADER {
            return None;
        }
        let encoded = lines.next()?.as_bytes();
        if lines.next().is_some() {
            return None;
        }
        let decoded = match encoded.len() {
            64 => HEXLOWER_PERMISSIVE.decode(encoded),
            _ => BASE64.decode(encoded),
        };
        let decoded = Zeroizing::new(decoded.ok()?);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if decoded.len() != KEY_BYTES {
            return None;
        }
        key.copy_from_slice(&decoded);
        Some(Self(key))
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl Drop for MasterKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn write(path: &Path, text: &str) {
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
    }

    #[test]
    fn a_new_key_is_private_and_reads_back() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        let made = MasterKey::create(&path).unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(MasterKey::read(&path).unwrap().expose(), made.expose());
        assert!(matches!(
            MasterKey::create(&path),
            Err(MasterKeyError::Exists { .. })
        ));
    }

    #[test]
    fn hex_and_base64_are_read_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        let bytes = [7; KEY_BYTES];
        for encoded in [
            HEXLOWER.encode(&bytes),
            HEXLOWER.encode(&bytes).to_uppercase(),
            BASE64.encode(&bytes),
        ] {
            write(&path, &format!("{HEADER}\n{encoded}\n"));
            assert_eq!(MasterKey::read(&path).unwrap().expose(), &bytes);
        }
        let hex = HEXLOWER.encode(&bytes);
        for text in [
            "",
            "secret",
            HEADER,
            &hex,
            &format!("{HEADER}\n{}", &hex[2..]),
            &format!("{HEADER}\n{hex}\nx"),
        ] {
            write(&path, text);
            assert!(
                matches!(MasterKey::read(&path), Err(MasterKeyError::Malformed { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn a_missing_or_exposed_key_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        assert!(matches!(
            MasterKey::read(&path),
            Err(MasterKeyError::Missing { .. })
        ));
        MasterKey::create(&path).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(matches!(
            MasterKey::read(&path),
            Err(MasterKeyError::Exposed { mode: 0o640, .. })
        ));
    }
}
