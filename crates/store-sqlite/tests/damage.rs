//! A write-ahead log that was cut or garbled opens at the last whole commit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lanyard_store::{Change, Commit, Cursor, Engine, OutboxRecord, PartitionId, Revision};
use lanyard_store_sqlite::SqliteEngine;
use tempfile::TempDir;

const LOG_HEAD: usize = 32;
const FRAME: usize = 24 + 4096;
const COMMITS: u64 = 30;

/// What a crash leaves: the file and its log.
struct Wreck {
    file: Vec<u8>,
    log: Vec<u8>,
    directory: TempDir,
}

impl Wreck {
    /// Opens what is left with this log, and says how many commits are there.
    /// They must be a prefix of what was written, wholly.
    async fn commits_with(&self, log: &[u8]) -> u64 {
        let path = self.directory.path().join("damaged.db");
        fs::write(&path, &self.file).unwrap();
        fs::write(beside(&path, "-wal"), log).unwrap();
        let _ = fs::remove_file(beside(&path, "-shm"));
        let engine = SqliteEngine::open(&path).unwrap();
        let count = check_prefix(&engine).await;
        // It goes on from there.
        engine.commit(commit(count, PARTITIONS)).await.unwrap();
        engine.close().await.unwrap();
        count
    }

    /// After how many bytes of the log each of its transactions ends.
    fn ends(&self) -> Vec<usize> {
        let frames = (self.log.len() - LOG_HEAD) / FRAME;
        let seals = |frame: &usize| {
            let start = LOG_HEAD + frame * FRAME;
            self.log[start + 4..start + 8] != [0; 4]
        };
        (0..frames)
            .filter(seals)
            .map(|frame| LOG_HEAD + (frame + 1) * FRAME)
            .collect()
    }

    fn whole_before(&self, position: usize) -> u64 {
        self.ends().iter().filter(|end| **end <= position).count() as u64
    }
}

const PARTITIONS: u64 = 3;

/// The commit that makes the n-th event of a store.
fn commit(number: u64, partitions: u64) -> Commit {
    let partition = PartitionId::new(format!("account/{}", number % partitions));
    let size = 50 + (number as usize * 997) % 9000;
    let gone = number
        .checked_sub(2 * partitions)
        .map_or("none".to_owned(), |number| format!("user/{number:04}"));
    let changes = vec![
        Change::put(format!("user/{number:04}"), vec![number as u8; size]),
        Change::put("last", number.to_string()),
        Change::delete(gone),
    ];
    let record = OutboxRecord {
        id: number.to_string().into(),
        body: vec![1; 700].into(),
    };
    Commit::new(partition, Revision(number / partitions), changes).with_outbox(vec![record])
}

/// The store is as after its first n commits; how many is n?
async fn check_prefix(engine: &SqliteEngine) -> u64 {
    let count = engine.cursor().await.unwrap().0;
    let mut expected: BTreeMap<PartitionId, BTreeMap<_, _>> = BTreeMap::new();
    for number in 0..count {
        let Commit {
            partition, changes, ..
        } = commit(number, PARTITIONS);
        let entries = expected.entry(partition).or_default();
        for Change { key, value } in changes {
            match value {
                Some(value) => entries.insert(key, value),
                None => entries.remove(&key),
            };
        }
    }
    assert_eq!(
        engine.partitions("").await.unwrap(),
        expected.keys().cloned().collect::<Vec<_>>()
    );
    for (number, (partition, entries)) in (0..).zip(expected) {
        let loaded = engine.load(&partition).await.unwrap();
        assert_eq!(loaded.entries, entries.into_iter().collect::<Vec<_>>());
        assert_eq!(loaded.revision.0, (count + PARTITIONS - 1 - number) / PARTITIONS);
    }
    assert_eq!(engine.outbox(None, 1000).await.unwrap().len() as u64, count);
    if count > 0 {
        assert_eq!(
            engine.watch(Cursor::START, 1000).await.unwrap().len() as u64,
            count
        );
    }
    assert_eq!(engine.verify().await.unwrap(), [""; 0]);
    count
}

async fn wreck() -> Wreck {
    // In memory if there is such a place: thousands of stores are opened here.
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    }
    .unwrap();
    let path = directory.path().join("state.db");
    let engine = SqliteEngine::open(&path).unwrap();
    for number in 0..COMMITS {
        engine.commit(commit(number, PARTITIONS)).await.unwrap();
    }
    let (file, log) = (fs::read(&path).unwrap(), fs::read(beside(&path, "-wal")).unwrap());
    engine.close().await.unwrap();
    let wreck = Wreck { file, log, directory };
    assert_eq!(wreck.ends().len() as u64, COMMITS);
    assert_eq!(wreck.commits_with(&wreck.log).await, COMMITS);
    wreck
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

#[tokio::test]
async fn a_cut_log_opens_at_the_last_whole_commit() {
    let wreck = wreck().await;
    let around_each_end = wreck.ends().into_iter().flat_map(|end| [end - 1, end, end + 1]);
    let everywhere = (0..wreck.log.len()).step_by(3001);
    for cut in around_each_end.chain(everywhere).chain([31, 32, 33]) {
        let left = &wreck.log[..cut.min(wreck.log.len())];
        assert_eq!(
            wreck.commits_with(left).await,
            wreck.whole_before(cut),
            "cut at byte {cut}"
        );
    }
}

#[tokio::test]
async fn a_garbled_log_opens_at_the_last_whole_commit_before() {
    let wreck = wreck().await;
    let everywhere = (0..wreck.log.len()).step_by(2503);
    let head = (0..LOG_HEAD).step_by(5);
    let heads_of_frames = (0..24).map(|byte| LOG_HEAD + (byte + 3) * FRAME + byte);
    for position in everywhere.chain(head).chain(heads_of_frames) {
        let mut log = wreck.log.clone();
        log[position] ^= 0x40;
        // The frame it lies in is lost, and all after it.
        let before = position.saturating_sub(LOG_HEAD) / FRAME * FRAME + LOG_HEAD;
        let whole = if position < LOG_HEAD {
            0
        } else {
            wreck.whole_before(before)
        };
        assert_eq!(wreck.commits_with(&log).await, whole, "byte {position} garbled");
    }
}

#[tokio::test]
async fn rubbish_behind_the_log_is_ignored() {
    let wreck = wreck().await;
    for rubbish in [
        vec![0; 100_000],
        vec![0xff; 5000],
        wreck.log.clone(),
        wreck.log[LOG_HEAD..].to_vec(),
    ] {
        let log = [wreck.log.clone(), rubbish].concat();
        assert_eq!(wreck.commits_with(&log).await, COMMITS);
    }
}

#[tokio::test]
async fn a_log_that_began_anew_hides_what_it_held_before() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let engine = SqliteEngine::open(&path).unwrap();
    // More than the log's limit, so that it begins anew, over its old frames.
    let large = |number: u64| {
        let changes = vec![Change::put(
            format!("user/{:02}", number % 20),
            vec![number as u8; 200_000],
        )];
        Commit::new("account/1".into(), Revision(number), changes)
    };
    let mut count = 0;
    let log = beside(&path, "-wal");
    let salt = || fs::read(&log).map(|bytes| bytes[16..24].to_vec()).unwrap();
    engine.commit(large(0)).await.unwrap();
    let first = salt();
    while salt() == first {
        count += 1;
        assert!(count < 500, "the log never began anew");
        engine.commit(large(count)).await.unwrap();
    }
    for _ in 0..3 {
        count += 1;
        engine.commit(large(count)).await.unwrap();
    }
    let (file, log_bytes) = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    engine.close().await.unwrap();

    let found = directory.path().join("found.db");
    let mut last = None;
    for cut in (0..2_500_000).step_by(70_021).chain([log_bytes.len()]) {
        fs::write(&found, &file).unwrap();
        fs::write(beside(&found, "-wal"), &log_bytes[..cut]).unwrap();
        let engine = SqliteEngine::open(&found).unwrap();
        let revision = engine.head(&"account/1".into()).await.unwrap().0;
        assert!(
            revision + 4 >= count,
            "cut at {cut}: what was in the file is lost, {revision} of {count}"
        );
        assert!(last <= Some(revision));
        last = Some(revision);
        for (key, value) in engine.load(&"account/1".into()).await.unwrap().entries {
            let slot: u64 = key.strip_prefix("user/").unwrap().parse().unwrap();
            let last = (0..revision).rfind(|number| number % 20 == slot).unwrap();
            assert!(value == vec![last as u8; 200_000], "{key}");
        }
        assert_eq!(engine.verify().await.unwrap(), [""; 0]);
        engine.close().await.unwrap();
    }
    assert_eq!(last, Some(count + 1));
}
