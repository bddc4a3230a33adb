//! Killed at any moment, the store has all that it acknowledged.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use lanyard_store::{Change, Commit, Cursor, Engine, OutboxRecord, PartitionId, Revision};
use lanyard_store_sqlite::SqliteEngine;
use tempfile::TempDir;

const STORE: &str = "LANYARD_TEST_STORE_TO_WRITE_UNTIL_KILLED";
const ROUNDS: u64 = 25;
const PARTITIONS: u64 = 4;

fn partition(number: u64) -> PartitionId {
    PartitionId::new(format!("account/{number}"))
}

/// In the child process: writes for ever, and tells each commit that was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_until_killed() {
    let Ok(path) = std::env::var(STORE) else {
        // Run by itself there is no store to write; the test below runs it with one.
        return;
    };
    let engine = Arc::new(SqliteEngine::open(path).unwrap());
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..PARTITIONS {
        let engine = Arc::clone(&engine);
        writers.spawn(async move {
            let mut base = engine.head(&partition(number)).await.unwrap();
            loop {
                let value = vec![b'x'; 3000 + (base.0 as usize * 131) % 5000];
                let change = Change::put(format!("key/{}", base.0 % 50), value);
                let record = OutboxRecord {
                    id: format!("{number}/{}", base.next()).into(),
                    body: "x".into(),
                };
                let commit = Commit::new(partition(number), base, vec![change]).with_outbox(vec![record]);
                base = engine.commit(commit).await.unwrap();
                let mut output = std::io::stdout().lock();
                writeln!(output, "acknowledged {number} {base}").unwrap();
                output.flush().unwrap();
            }
        });
    }
    writers.join_all().await;
}

/// Lets a child write for a while and kills it; what did it acknowledge?
fn storm(store: &Path, acknowledged: &mut [u64], commits: u64) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["write_until_killed", "--exact", "--nocapture"])
        .env(STORE, store)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = 0;
    for line in lines.map_while(Result::ok) {
        let Some(told) = line.split("acknowledged ").nth(1) else {
            continue;
        };
        let Some((number, revision)) = told.split_once(' ') else {
            continue;
        };
        let (number, revision): (usize, u64) = (number.parse().unwrap(), revision.parse().unwrap());
        acknowledged[number] = acknowledged[number].max(revision);
        seen += 1;
        if seen == commits {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(seen >= commits, "the writer ended by itself after {seen}");
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let mut acknowledged = [0; PARTITIONS as usize];
    for round in 0..ROUNDS {
        storm(&path, &mut acknowledged, 1 + round * 37 % 400);
        let engine = SqliteEngine::open(&path).unwrap();
        let mut total = 0;
        for (number, least) in (0..).zip(acknowledged) {
            let head = engine.head(&partition(number)).await.unwrap();
            assert!(head >= Revision(least), "{head} of {least} acknowledged");
            total += head.0;
        }
        assert_eq!(engine.cursor().await.unwrap(), Cursor(total));
        assert_eq!(engine.outbox(None, usize::MAX).await.unwrap().len() as u64, total);
        assert_eq!(engine.verify().await.unwrap(), [""; 0]);
        engine.close().await.unwrap();
    }
}
