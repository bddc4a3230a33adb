//! The data directory: what lies where, and that nobody else can read it.
//!
//! Invariant: the directory and everything in it that holds a secret is open to its owner alone. A directory
//! that others can enter is refused, not repaired: somebody made it so, and should know.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The directory and the names inside it.
#[derive(Clone, Debug)]
pub(crate) struct DataDir {
    root: PathBuf,
}

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataDirError {
    /// It cannot be made or looked at.
    #[error("cannot use the data directory {path}: {cause}")]
    Io {
        /// The directory.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// The path is something else.
    #[error("the data directory {0} is not a directory")]
    NotADirectory(String),
    /// Others can read it.
    #[error("the data directory {path} is open to others (permissions {mode:04o}); run: chmod 700 {path}")]
    Open {
        /// The directory.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// Another user owns it.
    #[error("the data directory {path} belongs to user id {owner}, and this process is user id {own}")]
    Foreign {
        /// The directory.
        path: String,
        /// Its owner.
        owner: u32,
        /// Who we are.
        own: u32,
    },
}

impl DataDir {
    /// Names the directory; touches nothing.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Makes the directory if it is missing and checks that it is ours alone.
    pub(crate) fn prepare(root: &Path) -> Result<Self, DataDirError> {
        let io = |cause| DataDirError::Io {
            path: root.display().to_string(),
            cause,
        };
        // Parents get the usual mode; only the directory itself is private.
        if let Some(parent) = root.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        match DirBuilder::new().mode(0o700).create(root) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(io(cause)),
            _ => {}
        }
        // Absolute, so that the paths printed and written into the profile hold from anywhere.
        let root = fs::canonicalize(root).map_err(io)?;
        let dir = Self { root };
        dir.check()?;
        Ok(dir)
    }

    /// Checks owner and mode of an existing directory.
    pub(crate) fn check(&self) -> Result<(), DataDirError> {
        let path = || self.root.display().to_string();
        let io = |cause| DataDirError::Io { path: path(), cause };
        let found = fs::metadata(&self.root).map_err(io)?;
        if !found.is_dir() {
            return Err(DataDirError::NotADirectory(path()));
        }
        let own = own_uid();
        if found.uid() != own {
            return Err(DataDirError::Foreign {
                path: path(),
                owner: found.uid(),
                own,
            });
        }
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(DataDirError::Open { path: path(), mode });
        }
        Ok(())
    }

    /// The directory itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Held by the running server.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The master key.
    pub(crate) fn master_key(&self) -> PathBuf {
        self.root.join("master.key")
    }

    /// The store.
    pub(crate) fn store_file(&self) -> PathBuf {
        self.root.join("state.db")
    }

    /// The trail's day files.
    pub(crate) fn trail_dir(&self) -> PathBuf {
        self.root.join("trail")
    }

    /// The private directory of the admin socket.
    pub(crate) fn admin_dir(&self) -> PathBuf {
        self.root.join("admin")
    }

    /// The admin socket.
    pub(crate) fn admin_socket(&self) -> PathBuf {
        self.admin_dir().join("socket")
    }

    /// The first administrator's `aws` profile.
    pub(crate) fn aws_config(&self) -> PathBuf {
        self.root.join("aws-config")
    }
}

/// The user id this process acts as.
pub(crate) fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Replaces a file with mode 0600, so that a reader sees the old text or the new, whole and durable.
pub(crate) fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let temporary = parent.join(format!(".{}.new", name.to_string_lossy()));
    match fs::remove_file(&temporary) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&temporary)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    fs::File::open(parent)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_directory_is_private_and_its_parents_are_made() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a/b/data");
        let dir = DataDir::prepare(&path).unwrap();
        assert_eq!(mode(dir.root()), 0o700);
        DataDir::prepare(&path).unwrap();
    }

    #[test]
    fn a_directory_that_others_can_enter_is_refused() {
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let error = DataDir::prepare(base.path()).unwrap_err().to_string();
        assert!(error.contains("chmod 700"), "{error}");
    }

    #[test]
    fn a_private_file_is_replaced_whole() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("file");
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap().as_slice(), mode(&path)),
            (b"two".as_slice(), 0o600)
        );
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
    }
}
