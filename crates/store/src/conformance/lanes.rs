//! Lanes on this engine.

use std::convert::Infallible;
use std::sync::Arc;

use super::{Fixture, account, entries, events};
use crate::{
    ApplyError, Change, CommitError, Cursor, Engine, Faulty, Lane, LaneError, Loaded, PartitionId, Proposal,
    Replica, Revision, Write,
};

/// A partition whose only entry is a number.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    pub(crate) revision: Revision,
    pub(crate) value: u64,
}

impl Counter {
    pub(crate) const EMPTY: Self = Self {
        revision: Revision::ZERO,
        value: 0,
    };

    pub(crate) fn plus_one(&self) -> Write<Self, u64> {
        let next = Self {
            revision: self.revision.next(),
            value: self.value + 1,
        };
        let changes = vec![Change::put("count", next.value.to_string())];
        let output = next.value;
        Write::changed(
            output,
            Proposal {
                next: Arc::new(next),
                changes,
                outbox: vec![],
                reads: vec![],
            },
        )
    }
}

impl Replica for Counter {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn apply(&mut self, revision: Revision, changes: &[Change]) -> Result<(), ApplyError> {
        self.revision = revision;
        for value in changes.iter().filter_map(|change| change.value.as_ref()) {
            self.value = std::str::from_utf8(value).unwrap().parse().unwrap();
        }
        Ok(())
    }

    fn restored(&self, loaded: Loaded) -> Result<Self, ApplyError> {
        let changes: Vec<_> = loaded
            .entries
            .into_iter()
            .map(|(key, value)| Change::put(key, value))
            .collect();
        let mut restored = Self::EMPTY;
        restored.apply(loaded.revision, &changes)?;
        Ok(restored)
    }
}

fn lane(engine: Arc<dyn Engine>, partition: PartitionId) -> Lane<Counter> {
    Lane::new(engine, partition, Counter::EMPTY)
}

async fn add(lane: &Lane<Counter>) -> Result<u64, LaneError<Infallible>> {
    lane.write(|state| Ok(state.plus_one()))
        .await
        .map(|written| written.output)
}

pub(super) async fn a_lane_loses_no_write(fixture: &mut dyn Fixture) {
    const TASKS: u64 = 16;
    const EACH: u64 = 25;
    let engine = fixture.engine();
    let lane = lane(Arc::clone(&engine), account(1));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..TASKS {
        let lane = lane.clone();
        tasks.spawn(async move {
            let mut answers = Vec::new();
            for _ in 0..EACH {
                let answer = add(&lane).await.unwrap();
                assert!(
                    lane.published().value >= answer,
                    "answered before it was published"
                );
                answers.push(answer);
            }
            answers
        });
    }
    let mut answers = tasks.join_all().await.concat();
    answers.sort_unstable();
    assert_eq!(answers, (1..=TASKS * EACH).collect::<Vec<_>>());
    assert_eq!(
        entries(&engine, &account(1)).await[0].1,
        (TASKS * EACH).to_string()
    );
    assert_eq!(engine.head(&account(1)).await.unwrap(), Revision(TASKS * EACH));
}

pub(super) async fn answers_wait_until_they_are_durable(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    let lane = lane(Arc::clone(&engine), account(1));
    let stall = fixture.stall().await;
    let mut writing = Box::pin(add(&lane));
    assert!(super::is_pending(&mut writing).await);
    // A refusal and a look that rest on what is not durable wait with it.
    let mut refusing = Box::pin(lane.write(|state| Err::<Write<_, ()>, _>(state.value)));
    let mut looking = Box::pin(lane.write(|state| Ok::<_, Infallible>(Write::unchanged(state.value))));
    assert!(super::is_pending(&mut refusing).await);
    assert!(super::is_pending(&mut looking).await);
    assert_eq!(lane.published().value, 0);
    drop(stall);
    assert_eq!(writing.await.unwrap(), 1);
    assert!(matches!(refusing.await, Err(LaneError::Refused(1))));
    assert_eq!(looking.await.unwrap().output, 1);
    assert_eq!(lane.published().value, 1);
}

pub(super) async fn what_was_built_on_a_failed_commit_is_discarded(fixture: &mut dyn Fixture) {
    let faulty = Faulty::new(fixture.engine());
    let lane = lane(Arc::new(faulty.clone()), account(1));
    assert_eq!(add(&lane).await.unwrap(), 1);

    let hold = faulty.hold();
    faulty.ambiguous_next(false);
    let (mut failing, mut built_on_it) = (Box::pin(add(&lane)), Box::pin(add(&lane)));
    assert!(super::is_pending(&mut failing).await);
    assert!(super::is_pending(&mut built_on_it).await);
    drop(hold);
    let failed = failing.await;
    assert!(
        matches!(failed, Err(LaneError::Commit(CommitError::Ambiguous(_)))),
        "{failed:?}"
    );
    assert_eq!(built_on_it.await.unwrap(), 2, "computed anew, on what is there");
    assert_eq!(entries(&fixture.engine(), &account(1)).await[0].1, "2");

    // Behind the lane's back: it loads and tries again.
    let behind = Arc::new(lane.published().plus_one().proposal.unwrap());
    let commit = crate::Commit::new(account(1), Revision(2), behind.changes.clone());
    fixture.engine().commit(commit).await.unwrap();
    assert_eq!(add(&lane).await.unwrap(), 4);
}

pub(super) async fn lanes_group_their_commits_across_partitions(fixture: &mut dyn Fixture) {
    const LANES: u64 = 10;
    let engine = fixture.engine();
    let lanes: Vec<_> = (0..LANES)
        .map(|number| lane(Arc::clone(&engine), account(number)))
        .collect();
    let stall = fixture.stall().await;
    let mut writing = tokio::task::JoinSet::new();
    for lane in lanes
        .iter()
        .flat_map(|lane| [lane.clone(), lane.clone(), lane.clone()])
    {
        writing.spawn(async move { add(&lane).await.unwrap() });
    }
    tokio::task::yield_now().await;
    drop(stall);
    let mut answers = writing.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers, [1, 2, 3].map(|answer| [answer; LANES as usize]).concat());
    assert_eq!(
        events(&engine, Cursor::START, 3 * LANES as usize).await.len() as u64,
        3 * LANES
    );
    for lane in lanes {
        assert_eq!(lane.published().value, 3);
    }
}
