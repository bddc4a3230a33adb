//! Answers kept on disk, so that the processes of one person ask once.
//!
//! One file for each question, readable by its owner alone, replaced as a whole. Beside it lies a lock: who holds it
//! may ask the server, everybody else waits for the answer. What has ended is deleted whenever something is written.
//!
//! Invariant: a file is removed or replaced only by who holds its lock, and a lock's file only while it is held.
//! Fails closed: what others own, can read or could have written is not used.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::credentials::TemporaryCredentials;

const ENTRY_PREFIX: &str = "credentials-";
const ENTRY_SUFFIX: &str = ".json";
const LOCK_SUFFIX: &str = ".lock";
const NEW_SUFFIX: &str = ".new";
/// No entry is larger.
const ENTRY_BYTES_MAX: u64 = 64 << 10;
/// So many files are looked at when what has ended is deleted.
const SWEPT_FILES_MAX: usize = 1_000;
/// How often a lock is tried.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The directory of what is kept.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
}

/// Why nothing can be kept.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// There is no place for it.
    #[error("credentials are not kept: neither XDG_CACHE_HOME nor HOME is set")]
    NoPlace,
    /// Others could read or replace what is kept.
    #[error(
        "credentials are not kept: {path} is open to others or not a directory of yours; run: chmod 700 {path}"
    )]
    Open {
        /// The directory.
        path: String,
    },
    /// The file system does not play along.
    #[error("credentials are not kept in {path}: {cause}")]
    Io {
        /// The directory.
        path: String,
        /// Why.
        cause: io::Error,
    },
}

/// The entry of one question.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    cache: &'a Cache,
    name: String,
}

/// The right to ask one question.
#[derive(Debug)]
pub(crate) struct EntryLock {
    _file: File,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    version: u32,
    question: String,
    credentials: TemporaryCredentials,
}

const VERSION: u32 = 1;

impl Cache {
    /// The cache of this person: `lanyard` in `$XDG_CACHE_HOME`, else in `~/.cache`. `environment` looks a variable up.
    pub fn of_user(environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, CacheError> {
        // XDG base directories: a relative path is to be ignored.
        let absolute = |name: &str| {
            environment(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        Self::open(base.ok_or(CacheError::NoPlace)?.join("lanyard"))
    }

    /// Uses a directory, which is made if it is not there.
    pub fn open(dir: PathBuf) -> Result<Self, CacheError> {
        let failed = |cause| CacheError::Io {
            path: dir.display().to_string(),
            cause,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)
            .map_err(failed)?;
        let found = fs::symlink_metadata(&dir).map_err(failed)?;
        if !found.is_dir() || !is_private(&found) {
            return Err(CacheError::Open {
                path: dir.display().to_string(),
            });
        }
        Ok(Self { dir })
    }

    pub(crate) fn entry(&self, name: String) -> Entry<'_> {
        Entry { cache: self, name }
    }

    fn failed(&self, cause: io::Error) -> CacheError {
        CacheError::Io {
            path: self.dir.display().to_string(),
            cause,
        }
    }

    /// Deletes what has ended or cannot be used, as far as nobody is working on it.
    fn sweep(&self, now: Timestamp) {
        let Ok(files) = fs::read_dir(&self.dir) else {
            return;
        };
        for file in files.flatten().take(SWEPT_FILES_MAX) {
            let name = file.file_name();
            let Some(question) = question_of(&name.to_string_lossy()) else {
                continue;
            };
            let entry = self.entry(question);
            if entry.read(now).is_some() {
                continue;
            }
            // Who asks this question at the moment holds the lock, and looks after the files.
            let Ok(Some(_lock)) = entry.try_lock() else {
                continue;
            };
            // It may have been asked and answered while we looked.
            if entry.read(now).is_none() {
                let _ = fs::remove_file(temporary(&entry.path()));
                let _ = fs::remove_file(entry.path());
                let _ = fs::remove_file(entry.lock_path());
            }
        }
    }
}

impl Entry<'_> {
    /// What is kept, if it is whole, private and not over.
    pub(crate) fn read(&self, now: Timestamp) -> Option<TemporaryCredentials> {
        let file = OpenOptions::new()
            .read(true)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(self.path())
            .ok()?;
        let found = file.metadata().ok()?;
        if !found.is_file() || !is_private(&found) || found.len() > ENTRY_BYTES_MAX {
            return None;
        }
        let mut text = Zeroizing::new(Vec::new());
        file.take(ENTRY_BYTES_MAX).read_to_end(&mut text).ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok()?;
        let is_ours = kept.version == VERSION && kept.question == self.name;
        let credentials = kept.credentials;
        (is_ours && credentials.is_live(now) && credentials.is_plausible(now)).then_some(credentials)
    }

    /// Waits until nobody else asks this question, for so long at most; `None` if somebody still does.
    pub(crate) async fn lock(&self, within: Duration) -> Result<Option<EntryLock>, CacheError> {
        let began = Instant::now();
        loop {
            match self.try_lock() {
                Ok(None) if began.elapsed() < within => tokio::time::sleep(LOCK_PAUSE).await,
                outcome => return outcome.map_err(|cause| self.cache.failed(cause)),
            }
        }
    }

    /// Replaces what is kept, and deletes what has ended.
    pub(crate) fn write(
        &self,
        _lock: &EntryLock,
        credentials: &TemporaryCredentials,
        now: Timestamp,
    ) -> Result<(), CacheError> {
        let kept = Kept {
            version: VERSION,
            question: self.name.clone(),
            credentials: credentials.clone(),
        };
        let text = serde_json::to_vec(&kept).map(Zeroizing::new);
        text.map_err(io::Error::other)
            .and_then(|text| replace_private(&self.path(), &text))
            .map_err(|cause| self.cache.failed(cause))?;
        self.cache.sweep(now);
        Ok(())
    }

    /// The lock, unless somebody else holds it.
    fn try_lock(&self) -> io::Result<Option<EntryLock>> {
        let path = self.lock_path();
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(cause)) => return Err(cause),
        }
        // Its holder may have deleted it between opening and locking: then others lock another file of this name.
        let locked = file.metadata()?;
        match fs::symlink_metadata(&path) {
            Ok(found) if (found.dev(), found.ino()) == (locked.dev(), locked.ino()) => {
                Ok(Some(EntryLock { _file: file }))
            }
            Ok(_) => Ok(None),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    fn path(&self) -> PathBuf {
        self.cache
            .dir
            .join(format!("{ENTRY_PREFIX}{}{ENTRY_SUFFIX}", self.name))
    }

    fn lock_path(&self) -> PathBuf {
        self.cache
            .dir
            .join(format!("{ENTRY_PREFIX}{}{LOCK_SUFFIX}", self.name))
    }
}

/// Which question a file of the cache belongs to: an entry, its lock, or what a crash has left of a new one.
fn question_of(name: &str) -> Option<String> {
    let name = name.strip_prefix('.').unwrap_or(name);
    let name = name.strip_suffix(NEW_SUFFIX).unwrap_or(name);
    let name = name.strip_prefix(ENTRY_PREFIX)?;
    let question = name
        .strip_suffix(ENTRY_SUFFIX)
        .or(name.strip_suffix(LOCK_SUFFIX))?;
    let is_hash = question.len() == 64 && question.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| question.to_owned())
}

fn is_private(found: &fs::Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
}

/// Where a new file is written before it takes the place of the old one.
fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(NEW_SUFFIX);
    path.with_file_name(name)
}

/// Replaces a file with one of mode 0600, so that a reader sees the old text or the new. It need not outlive a power
/// cut: what is lost is asked for again.
pub(crate) fn replace_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    match fs::remove_file(&temporary) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&temporary)?;
    let written = file.write_all(text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(test)]
mod tests;
