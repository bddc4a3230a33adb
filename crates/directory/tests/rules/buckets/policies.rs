//! Policies of buckets and other resources, and settings of buckets.

use lanyard_directory::{
    Account, BucketClaim, BucketError, BucketSettings, NoOtherAccounts, PublicAccessBlock, ResourcePolicy,
    UserUpdate,
};
use lanyard_names::AccountId;
use lanyard_policy::{Context, Decision, Effect, Layers, Principal, Request, ResourceLayer, decide};
use lanyard_store::{Change, Commit, Engine};

use super::{other, with_two_accounts};
use crate::stored::{open, partition};
use crate::world::{World, user_name};

const OPEN: PublicAccessBlock = PublicAccessBlock {
    block_public_acls: false,
    ignore_public_acls: false,
    block_public_policy: false,
    restrict_public_buckets: false,
};

pub fn policy_for(principal: &str) -> String {
    format!(
        "{{\"Version\": \"2012-10-17\",\n \"Statement\": {{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \"{principal}\"}}, \
         \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::logs/*\"}}}}"
    )
}

pub fn user_arn(account: AccountId, name: &str) -> String {
    format!("arn:aws:iam::{account}:user/{name}")
}

fn root_arn(account: AccountId) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// A policy of exactly so many bytes.
fn policy_of(bytes: usize) -> String {
    let base = policy_for("210987654321");
    let text = format!("{base}{}", " ".repeat(bytes - base.len()));
    assert_eq!(text.len(), bytes);
    text
}

pub fn put(world: &World, claim: &BucketClaim, text: &str) -> Result<(), BucketError> {
    world.edit_buckets(claim.account, |edit| {
        edit.put_bucket_policy(claim, text.into(), &NoOtherAccounts)
            .map(drop)
    })
}

pub fn set_block(
    world: &World,
    claim: &BucketClaim,
    block: Option<PublicAccessBlock>,
) -> Result<(), BucketError> {
    world.edit_buckets(claim.account, |edit| edit.put_public_access_block(claim, block))
}

fn text_of<'a>(account: &'a Account, claim: &BucketClaim) -> Option<&'a str> {
    account
        .bucket_policy(claim)
        .map(|policy| policy.document.saved_text())
}

pub fn decided(account: &Account, claim: &BucketClaim, user: &str) -> Decision {
    let user = account.user(user).unwrap();
    let principal = Principal::User {
        account: account.id(),
        arn: user.arn().clone(),
        id: Some(user.id),
    };
    let attached = account.bucket_policy(claim).unwrap().attached();
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::logs/k",
        resource_account: Some(account.id()),
        wildcard_only_action: false,
        partly_known: false,
        context: &Context::new(),
    };
    let resource = ResourceLayer {
        attached: &attached,
        must_participate: false,
        trust: false,
    };
    let layers = Layers {
        resource: Some(resource),
        ..Layers::default()
    };
    decide(&request, &layers)
}

#[test]
fn a_bucket_policy_is_kept_byte_for_byte_until_it_is_taken_away() {
    let world = World::new();
    let claim = world.adopt("logs", world.id).unwrap();
    assert_eq!(text_of(&world.account(), &claim), None);
    let (first, second) = (policy_for("210987654321"), policy_for(&root_arn(other())));
    put(&world, &claim, &first).unwrap();
    put(&world, &claim, &second).unwrap();
    let account = world.reloaded();
    assert_eq!(text_of(&account, &claim), Some(&*second));
    let policy = account.bucket_policy(&claim).unwrap();
    assert_eq!(
        (&*policy.arn, policy.document.is_public()),
        ("arn:aws:s3:::logs", false)
    );

    let world = World::new();
    let claim = world.adopt("logs", world.id).unwrap();
    put(&world, &claim, &first).unwrap();
    let deleted = || world.edit_buckets(world.id, |edit| Ok(edit.delete_bucket_policy(&claim)));
    assert_eq!(deleted().unwrap().unwrap().document.saved_text(), first);
    assert_eq!(deleted().unwrap(), None);
    assert_eq!(text_of(&world.reloaded(), &claim), None);
}

#[test]
fn a_new_bucket_blocks_all_public_access_until_its_owner_says_otherwise() {
    let world = World::new();
    let claim = world.adopt("logs", world.id).unwrap();
    let everyone = policy_for("*");
    assert_eq!(world.account().bucket_settings(&claim), BucketSettings::NEW);
    assert_eq!(put(&world, &claim, &everyone), Err(BucketError::PolicyIsPublic));

    for block in [Some(OPEN), None] {
        set_block(&world, &claim, Some(PublicAccessBlock::ALL)).unwrap();
        assert_eq!(put(&world, &claim, &everyone), Err(BucketError::PolicyIsPublic));
        set_block(&world, &claim, block).unwrap();
        put(&world, &claim, &everyone).unwrap();
    }
    let account = world.reloaded();
    let public_access_block = None;
    assert_eq!(
        account.bucket_settings(&claim),
        BucketSettings { public_access_block }
    );
    assert!(account.bucket_policy(&claim).unwrap().document.is_public());
}

#[test]
fn a_policy_that_could_not_be_decided_on_is_not_saved() {
    let world = World::new();
    let claim = world.adopt("logs", world.id).unwrap();
    let invalid = |text: &str| BucketError::InvalidPrincipal {
        kind: "AWS".into(),
        text: text.into(),
    };
    let nobody = user_arn(world.id, "nobody");
    assert_eq!(put(&world, &claim, &policy_for(&nobody)), Err(invalid(&nobody)));
    let stranger = user_arn(other(), "bob");
    assert_eq!(
        put(&world, &claim, &policy_for(&stranger)),
        Err(invalid(&stranger))
    );
    for text in [
        "",
        "{",
        "{}",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
    ] {
        assert!(
            matches!(put(&world, &claim, text), Err(BucketError::MalformedPolicy(_))),
            "{text}"
        );
    }
    let limit = ResourcePolicy::BYTES_MAX;
    put(&world, &claim, &policy_of(limit)).unwrap();
    let too_long = put(&world, &claim, &policy_of(limit + 1));
    assert_eq!(too_long, Err(BucketError::PolicyTooLong { limit: 20_480 }));
    assert_eq!(text_of(&world.reloaded(), &claim).map(str::len), Some(limit));
}

#[test]
fn principals_of_a_bucket_policy_are_bound_as_those_of_a_trust_policy_are() {
    let world = with_two_accounts();
    let claim = world.adopt("logs", world.id).unwrap();
    for (account, name) in [(world.id, "bob"), (other(), "carla")] {
        let created = world.edit_in(account, |edit| edit.create_user(world.new_user(name)));
        created.unwrap();
    }
    let (bob, carla) = (user_arn(world.id, "bob"), user_arn(other(), "carla"));
    let text = policy_for(&bob).replace(&format!("\"{bob}\""), &format!("[\"{bob}\", \"{carla}\"]"));
    world.account_of(other());
    world
        .edit_buckets(world.id, |edit| {
            edit.put_bucket_policy(&claim, text.as_str().into(), &world.directory)
                .map(drop)
        })
        .unwrap();
    let effect = |user| decided(&world.account(), &claim, user).effect;
    assert_eq!(effect("bob"), Effect::Allow);

    let update = UserUpdate {
        name: Some(user_name("robert")),
        path: None,
    };
    world
        .edit(|edit| edit.update_user("bob", update.clone()))
        .unwrap();
    world.edit_in(other(), |edit| edit.delete_user("carla")).unwrap();
    world
        .edit(|edit| edit.create_user(world.new_user("bob")))
        .unwrap();
    assert_eq!(
        (effect("robert"), effect("bob")),
        (Effect::Allow, Effect::ImplicitDeny)
    );

    let account = world.reloaded();
    let policy = account.bucket_policy(&claim).unwrap();
    let gone = policy.document.bindings()[1].id;
    let shown = text
        .replace(&bob, &user_arn(world.id, "robert"))
        .replace(&carla, gone.as_str());
    assert_eq!(policy.document.rendered(&account, &world.directory), shown);
    assert_eq!(policy.document.saved_text(), text);
}

#[test]
fn a_deleted_bucket_takes_its_policy_and_settings_with_it() {
    let world = with_two_accounts();
    let claim = world.adopt("logs", world.id).unwrap();
    put(&world, &claim, &policy_for("210987654321")).unwrap();
    set_block(&world, &claim, None).unwrap();
    world.release(&claim).unwrap();
    let loaded = world.block_on(world.engine.load(&partition(world.id))).unwrap();
    let keys: Vec<_> = loaded.entries.iter().map(|(key, _)| &**key).collect();
    assert_eq!(keys, ["info"]);

    let next = world.adopt("logs", world.id).unwrap();
    assert_eq!(text_of(&world.account(), &next), None);
    assert_eq!(world.account().bucket_settings(&next), BucketSettings::NEW);
}

/// What a crash between the two commits of a deletion leaves behind.
#[test]
fn what_is_left_of_a_deleted_bucket_counts_for_no_later_one_of_its_name() {
    let world = with_two_accounts();
    let old = world.adopt("logs", world.id).unwrap();
    put(&world, &old, &policy_for("210987654321")).unwrap();
    set_block(&world, &old, None).unwrap();
    let left: Vec<_> = world
        .block_on(world.engine.load(&partition(world.id)))
        .unwrap()
        .entries;
    world.release(&old).unwrap();

    let engine = world.engine.reopened();
    let revision = world.block_on(engine.head(&partition(world.id))).unwrap();
    let changes = left
        .into_iter()
        .map(|(key, value)| Change::put(key, value))
        .collect();
    let commit = Commit::new(partition(world.id), revision, changes);
    world.block_on(engine.commit(commit)).unwrap();
    let directory = open(&world, engine);

    for owner in [other(), world.id] {
        let adopted = directory.adopt_bucket("logs", owner, old.created, Vec::new());
        let claim = world.block_on(adopted).unwrap();
        for id in [world.id, other()] {
            let account = world.block_on(directory.account(id)).unwrap().unwrap();
            assert_eq!(text_of(&account, &claim), None);
            assert_eq!(account.bucket_settings(&claim), BucketSettings::NEW);
        }
        world
            .block_on(directory.release_bucket(&claim, Vec::new()))
            .unwrap();
    }
}

#[test]
fn whoever_still_holds_the_claim_of_a_deleted_bucket_changes_nothing_of_the_next() {
    let world = with_two_accounts();
    let old = world.adopt("logs", world.id).unwrap();
    world.release(&old).unwrap();
    let new = world.adopt("logs", world.id).unwrap();
    let text = policy_for("210987654321");

    put(&world, &old, &text).unwrap();
    assert_eq!(
        text_of(&world.account(), &new),
        None,
        "saved too late, for a bucket that is gone"
    );
    put(&world, &new, &text).unwrap();
    let not_the_owner = || Err(BucketError::NotTheOwner("logs".into()));
    assert_eq!(
        put(&world, &old, &policy_for(&root_arn(other()))),
        not_the_owner()
    );
    assert_eq!(set_block(&world, &old, None), not_the_owner());
    let deleted = world.edit_buckets(world.id, |edit| Ok(edit.delete_bucket_policy(&old)));
    assert_eq!(deleted.unwrap(), None);
    assert_eq!(text_of(&world.account(), &new), Some(&*text));

    let of_another = BucketClaim {
        account: other(),
        ..(*new).clone()
    };
    let edited = world.edit_buckets(world.id, |edit| {
        edit.put_bucket_policy(&of_another, text.as_str().into(), &NoOtherAccounts)
    });
    assert_eq!(edited, Err(BucketError::NotTheOwner("logs".into())));
    assert_eq!(text_of(&world.account(), &of_another), None);
}

#[test]
fn other_resources_have_policies_by_their_arns() {
    let world = World::new();
    let (root, role) = (root_arn(world.id), format!("arn:aws:iam::{}:role/r", world.id));
    let text = policy_for("210987654321");
    for arn in [&role, &root] {
        let edited = world.edit_buckets(world.id, |edit| {
            edit.put_resource_policy(arn, text.as_str().into(), &NoOtherAccounts)
        });
        assert_eq!(edited.unwrap().document.saved_text(), text);
    }
    let account = world.reloaded();
    let arns: Vec<_> = account.resource_policies().map(|policy| &*policy.arn).collect();
    assert_eq!(arns, [&*role, &*root]);
    assert_eq!(
        account.resource_policy(&root).unwrap().document.saved_text(),
        text
    );

    let delete = |arn: &str| world.edit_buckets(world.id, |edit| edit.delete_resource_policy(arn).map(drop));
    delete(&root).unwrap();
    assert_eq!(
        delete(&root),
        Err(BucketError::NoSuchResourcePolicy(root.as_str().into()))
    );
    assert_eq!(world.reloaded().resource_policies().count(), 1);
}

#[test]
fn a_policy_is_attached_by_arn_to_what_belongs_to_the_account_and_to_no_bucket() {
    let world = World::new();
    let claim = world.adopt("logs", world.id).unwrap();
    put(&world, &claim, &policy_for("210987654321")).unwrap();
    let long = format!("arn:aws:iam::{}:role/{}", world.id, "r".repeat(900));
    let pattern = format!("arn:aws:sqs:us-east-1:{}:jo*", world.id);
    for arn in [
        &pattern,
        "",
        "*",
        "arn:aws:s3:::logs",
        "arn:aws:iam::000000000042:root",
        "arn:aws:iam::111122223333:",
        "arn:aws::us-east-1:111122223333:x",
        "urn:aws:iam::111122223333:root",
        &long,
    ] {
        let edited = world.edit_buckets(world.id, |edit| {
            edit.put_resource_policy(arn, policy_for("210987654321").into(), &NoOtherAccounts)
        });
        assert_eq!(edited, Err(BucketError::NotAResource(arn.into())));
    }
    let account = world.account();
    assert_eq!(
        account.resource_policy("arn:aws:s3:::logs"),
        None,
        "it goes with its claim"
    );
    assert_eq!(account.resource_policies().count(), 0);
    let deleted = world.edit_buckets(world.id, |edit| edit.delete_resource_policy("arn:aws:s3:::logs"));
    assert!(deleted.is_err());
}
