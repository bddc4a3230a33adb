//! What every engine must do, as tests that run on any of them.
//!
//! An engine's crate says how to make, crash and fill one (a [`Fixture`]) and
//! gets one test per case from [`conformance_suite!`](crate::conformance_suite).
//! A case can be excluded only with a reason, and an exclusion that is no
//! longer needed fails.
//!
//! ```ignore
//! lanyard_store::conformance_suite!(MyFixture::new);
//! lanyard_store::conformance_suite!(MyFixture::new, except { a_full_disk_refuses_and_recovers: "why" });
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "these are tests, though other crates run them"
)]

mod commits;
mod failures;
mod feed;
pub(crate) mod lanes;
mod limits;
mod outbox;
mod pipeline;

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;

use crate::{Change, Commit, Engine, Event, OutboxRecord, PartitionId, Revision};

/// No case takes long; one that hangs must say so.
const CASE_SECONDS_MAX: u64 = 120;

/// An engine under test, and what can happen to it. New fixtures are empty.
#[async_trait]
pub trait Fixture: Send + 'static {
    /// The engine as it is open now.
    fn engine(&self) -> Arc<dyn Engine>;

    /// Closes the engine and opens what it stored again.
    async fn reopen(&mut self);

    /// The process dies at this moment, and another one opens what is stored.
    async fn crash(&mut self);

    /// Writes take as long as what is returned lives; reads do not.
    async fn stall(&mut self) -> Box<dyn Any + Send>;

    /// The store's disk has no room left, or has room again.
    async fn set_full(&mut self, full: bool);
}

type Running<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One case of the suite.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name: a sentence.
    pub name: &'static str,
    run: for<'a> fn(&'a mut dyn Fixture) -> Running<'a>,
}

/// Runs one case; for an excluded one, makes sure that it still fails.
pub async fn run(name: &str, mut fixture: impl Fixture, exclusions: &[(&str, &str)]) {
    let case = *CASES
        .iter()
        .find(|case| case.name == name)
        .expect("a case of this name");
    let run = async move {
        let limit = Duration::from_secs(CASE_SECONDS_MAX);
        tokio::time::timeout(limit, (case.run)(&mut fixture))
            .await
            .expect("the case to end in time");
        fixture.engine().close().await.expect("the engine to close");
    };
    let Some((_, reason)) = exclusions.iter().find(|(excluded, _)| *excluded == name) else {
        return run.await;
    };
    assert!(!reason.trim().is_empty(), "{name} is excluded without a reason");
    let outcome = tokio::spawn(run).await;
    assert!(
        outcome.is_err(),
        "{name} passes now; its exclusion ({reason}) is no longer needed"
    );
}

macro_rules! cases {
    ($($module:ident: $($case:ident),* $(,)?;)*) => {
        /// All cases.
        pub const CASES: &[Case] = &[$($(
            Case { name: stringify!($case), run: |fixture| Box::pin($module::$case(fixture)) },
        )*)*];
    };
}

cases! {
    commits:
        an_unwritten_partition_is_empty,
        a_commit_is_loaded_as_written,
        any_bytes_are_kept,
        a_lost_update_is_refused,
        revisions_are_gapless_under_contention,
        a_read_that_moved_is_a_conflict,
        a_conflict_does_not_sink_its_neighbours,
        partitions_are_listed_by_prefix,
        stats_have_no_revision;
    pipeline:
        pipelined_commits_are_made_in_order,
        what_follows_a_failed_commit_fails,
        a_dropped_ticket_undoes_nothing;
    limits:
        a_commit_at_the_limits_is_made,
        a_commit_beyond_a_limit_is_refused,
        a_key_twice_is_refused;
    feed:
        watchers_see_all_partitions_in_order,
        watching_waits_for_the_next_commit,
        a_slow_writer_is_not_skipped,
        watching_resumes_from_any_cursor,
        loading_and_watching_miss_nothing,
        collected_events_are_too_old,
        a_cursor_ahead_is_refused;
    outbox:
        records_are_stored_with_their_commit,
        records_are_deleted_by_position,
        waiting_for_records_ends_when_there_are_some;
    failures:
        what_was_acknowledged_survives_a_crash,
        everything_survives_a_restart,
        a_closed_store_says_so,
        a_full_disk_refuses_and_recovers,
        a_commit_in_doubt_is_settled_by_loading;
    lanes:
        a_lane_loses_no_write,
        answers_wait_until_they_are_durable,
        what_was_built_on_a_failed_commit_is_discarded,
        lanes_group_their_commits_across_partitions;
}

/// Makes one test per case; see [`crate::conformance`]. The fixture is given as
/// a function that makes a new one, from the name of the case.
#[macro_export]
macro_rules! conformance_suite {
    ($fixture:expr) => {
        $crate::conformance_suite!($fixture, except {});
    };
    ($fixture:expr, except { $($excluded:ident : $reason:literal),* $(,)? }) => {
        const EXCLUSIONS: &[(&str, &str)] = &[$((stringify!($excluded), $reason)),*];
        $crate::conformance_suite!(@tests $fixture;
            an_unwritten_partition_is_empty,
            a_commit_is_loaded_as_written,
            any_bytes_are_kept,
            a_lost_update_is_refused,
            revisions_are_gapless_under_contention,
            a_read_that_moved_is_a_conflict,
            a_conflict_does_not_sink_its_neighbours,
            partitions_are_listed_by_prefix,
            stats_have_no_revision,
            pipelined_commits_are_made_in_order,
            what_follows_a_failed_commit_fails,
            a_dropped_ticket_undoes_nothing,
            a_commit_at_the_limits_is_made,
            a_commit_beyond_a_limit_is_refused,
            a_key_twice_is_refused,
            watchers_see_all_partitions_in_order,
            watching_waits_for_the_next_commit,
            a_slow_writer_is_not_skipped,
            watching_resumes_from_any_cursor,
            loading_and_watching_miss_nothing,
            collected_events_are_too_old,
            a_cursor_ahead_is_refused,
            records_are_stored_with_their_commit,
            records_are_deleted_by_position,
            waiting_for_records_ends_when_there_are_some,
            what_was_acknowledged_survives_a_crash,
            everything_survives_a_restart,
            a_closed_store_says_so,
            a_full_disk_refuses_and_recovers,
            a_commit_in_doubt_is_settled_by_loading,
            a_lane_loses_no_write,
            answers_wait_until_they_are_durable,
            what_was_built_on_a_failed_commit_is_discarded,
            lanes_group_their_commits_across_partitions,
        );
    };
    (@tests $fixture:expr; $($case:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::conformance::run(stringify!($case), ($fixture)(stringify!($case)), EXCLUSIONS).await;
            }
        )*

        #[test]
        fn every_case_is_run_and_every_exclusion_is_a_case() {
            let run: &[&str] = &[$(stringify!($case)),*];
            let all: Vec<&str> = $crate::conformance::CASES.iter().map(|case| case.name).collect();
            assert_eq!(run, all);
            for (excluded, _) in EXCLUSIONS {
                assert!(all.contains(excluded), "{excluded} is no case");
            }
        }
    };
}

fn account(number: u64) -> PartitionId {
    PartitionId::new(format!("account/{number:012}"))
}

/// A commit that puts one key.
fn put(partition: &PartitionId, base: u64, key: &str, value: &str) -> Commit {
    Commit::new(
        partition.clone(),
        Revision(base),
        vec![Change::put(key, value.to_owned())],
    )
}

fn record(id: &str) -> OutboxRecord {
    OutboxRecord {
        id: id.into(),
        body: format!("the body of {id}").into(),
    }
}

/// Makes a commit that must succeed.
async fn make(engine: &Arc<dyn Engine>, commit: Commit) -> Revision {
    engine.commit(commit).await.expect("the commit to be made")
}

/// The entries of a partition as text.
async fn entries(engine: &Arc<dyn Engine>, partition: &PartitionId) -> Vec<(String, String)> {
    let loaded = engine.load(partition).await.expect("the partition to load");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    loaded
        .entries
        .iter()
        .map(|(key, value)| (key.to_string(), text(value)))
        .collect()
}

/// The next events, a given number of them.
async fn events(engine: &Arc<dyn Engine>, after: crate::Cursor, count: usize) -> Vec<Event> {
    let mut found: Vec<Event> = Vec::new();
    while found.len() < count {
        let after = found.last().map_or(after, |event| event.cursor);
        let more = engine.watch(after, count - found.len()).await.expect("events");
        assert!(!more.is_empty() && more.len() <= count - found.len());
        found.extend(more);
    }
    found
}

/// Polls a future once; does it wait?
pub(crate) async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending())).await
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}
