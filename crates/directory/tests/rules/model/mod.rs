//! Random edits against a naive model of an account: plain lists, no index, every rule spelled out anew.
//! After each edit the snapshot, the account loaded from the store, and a snapshot that took in the stored
//! changes one after another must all show what the model shows.

mod naive;
mod steps;
mod view;

use std::sync::Arc;

use self::naive::Model;
use self::steps::{Step, steps};
use self::view::shown;
use crate::world::{ADMIN, World, policy_arn, user_name};
use lanyard_directory::{Account, AccountEdit, Owner, PrincipalName, Quota, UserUpdate};
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
pub fn followed(world: &World, start: &Account) -> Account {
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
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

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

/// Within one commit a name can pass from one entity to another. Whoever takes in the commit sees the records
/// in the order of their keys, in which the new bearer may come before the old one has let go.
#[test]
fn names_may_pass_within_one_commit() {
    let world = World::new();
    let admin = policy_arn(ADMIN);
    let fill = |edit: &mut AccountEdit, name: &str| {
        edit.add_user_to_group("g", name)?;
        edit.attach_policy(Owner::User(name), &admin)?;
        edit.set_boundary(PrincipalName::User(name), &admin)
    };
    world
        .edit(|edit| {
            edit.create_group(world.new_group("g"))?;
            for name in ["a", "b"] {
                edit.create_user(world.new_user(name))?;
                fill(edit, name)?;
            }
            Ok(())
        })
        .unwrap();
    let rename = |edit: &mut AccountEdit, old: &str, new: &str| {
        let update = UserUpdate {
            name: Some(user_name(new)),
            path: None,
        };
        edit.update_user(old, update).map(drop)
    };
    let swap = |edit: &mut AccountEdit| {
        rename(edit, "a", "x")?;
        rename(edit, "b", "a")?;
        rename(edit, "x", "b")
    };
    let check = |start: &Account, names: &[&str]| {
        let live = world.account();
        assert_eq!(
            live.users(None)
                .map(|user| user.name.as_str())
                .collect::<Vec<_>>(),
            names
        );
        assert_eq!(shown(&world.reloaded()), shown(&live));
        assert_eq!(shown(&followed(&world, start)), shown(&live));
        let group = live.group("g").unwrap();
        assert_eq!(live.member_count(group.id) as usize, names.len());
    };

    let start = world.account();
    world.edit(swap).unwrap();
    check(&start, &["a", "b"]);

    // The old bearer goes, and the new one's record sorts before it and after it.
    for _ in 0..2 {
        let start = world.account();
        world
            .edit(|edit| {
                edit.remove_user_from_group("g", "b")?;
                edit.detach_policy(Owner::User("b"), &admin)?;
                edit.delete_user("b")?;
                rename(edit, "a", "b")
            })
            .unwrap();
        check(&start, &["b"]);
        world
            .edit(|edit| {
                edit.create_user(world.new_user("a"))?;
                fill(edit, "a")?;
                swap(edit)
            })
            .unwrap();
    }
}
