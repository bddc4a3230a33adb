//! Commits that are submitted before earlier ones are answered.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Fixture, account, entries, events, make, pairs, put};
use crate::{Commit, CommitError, Completion, Cursor, Revision};

fn following(mut commit: Commit) -> Commit {
    commit.follows_previous = true;
    commit
}

pub(super) async fn pipelined_commits_are_made_in_order(fixture: &mut dyn Fixture) {
    const COUNT: u64 = 200;
    let engine = fixture.engine();
    let order = Arc::new(Mutex::new(Vec::new()));
    for number in 0..COUNT {
        let commit = put(&account(1), number, "n", &number.to_string());
        let order = Arc::clone(&order);
        let completion = Completion::new(move |outcome| order.lock().push(outcome.unwrap().0));
        engine.submit(if number == 0 { commit } else { following(commit) }, completion);
    }
    // Answered after all of those.
    make(&engine, following(put(&account(1), COUNT, "n", "last"))).await;
    assert_eq!(*order.lock(), (1..=COUNT).collect::<Vec<_>>());
    assert_eq!(entries(&engine, &account(1)).await, pairs(&[("n", "last")]));
    let seen = events(&engine, Cursor::START, COUNT as usize + 1).await;
    assert!(
        seen.iter()
            .zip(1..)
            .all(|(event, number)| event.revision == Revision(number))
    );
}

pub(super) async fn what_follows_a_failed_commit_fails(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    make(&engine, put(&account(1), 0, "a", "1")).await;
    let stall = fixture.stall().await;
    let failed = engine.commit(put(&account(1), 5, "a", "conflict"));
    // The base is right by its number, but it is not the commit this was built on.
    let built_on_it = engine.commit(following(put(&account(1), 1, "a", "never")));
    let built_on_that = engine.commit(following(put(&account(1), 1, "a", "never")));
    let elsewhere = engine.commit(put(&account(2), 0, "a", "1"));
    let anew = engine.commit(put(&account(1), 1, "a", "anew"));
    let built_anew = engine.commit(following(put(&account(1), 2, "b", "anew")));
    drop(stall);

    assert!(matches!(failed.await, Err(CommitError::Conflict { .. })));
    assert!(matches!(built_on_it.await, Err(CommitError::PreviousFailed)));
    assert!(matches!(built_on_that.await, Err(CommitError::PreviousFailed)));
    assert_eq!(elsewhere.await.unwrap(), Revision(1));
    assert_eq!(anew.await.unwrap(), Revision(2));
    assert_eq!(built_anew.await.unwrap(), Revision(3));
    assert_eq!(
        entries(&engine, &account(1)).await,
        pairs(&[("a", "anew"), ("b", "anew")])
    );
}

pub(super) async fn a_dropped_ticket_undoes_nothing(fixture: &mut dyn Fixture) {
    let engine = fixture.engine();
    drop(engine.commit(put(&account(1), 0, "a", "1")));
    make(&engine, following(put(&account(1), 1, "b", "2"))).await;
    assert_eq!(
        entries(&engine, &account(1)).await,
        pairs(&[("a", "1"), ("b", "2")])
    );
}
