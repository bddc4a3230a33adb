//! Claiming the names of buckets.

use std::sync::Arc;

use lanyard_directory::{
    BucketClaim, ClaimError, ClaimState, Directory, DirectoryError, Global, Quota, StorageError, WriteError,
};
use lanyard_names::AccountId;
use lanyard_store::{Change, Commit, Engine, Faulty, OutboxRecord, PartitionId};

use super::{other, refusal, with_two_accounts};
use crate::stored::open;
use crate::world::{World, account_id, at};

fn owner(world: &World, name: &str) -> Option<AccountId> {
    world.directory.global().bucket(name).map(|claim| claim.account)
}

fn names_of(global: &Global, account: AccountId, prefix: &str, after: Option<&str>) -> Vec<String> {
    let claims = global.buckets_of(account, prefix, after);
    claims.map(|claim| claim.name.to_string()).collect()
}

#[test]
fn a_name_belongs_to_the_account_that_claimed_it_first() {
    let world = with_two_accounts();
    let claim = world.claim_at("logs", world.id, at(1)).unwrap();
    let expected = BucketClaim {
        name: "logs".into(),
        account: world.id,
        created: at(1),
        generation: claim.generation,
        state: ClaimState::Pending,
    };
    assert_eq!(*claim, expected);
    assert_eq!(
        owner(&world, "logs"),
        None,
        "nobody is served under a pending claim"
    );
    let claimed_by = |account| refusal(world.claim_at("logs", account, at(2)));
    assert_eq!(claimed_by(world.id), ClaimError::BeingCreated);
    assert_eq!(claimed_by(other()), ClaimError::OwnedByOther);

    let confirmed = world.confirm(&claim).unwrap();
    let state = ClaimState::Confirmed;
    assert_eq!(*confirmed, BucketClaim { state, ..expected });
    assert_eq!(owner(&world, "logs"), Some(world.id));
    assert_eq!(claimed_by(world.id), ClaimError::OwnedByYou);
    assert_eq!(claimed_by(other()), ClaimError::OwnedByOther);
    assert_eq!(refusal(world.adopt("logs", other())), ClaimError::OwnedByOther);

    world.release(&confirmed).unwrap();
    assert_eq!(owner(&world, "logs"), None);
    let next = world.adopt("logs", other()).unwrap();
    assert_eq!(owner(&world, "logs"), Some(other()));
    assert!(next.generation > claim.generation);
}

#[test]
fn a_creation_that_was_withdrawn_leaves_the_name_free() {
    let world = with_two_accounts();
    let claim = world.claim_at("logs", world.id, at(1)).unwrap();
    world.release(&claim).unwrap();
    assert_eq!(refusal(world.confirm(&claim)), ClaimError::Lost);
    world.claim_at("logs", other(), at(1)).unwrap();
}

#[test]
fn a_claim_that_was_abandoned_goes_to_whoever_claims_the_name_next() {
    for heir in [other(), account_id(111_122_223_333)] {
        let world = with_two_accounts();
        let abandoned = world.claim_at("logs", world.id, at(0)).unwrap();
        assert!(world.claim_at("logs", heir, at(300)).is_err(), "not yet");
        let claim = world.claim_at("logs", heir, at(301)).unwrap();
        assert_eq!(refusal(world.confirm(&abandoned)), ClaimError::Lost);
        assert_eq!(refusal(world.release(&abandoned)), ClaimError::Lost);
        world.confirm(&claim).unwrap();
        assert_eq!(owner(&world, "logs"), Some(heir));
    }
}

#[test]
fn a_slow_creation_may_still_be_confirmed_while_nobody_else_wants_the_name() {
    let world = World::new();
    let claim = world.claim_at("logs", world.id, at(0)).unwrap();
    world.claim_at("other", world.id, at(10)).unwrap();
    world.confirm(&claim).unwrap();
    assert_eq!(
        refusal(world.claim_at("logs", world.id, at(100_000))),
        ClaimError::OwnedByYou,
        "a bucket that exists is never abandoned"
    );
}

#[test]
fn what_could_be_no_bucket_is_not_claimed_nor_is_anything_for_an_account_that_is_not_there() {
    let world = World::new();
    let long = "a".repeat(64);
    for name in ["", "ab", &long, "Logs", "a/b", "a_b", "a:b", "a*b", "lögs"] {
        assert_eq!(
            refusal(world.adopt(name, world.id)),
            ClaimError::InvalidName(name.into())
        );
    }
    world.adopt(&long[1..], world.id).unwrap();
    let nobody = account_id(7);
    let outcome = world.adopt("logs", nobody);
    assert!(matches!(outcome, Err(WriteError::NoSuchAccount(id)) if id == nobody));
}

#[test]
fn an_account_owns_as_many_buckets_as_its_quota_says() {
    let world = with_two_accounts();
    assert_eq!(world.account().limit(Quota::BucketsPerAccount), 10_000);
    let lower = world.edit(|edit| {
        edit.set_quota(Quota::BucketsPerAccount, Some(2));
        Ok(())
    });
    lower.unwrap();
    let first = world.adopt("first", world.id).unwrap();
    world.claim_at("pending", world.id, at(0)).unwrap();
    let third = |second| world.claim_at("third", world.id, at(second));
    assert_eq!(refusal(third(300)), ClaimError::TooMany { limit: 2 });
    world.adopt("third", other()).unwrap();
    let fourth = world.claim_at("fourth", world.id, at(301)).unwrap();
    let global = world.directory.global();
    assert!(
        global.bucket_claim("pending").is_none(),
        "what was abandoned makes room"
    );
    assert_eq!(global.bucket_count(world.id), 2);
    world.release(&fourth).unwrap();
    world.release(&first).unwrap();
    assert_eq!(world.directory.global().bucket_count(world.id), 0);
}

#[test]
fn buckets_are_listed_by_name_with_a_prefix_after_a_marker_also_after_a_restart() {
    let world = with_two_accounts();
    for name in ["log-b", "log-a", "data", "zebra", "log"] {
        world.adopt(name, world.id).unwrap();
    }
    world.adopt("log-of-another", other()).unwrap();
    world.claim_at("log-pending", world.id, at(0)).unwrap();
    let all = ["data", "log", "log-a", "log-b", "zebra"];
    let reopened = open(&world, world.engine.reopened());
    for global in [world.directory.global(), reopened.global()] {
        for (prefix, after, expected) in [
            ("", None, &all[..]),
            ("log", None, &all[1..4]),
            ("log-", None, &all[2..4]),
            ("log-", Some("data"), &all[2..4]),
            ("log", Some("log"), &all[2..4]),
            ("log", Some("log-aa"), &all[3..4]),
            ("log", Some("zebra"), &[]),
            ("", Some("log-b"), &all[4..]),
            ("", Some("zebra"), &[]),
            ("nothing", None, &[]),
        ] {
            let found = names_of(&global, world.id, prefix, after);
            assert_eq!(found, expected, "{prefix:?} after {after:?}");
        }
        assert_eq!(names_of(&global, account_id(7), "", None), [""; 0]);
        assert_eq!(names_of(&global, other(), "", None), ["log-of-another"]);
        assert_eq!(global.buckets().count(), 6);
    }
}

#[test]
fn a_claim_and_its_record_are_one_commit() {
    let world = World::new();
    let record = |id: &str| {
        let (id, body) = (id.into(), "{}".into());
        vec![OutboxRecord { id, body }]
    };
    let directory = &world.directory;
    let claim = directory.claim_bucket("logs", world.id, at(0), record("1"));
    let claim = world.block_on(claim).unwrap();
    let refused = directory.claim_bucket("logs", world.id, at(0), record("never"));
    world.block_on(refused).unwrap_err();
    world
        .block_on(directory.confirm_bucket(&claim, record("2")))
        .unwrap();
    world
        .block_on(directory.release_bucket(&claim, record("3")))
        .unwrap();
    let stored = world.block_on(world.engine.outbox(None, 10)).unwrap();
    let ids: Vec<_> = stored.iter().map(|entry| &*entry.record.id).collect();
    assert_eq!(ids, ["1", "2", "3"]);
}

#[test]
fn what_was_made_in_doubt_is_in_force_at_once_and_what_failed_is_not() {
    let world = World::new();
    let faulty = Faulty::new(Arc::new(world.engine.reopened()));
    let directory = open(&world, faulty.clone());
    let adopt = |name| world.block_on(directory.adopt_bucket(name, world.id, at(0), Vec::new()));
    faulty.set_full(true);
    assert!(matches!(
        adopt("first"),
        Err(WriteError::Storage(StorageError::Full))
    ));
    faulty.set_full(false);
    faulty.ambiguous_next(true);
    assert!(matches!(
        adopt("second"),
        Err(WriteError::Storage(StorageError::Ambiguous(_)))
    ));
    assert_eq!(names_of(&directory.global(), world.id, "", None), ["second"]);
}

#[test]
fn two_who_claim_a_name_at_once_do_not_both_get_it() {
    let world = with_two_accounts();
    // Two programs on one store, of which the second does not know yet what the first has written.
    let engine = Arc::clone(&world.engine) as Arc<dyn Engine>;
    let second = world.block_on(Directory::open(engine)).unwrap();
    world.adopt("logs", world.id).unwrap();
    let late = second.adopt_bucket("logs", other(), at(0), Vec::new());
    assert_eq!(refusal(world.block_on(late)), ClaimError::OwnedByOther);
}

#[test]
fn a_claim_is_stored_under_its_name_and_read_under_no_other() {
    let world = World::new();
    world.claim_at("logs", world.id, at(1)).unwrap();
    let global = PartitionId::from("global");
    let loaded = world.block_on(world.engine.load(&global)).unwrap();
    let stored: Vec<_> = loaded
        .entries
        .iter()
        .filter(|(key, _)| key.starts_with("bucket/"))
        .map(|(key, value)| (&**key, str::from_utf8(value).unwrap()))
        .collect();
    let text = r#"{"v":1,"r":{"name":"logs","account":"111122223333","created":"2023-11-14T22:13:21Z","generation":2,"state":"Pending"}}"#;
    assert_eq!(stored, [("bucket/logs", text)]);

    for (key, value) in [
        ("bucket/loot", text.to_owned()),
        ("bucket/logs", text.replace("\"v\":1", "\"v\":2")),
        ("bucket/logs", "{".to_owned()),
    ] {
        let world = World::new();
        let engine = world.engine.reopened();
        let revision = world.block_on(engine.head(&global)).unwrap();
        let commit = Commit::new(
            global.clone(),
            revision,
            vec![Change::put(key, value.into_bytes())],
        );
        world.block_on(engine.commit(commit)).unwrap();
        let opened = world.block_on(Directory::open(Arc::new(engine)));
        assert!(matches!(opened, Err(StorageError::Damaged(_))), "{key}");
    }
}

#[test]
fn claims_do_not_disturb_what_else_is_known_across_accounts() {
    let world = World::new();
    let put = world.directory.write_global(|edit| {
        edit.put_blob("ring/1", "a".into());
        Ok::<_, DirectoryError>(((), Vec::new()))
    });
    world.block_on(put).unwrap();
    world.adopt("logs", world.id).unwrap();
    let reopened = open(&world, world.engine.reopened());
    let global = reopened.global();
    assert_eq!(global.account_count(), 1);
    assert!(global.blob("ring/1").is_some() && global.bucket("logs").is_some());
}
