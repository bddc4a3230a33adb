//! Audit records, stored with the changes they tell of.

use std::sync::Arc;

use super::{Fixture, account, is_pending, make, put, record};
use crate::{Engine, OutboxPosition};

async fn ids(engine: &Arc<dyn Engine>, after: Option<OutboxPosition>, limit: usize) -> Vec<String> {
    let found = engine.outbox(after, limit).await.unwrap();
    assert!(found.is_sorted_by(|a, b| a.position < b.position));
    found.iter().map(|entry| entry.record.id.to_string()).collect()
}

pub(super) async fn records_are_stored_with_their_commit(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(
        &engine,
        put(&account(1), 0, "a", "1").with_outbox(vec![record("one"), record("two")]),
    )
    .await;
    let refused = engine
        .commit(put(&account(1), 0, "a", "2").with_outbox(vec![record("refused")]))
        .await;
    assert!(refused.is_err());
    make(
        &engine,
        put(&account(2), 0, "a", "1").with_outbox(vec![record("three")]),
    )
    .await;
    make(&engine, put(&account(2), 1, "a", "1")).await;
    fixture.crash().await;
    let engine = fixture.engine();
    assert_eq!(ids(&engine, None, 10).await, ["one", "two", "three"]);
    assert_eq!(engine.outbox(None, 1).await.unwrap()[0].record, record("one"));
}

pub(super) async fn records_are_deleted_by_position(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    for number in 0..10 {
        let records = vec![record(&format!("{number}a")), record(&format!("{number}b"))];
        make(&engine, put(&account(1), number, "a", "1").with_outbox(records)).await;
    }
    let all = engine.outbox(None, 100).await.unwrap();
    assert_eq!(all.len(), 20);
    assert_eq!(ids(&engine, Some(all[2].position), 3).await, ["1b", "2a", "2b"]);

    let gone = [0, 1, 2, 3, 7, 9, 9]
        .map(|index: usize| all[index].position)
        .to_vec();
    engine.outbox_delete(gone.clone()).await.unwrap();
    engine.outbox_delete(gone).await.unwrap();
    engine.outbox_delete(vec![]).await.unwrap();
    assert_eq!(ids(&engine, None, 4).await, ["2a", "2b", "3a", "4a"]);
    let rest = engine
        .outbox(None, 100)
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.position)
        .collect();
    engine.outbox_delete(rest).await.unwrap();
    assert_eq!(ids(&engine, None, 100).await, [""; 0]);

    make(
        &engine,
        put(&account(1), 10, "a", "1").with_outbox(vec![record("later")]),
    )
    .await;
    fixture.reopen().await;
    let engine = fixture.engine();
    assert_eq!(ids(&engine, None, 100).await, ["later"]);
    make(
        &engine,
        put(&account(1), 11, "a", "1").with_outbox(vec![record("last")]),
    )
    .await;
    assert_eq!(ids(&engine, None, 100).await, ["later", "last"]);
}

pub(super) async fn waiting_for_records_ends_when_there_are_some(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(&engine, put(&account(1), 0, "a", "1")).await;
    assert!(is_pending(&mut engine.outbox_filled()).await);
    let waiter = Arc::clone(&engine);
    let waiting = tokio::spawn(async move { waiter.outbox_filled().await });
    make(
        &engine,
        put(&account(1), 1, "a", "1").with_outbox(vec![record("one")]),
    )
    .await;
    waiting.await.unwrap().unwrap();
    engine.outbox_filled().await.unwrap();
    fixture.reopen().await;
    let engine = fixture.engine();
    engine.outbox_filled().await.unwrap();
    let all = engine.outbox(None, 10).await.unwrap();
    engine
        .outbox_delete(all.iter().map(|entry| entry.position).collect())
        .await
        .unwrap();
    assert!(is_pending(&mut engine.outbox_filled()).await);
}
