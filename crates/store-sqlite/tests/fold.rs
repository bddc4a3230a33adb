//! Entries reach their tables late and in batches; nobody can tell.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use lanyard_store::{Change, Commit, Cursor, Engine, Event, PartitionId, Revision};
use lanyard_store_sqlite::SqliteEngine;
use rusqlite::Connection;
use tempfile::TempDir;

const PARTITIONS: usize = 5;
const KEYS: u64 = 3000;

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[derive(Clone, Default)]
struct Model {
    revisions: [u64; PARTITIONS],
    entries: [BTreeMap<Arc<str>, Bytes>; PARTITIONS],
}

fn partition(number: usize) -> PartitionId {
    PartitionId::new(format!("account/{number}"))
}

impl Model {
    fn next_commit(&mut self, numbers: &mut Numbers) -> Commit {
        let number = numbers.below(PARTITIONS as u64) as usize;
        let mut changes: BTreeMap<Arc<str>, Option<Bytes>> = BTreeMap::new();
        for _ in 0..=numbers.below(4) {
            let key: Arc<str> = format!("user/{:04}", numbers.below(KEYS)).into();
            let value = vec![numbers.below(256) as u8; numbers.below(300) as usize];
            changes.insert(key, (numbers.below(4) > 0).then(|| value.into()));
        }
        for (key, value) in changes.clone() {
            match value {
                Some(value) => self.entries[number].insert(key, value),
                None => self.entries[number].remove(&key),
            };
        }
        let changes = changes
            .into_iter()
            .map(|(key, value)| Change { key, value })
            .collect();
        let commit = Commit::new(partition(number), Revision(self.revisions[number]), changes);
        self.revisions[number] += 1;
        commit
    }

    async fn check(&self, engine: &SqliteEngine) {
        for number in 0..PARTITIONS {
            let loaded = engine.load(&partition(number)).await.unwrap();
            assert_eq!(loaded.revision.0, self.revisions[number]);
            assert_eq!(engine.head(&partition(number)).await.unwrap(), loaded.revision);
            let expected = self.entries[number].iter();
            assert!(
                loaded
                    .entries
                    .iter()
                    .map(|(key, value)| (key, value))
                    .eq(expected),
                "partition {number}"
            );
        }
    }
}

/// How many events of the feed are not yet in the tables.
fn unfolded(path: &Path) -> i64 {
    let query = "SELECT count(*) FROM feed WHERE cursor > (SELECT value FROM meta WHERE name = 'folded')";
    Connection::open(path)
        .unwrap()
        .query_row(query, [], |row| row.get(0))
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        fs::copy(name(from), name(to)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_is_what_was_written_wherever_it_stands() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let mut engine = SqliteEngine::open(&path).unwrap();
    let (mut model, mut numbers) = (Model::default(), Numbers(0x9e37_79b9_7f4a_7c15));
    let mut seen_unfolded = Vec::new();
    for round in 0..60 {
        let size = 1 + numbers.below(200);
        let commits: Vec<_> = (0..size).map(|_| model.next_commit(&mut numbers)).collect();
        let tickets: Vec<_> = commits.into_iter().map(|commit| engine.commit(commit)).collect();
        for ticket in tickets {
            ticket.await.unwrap();
        }
        model.check(&engine).await;
        seen_unfolded.push(unfolded(&path));
        match round % 10 {
            3 => {
                let found = directory.path().join(format!("crash-{round}.db"));
                copy(&path, &found);
                let crashed = SqliteEngine::open(&found).unwrap();
                model.check(&crashed).await;
                let mut later = model.clone();
                crashed.commit(later.next_commit(&mut numbers)).await.unwrap();
                later.check(&crashed).await;
            }
            6 => {
                engine.close().await.unwrap();
                assert_eq!(unfolded(&path), 0, "closing leaves nothing behind");
                engine = SqliteEngine::open(&path).unwrap();
                model.check(&engine).await;
            }
            9 => {
                let collected = engine.gc(10).await.unwrap();
                assert_eq!(collected.oldest.0 + 10, engine.cursor().await.unwrap().0);
                assert_eq!(unfolded(&path), 0, "what is not in the tables is not collected");
                model.check(&engine).await;
            }
            _ => {}
        }
    }
    assert!(
        seen_unfolded.iter().any(|count| *count > 200),
        "{seen_unfolded:?}"
    );
    assert!(
        seen_unfolded.iter().all(|count| *count < 10_000),
        "{seen_unfolded:?}"
    );
    assert_eq!(engine.verify().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_replay_of_the_feed_ends_where_the_tables_are() {
    let directory = TempDir::new().unwrap();
    let engine = SqliteEngine::open(directory.path().join("state.db")).unwrap();
    let (mut model, mut numbers) = (Model::default(), Numbers(7));
    for _ in 0..30 {
        let tickets: Vec<_> = (0..100)
            .map(|_| engine.commit(model.next_commit(&mut numbers)))
            .collect();
        for ticket in tickets {
            ticket.await.unwrap();
        }
    }
    let mut replayed = Model::default();
    let mut cursor = Cursor::START;
    while cursor.0 < 3000 {
        for Event {
            cursor: at,
            partition: of,
            revision,
            changes,
        } in engine.watch(cursor, 1000).await.unwrap()
        {
            cursor = at;
            let number = (0..PARTITIONS).find(|number| partition(*number) == of).unwrap();
            replayed.revisions[number] = revision.0;
            for Change { key, value } in changes {
                match value {
                    Some(value) => replayed.entries[number].insert(key, value),
                    None => replayed.entries[number].remove(&key),
                };
            }
        }
    }
    replayed.check(&engine).await;
}
