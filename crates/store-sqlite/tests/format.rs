//! What is made, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::error::Error as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use lanyard_store::{Change, Commit, Engine, Revision};
use lanyard_store_sqlite::{FORMAT_VERSION, OpenError, SqliteEngine};
use rusqlite::Connection;
use tempfile::TempDir;

fn home() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    (directory, path)
}

/// A store with something in it, closed.
async fn store() -> (TempDir, PathBuf) {
    let (directory, path) = home();
    let engine = SqliteEngine::open(&path).unwrap();
    for number in 0..200 {
        let change = Change::put(format!("user/{number}"), vec![b'x'; 500]);
        engine
            .commit(Commit::new("account/1".into(), Revision(number), vec![change]))
            .await
            .unwrap();
    }
    engine.close().await.unwrap();
    (directory, path)
}

fn refusal(path: &Path) -> OpenError {
    let before = fs::read(path).ok();
    let error = SqliteEngine::open(path).expect_err("to be refused");
    assert_eq!(
        fs::read(path).ok(),
        before,
        "a file that is refused is left alone"
    );
    error
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_bundled_library_has_a_log_that_can_be_trusted() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}

#[tokio::test]
async fn all_its_files_are_private() {
    let (directory, path) = home();
    let engine = SqliteEngine::open(&path).unwrap();
    assert!(engine.was_created());
    engine
        .commit(Commit::new("a".into(), Revision(0), vec![]))
        .await
        .unwrap();
    let files: Vec<_> = fs::read_dir(directory.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 4, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    engine.close().await.unwrap();

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let engine = SqliteEngine::open(&path).unwrap();
    assert!(!engine.was_created());
    assert_eq!(mode(&path), 0o600);
    engine.close().await.unwrap();
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let (_directory, path) = home();
    let engine = SqliteEngine::open(&path).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    engine.close().await.unwrap();
    SqliteEngine::open(&path).unwrap();
}

#[tokio::test]
async fn a_store_let_go_without_closing_can_be_opened_again() {
    let (_directory, path) = home();
    let engine = SqliteEngine::open(&path).unwrap();
    let made = engine.commit(Commit::new("a".into(), Revision(0), vec![Change::put("k", "v")]));
    drop(engine);
    assert_eq!(made.await.unwrap(), Revision(1));
    assert_eq!(
        SqliteEngine::open(&path)
            .unwrap()
            .head(&"a".into())
            .await
            .unwrap(),
        Revision(1)
    );
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let (_directory, path) = store().await;
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "user_version", FORMAT_VERSION + 1)
        .unwrap();
    connection.close().unwrap();
    let error = refusal(&path);
    assert!(
        matches!(error, OpenError::Newer { found, .. } if found == FORMAT_VERSION + 1),
        "{error:?}"
    );
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_newer_format_that_is_only_in_the_log_is_refused() {
    let (_directory, path) = store().await;
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "user_version", FORMAT_VERSION + 1)
        .unwrap();
    let found = path.with_file_name("found.db");
    for suffix in ["", "-wal"] {
        fs::copy(
            format!("{}{suffix}", path.display()),
            format!("{}{suffix}", found.display()),
        )
        .unwrap();
    }
    let error = refusal(&found);
    assert!(matches!(error, OpenError::Newer { .. }), "{error:?}");
}

#[tokio::test]
async fn foreign_files_are_refused() {
    let (directory, path) = home();
    let texts: [&[u8]; 3] = [b"hello", &[b'x'; 10_000], &[0; 8192]];
    for text in texts {
        fs::write(&path, text).unwrap();
        let error = refusal(&path);
        assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
        assert!(error.to_string().contains("not a Lanyard store"), "{error}");
    }
    fs::remove_file(&path).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE entry (x)").unwrap();
    connection.close().unwrap();
    assert!(matches!(refusal(&path), OpenError::Foreign { .. }));

    let error = SqliteEngine::open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
    let error = SqliteEngine::open(directory.path().join("nowhere/state.db")).unwrap_err();
    assert!(matches!(error, OpenError::Io { .. }), "{error:?}");
}

#[tokio::test]
async fn damaged_files_are_refused() {
    let (_directory, path) = store().await;
    let whole = fs::read(&path).unwrap();
    let mut garbled = whole.clone();
    for page in garbled.chunks_mut(4096).skip(1) {
        page[..64].fill(0xa5);
    }
    let mut without_tables = whole.clone();
    without_tables[100..4096].fill(0);
    for (name, damaged) in [
        ("empty", vec![]),
        ("cut", whole[..whole.len() / 2 / 4096 * 4096].to_vec()),
        ("garbled", garbled),
        ("without tables", without_tables),
    ] {
        fs::write(&path, damaged).unwrap();
        let error = SqliteEngine::open(&path).expect_err(name);
        assert!(matches!(error, OpenError::Damaged { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains("restore it from a backup"), "{error}");
    }
    fs::write(&path, whole).unwrap();
    SqliteEngine::open(&path).unwrap();
}

#[tokio::test]
async fn any_flipped_byte_is_found_or_harmless_but_never_a_crash() {
    let (_directory, path) = store().await;
    let whole = fs::read(&path).unwrap();
    for position in (0..whole.len()).step_by(1777) {
        let mut flipped = whole.clone();
        flipped[position] ^= 0xff;
        fs::write(&path, flipped).unwrap();
        let Ok(engine) = SqliteEngine::open(&path) else {
            continue;
        };
        let _ = engine.load(&"account/1".into()).await;
        let _ = engine
            .commit(Commit::new(
                "account/1".into(),
                Revision(200),
                vec![Change::put("k", "v")],
            ))
            .await;
        engine.close().await.unwrap();
        let _ = fs::remove_file(format!("{}-wal", path.display()));
    }
}

#[tokio::test]
async fn a_log_without_its_file_is_not_mixed_into_a_new_one() {
    let (_directory, path) = home();
    let log = PathBuf::from(format!("{}-wal", path.display()));
    fs::write(&log, b"an old log").unwrap();
    let error = SqliteEngine::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::LogWithoutFile { .. }), "{error:?}");
    assert!(!path.exists() && log.exists());
}

#[tokio::test]
async fn a_store_whose_making_was_interrupted_is_made_anew() {
    let (_directory, path) = home();
    for suffix in ["", "-wal", "-journal"] {
        fs::write(format!("{}.new{suffix}", path.display()), b"half a store").unwrap();
    }
    let engine = SqliteEngine::open(&path).unwrap();
    assert!(engine.was_created());
    engine.close().await.unwrap();
    assert!(!path.with_file_name("state.db.new").exists());
}

#[tokio::test]
async fn causes_are_kept_as_source_and_out_of_the_message() {
    let (_directory, path) = store().await;
    let mut garbled = fs::read(&path).unwrap();
    garbled[100..200].fill(0xff);
    fs::write(&path, garbled).unwrap();
    let error = SqliteEngine::open(&path).unwrap_err();
    assert!(error.source().is_some(), "{error:?}");
    for word in ["sqlite", "SQLITE", "SELECT", "malformed", "schema"] {
        assert!(!error.to_string().contains(word), "{error}");
    }
}
