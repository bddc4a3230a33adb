//! From the store's outbox into the files: each record once.

use std::sync::Arc;

use lanyard_audit::{Mover, Record};
use lanyard_store::{Commit, Engine, MemoryEngine, PartitionId, Revision};

use crate::world::{all, file_of, open, record, record_at};

async fn store_with(records: &[Record]) -> Arc<MemoryEngine> {
    let engine = Arc::new(MemoryEngine::new());
    let partition = PartitionId::from("account/123456789012");
    for (at, record) in records.iter().enumerate() {
        let commit = Commit::new(partition.clone(), Revision(at as u64), Vec::new());
        engine
            .commit(commit.with_outbox(vec![record.to_outbox()]))
            .await
            .unwrap();
    }
    engine
}

#[tokio::test]
async fn the_mover_empties_the_outbox_into_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[
        record("CreateUser"),
        record_at("DeleteUser", "2026-11-23T00:00:00Z"),
    ])
    .await;
    let trail = open(directory.path());
    let moved = Mover::new(engine.clone(), trail).move_all().await.unwrap();
    assert_eq!(moved, 2);
    assert_eq!(engine.outbox(None, 10).await.unwrap(), []);
    assert_eq!(all(directory.path()), ["CreateUser", "DeleteUser"]);
}

#[tokio::test]
async fn a_crash_between_copying_and_deleting_leaves_no_duplicate() {
    let directory = tempfile::tempdir().unwrap();
    let copied = record("CopiedBeforeTheCrash");
    let engine = store_with(&[copied.clone(), record("NotYetCopied")]).await;
    let trail = open(directory.path());
    trail.record_synced(&copied).await.unwrap();

    let moved = Mover::new(engine.clone(), trail).move_all().await.unwrap();
    assert_eq!(moved, 2);
    assert_eq!(all(directory.path()), ["CopiedBeforeTheCrash", "NotYetCopied"]);
}

#[tokio::test]
async fn a_mover_at_work_moves_what_is_left_when_it_stops() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[]).await;
    let mover = Mover::new(engine.clone(), open(directory.path())).spawn();
    let partition = PartitionId::from("account/123456789012");
    let commit = Commit::new(partition, Revision::ZERO, Vec::new());
    engine
        .commit(commit.with_outbox(vec![record("CreateRole").to_outbox()]))
        .await
        .unwrap();
    mover.stop().await.unwrap();
    assert_eq!(all(directory.path()), ["CreateRole"]);
    assert_eq!(engine.outbox(None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_mover_at_work_moves_at_once_when_asked() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[record("CreateRole")]).await;
    let mover = Mover::new(engine.clone(), open(directory.path())).spawn();
    mover.flush().await.unwrap();
    assert_eq!(all(directory.path()), ["CreateRole"]);
    mover.flush().await.unwrap();
    mover.stop().await.unwrap();
}

#[tokio::test]
async fn records_wait_in_the_outbox_while_the_trail_cannot_be_written() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[record("CreateRole")]).await;
    let blocked = file_of(directory.path());
    std::fs::create_dir(&blocked).unwrap();
    let mut mover = Mover::new(engine.clone(), open(directory.path()));
    assert!(mover.move_all().await.is_err());
    assert_eq!(engine.outbox(None, 10).await.unwrap().len(), 1);
    std::fs::remove_dir(&blocked).unwrap();
    assert_eq!(mover.move_all().await.unwrap(), 1);
    assert_eq!(all(directory.path()), ["CreateRole"]);
}
