//! Reading and writing partitions.

use std::sync::Arc;

use bytes::Bytes;

use super::{Fixture, account, entries, events, make, pairs, put};
use crate::{Change, Commit, CommitError, Cursor, PartitionId, Revision, Stat};

pub(super) async fn an_unwritten_partition_is_empty(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let loaded = engine.load(&account(1)).await.unwrap();
    assert_eq!(
        (loaded.revision, loaded.entries, loaded.cursor),
        (Revision::ZERO, vec![], Cursor::START)
    );
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision::ZERO);
    assert_eq!(engine.cursor().await.unwrap(), Cursor::START);
    assert_eq!(engine.partitions("").await.unwrap(), []);
    engine.ready().await.unwrap();
}

pub(super) async fn a_commit_is_loaded_as_written(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let changes = vec![
        Change::put("b", "1"),
        Change::put("a", "2"),
        Change::put("c", "3"),
    ];
    assert_eq!(
        make(&engine, Commit::new(account(1), Revision(0), changes)).await,
        Revision(1)
    );
    let changes = vec![
        Change::put("b", "4"),
        Change::delete("c"),
        Change::delete("never there"),
    ];
    assert_eq!(
        make(&engine, Commit::new(account(1), Revision(1), changes)).await,
        Revision(2)
    );
    make(&engine, put(&account(2), 0, "a", "of another")).await;

    let loaded = engine.load(&account(1)).await.unwrap();
    assert_eq!(loaded.revision, Revision(2));
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(2));
    assert_eq!(
        entries(&engine, &account(1)).await,
        pairs(&[("a", "2"), ("b", "4")])
    );
    assert_eq!(entries(&engine, &account(2)).await, pairs(&[("a", "of another")]));
}

pub(super) async fn any_bytes_are_kept(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let all: Vec<u8> = (0..=255).collect();
    let keys = [
        "",
        " ",
        "'; DROP TABLE x; --",
        "A",
        "a",
        "nul\0nul",
        "user/ünï",
        "z%_*?",
    ];
    let changes: Vec<Change> = keys.iter().map(|key| Change::put(*key, all.clone())).collect();
    make(&engine, Commit::new(account(1), Revision(0), changes.clone())).await;
    make(
        &engine,
        Commit::new(account(1), Revision(1), vec![Change::put("a", Bytes::new())]),
    )
    .await;

    let loaded = engine.load(&account(1)).await.unwrap();
    let expected: Vec<(Arc<str>, Bytes)> = keys
        .iter()
        .map(|key| {
            (
                Arc::from(*key),
                if *key == "a" {
                    Bytes::new()
                } else {
                    all.clone().into()
                },
            )
        })
        .collect();
    assert_eq!(loaded.entries, expected);
    let events = events(&engine, Cursor::START, 2).await;
    assert_eq!(events[0].changes, changes);
    assert_eq!(events[1].changes, [Change::put("a", "")]);
}

pub(super) async fn a_lost_update_is_refused(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let (first, second) = (
        put(&account(1), 0, "a", "first"),
        put(&account(1), 0, "a", "second"),
    );
    let (first, second) = (engine.commit(first), engine.commit(second));
    assert_eq!(first.await.unwrap(), Revision(1));
    match second.await {
        Err(CommitError::Conflict { partition, head }) => {
            assert_eq!((partition, head), (account(1), Revision(1)));
        }
        other => panic!("{other:?}"),
    }
    let ahead = engine.commit(put(&account(1), 7, "a", "ahead")).await;
    assert!(matches!(ahead, Err(CommitError::Conflict { .. })), "{ahead:?}");
    assert_eq!(entries(&engine, &account(1)).await, pairs(&[("a", "first")]));
}

pub(super) async fn revisions_are_gapless_under_contention(fixture: &mut dyn Fixture) {
    const TASKS: u64 = 8;
    const EACH: u64 = 20;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let engine = fixture.engine();
        tasks.spawn(async move {
            for number in 0..EACH {
                loop {
                    let base = engine.head(&account(1)).await.unwrap();
                    let commit = put(&account(1), base.0, &format!("{task}/{number}"), "x");
                    match engine.commit(commit).await {
                        Ok(revision) => break assert_eq!(revision, base.next()),
                        Err(CommitError::Conflict { head, .. }) => assert!(head > base),
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        });
    }
    tasks.join_all().await;
    let engine = fixture.engine();
    let loaded = engine.load(&account(1)).await.unwrap();
    assert_eq!(loaded.revision, Revision(TASKS * EACH));
    assert_eq!(loaded.entries.len() as u64, TASKS * EACH);
    let seen = events(&engine, Cursor::START, (TASKS * EACH) as usize).await;
    let revisions: Vec<u64> = seen.iter().map(|event| event.revision.0).collect();
    assert_eq!(revisions, (1..=TASKS * EACH).collect::<Vec<_>>());
}

pub(super) async fn a_read_that_moved_is_a_conflict(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let organization = PartitionId::from("organization/o-1");
    let reading = |base, revision| {
        put(&account(1), base, "a", "1").with_reads(vec![(organization.clone(), Revision(revision))])
    };

    assert_eq!(make(&engine, reading(0, 0)).await, Revision(1));
    make(&engine, put(&organization, 0, "policy", "1")).await;
    match engine.commit(reading(1, 0)).await {
        Err(CommitError::Conflict { partition, head }) => {
            assert_eq!((partition, head), (organization.clone(), Revision(1)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(make(&engine, reading(1, 1)).await, Revision(2));

    // Decided in the order of submission, even within one group.
    let (moving, late) = (
        engine.commit(put(&organization, 1, "policy", "2")),
        engine.commit(reading(2, 1)),
    );
    moving.await.unwrap();
    let late = late.await;
    assert!(matches!(late, Err(CommitError::Conflict { .. })), "{late:?}");
    let (early, moving) = (
        engine.commit(reading(2, 2)),
        engine.commit(put(&organization, 2, "policy", "3")),
    );
    early.await.unwrap();
    moving.await.unwrap();
}

pub(super) async fn a_conflict_does_not_sink_its_neighbours(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let stall = fixture.stall().await;
    let tickets: Vec<_> = (0..30)
        .map(|number| put(&account(number), if number % 3 == 0 { 9 } else { 0 }, "a", "1"))
        .map(|commit| engine.commit(commit))
        .collect();
    drop(stall);
    for (number, ticket) in tickets.into_iter().enumerate() {
        match ticket.await {
            Ok(revision) => assert!(number % 3 != 0 && revision == Revision(1)),
            Err(CommitError::Conflict { .. }) => assert!(number % 3 == 0),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(engine.partitions("account/").await.unwrap().len(), 20);
}

pub(super) async fn partitions_are_listed_by_prefix(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    for name in [
        "organization/o-1",
        "account/2",
        "account/10",
        "global",
        "accounts",
        "account/1",
    ] {
        make(&engine, put(&name.into(), 0, "a", "1")).await;
    }
    let refused = engine.commit(put(&"account/3".into(), 5, "a", "1")).await;
    assert!(refused.is_err());
    let names = |prefix: &'static str| {
        let engine = Arc::clone(&engine);
        async move {
            let found = engine.partitions(prefix).await.unwrap();
            found.iter().map(|id| id.to_string()).collect::<Vec<_>>()
        }
    };
    assert_eq!(names("account/").await, ["account/1", "account/10", "account/2"]);
    assert_eq!(names("none").await, [""; 0]);
    assert_eq!(names("").await.len(), 6);
}

pub(super) async fn stats_have_no_revision(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(&engine, put(&account(1), 0, "a", "1")).await;
    let stat = |partition: u64, key: &str, value: Option<&'static str>| Stat {
        partition: account(partition),
        key: key.into(),
        value: value.map(Bytes::from),
    };
    let stats = vec![
        stat(1, "b", Some("1")),
        stat(1, "a", Some("2")),
        stat(2, "a", Some("3")),
    ];
    engine.put_stats(stats).await.unwrap();
    engine.put_stats(vec![]).await.unwrap();
    engine
        .put_stats(vec![
            stat(1, "b", Some("4")),
            stat(2, "a", None),
            stat(3, "a", None),
        ])
        .await
        .unwrap();

    let expected: Vec<(Arc<str>, Bytes)> = vec![("a".into(), "2".into()), ("b".into(), "4".into())];
    assert_eq!(engine.stats(&account(1)).await.unwrap(), expected);
    assert_eq!(engine.stats(&account(2)).await.unwrap(), []);
    assert_eq!(engine.stats(&account(3)).await.unwrap(), []);
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(1));
    assert_eq!(entries(&engine, &account(1)).await, pairs(&[("a", "1")]));
    assert_eq!(engine.partitions("").await.unwrap(), [account(1)]);
    assert_eq!(events(&engine, Cursor::START, 1).await.len(), 1);
    assert_eq!(
        engine.cursor().await.unwrap(),
        engine.load(&account(2)).await.unwrap().cursor
    );
    make(&engine, put(&account(2), 0, "a", "1")).await;
}
