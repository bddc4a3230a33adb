//! Failures of the sync itself, which no file system can be made to show at
//! will: a hook lets the last step of chosen transactions fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use lanyard_store::{Change, CommitTicket, Completion, PartitionId, Revision, StoreError};
use tempfile::TempDir;
use tokio::sync::watch;

use super::*;
use crate::{connection, format};

/// A file whose next transactions fail at their end, as many as `failures` says.
struct Bench {
    connection: Connection,
    failures: Arc<AtomicU32>,
    _directory: TempDir,
}

fn bench() -> Bench {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    assert!(format::create_if_missing(&path).unwrap());
    let mut connection = connection::writer(&path).unwrap();
    let failures = Arc::new(AtomicU32::new(0));
    let of_hook = Arc::clone(&failures);
    let fails = move || {
        of_hook
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok()
    };
    connection.commit_hook(Some(fails)).unwrap();
    Bench {
        connection,
        failures,
        _directory: directory,
    }
}

impl Bench {
    fn writer(&self) -> GroupWriter<'_> {
        let published = Published {
            newest: watch::Sender::new(0),
            outbox_waiting: watch::Sender::new(0),
        };
        GroupWriter::new(&self.connection, published).unwrap()
    }

    fn fail(&self, transactions: u32) {
        self.failures.store(transactions, Ordering::SeqCst);
    }
}

fn commit(base: u64) -> Commit {
    Commit::new(
        PartitionId::from("account/1"),
        Revision(base),
        vec![Change::put("key", base.to_string())],
    )
}

fn job(commit: Commit) -> (Job, CommitTicket) {
    let (completion, ticket) = Completion::ticket();
    (Job::Commit(commit, completion), ticket)
}

async fn write(writer: &mut GroupWriter<'_>, base: u64) -> Result<Revision, CommitError> {
    let (job, ticket) = job(commit(base));
    writer.write(vec![job]);
    ticket.await
}

async fn probe(writer: &mut GroupWriter<'_>) -> Result<(), StoreError> {
    let (reply, answer) = tokio::sync::oneshot::channel();
    writer.write(vec![Job::Probe(reply)]);
    answer.await.unwrap()
}

#[tokio::test]
async fn a_failed_sync_that_could_be_overwritten_changed_nothing() {
    let bench = bench();
    let mut writer = bench.writer();
    assert_eq!(write(&mut writer, 0).await.unwrap(), Revision(1));
    bench.fail(1);
    let failed = write(&mut writer, 1).await;
    assert!(matches!(failed, Err(CommitError::Unavailable(_))), "{failed:?}");
    assert_eq!(*writer.published.newest.borrow(), 1);
    assert_eq!(write(&mut writer, 1).await.unwrap(), Revision(2));
    assert_eq!(*writer.published.newest.borrow(), 2);
}

#[tokio::test]
async fn a_failed_sync_that_could_not_be_overwritten_is_in_doubt() {
    let bench = bench();
    let mut writer = bench.writer();
    bench.fail(3);
    let doubtful = write(&mut writer, 0).await;
    assert!(matches!(doubtful, Err(CommitError::Ambiguous(_))), "{doubtful:?}");
    // Nothing is written before the doubt is removed.
    let refused = write(&mut writer, 0).await;
    assert!(matches!(refused, Err(CommitError::Unavailable(_))), "{refused:?}");
    assert_eq!(write(&mut writer, 0).await.unwrap(), Revision(1));
    probe(&mut writer).await.unwrap();
}

#[tokio::test]
async fn a_failed_group_fails_for_all_and_what_follows_it() {
    let bench = bench();
    let mut writer = bench.writer();
    bench.fail(1);
    let mut following = commit(1);
    following.follows_previous = true;
    let (jobs, tickets): (Vec<_>, Vec<_>) = [commit(0), following.clone(), commit(9)]
        .map(job)
        .into_iter()
        .unzip();
    writer.write(jobs);
    for ticket in tickets {
        let outcome = ticket.await;
        assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{outcome:?}");
    }
    let (late, ticket) = job(following);
    writer.write(vec![late]);
    let outcome = ticket.await;
    assert!(matches!(outcome, Err(CommitError::PreviousFailed)), "{outcome:?}");
    assert_eq!(write(&mut writer, 0).await.unwrap(), Revision(1));
}

#[tokio::test]
async fn a_store_that_failed_is_ready_when_a_write_succeeds() {
    let bench = bench();
    let mut writer = bench.writer();
    probe(&mut writer).await.unwrap();
    bench.fail(3);
    write(&mut writer, 0).await.unwrap_err();
    let ready = probe(&mut writer).await;
    assert!(matches!(ready, Err(StoreError::Unavailable(_))), "{ready:?}");
    probe(&mut writer).await.unwrap();
}
