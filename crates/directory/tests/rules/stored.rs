//! Accounts on a store: creation, loading, failures, and what cannot be read.

use std::sync::Arc;

use lanyard_directory::{
    Account, Directory, DirectoryError, KeyHolder, NewAccount, Owner, Quota, StorageError, WriteError,
};
use lanyard_names::{AccountAlias, AccountId};
use lanyard_store::{Change, Commit, Engine, Faulty, MemoryEngine, OutboxRecord, PartitionId};

use crate::world::{ALLOW, World, account_id, at, inline};

pub fn partition(id: AccountId) -> PartitionId {
    PartitionId::new(format!("account/{id}"))
}

pub fn new_account(id: AccountId) -> NewAccount {
    NewAccount {
        id,
        name: "Other".into(),
        created: at(7),
    }
}

pub type Created = Result<u32, WriteError<DirectoryError>>;

/// Creates an account with one user in it.
pub async fn create(directory: &Directory, world: &World, id: AccountId, user: &str) -> Created {
    let setup = directory.create_account(new_account(id), |edit| {
        edit.create_user(world.new_user(user))?;
        Ok((7, Vec::new()))
    });
    setup.await.map(|written| written.output)
}

pub fn names(account: &Account) -> Vec<String> {
    account.users(None).map(|user| user.name.to_string()).collect()
}

pub fn open(world: &World, engine: impl Engine) -> Directory {
    world.block_on(Directory::open(Arc::new(engine))).unwrap()
}

#[test]
fn a_refused_or_failed_change_leaves_no_trace() {
    let world = World::new();
    let faulty = Faulty::new(Arc::new(world.engine.reopened()));
    let directory = open(&world, faulty.clone());
    let add = |name: &'static str, refuse: bool| {
        world.block_on(directory.write(world.id, |edit| {
            edit.create_user(world.new_user(name))?;
            if refuse {
                Err(DirectoryError::DuplicateTagKeys)
            } else {
                Ok(((), Vec::new()))
            }
        }))
    };
    assert!(matches!(
        add("a", true),
        Err(WriteError::Refused(DirectoryError::DuplicateTagKeys))
    ));
    faulty.set_full(true);
    assert!(matches!(
        add("b", false),
        Err(WriteError::Storage(StorageError::Full))
    ));
    faulty.set_full(false);
    add("c", false).unwrap();
    faulty.ambiguous_next(true);
    assert!(matches!(
        add("d", false),
        Err(WriteError::Storage(StorageError::Ambiguous(_)))
    ));
    let account = directory.account_cached(world.id).unwrap();
    assert_eq!(
        names(&account),
        ["c", "d"],
        "what was made in doubt is in force at once"
    );
}

#[test]
fn an_audit_record_goes_with_its_change_or_alone() {
    let world = World::new();
    let record = |id: &str| OutboxRecord {
        id: id.into(),
        body: "{}".into(),
    };
    let with_change = world.directory.write(world.id, |edit| {
        edit.create_user(world.new_user("a"))?;
        Ok::<_, DirectoryError>(((), vec![record("1")]))
    });
    world.block_on(with_change).unwrap();
    let alone = world
        .directory
        .write(world.id, |_| Ok::<_, DirectoryError>(((), vec![record("2")])));
    world.block_on(alone).unwrap();
    let before = world.account().revision();
    let nothing = world
        .directory
        .write(world.id, |_| Ok::<_, DirectoryError>(((), Vec::new())));
    assert_eq!(world.block_on(nothing).unwrap().revision, before);
    let stored = world.block_on(world.engine.outbox(None, 10)).unwrap();
    assert_eq!(
        stored.iter().map(|entry| &*entry.record.id).collect::<Vec<_>>(),
        ["1", "2"]
    );
}

#[test]
fn accounts_beyond_the_limit_make_room_and_come_back() {
    let world = World::new();
    let engine = Arc::clone(&world.engine) as Arc<dyn Engine>;
    let directory = world.block_on(Directory::open_with(engine, 4)).unwrap();
    for number in 0..20 {
        world
            .block_on(create(
                &directory,
                &world,
                account_id(number),
                &format!("u{number}"),
            ))
            .unwrap();
    }
    let cached = (0..20)
        .filter(|number| directory.account_cached(account_id(*number)).is_some())
        .count();
    assert_eq!(cached, 4);
    let held = world.block_on(directory.account(account_id(3))).unwrap().unwrap();
    for number in 0..20 {
        let account = world
            .block_on(directory.account(account_id(number)))
            .unwrap()
            .unwrap();
        assert_eq!(names(&account), [format!("u{number}")]);
    }
    assert_eq!(
        names(&held),
        ["u3"],
        "a snapshot outlives its account's place in memory"
    );
}

#[test]
fn an_account_with_a_commit_on_its_way_keeps_its_place_in_memory() {
    let world = World::new();
    let faulty = Faulty::new(Arc::new(world.engine.reopened()));
    let engine = Arc::new(faulty.clone()) as Arc<dyn Engine>;
    let directory = world.block_on(Directory::open_with(engine, 2)).unwrap();
    for number in 0..6 {
        let id = account_id(number);
        world.block_on(create(&directory, &world, id, "first")).unwrap();
    }
    let load = |number| world.block_on(directory.account(account_id(number))).unwrap();
    load(0);
    let hold = faulty.hold();
    let mut abandoned = Box::pin(directory.write(account_id(0), |edit| {
        edit.create_user(world.new_user("late"))?;
        Ok::<_, DirectoryError>(((), Vec::new()))
    }));
    world.block_on(std::future::poll_fn(|context| {
        assert!(abandoned.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    }));
    drop(abandoned);
    assert_eq!(faulty.held(), 1);
    (1..6).for_each(|number| drop(load(number)));
    load(0);
    drop(hold);
    // The commit that was held is completed by whoever let it go, perhaps a moment later.
    for _ in 0..10_000 {
        if names(&load(0).unwrap()).len() == 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    assert_eq!(
        names(&load(0).unwrap()),
        ["first", "late"],
        "what was made is in force, though nobody waited for it"
    );
}

#[test]
fn last_uses_are_written_now_and_then_and_forgotten_with_what_was_used() {
    let world = World::new();
    let (kept, deleted) = (world.new_key(), world.new_key());
    world
        .edit(|edit| {
            edit.create_access_key(KeyHolder::Root, kept.clone())?;
            edit.create_access_key(KeyHolder::Root, deleted.clone()).map(drop)
        })
        .unwrap();
    assert_eq!(world.directory.key_last_used(kept.id), None);
    for key in [kept.id, deleted.id] {
        world.directory.record_key_use(key, at(5), "iam", "us-east-1");
        world.directory.record_key_use(key, at(9), "sts", "eu-west-1");
        world.directory.record_key_use(key, at(7), "late", "late");
    }
    let last = world.directory.key_last_used(kept.id).unwrap();
    assert_eq!(
        (last.at, &*last.service, &*last.region),
        (at(9), "sts", "eu-west-1")
    );
    world.block_on(world.directory.write_last_uses()).unwrap();
    world
        .edit(|edit| edit.delete_access_key(KeyHolder::Root, &deleted.id.to_string()))
        .unwrap();

    let revision = world.account().revision();
    let fresh = open(&world, world.engine.reopened());
    assert_eq!(fresh.key_last_used(kept.id), None, "the account is not in memory");
    let account = world.block_on(fresh.account(world.id)).unwrap().unwrap();
    assert_eq!(account.revision(), revision, "last uses have no revision");
    assert_eq!(fresh.key_last_used(kept.id), Some(last));
    assert_eq!(fresh.key_last_used(deleted.id), None);
    world.block_on(fresh.write_last_uses()).unwrap();
    let stored = world
        .block_on(fresh.engine().stats(&partition(world.id)))
        .unwrap();
    assert_eq!(stored.len(), 1);
}

#[test]
fn an_alias_belongs_to_one_account_at_a_time() {
    let world = World::new();
    let other = account_id(42);
    world.create_account(other);
    let alias = AccountAlias::parse("acme").unwrap();
    let claim = |id, second| world.block_on(world.directory.claim_alias(id, &alias, at(second)));
    let owner = || world.block_on(world.directory.account_of_alias(&alias)).unwrap();
    let taken = |result| matches!(result, Err(WriteError::Refused(DirectoryError::AliasExists(_))));
    assert_eq!(owner(), None);
    claim(world.id, 0).unwrap();
    assert_eq!(owner(), None, "claimed is not yet had");
    assert!(taken(claim(other, 119)));
    claim(world.id, 1).unwrap();
    let set = |id: AccountId| {
        world
            .edit_in(id, |edit| {
                edit.set_alias(alias.clone());
                Ok(())
            })
            .unwrap();
    };
    set(world.id);
    assert_eq!(owner(), Some(world.id));
    assert!(taken(claim(other, 100_000)));
    assert_eq!(
        world.edit(|edit| edit.delete_alias("other")).unwrap_err(),
        DirectoryError::NoSuchAlias("other".into())
    );
    world.edit(|edit| edit.delete_alias("acme")).unwrap();
    assert_eq!(owner(), None);
    claim(other, 100_000).unwrap();
    assert!(taken(claim(world.id, 100_001)));
    set(other);
    assert_eq!(owner(), Some(other));
}

#[test]
fn a_claim_that_is_not_borne_out_can_be_taken_over_later() {
    let world = World::new();
    let other = account_id(42);
    world.create_account(other);
    let alias = AccountAlias::parse("acme").unwrap();
    world
        .block_on(world.directory.claim_alias(world.id, &alias, at(0)))
        .unwrap();
    world
        .block_on(world.directory.claim_alias(other, &alias, at(601)))
        .unwrap();
}

#[test]
fn claims_that_an_account_let_lie_go_with_its_next_one() {
    let world = World::new();
    let other = account_id(42);
    world.create_account(other);
    let claim = |id, name: String, second| {
        let alias = AccountAlias::parse(&name).unwrap();
        world
            .block_on(world.directory.claim_alias(id, &alias, at(second)))
            .unwrap();
        alias
    };
    let kept = claim(world.id, "in-force".into(), 0);
    world
        .edit(|edit| {
            edit.set_alias(kept.clone());
            Ok(())
        })
        .unwrap();
    claim(other, "others".into(), 0);
    for number in 0..10 {
        claim(world.id, format!("tried-{number}"), 60 * number);
    }
    let loaded = world
        .block_on(world.engine.load(&PartitionId::from("global")))
        .unwrap();
    let keys = loaded.entries.iter().map(|(key, _)| &**key);
    let claims: Vec<_> = keys.filter_map(|key| key.strip_prefix("alias/")).collect();
    assert_eq!(claims, ["in-force", "others", "tried-8", "tried-9"]);
    let owner = world.block_on(world.directory.account_of_alias(&kept)).unwrap();
    assert_eq!(owner, Some(world.id));
}

#[test]
fn the_servers_own_bytes_are_kept_by_name() {
    let world = World::new();
    let put = world.directory.write_global(|edit| {
        assert!(edit.view().blob("ring/1").is_none());
        edit.put_blob("ring/1", "a".into());
        edit.put_blob("ring/2", "b".into());
        edit.put_blob("ringer", "c".into());
        Ok::<_, DirectoryError>(((), Vec::new()))
    });
    world.block_on(put).unwrap();
    let fresh = open(&world, world.engine.reopened());
    let global = fresh.global();
    assert_eq!(
        global.blobs("ring/").map(|(name, _)| name).collect::<Vec<_>>(),
        ["ring/1", "ring/2"]
    );
    assert_eq!(global.blob("ringer").map(|bytes| &bytes[..]), Some(&b"c"[..]));
    let delete = fresh.write_global(|edit| {
        edit.delete_blob("ring/1");
        Ok::<_, DirectoryError>(((), Vec::new()))
    });
    world.block_on(delete).unwrap();
    assert!(fresh.global().blob("ring/1").is_none());
}

/// Writes bytes into an account's partition behind the directory's back.
pub fn tamper(world: &World, engine: &MemoryEngine, key: &str, change: impl FnOnce(&str) -> String) {
    let loaded = world.block_on(engine.load(&partition(world.id))).unwrap();
    let before = loaded.entries.iter().find(|(kept, _)| kept.starts_with(key));
    let (key, before) = before.map_or((key, ""), |(key, bytes)| (&**key, str::from_utf8(bytes).unwrap()));
    let changes = vec![Change::put(key, change(before).into_bytes())];
    world
        .block_on(engine.commit(Commit::new(partition(world.id), loaded.revision, changes)))
        .unwrap();
}

#[test]
fn an_account_with_a_record_that_cannot_be_read_is_not_there_at_all() {
    let newer = |text: &str| text.replace(r#"{"v":1,"#, r#"{"v":2,"#);
    let garbled = |_: &str| "{".to_owned();
    let misplaced = |text: &str| text.replace("AIDA", "AROA");
    let unknown = |_: &str| "{}".to_owned();
    for (key, change) in [
        ("user/", &newer as &dyn Fn(&str) -> String),
        ("user/", &garbled),
        ("user/", &misplaced),
        ("surprise/", &unknown),
        ("info", &|text| text.replace("111122223333", "111122223334")),
    ] {
        let world = World::new();
        world
            .edit(|edit| edit.create_user(world.new_user("bob")))
            .unwrap();
        let engine = world.engine.reopened();
        tamper(&world, &engine, key, change);
        let directory = open(&world, engine);
        let account = world.block_on(directory.account(world.id));
        assert!(
            matches!(account, Err(StorageError::Damaged(_))),
            "{key}: {account:?}"
        );
        assert!(directory.account_cached(world.id).is_none());
    }
}

#[test]
fn a_stored_policy_that_cannot_be_read_denies_everything() {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.put_inline_policy(Owner::User("bob"), inline("i"), ALLOW)
        })
        .unwrap();
    let engine = world.engine.reopened();
    tamper(&world, &engine, "user/", |text| text.replace("Effect", "Affect"));
    let directory = open(&world, engine);
    let account = world.block_on(directory.account(world.id)).unwrap().unwrap();
    let policies = account.policies_of_user(account.user("bob").unwrap());
    let principal = lanyard_policy::Principal::User {
        account: world.id,
        arn: "arn:aws:iam::111122223333:user/bob".into(),
        id: None,
    };
    let request = lanyard_policy::Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        resource_account: None,
        wildcard_only_action: false,
        partly_known: false,
        context: &lanyard_policy::Context::new(),
    };
    let layers = lanyard_policy::Layers {
        identity: &policies.identity,
        ..Default::default()
    };
    assert_eq!(
        lanyard_policy::decide(&request, &layers).effect,
        lanyard_policy::Effect::ExplicitDeny
    );
}

#[test]
fn many_askers_load_an_account_once() {
    let world = World::new();
    let directory = Arc::new(open(&world, world.engine.reopened()));
    let found = world.block_on(async {
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let directory = Arc::clone(&directory);
                let id = world.id;
                async move { directory.account(id).await.unwrap().unwrap() }
            })
            .collect();
        let mut found = Vec::new();
        for task in tasks {
            found.push(task.await);
        }
        found
    });
    assert!(found.windows(2).all(|pair| Arc::ptr_eq(&pair[0], &pair[1])));
    assert_eq!(found[0].limit(Quota::UsersPerAccount), 5_000);
}
