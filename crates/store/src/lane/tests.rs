use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::conformance::is_pending;
use crate::conformance::lanes::Counter;
use crate::{Cursor, Faulty, Limit, MemoryEngine};

type Outcome = Result<Written<u64>, LaneError<Infallible>>;

fn own() -> PartitionId {
    PartitionId::from("account/1")
}

fn other() -> PartitionId {
    PartitionId::from("organization/1")
}

fn faulty_lane() -> (Faulty, Lane<Counter>) {
    let faulty = Faulty::new(Arc::new(MemoryEngine::new()));
    let lane = Lane::new(Arc::new(faulty.clone()), own(), Counter::EMPTY);
    (faulty, lane)
}

async fn add(lane: &Lane<Counter>) -> Outcome {
    lane.write(|state| Ok(state.plus_one())).await
}

/// Somebody else's commit.
async fn write_behind(engine: &impl Engine, partition: PartitionId, base: u64, value: &'static str) {
    let commit = Commit::new(partition, Revision(base), vec![Change::put("count", value)]);
    engine.commit(commit).await.unwrap();
}

#[tokio::test]
async fn no_room_is_no_room_for_all_that_was_built_on_it() {
    let (faulty, lane) = faulty_lane();
    faulty.set_full(true);
    let hold = faulty.hold();
    let (mut first, mut second) = (Box::pin(add(&lane)), Box::pin(add(&lane)));
    assert!(is_pending(&mut first).await && is_pending(&mut second).await);
    assert_eq!(faulty.held(), 2);
    drop(hold);
    for outcome in [first.await, second.await] {
        assert!(
            matches!(outcome, Err(LaneError::Commit(CommitError::Full))),
            "{outcome:?}"
        );
    }
    faulty.set_full(false);
    assert_eq!(
        add(&lane).await.unwrap(),
        Written {
            output: 1,
            revision: Revision(1)
        }
    );
}

#[tokio::test]
async fn a_look_on_a_commit_in_doubt_is_taken_anew() {
    let (faulty, lane) = faulty_lane();
    for made in [true, false] {
        let before = lane.published().value;
        let hold = faulty.hold();
        faulty.ambiguous_next(made);
        let mut doubtful = Box::pin(add(&lane));
        assert!(is_pending(&mut doubtful).await);
        let mut look = Box::pin(lane.write(|state| Ok::<_, Infallible>(Write::unchanged(state.value))));
        assert!(is_pending(&mut look).await);
        drop(hold);
        let doubtful = doubtful.await;
        assert!(
            matches!(doubtful, Err(LaneError::Commit(CommitError::Ambiguous(_)))),
            "{doubtful:?}"
        );
        assert_eq!(look.await.unwrap().output, before + u64::from(made));
    }
}

#[tokio::test]
async fn a_commit_behind_the_lane_is_loaded_and_built_on() {
    let (faulty, lane) = faulty_lane();
    add(&lane).await.unwrap();
    write_behind(&faulty, own(), 1, "10").await;
    assert_eq!(
        add(&lane).await.unwrap(),
        Written {
            output: 11,
            revision: Revision(3)
        }
    );
}

#[tokio::test]
async fn a_moved_read_is_read_again() {
    let (faulty, lane) = faulty_lane();
    write_behind(&faulty, other(), 0, "1").await;
    let mut seen = Revision(0);
    let mut runs = 0;
    let written = lane.write(|state| {
        let mut write = state.plus_one();
        write.proposal.as_mut().unwrap().reads = vec![(other(), seen)];
        (seen, runs) = (Revision(1), runs + 1);
        Ok::<_, Infallible>(write)
    });
    assert_eq!(written.await.unwrap().output, 1);
    assert_eq!(runs, 2);
}

#[tokio::test]
async fn a_lane_gives_up_when_others_keep_writing_first() {
    let (faulty, lane) = faulty_lane();
    for _ in 0..ATTEMPTS_MAX {
        faulty.fail_next(CommitError::Conflict {
            partition: other(),
            head: Revision(1),
        });
    }
    let outcome = add(&lane).await;
    assert!(
        matches!(
            outcome,
            Err(LaneError::Contended {
                attempts: ATTEMPTS_MAX
            })
        ),
        "{outcome:?}"
    );
    assert_eq!(add(&lane).await.unwrap().output, 1);
}

#[tokio::test]
async fn a_proposal_that_cannot_be_committed_sinks_nobody_else() {
    let (faulty, lane) = faulty_lane();
    let hold = faulty.hold();
    let mut fine = Box::pin(add(&lane));
    assert!(is_pending(&mut fine).await);
    let mut large = Box::pin(lane.write(|state| {
        let mut write = state.plus_one();
        let value = Bytes::from(vec![0; Limits::PORTABLE.commit_bytes_max + 1]);
        write
            .proposal
            .as_mut()
            .unwrap()
            .changes
            .push(Change::put("large", value));
        Ok::<_, Infallible>(write)
    }));
    let mut wrong = Box::pin(lane.write(|state| {
        let mut write = state.plus_one();
        Arc::make_mut(&mut write.proposal.as_mut().unwrap().next).revision = Revision(9);
        Ok::<_, Infallible>(write)
    }));
    assert!(is_pending(&mut large).await && is_pending(&mut wrong).await);
    drop(hold);
    let (large, wrong) = (large.await, wrong.await);
    assert!(
        matches!(
            large,
            Err(LaneError::Commit(CommitError::TooLarge(Limit::CommitBytes)))
        ),
        "{large:?}"
    );
    assert!(
        matches!(wrong, Err(LaneError::Commit(CommitError::Malformed(_)))),
        "{wrong:?}"
    );
    assert_eq!(fine.await.unwrap().output, 1);
}

#[tokio::test]
async fn a_caller_who_goes_away_undoes_nothing() {
    let (faulty, lane) = faulty_lane();
    let hold = faulty.hold();
    let mut gone = Box::pin(add(&lane));
    assert!(is_pending(&mut gone).await);
    drop(gone);
    drop(hold);
    assert_eq!(lane.published().value, 1);
    assert_eq!(add(&lane).await.unwrap().output, 2);
}

#[tokio::test]
async fn nothing_is_written_while_the_state_cannot_be_loaded() {
    let (faulty, lane) = faulty_lane();
    faulty.ambiguous_next(true);
    add(&lane).await.unwrap_err();
    faulty.set_unreachable(true);
    let outcome = add(&lane).await;
    assert!(
        matches!(outcome, Err(LaneError::Store(StoreError::Unavailable(_)))),
        "{outcome:?}"
    );
    assert_eq!(lane.published().value, 0, "what is published stays readable");
    faulty.set_unreachable(false);
    assert_eq!(add(&lane).await.unwrap().output, 2);
}

#[tokio::test]
async fn a_store_set_back_is_refused() {
    let (faulty, lane) = faulty_lane();
    add(&lane).await.unwrap();
    let ahead = Counter {
        revision: Revision(7),
        value: 7,
    };
    let lane = Lane::new(Arc::new(faulty), own(), ahead);
    let outcome = add(&lane).await;
    assert!(
        matches!(outcome, Err(LaneError::Store(StoreError::Damaged(_)))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn events_of_others_are_taken_in_once_and_in_order() {
    let (faulty, lane) = faulty_lane();
    for (base, value) in [(0, "1"), (1, "5"), (2, "6"), (3, "7")] {
        write_behind(&faulty, own(), base, value).await;
    }
    let events = faulty.watch(Cursor::START, 10).await.unwrap();
    assert_eq!(lane.observe(&events[0]).unwrap(), Observed::Applied);
    assert_eq!(lane.observe(&events[0]).unwrap(), Observed::Known);
    assert_eq!(lane.observe(&events[1]).unwrap(), Observed::Applied);
    assert_eq!(lane.published().value, 5);
    assert_eq!(lane.observe(&events[3]).unwrap(), Observed::Behind);
    assert_eq!(lane.published().value, 5, "nothing is applied over a gap");
    assert_eq!(lane.refresh().await.unwrap().value, 7);
    assert_eq!(lane.observe(&events[3]).unwrap(), Observed::Known);
    assert_eq!(add(&lane).await.unwrap().output, 8);
}

#[tokio::test]
async fn events_of_the_lanes_own_commits_are_known() {
    let (faulty, lane) = faulty_lane();
    add(&lane).await.unwrap();
    let first = faulty.watch(Cursor::START, 1).await.unwrap();
    let hold = faulty.hold();
    let mut writing = Box::pin(add(&lane));
    assert!(is_pending(&mut writing).await);
    assert_eq!(lane.observe(&first[0]).unwrap(), Observed::Known);
    drop(hold);
    writing.await.unwrap();
    let second = faulty.watch(first[0].cursor, 1).await.unwrap();
    assert_eq!(lane.observe(&second[0]).unwrap(), Observed::Known);
    assert_eq!(lane.published().value, 2);
}

#[tokio::test]
async fn refreshing_sees_what_others_wrote_before() {
    let (faulty, lane) = faulty_lane();
    write_behind(&faulty, own(), 0, "3").await;
    assert_eq!(lane.published().value, 0);
    assert_eq!(lane.refresh().await.unwrap().value, 3);
    faulty.set_unreachable(true);
    assert!(matches!(
        lane.refresh().await,
        Err(LaneError::Store(StoreError::Unavailable(_)))
    ));
}
