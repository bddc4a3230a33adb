//! The file's format: how it is made, and what is refused.
//!
//! A new store is made under another name and renamed when it is whole, so a
//! crash while making it leaves nothing that looks like a store.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::OpenError;
use crate::lock::beside;

/// The format this binary writes, and the newest it reads.
pub const FORMAT_VERSION: i64 = 1;

/// "Lnyd", in SQLite's field for telling whose file it is.
const APPLICATION_ID: i64 = 0x4c6e_7964;

/// The oldest SQLite whose WAL mode can be trusted.
const LIBRARY_MIN: i32 = 3_051_003;

/// A store up to this size is checked wholly at start (some milliseconds).
const CHECKED_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Partitions and keys are clustered together, so loading a partition reads
/// neighbouring pages; feed and outbox only grow at their end. Entries and
/// revisions of partitions are those of the feed up to `folded`; what comes
/// after in the feed is applied to them when they are read.
const SCHEMA: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE partition (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE entry (
        partition INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (partition, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE feed (
        cursor INTEGER PRIMARY KEY, partition INTEGER NOT NULL, revision INTEGER NOT NULL,
        changes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE outbox (position INTEGER PRIMARY KEY, id TEXT NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE stat (
        partition INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (partition, key)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO meta (name, value) VALUES ('collected', 0), ('folded', 0), ('stamp', 0);
";

const TABLES: [&str; 6] = ["entry", "feed", "meta", "outbox", "partition", "stat"];

/// Refuses a library whose log could damage the file.
pub(crate) fn check_library() -> Result<(), OpenError> {
    if rusqlite::version_number() < LIBRARY_MIN {
        return Err(OpenError::Library {
            found: rusqlite::version(),
        });
    }
    Ok(())
}

/// Makes an empty store if there is none. Was it made?
pub(crate) fn create_if_missing(path: &Path) -> Result<bool, OpenError> {
    match fs::symlink_metadata(path) {
        Ok(_) => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(OpenError::io(path, error)),
    }
    // Fails closed: a new file beside an old log would take in that log's pages.
    let log = beside(path, "-wal");
    if fs::metadata(&log).is_ok_and(|found| found.len() > 0) {
        return Err(OpenError::LogWithoutFile {
            path: path.to_owned(),
        });
    }
    let unfinished = beside(path, ".new");
    for suffix in ["", "-journal", "-wal", "-shm"] {
        remove_if_there(&beside(&unfinished, suffix))?;
    }
    private_file(&unfinished)?;
    create(&unfinished).map_err(|source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    })?;
    fs::rename(&unfinished, path).map_err(|error| OpenError::io(path, error))?;
    sync_directory_of(path)?;
    Ok(true)
}

fn create(path: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch(&format!(
        "PRAGMA page_size = 4096;
         PRAGMA synchronous = FULL;
         BEGIN;
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {FORMAT_VERSION};
         {SCHEMA}
         COMMIT;
         PRAGMA journal_mode = WAL;"
    ))?;
    connection.close().map_err(|(_, error)| error)
}

/// Looks at the file's head, without SQLite, so that nothing foreign is touched.
pub(crate) fn check_file(path: &Path) -> Result<(), OpenError> {
    let failed = |error| OpenError::io(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    if metadata.len() == 0 {
        return Err(OpenError::damaged(path, "the file is empty"));
    }
    let mut head = [0_u8; 100];
    match file.read_exact(&mut head) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            return Err(OpenError::Foreign {
                path: path.to_owned(),
            });
        }
        Err(error) => return Err(failed(error)),
    }
    if !head.starts_with(b"SQLite format 3\0") || number_at(&head, 68) != Some(APPLICATION_ID) {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    check_version(path, number_at(&head, 60).unwrap_or(i64::MAX))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "the store could be read by others; it is private now");
        file.set_permissions(Permissions::from_mode(0o600))
            .map_err(failed)?;
    }
    Ok(())
}

/// Looks at the opened database, log included.
pub(crate) fn check_content(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let unreadable = |error| OpenError::unreadable(path, error);
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    if number("application_id").map_err(unreadable)? != APPLICATION_ID {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    check_version(path, number("user_version").map_err(unreadable)?)?;
    if tables(connection).map_err(unreadable)? != TABLES {
        return Err(OpenError::damaged(path, "its tables are not those of a store"));
    }
    let mode: String = connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .map_err(unreadable)?;
    if mode != "wal" {
        return Err(OpenError::damaged(path, "it cannot be put in WAL mode"));
    }
    let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if bytes <= CHECKED_BYTES_MAX {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(unreadable)?;
        if verdict != "ok" {
            return Err(OpenError::damaged(path, verdict.replace('\n', " ")));
        }
    }
    Ok(())
}

fn check_version(path: &Path, found: i64) -> Result<(), OpenError> {
    if found > FORMAT_VERSION {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            supported: FORMAT_VERSION,
        });
    }
    if found < FORMAT_VERSION {
        return Err(OpenError::damaged(path, format!("format {found} never existed")));
    }
    Ok(())
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// A big-endian number in SQLite's file header.
fn number_at(head: &[u8], offset: usize) -> Option<i64> {
    let bytes = head.get(offset..)?.first_chunk::<4>()?;
    Some(i64::from(i32::from_be_bytes(*bytes)))
}

fn private_file(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| OpenError::io(path, error))
}

fn remove_if_there(path: &Path) -> Result<(), OpenError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(OpenError::io(path, error)),
        _ => Ok(()),
    }
}

fn sync_directory_of(path: &Path) -> Result<(), OpenError> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(directory)
        .and_then(|opened| opened.sync_all())
        .map_err(|error| OpenError::io(path, error))
}
