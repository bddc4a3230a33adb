//! The contract's suite, on files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::any::Any;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use lanyard_store::conformance::Fixture;
use lanyard_store::{Engine, conformance_suite};
use lanyard_store_sqlite::SqliteEngine;
use rusqlite::Connection;
use tempfile::TempDir;

const SMALL_DISK_BYTES: u64 = 6 * 1024 * 1024;

/// A store in a directory of its own.
struct OnDisk {
    engine: Arc<SqliteEngine>,
    path: PathBuf,
    small_disk: Option<SmallDisk>,
    directory: TempDir,
}

impl OnDisk {
    fn new(case: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let small_disk = (case == "a_full_disk_refuses_and_recovers").then(|| SmallDisk::mount(&directory));
        let home = small_disk.as_ref().map_or(directory.path(), |disk| &disk.0);
        let path = home.join("state.db");
        Self {
            engine: Arc::new(SqliteEngine::open(&path).unwrap()),
            path,
            small_disk,
            directory,
        }
    }
}

#[async_trait::async_trait]
impl Fixture for OnDisk {
    fn engine(&self) -> Arc<dyn Engine> {
        Arc::clone(&self.engine) as Arc<dyn Engine>
    }

    async fn reopen(&mut self) {
        self.engine.close().await.unwrap();
        assert!(!beside(&self.path, "-wal").exists(), "closing leaves one file");
        self.engine = Arc::new(SqliteEngine::open(&self.path).unwrap());
    }

    async fn crash(&mut self) {
        // What another process would find if this one died now.
        let found = self.directory.path().join(format!("found-{}.db", number()));
        for suffix in ["", "-wal"] {
            fs::copy(beside(&self.path, suffix), beside(&found, suffix)).unwrap();
        }
        self.engine.close().await.unwrap();
        self.engine = Arc::new(SqliteEngine::open(&found).unwrap());
        self.path = found;
    }

    async fn stall(&mut self) -> Box<dyn Any + Send> {
        let connection = Connection::open(&self.path).unwrap();
        connection
            .busy_timeout(std::time::Duration::from_secs(30))
            .unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Box::new(connection)
    }

    async fn set_full(&mut self, full: bool) {
        let disk = self.small_disk.as_ref().expect("a small disk for this case");
        let ballast = disk.0.join("ballast");
        if full {
            let mut file = fs::File::create(ballast).unwrap();
            while file.write_all(&[0; 4096]).is_ok() {}
        } else {
            fs::remove_file(ballast).unwrap();
        }
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

/// A number that no other copy has.
fn number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A file system with little room.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(directory: &TempDir) -> Self {
        let point = directory.path().join("small");
        fs::create_dir(&point).unwrap();
        let options = format!("size={SMALL_DISK_BYTES},mode=0700");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&point)
            .output();
        let mount = mount.expect("the program mount");
        assert!(
            mount.status.success(),
            "this test needs a small disk, which only root can mount; run it as root: {}",
            String::from_utf8_lossy(&mount.stderr)
        );
        Self(point)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

conformance_suite!(OnDisk::new);
