//! Which services principals last turned to.

use lanyard_directory::{Actor, Attempt, Directory, LastAttempt, ServiceUse};

use crate::stored::{open, partition};
use crate::world::{World, at};

fn attempt<'a>(service: &'a str, action: Option<&'a str>, region: &'a str, second: i64) -> Attempt<'a> {
    Attempt {
        service,
        action,
        region,
        at: at(second),
    }
}

/// `service@second/region`, then `+action@second/region` for each action.
fn shown(uses: &[ServiceUse]) -> Vec<String> {
    let last = |last: &LastAttempt| format!("{}/{}", last.at.as_second() - at(0).as_second(), last.region);
    uses.iter()
        .map(|used| {
            let actions = used.actions.iter();
            let actions = actions.map(|action| format!(" +{}@{}", action.action, last(&action.last)));
            format!(
                "{}@{}{}",
                used.service,
                last(&used.last),
                actions.collect::<String>()
            )
        })
        .collect()
}

fn with_bob() -> (World, Actor) {
    let world = World::new();
    world
        .edit(|edit| edit.create_user(world.new_user("bob")))
        .unwrap();
    let bob = world.account().user("bob").unwrap().id;
    (world, Actor::of(Some(bob)))
}

fn stored(world: &World, directory: &Directory) -> usize {
    let partition = partition(world.id);
    let stats = directory.engine().stats(&partition);
    world.block_on(stats).unwrap().len()
}

#[test]
fn the_latest_minute_counts_for_each_service_and_each_action() {
    let (world, bob) = with_bob();
    let record = |attempt| world.directory.record_attempt(world.id, bob, &attempt);
    record(attempt("s3", Some("CreateBucket"), "us-east-1", 41));
    record(attempt("iam", None, "us-east-1", 42));
    record(attempt("s3", Some("CreateBucket"), "eu-west-1", 99));
    record(attempt("s3", Some("DeleteBucket"), "eu-west-1", 100));
    record(attempt("s3", Some("CreateBucket"), "us-east-1", 39));
    assert_eq!(
        shown(&world.directory.services_used(world.id, bob)),
        [
            "iam@40/us-east-1",
            "s3@100/eu-west-1 +CreateBucket@40/us-east-1 +DeleteBucket@100/eu-west-1",
        ]
    );
    assert_eq!(world.directory.services_used(world.id, Actor::Root), []);
}

fn with_what_both_tried() -> (World, Actor) {
    let (world, bob) = with_bob();
    for actor in [bob, Actor::Root] {
        let tried = attempt("s3", Some("CreateBucket"), "us-east-1", 60);
        world.directory.record_attempt(world.id, actor, &tried);
    }
    world.block_on(world.directory.write_last_uses()).unwrap();
    (world, bob)
}

fn reopened(world: &World) -> Directory {
    let fresh = open(world, world.engine.reopened());
    world.block_on(fresh.account(world.id)).unwrap();
    fresh
}

#[test]
fn what_was_tried_is_written_now_and_then() {
    let (world, bob) = with_what_both_tried();
    let before = world.directory.services_used(world.id, bob);
    let fresh = reopened(&world);
    assert_eq!(fresh.services_used(world.id, bob), before);
    assert_eq!(fresh.services_used(world.id, Actor::Root), before);
    assert_eq!(stored(&world, &fresh), 2);
}

#[test]
fn what_was_tried_is_forgotten_with_who_tried_it() {
    let (world, bob) = with_what_both_tried();
    world.edit(|edit| edit.delete_user("bob")).unwrap();
    let fresh = reopened(&world);
    assert_eq!(fresh.services_used(world.id, bob), []);
    world.block_on(fresh.write_last_uses()).unwrap();
    assert_eq!(stored(&world, &fresh), 1);
}

#[test]
fn who_comes_and_goes_leaves_nothing_behind() {
    let world = World::new();
    for number in 0..1_100 {
        let name = format!("visitor-{number}");
        world
            .edit(|edit| edit.create_user(world.new_user(&name)))
            .unwrap();
        let visitor = world.account().user(&name).unwrap().id;
        let tried = attempt("s3", None, "us-east-1", 60);
        world
            .directory
            .record_attempt(world.id, Actor::of(Some(visitor)), &tried);
        world.edit(|edit| edit.delete_user(&name)).unwrap();
    }
    world.block_on(world.directory.write_last_uses()).unwrap();
    assert_eq!(stored(&world, &world.directory), 0);
}
