//! The write-ahead log stays short, whatever is written and read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lanyard_store::{Change, Commit, Engine, PartitionId, Revision};
use lanyard_store_sqlite::SqliteEngine;
use tempfile::TempDir;

const LOG_BYTES_MAX: u64 = 40 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_bounded_while_accounts_are_loaded_and_written() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let engine = Arc::new(SqliteEngine::open(&path).unwrap());
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (engine, done) = (Arc::clone(&engine), Arc::clone(&done));
        readers.spawn(async move {
            while !done.load(Ordering::Relaxed) {
                engine.load(&PartitionId::from("account/0")).await.unwrap();
            }
        });
    }
    let mut longest = 0;
    for round in 0..40_u64 {
        let commits = (0..16_u64).map(|partition| {
            let value = vec![round as u8; 100_000];
            let change = Change::put(format!("key/{}", round % 10), value);
            Commit::new(
                PartitionId::new(format!("account/{partition}")),
                Revision(round),
                vec![change],
            )
        });
        let tickets: Vec<_> = commits.map(|commit| engine.commit(commit)).collect();
        for ticket in tickets {
            ticket.await.unwrap();
        }
        longest = longest.max(fs::metadata(path.with_file_name("state.db-wal")).unwrap().len());
    }
    done.store(true, Ordering::Relaxed);
    readers.join_all().await;
    // About 130 MB went through it.
    assert!(longest < LOG_BYTES_MAX, "{longest}");
    assert_eq!(engine.verify().await.unwrap(), [""; 0]);
    engine.close().await.unwrap();
    let left: Vec<_> = fs::read_dir(directory.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "the file and its lock: {left:?}");
}
