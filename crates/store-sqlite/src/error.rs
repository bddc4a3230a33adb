//! What SQLite says, in the words of the contract.
//!
//! SQLite's own texts (which may name tables and files) stay in the source.

use std::io;
use std::path::{Path, PathBuf};

use lanyard_store::{Cause, CommitError, StoreError};
use rusqlite::ErrorCode;

/// `SQLITE_IOERR_SHMSIZE`: the index beside the log could not grow.
const NO_ROOM_FOR_LOG_INDEX: i32 = 4874;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The bundled library is too old to be trusted with a log.
    #[error("SQLite {found} is too old: 3.51.3 or newer is needed, older ones can damage a file in WAL mode")]
    Library {
        /// Its version.
        found: &'static str,
    },
    /// Another process has it open.
    #[error("the store {} is in use by another process", path.display())]
    InUse {
        /// The store's file.
        path: PathBuf,
    },
    /// It is not a Lanyard store.
    #[error("{} is not a Lanyard store; nothing was changed", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer Lanyard wrote it.
    #[error(
        "the store {} has format {found}, and this version reads up to {supported}; \
         use the newer version that wrote it", path.display()
    )]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this binary knows.
        supported: i64,
    },
    /// It is damaged.
    #[error("the store {} is damaged: {detail}; restore it from a backup", path.display())]
    Damaged {
        /// The store's file.
        path: PathBuf,
        /// What was found.
        detail: String,
        /// What SQLite said, if it was SQLite that found it.
        #[source]
        source: Option<rusqlite::Error>,
    },
    /// A write-ahead log lies there without the file it belongs to.
    #[error(
        "{} is missing, but its write-ahead log is there: \
         put the file back beside the log, or move the log away to begin anew", path.display()
    )]
    LogWithoutFile {
        /// The store's file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("the store {} cannot be opened", path.display())]
    Io {
        /// The store's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// SQLite refused.
    #[error("the store {} cannot be opened", path.display())]
    Sqlite {
        /// The store's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

impl OpenError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn damaged(path: &Path, detail: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            detail: detail.into(),
            source: None,
        }
    }

    pub(crate) fn unreadable(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                let detail = "its pages contradict each other".to_owned();
                Self::Damaged {
                    path,
                    detail,
                    source: Some(source),
                }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse { path },
            _ => Self::Sqlite { path, source },
        }
    }
}

/// A failed read.
pub(crate) fn read_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        _ if is_full(&error) => StoreError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(Cause::new(error)),
        // A row that is there but cannot be what this engine wrote.
        None => StoreError::Damaged(Cause::new(error)),
        Some(_) => StoreError::Unavailable(Cause::new(error)),
    }
}

/// Why a whole group of writes was not made.
#[derive(Clone, Debug)]
pub(crate) enum WriteFailure {
    Full,
    Unavailable(Cause),
    Damaged(Cause),
    /// It may come back after a crash, because the log holds it and could not
    /// be overwritten.
    InDoubt(Cause),
}

impl WriteFailure {
    pub(crate) fn from_sqlite(error: rusqlite::Error) -> Self {
        if is_full(&error) {
            return Self::Full;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(Cause::new(error)),
            _ => Self::Unavailable(Cause::new(error)),
        }
    }

    pub(crate) fn commit_error(&self) -> CommitError {
        match self {
            Self::Full => CommitError::Full,
            Self::Unavailable(cause) | Self::Damaged(cause) => CommitError::Unavailable(cause.clone()),
            Self::InDoubt(cause) => CommitError::Ambiguous(cause.clone()),
        }
    }

    pub(crate) fn store_error(&self) -> StoreError {
        match self {
            Self::Full => StoreError::Full,
            Self::Damaged(cause) => StoreError::Damaged(cause.clone()),
            Self::Unavailable(cause) | Self::InDoubt(cause) => StoreError::Unavailable(cause.clone()),
        }
    }
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
        || error
            .sqlite_error()
            .is_some_and(|failure| failure.extended_code == NO_ROOM_FOR_LOG_INDEX)
}
