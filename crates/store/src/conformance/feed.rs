//! The change feed: order, resuming, collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Fixture, account, entries, events, is_pending, make, pairs, put};
use crate::{Change, Cursor, Event, PartitionId, Revision, StoreError};

/// Within each partition revisions are gapless and ascending; cursors ascend.
fn check_order(events: &[Event]) {
    let mut heads: BTreeMap<&PartitionId, Revision> = BTreeMap::new();
    let mut cursor = Cursor::START;
    for event in events {
        assert!(event.cursor > cursor, "{} after {cursor}", event.cursor);
        cursor = event.cursor;
        let head = heads.entry(&event.partition).or_default();
        assert_eq!(event.revision, head.next());
        *head = event.revision;
    }
}

pub(super) async fn watchers_see_all_partitions_in_order(fixture: &mut dyn Fixture) {
    const PARTITIONS: u64 = 5;
    const EACH: u64 = 30;
    let total = (PARTITIONS * EACH) as usize;
    let watching: Vec<_> = (0..3)
        .map(|_| fixture.engine())
        .map(|engine| tokio::spawn(async move { events(&engine, Cursor::START, total).await }))
        .collect();
    let mut writing = tokio::task::JoinSet::new();
    for partition in 0..PARTITIONS {
        let engine = fixture.engine();
        writing.spawn(async move {
            for number in 0..EACH {
                make(
                    &engine,
                    put(&account(partition), number, "n", &number.to_string()),
                )
                .await;
            }
        });
    }
    writing.join_all().await;
    let mut seen = Vec::new();
    for watcher in watching {
        seen.push(watcher.await.unwrap());
    }
    check_order(&seen[0]);
    assert_eq!(seen[0].len(), total);
    assert!(seen.iter().all(|same| *same == seen[0]));
    for event in &seen[0] {
        assert_eq!(
            event.changes,
            [Change::put("n", (event.revision.0 - 1).to_string())]
        );
    }
}

pub(super) async fn watching_waits_for_the_next_commit(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(&engine, put(&account(1), 0, "a", "1")).await;
    let after = engine.cursor().await.unwrap();
    let watcher = Arc::clone(&engine);
    let watching = tokio::spawn(async move { watcher.watch(after, 10).await });
    assert!(is_pending(&mut engine.watch(after, 10)).await);
    make(&engine, put(&account(1), 1, "b", "2")).await;
    let seen = watching.await.unwrap().unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].revision, &seen[0].partition), (Revision(2), &account(1)));
}

pub(super) async fn a_slow_writer_is_not_skipped(fixture: &mut dyn Fixture) {
    const COUNT: u64 = 20;
    let engine = fixture.engine();
    make(&engine, put(&account(0), 0, "a", "before")).await;
    let watcher = Arc::clone(&engine);
    let watching = tokio::spawn(async move { events(&watcher, Cursor::START, COUNT as usize + 2).await });

    let stall = fixture.stall().await;
    let slow: Vec<_> = (0..COUNT)
        .map(|number| engine.commit(put(&account(1 + number), 0, "a", "slow")))
        .collect();
    // What is on its way is not seen, and reading goes on.
    assert_eq!(entries(&engine, &account(0)).await, pairs(&[("a", "before")]));
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(0));
    drop(stall);
    make(&engine, put(&account(0), 1, "a", "after")).await;
    for ticket in slow {
        assert_eq!(ticket.await.unwrap(), Revision(1));
    }
    let seen = watching.await.unwrap();
    check_order(&seen);
    let partitions: std::collections::BTreeSet<_> = seen.iter().map(|event| &event.partition).collect();
    assert_eq!(partitions.len() as u64, COUNT + 1);
}

pub(super) async fn watching_resumes_from_any_cursor(fixture: &mut dyn Fixture) {
    for number in 0..10 {
        make(
            &fixture.engine(),
            put(&account(number % 3), number / 3, "n", &number.to_string()),
        )
        .await;
    }
    let all = events(&fixture.engine(), Cursor::START, 10).await;
    fixture.reopen().await;
    let engine = fixture.engine();
    for (index, event) in all.iter().enumerate().take(9) {
        assert_eq!(engine.watch(event.cursor, 100).await.unwrap(), all[index + 1..]);
        assert_eq!(
            engine.watch(event.cursor, 1).await.unwrap(),
            all[index + 1..index + 2]
        );
    }
    assert_eq!(engine.watch(Cursor::START, 4).await.unwrap(), all[..4]);
    assert_eq!(engine.cursor().await.unwrap(), all[9].cursor);
}

pub(super) async fn loading_and_watching_miss_nothing(fixture: &mut dyn Fixture) {
    const COUNT: u64 = 100;
    let writer = fixture.engine();
    let writing = tokio::spawn(async move {
        for number in 0..COUNT {
            make(
                &writer,
                put(
                    &account(1),
                    number,
                    &format!("k{}", number % 7),
                    &number.to_string(),
                ),
            )
            .await;
        }
    });
    let engine = fixture.engine();
    loop {
        let loaded = engine.load(&account(1)).await.unwrap();
        let mut state: BTreeMap<Arc<str>, bytes::Bytes> = loaded.entries.into_iter().collect();
        let (mut revision, mut cursor) = (loaded.revision, loaded.cursor);
        while revision < Revision(COUNT) {
            for event in engine.watch(cursor, 10).await.unwrap() {
                cursor = event.cursor;
                if event.revision <= revision {
                    continue;
                }
                assert_eq!(event.revision, revision.next());
                revision = event.revision;
                for Change { key, value } in event.changes {
                    state.insert(key, value.unwrap());
                }
            }
        }
        assert_eq!(
            state.into_iter().collect::<Vec<_>>(),
            engine.load(&account(1)).await.unwrap().entries
        );
        if loaded.revision == Revision(COUNT) {
            break;
        }
    }
    writing.await.unwrap();
}

pub(super) async fn collected_events_are_too_old(fixture: &mut dyn Fixture) {
    const COUNT: u64 = 25;
    let engine = fixture.engine();
    for number in 0..COUNT {
        make(
            &engine,
            put(&account(number % 2), number / 2, "n", &number.to_string()),
        )
        .await;
    }
    let before = engine.load(&account(0)).await.unwrap();
    let all = events(&engine, Cursor::START, COUNT as usize).await;
    let untouched = engine.gc(1000).await.unwrap();
    assert_eq!((untouched.events, untouched.oldest), (0, Cursor::START));

    let collected = engine.gc(5).await.unwrap();
    assert_eq!((collected.events, collected.oldest), (20, all[19].cursor));
    assert_eq!(engine.load(&account(0)).await.unwrap(), before);
    for old in [Cursor::START, all[0].cursor, all[18].cursor] {
        match engine.watch(old, 10).await {
            Err(StoreError::CursorTooOld { oldest }) => assert_eq!(oldest, all[19].cursor),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(engine.watch(all[19].cursor, 10).await.unwrap(), all[20..]);

    assert_eq!(engine.gc(0).await.unwrap().events, 5);
    fixture.reopen().await;
    let engine = fixture.engine();
    assert_eq!(
        engine.cursor().await.unwrap(),
        all[24].cursor,
        "an emptied feed keeps its place"
    );
    assert_eq!(engine.load(&account(0)).await.unwrap(), before);
    make(&engine, put(&account(0), 13, "n", "later")).await;
    let later = engine.watch(all[24].cursor, 10).await.unwrap();
    assert_eq!((later.len(), later[0].revision), (1, Revision(14)));
    let old = engine.watch(all[23].cursor, 10).await;
    assert!(matches!(old, Err(StoreError::CursorTooOld { .. })), "{old:?}");
}

pub(super) async fn a_cursor_ahead_is_refused(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(&engine, put(&account(1), 0, "a", "1")).await;
    let newest = engine.cursor().await.unwrap();
    match engine.watch(Cursor(newest.0 + 1000), 10).await {
        Err(StoreError::CursorAhead { newest: found }) => assert_eq!(found, newest),
        other => panic!("{other:?}"),
    }
}
