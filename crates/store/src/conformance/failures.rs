//! Crashes, restarts, full disks and doubt.

use std::sync::Arc;

use super::{Fixture, account, entries, events, make, pairs, put, record};
use crate::{CommitError, Cursor, Engine, Faulty, Revision, Stat, StoreError};

pub(super) async fn what_was_acknowledged_survives_a_crash(fixture: &mut dyn Fixture) {
    let mut acknowledged = 0;
    for _ in 0..5 {
        let engine = fixture.engine();
        for _ in 0..20 {
            let commit = put(&account(1), acknowledged, &format!("{acknowledged:03}"), "x");
            make(
                &engine,
                commit.with_outbox(vec![record(&acknowledged.to_string())]),
            )
            .await;
            acknowledged += 1;
        }
        // On its way when the process dies: made wholly, or not at all.
        let torn = engine.commit(put(&account(1), acknowledged, &format!("{acknowledged:03}"), "x"));
        drop((engine, torn));
        fixture.crash().await;
        let engine = fixture.engine();
        let loaded = engine.load(&account(1)).await.unwrap();
        assert!(
            [acknowledged, acknowledged + 1].contains(&loaded.revision.0),
            "{}",
            loaded.revision
        );
        assert_eq!(loaded.entries.len() as u64, loaded.revision.0);
        let seen = events(&engine, Cursor::START, loaded.entries.len()).await;
        assert_eq!(seen.last().map(|event| event.revision), Some(loaded.revision));
        assert_eq!(engine.cursor().await.unwrap(), seen.last().unwrap().cursor);
        acknowledged = loaded.revision.0;
    }
    assert_eq!(fixture.engine().outbox(None, 1000).await.unwrap().len(), 100);
}

pub(super) async fn everything_survives_a_restart(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(
        &engine,
        put(&account(1), 0, "a", "1").with_outbox(vec![record("one")]),
    )
    .await;
    make(&engine, put(&account(2), 0, "b", "2")).await;
    let stat = Stat {
        partition: account(1),
        key: "used".into(),
        value: Some("now".into()),
    };
    engine.put_stats(vec![stat]).await.unwrap();
    let before = engine.load(&account(1)).await.unwrap();
    let seen = events(&engine, Cursor::START, 2).await;
    drop(engine);
    fixture.reopen().await;

    let engine = fixture.engine();
    assert_eq!(engine.load(&account(1)).await.unwrap(), before);
    assert_eq!(events(&engine, Cursor::START, 2).await, seen);
    assert_eq!(engine.outbox(None, 10).await.unwrap().len(), 1);
    assert_eq!(
        engine.stats(&account(1)).await.unwrap(),
        [("used".into(), "now".into())]
    );
    assert_eq!(engine.partitions("").await.unwrap(), [account(1), account(2)]);
    assert_eq!(make(&engine, put(&account(1), 1, "a", "3")).await, Revision(2));
    assert_eq!(events(&engine, seen[1].cursor, 1).await[0].revision, Revision(2));
}

pub(super) async fn a_closed_store_says_so(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let watcher = Arc::clone(&engine);
    let watching = tokio::spawn(async move {
        let mut cursor = Cursor::START;
        loop {
            match watcher.watch(cursor, 1).await {
                Ok(seen) => cursor = seen[0].cursor,
                Err(error) => break error,
            }
        }
    });
    let made = engine.commit(put(&account(1), 0, "a", "1"));
    engine.close().await.unwrap();
    engine.close().await.unwrap();
    assert_eq!(
        made.await.unwrap(),
        Revision(1),
        "what was submitted before is finished"
    );

    let refused = engine.commit(put(&account(1), 1, "a", "2")).await;
    assert!(matches!(refused, Err(CommitError::Unavailable(_))), "{refused:?}");
    let closed = [
        engine.load(&account(1)).await.err(),
        engine.head(&account(1)).await.err(),
        engine.watch(Cursor::START, 1).await.err(),
        Some(watching.await.unwrap()),
        engine.cursor().await.err(),
        engine.partitions("").await.err(),
        engine.ready().await.err(),
        engine.put_stats(vec![]).await.err(),
        engine.stats(&account(1)).await.err(),
        engine.outbox(None, 1).await.err(),
        engine.outbox_filled().await.err(),
        engine.outbox_delete(vec![]).await.err(),
        engine.gc(1).await.err(),
    ];
    for error in closed {
        assert!(matches!(error, Some(StoreError::Closed)), "{error:?}");
    }
    fixture.reopen().await;
    assert_eq!(
        entries(&fixture.engine(), &account(1)).await,
        pairs(&[("a", "1")])
    );
}

pub(super) async fn a_full_disk_refuses_and_recovers(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(&engine, put(&account(1), 0, "00000", "before")).await;
    fixture.set_full(true).await;
    let filler = "x".repeat(100_000);
    let mut made = 1;
    let error = loop {
        assert!(made < 10_000, "the disk never became full");
        let commit = put(&account(1), made, &format!("{made:05}"), &filler);
        match engine
            .commit(commit.with_outbox(vec![record(&made.to_string())]))
            .await
        {
            Ok(revision) => made = revision.0,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, CommitError::Full), "{error:?}");
    let ready = engine.ready().await;
    assert!(matches!(ready, Err(StoreError::Full)), "{ready:?}");
    // Commits built on the refused one are refused too, and reading goes on.
    let mut built_on_it = put(&account(1), made + 1, "never", "never");
    built_on_it.follows_previous = true;
    assert!(engine.commit(built_on_it).await.is_err());
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(made));

    fixture.set_full(false).await;
    engine.ready().await.unwrap();
    assert_eq!(
        make(&engine, put(&account(1), made, "after", "after")).await,
        Revision(made + 1)
    );
    drop(engine);
    fixture.crash().await;
    let engine = fixture.engine();
    let loaded = engine.load(&account(1)).await.unwrap();
    assert_eq!(
        (loaded.revision, loaded.entries.len() as u64),
        (Revision(made + 1), made + 1)
    );
    assert_eq!(engine.outbox(None, 100_000).await.unwrap().len() as u64, made - 1);
}

pub(super) async fn a_commit_in_doubt_is_settled_by_loading(fixture: &mut dyn Fixture) {
    for (number, made) in [(1, true), (2, false)] {
        let partition = account(number);
        let faulty = Faulty::new(fixture.engine());
        let engine: Arc<dyn Engine> = Arc::new(faulty.clone());
        faulty.ambiguous_next(made);
        let doubtful = engine.commit(put(&partition, 0, "a", "1").with_outbox(vec![record("one")]));
        let mut built_on_it = put(&partition, 1, "a", "2");
        built_on_it.follows_previous = true;
        let built_on_it = engine.commit(built_on_it);
        let outcome = doubtful.await;
        assert!(matches!(outcome, Err(CommitError::Ambiguous(_))), "{outcome:?}");
        let outcome = built_on_it.await;
        assert!(matches!(outcome, Err(CommitError::PreviousFailed)), "{outcome:?}");

        let loaded = engine.load(&partition).await.unwrap();
        assert_eq!(loaded.revision, Revision(u64::from(made)));
        assert_eq!(loaded.entries.len(), usize::from(made));
        assert_eq!(
            make(&engine, put(&partition, loaded.revision.0, "b", "3")).await,
            loaded.revision.next()
        );
    }
    assert_eq!(fixture.engine().outbox(None, 10).await.unwrap().len(), 1);
}
