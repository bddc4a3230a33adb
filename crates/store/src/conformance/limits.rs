//! How large a commit may be.

use bytes::Bytes;

use super::{Fixture, account, make, put, record};
use crate::{Change, Commit, CommitError, Limit, Limits, OutboxRecord, PartitionId, Revision};

fn filler(bytes: usize) -> Bytes {
    vec![b'x'; bytes].into()
}

fn with_changes(changes: Vec<Change>) -> Commit {
    Commit::new(account(1), Revision(0), changes)
}

fn many(count: usize) -> Vec<Change> {
    (0..count)
        .map(|number| Change::put(format!("key/{number}"), "value"))
        .collect()
}

pub(super) async fn a_commit_at_the_limits_is_made(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let limits = engine.limits();
    let reads = (0..limits.reads_max as u64).map(|number| (account(100 + number), Revision(0)));
    let mut commit = with_changes(many(limits.changes_max)).with_reads(reads.collect());
    commit.outbox = (0..limits.outbox_max)
        .map(|number| record(&number.to_string()))
        .collect();
    commit.changes[0] = Change::put("k".repeat(limits.key_bytes_max), "");
    let room = limits.commit_bytes_max - commit.bytes();
    let size_before = commit.changes[1].value.as_ref().map_or(0, Bytes::len);
    commit.changes[1].value = Some(filler(room + size_before));
    assert_eq!(commit.bytes(), limits.commit_bytes_max);
    make(&engine, commit.clone()).await;

    let loaded = engine.load(&account(1)).await.unwrap();
    let mut expected: Vec<_> = commit
        .changes
        .into_iter()
        .map(|change| (change.key, change.value.unwrap()))
        .collect();
    expected.sort();
    assert_eq!(loaded.entries, expected);
}

pub(super) async fn a_commit_beyond_a_limit_is_refused(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let Limits {
        changes_max,
        outbox_max,
        reads_max,
        key_bytes_max,
        commit_bytes_max,
    } = engine.limits();
    let long = "k".repeat(key_bytes_max + 1);
    let small = || put(&account(1), 0, "a", "1");
    let records = (0..=outbox_max)
        .map(|number| record(&number.to_string()))
        .collect();
    let reads = (0..=reads_max as u64)
        .map(|number| (account(100 + number), Revision(0)))
        .collect();
    let large = OutboxRecord {
        id: "large".into(),
        body: filler(commit_bytes_max),
    };
    let cases = [
        (Limit::Changes, with_changes(many(changes_max + 1))),
        (Limit::Outbox, small().with_outbox(records)),
        (Limit::Reads, small().with_reads(reads)),
        (
            Limit::KeyBytes,
            with_changes(vec![Change::put(long.as_str(), "1")]),
        ),
        (Limit::KeyBytes, put(&PartitionId::new(long), 0, "a", "1")),
        (
            Limit::CommitBytes,
            with_changes(vec![Change::put("a", filler(commit_bytes_max))]),
        ),
        (Limit::CommitBytes, small().with_outbox(vec![large])),
    ];
    for (limit, commit) in cases {
        match engine.commit(commit).await {
            Err(CommitError::TooLarge(found)) => assert_eq!(found, limit),
            other => panic!("{limit}: {other:?}"),
        }
    }
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(0));
    assert_eq!(engine.outbox(None, 10).await.unwrap(), []);
    make(&engine, small()).await;
}

pub(super) async fn a_key_twice_is_refused(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let twice = with_changes(vec![
        Change::put("a", "1"),
        Change::put("b", "2"),
        Change::delete("a"),
    ]);
    let refused = engine.commit(twice).await;
    assert!(matches!(refused, Err(CommitError::Malformed(_))), "{refused:?}");
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(0));
}
