//! Stored policies and settings that cannot be read.

use lanyard_directory::StorageError;
use lanyard_policy::Effect;
use lanyard_store::{Change, Commit, Engine};

use super::policies::{decided, policy_for, put, set_block, user_arn};
use crate::stored::{open, partition};
use crate::world::World;

#[test]
fn an_account_with_a_policy_or_settings_that_cannot_be_read_is_not_there_at_all() {
    for (key, from, to) in [
        ("bucket/logs", "\"v\":1", "\"v\":2"),
        ("bucket/logs", "\"logs\"", "\"loot\""),
        ("resource-policy/arn:aws:s3:::logs", "\"v\":1", "\"v\":2"),
        (
            "resource-policy/arn:aws:s3:::logs",
            "\"arn:aws:s3:::logs\"",
            "\"arn:aws:s3:::loot\"",
        ),
    ] {
        let world = World::new();
        let claim = world.adopt("logs", world.id).unwrap();
        put(&world, &claim, &policy_for("210987654321")).unwrap();
        set_block(&world, &claim, None).unwrap();
        let engine = world.engine.reopened();
        let loaded = world.block_on(engine.load(&partition(world.id))).unwrap();
        let (_, stored) = loaded.entries.iter().find(|(kept, _)| **kept == *key).unwrap();
        let text = str::from_utf8(stored).unwrap().replacen(from, to, 1);
        let commit = Commit::new(
            partition(world.id),
            loaded.revision,
            vec![Change::put(key, text.into_bytes())],
        );
        world.block_on(engine.commit(commit)).unwrap();
        let found = world.block_on(open(&world, engine).account(world.id));
        assert!(matches!(found, Err(StorageError::Damaged(_))), "{key} {to}");
    }
}

#[test]
fn a_stored_bucket_policy_that_cannot_be_read_denies_everything_and_is_public() {
    let world = World::new();
    world
        .edit(|edit| edit.create_user(world.new_user("bob")))
        .unwrap();
    let claim = world.adopt("logs", world.id).unwrap();
    put(&world, &claim, &policy_for(&user_arn(world.id, "bob"))).unwrap();
    let engine = world.engine.reopened();
    let loaded = world.block_on(engine.load(&partition(world.id))).unwrap();
    let key = "resource-policy/arn:aws:s3:::logs";
    let (_, stored) = loaded.entries.iter().find(|(kept, _)| **kept == *key).unwrap();
    let text = str::from_utf8(stored).unwrap().replace("Effect", "Affect");
    let changes = vec![Change::put(key, text.into_bytes())];
    let commit = Commit::new(partition(world.id), loaded.revision, changes);
    world.block_on(engine.commit(commit)).unwrap();

    let account = world
        .block_on(open(&world, engine).account(world.id))
        .unwrap()
        .unwrap();
    assert_eq!(decided(&account, &claim, "bob").effect, Effect::ExplicitDeny);
    assert!(account.bucket_policy(&claim).unwrap().document.is_public());
}
