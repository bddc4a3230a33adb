//! What is gathered for a principal is never older than what it was gathered from.

use std::sync::Arc;

use lanyard_directory::{
    Account, GroupUpdate, NewPolicyVersion, NoOtherAccounts, Owner, PrincipalName, PrincipalPolicies,
    UserUpdate,
};
use lanyard_names::GroupName;
use lanyard_policy::{Attached, PolicySource};
use lanyard_store::{Change, Cursor, Engine, Replica};

use crate::world::{ADMIN, ALLOW, DENY, World, at, inline, policy_arn, trust, user_name};

/// What should be gathered, from the records alone.
pub fn check_gathered(account: &Account) {
    for user in account.users(None) {
        let mut expected = owned(account, user.arn(), &user.inline, &user.attached);
        for group in account.groups_of(user) {
            expected.extend(owned(account, group.arn(), &group.inline, &group.attached));
        }
        let boundary = user
            .boundary
            .as_ref()
            .map(|arn| vec![account.managed_policy_attached(arn)]);
        compare(&account.policies_of_user(user), expected, boundary);
    }
    for role in account.roles(None) {
        let expected = owned(account, role.arn(), &role.inline, &role.attached);
        let boundary = role
            .boundary
            .as_ref()
            .map(|arn| vec![account.managed_policy_attached(arn)]);
        compare(&account.policies_of_role(role), expected, boundary);
    }
}

fn owned(
    account: &Account,
    owner: &Arc<str>,
    inline: &[Arc<lanyard_directory::InlinePolicy>],
    attached: &[lanyard_names::PolicyArn],
) -> Vec<Attached> {
    let managed = attached.iter().map(|arn| match account.policy(arn) {
        Some(policy) => Attached {
            policy: policy.default().unwrap().document.compiled(),
            source: PolicySource::Managed { arn: arn.to_shared() },
        },
        None => account.managed_policy_attached(arn),
    });
    let inline = inline.iter().map(|policy| Attached {
        policy: policy.document.compiled(),
        source: PolicySource::Inline {
            owner: Arc::clone(owner),
            name: policy.name.to_shared(),
        },
    });
    managed.chain(inline).collect()
}

fn compare(found: &PrincipalPolicies, expected: Vec<Attached>, boundary: Option<Vec<Attached>>) {
    same(&found.identity, expected);
    assert_eq!(found.boundary.is_some(), boundary.is_some());
    same(
        found.boundary.as_deref().unwrap_or_default(),
        boundary.unwrap_or_default(),
    );
}

/// The same policies, down to the compiled form, in any order.
fn same(found: &[Attached], expected: Vec<Attached>) {
    let key = |attached: &Attached| {
        (
            format!("{:?}", attached.source),
            Arc::as_ptr(&attached.policy) as usize,
        )
    };
    let mut found: Vec<_> = found.iter().map(key).collect();
    let mut expected: Vec<_> = expected.iter().map(key).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn every_kind_of_change_is_seen_at_once() {
    let world = World::new();
    let own = world.own_policy("p");
    let check = |change: &dyn Fn(
        &mut lanyard_directory::AccountEdit,
    ) -> Result<(), lanyard_directory::DirectoryError>| {
        world.edit(|edit| change(edit)).unwrap();
        check_gathered(&world.account());
    };
    check(&|edit| edit.create_user(world.new_user("bob")).map(drop));
    check(&|edit| edit.create_group(world.new_group("g")).map(drop));
    check(&|edit| edit.create_policy(world.new_policy("p", ALLOW)).map(drop));
    check(&|edit| {
        edit.create_role(world.new_role("r", &trust("*")), &NoOtherAccounts)
            .map(drop)
    });
    for owner in [Owner::User("bob"), Owner::Group("g"), Owner::Role("r")] {
        check(&|edit| edit.attach_policy(owner, &own));
        check(&|edit| edit.attach_policy(owner, &policy_arn(ADMIN)));
        check(&|edit| edit.put_inline_policy(owner, inline("i"), ALLOW));
        check(&|edit| edit.put_inline_policy(owner, inline("i"), DENY));
    }
    check(&|edit| edit.set_boundary(PrincipalName::User("bob"), &own));
    check(&|edit| edit.set_boundary(PrincipalName::Role("r"), &own));
    check(&|edit| edit.add_user_to_group("g", "bob"));
    let version = NewPolicyVersion {
        text: DENY.into(),
        is_default: true,
        created: at(2),
    };
    check(&|edit| edit.create_policy_version(&own, version.clone()).map(drop));
    check(&|edit| edit.set_default_policy_version(&own, "v1"));
    let renamed = GroupUpdate {
        name: Some(GroupName::parse("h").unwrap()),
        path: None,
    };
    check(&|edit| edit.update_group("g", renamed.clone()).map(drop));
    let renamed = UserUpdate {
        name: Some(user_name("rob")),
        path: None,
    };
    check(&|edit| edit.update_user("bob", renamed.clone()).map(drop));
    check(&|edit| edit.put_inline_policy(Owner::Group("h"), inline("j"), DENY));
    check(&|edit| edit.detach_policy(Owner::Group("h"), &own));
    check(&|edit| edit.remove_user_from_group("h", "rob"));
    check(&|edit| edit.delete_boundary(PrincipalName::User("rob")));
}

#[test]
fn what_was_gathered_is_kept_while_nothing_it_came_from_changes() {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.put_inline_policy(Owner::User("bob"), inline("i"), ALLOW)
        })
        .unwrap();
    let gathered = |account: &Account| account.policies_of_user(account.user("bob").unwrap());
    let before = gathered(&world.account());
    world
        .edit(|edit| edit.create_user(world.new_user("eve")))
        .unwrap();
    assert!(
        Arc::ptr_eq(&before, &gathered(&world.account())),
        "another user is no reason to gather anew"
    );
    world
        .edit(|edit| edit.create_group(world.new_group("g")))
        .unwrap();
    assert!(!Arc::ptr_eq(&before, &gathered(&world.account())));
}

/// A write that is computed on a state which then fails to become durable leaves snapshots that share records
/// with the durable ones. What was gathered for one must not serve the other.
#[test]
fn snapshots_that_grew_apart_do_not_share_what_they_gathered() {
    let with_bob_in_a_group = || {
        let world = World::new();
        world
            .edit(|edit| {
                edit.create_user(world.new_user("bob"))?;
                edit.create_group(world.new_group("g"))?;
                edit.add_user_to_group("g", "bob")
            })
            .unwrap();
        world
    };
    let base = with_bob_in_a_group().account();
    // Worlds draw the same ids in the same order, so a change from one fits another.
    let change_to = |text: &str| -> Vec<Change> {
        let world = with_bob_in_a_group();
        world
            .edit(|edit| edit.put_inline_policy(Owner::Group("g"), inline("i"), text))
            .unwrap();
        let events = world
            .block_on(world.engine.watch(Cursor::START, usize::MAX))
            .unwrap();
        events.last().unwrap().changes.clone()
    };
    let allowing = change_to(ALLOW);
    let denying = change_to(DENY);
    let (mut allowed, mut denied) = (Account::clone(&base), Account::clone(&base));
    allowed.apply(base.revision().next(), &allowing).unwrap();
    denied.apply(base.revision().next(), &denying).unwrap();
    assert!(
        Arc::ptr_eq(allowed.user("bob").unwrap(), denied.user("bob").unwrap()),
        "one record, two snapshots"
    );
    for _ in 0..2 {
        check_gathered(&allowed);
        check_gathered(&denied);
        check_gathered(&base);
    }
}
