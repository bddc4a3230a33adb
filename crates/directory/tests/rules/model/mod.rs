//! Random edits against a naive model of an account: plain lists, no index, every rule spelled out anew.
//! After each edit the snapshot, the account loaded from the store, and a snapshot that took in the stored
//! changes one after another must all show what the model shows.

mod naive;
mod steps;

use std::sync::Arc;

use self::naive::{Model, shown};
use self::steps::{Step, steps};
use crate::world::World;
use lanyard_directory::{Account, Quota};
use lanyard_store::{Cursor, Engine, Replica};
use proptest::prelude::*;

fn small_quotas(world: &World) {
    let small = [
        (Quota::UsersPerAccount, 3),
        (Quota::GroupsPerAccount, 2),
        (Quota::RolesPerAccount, 2),
        (Quota::PoliciesPerAccount, 2),
        (Quota::PoliciesPerUser, 2),
        (Quota::PoliciesPerGroup, 2),
        (Quota::PoliciesPerRole, 2),
        (Quota::GroupsPerUser, 1),
        (Quota::VersionsPerPolicy, 2),
        (Quota::TagsPerResource, 2),
    ];
    world
        .edit(|edit| {
            for (quota, limit) in small {
                edit.set_quota(quota, Some(limit));
            }
            Ok(())
        })
        .unwrap();
}

/// Takes in everything in the change feed that is newer than the snapshot.
fn followed(world: &World, start: &Account) -> Account {
    let mut follower = start.clone();
    let events = world
        .block_on(world.engine.watch(Cursor::START, usize::MAX))
        .unwrap();
    for event in events {
        if event.partition.as_str() == format!("account/{}", world.id) && event.revision > follower.revision()
        {
            follower.apply(event.revision, &event.changes).unwrap();
        }
    }
    follower
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_view_of_an_account_agrees_with_the_model(steps in steps()) {
        let world = World::new();
        small_quotas(&world);
        let start = world.account();
        let mut model = Model::default();
        for step in &steps {
            let expected = model.run(step, &world);
            let found = run(&world, step);
            prop_assert_eq!(&found, &expected, "{:?}", step);
            prop_assert_eq!(shown(&world.account()), model.shown(), "after {:?}", step);
        }
        prop_assert_eq!(shown(&world.reloaded()), model.shown(), "loaded");
        prop_assert_eq!(shown(&followed(&world, &start)), model.shown(), "followed");
    }

    #[test]
    fn several_edits_in_one_commit_leave_what_they_would_one_by_one(steps in steps()) {
        let (one_by_one, together) = (World::new(), World::new());
        small_quotas(&one_by_one);
        small_quotas(&together);
        let start = together.account();
        for step in &steps {
            let _ = run(&one_by_one, step);
        }
        for some in steps.chunks(4) {
            // Refused steps leave no trace in an edit either.
            together.edit(|edit| {
                for step in some {
                    let _ = step.apply(edit, &together);
                }
                Ok(())
            }).unwrap();
        }
        prop_assert_eq!(shown(&together.account()), shown(&one_by_one.account()));
        prop_assert_eq!(shown(&together.reloaded()), shown(&one_by_one.account()));
        prop_assert_eq!(shown(&followed(&together, &start)), shown(&one_by_one.account()));
    }
}

/// The kind of refusal, if any.
fn run(world: &World, step: &Step) -> Result<(), String> {
    world
        .edit(|edit| step.apply(edit, world))
        .map_err(|refusal| naive::kind(&refusal))
}

#[test]
fn snapshots_that_were_handed_out_do_not_change() {
    let world = World::new();
    world.edit(|edit| edit.create_user(world.new_user("a"))).unwrap();
    let before: Arc<Account> = world.account();
    let shown_before = shown(&before);
    world.edit(|edit| edit.delete_user("a")).unwrap();
    assert_eq!(shown(&before), shown_before);
    assert_eq!(world.account().user_count(), 0);
}
