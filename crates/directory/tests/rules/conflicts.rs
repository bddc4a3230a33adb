//! What must go before something can be deleted, and in which order it is reported.

use crate::world::{ADMIN, ALLOW, World, at, inline, policy_arn, trust};
use lanyard_directory::{Conflict, DirectoryError, KeyHolder, NewPolicyVersion, Owner, PrincipalName};

fn conflict<T: std::fmt::Debug>(result: Result<T, DirectoryError>) -> Conflict {
    match result {
        Err(DirectoryError::DeleteConflict(conflict)) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn a_user_goes_last_and_its_conflicts_come_in_order() {
    let world = World::new();
    let admin = policy_arn(ADMIN);
    let (user, group, key) = (world.new_user("bob"), world.new_group("g"), world.new_key());
    let (key_id, phone) = (key.id.to_string(), crate::mfa_devices::serial("phone"));
    world
        .edit(|edit| {
            edit.create_user(user.clone())?;
            edit.create_group(group.clone())?;
            edit.attach_policy(Owner::User("bob"), &admin)?;
            edit.put_inline_policy(Owner::User("bob"), inline("p"), ALLOW)?;
            edit.add_user_to_group("g", "bob")?;
            edit.create_access_key(KeyHolder::User("bob"), key.clone())?;
            edit.create_login_profile("bob", crate::passwords::new_profile("hash"))?;
            edit.create_mfa_device(crate::mfa_devices::new_device("phone"))?;
            edit.enable_mfa_device(
                KeyHolder::User("bob"),
                &phone,
                crate::mfa_devices::clock(1),
                at(2),
            )?;
            edit.set_boundary(PrincipalName::User("bob"), &admin)
        })
        .unwrap();
    let delete = || world.edit(|edit| edit.delete_user("BOB"));
    assert_eq!(conflict(delete()), Conflict::AttachedPolicies);
    world
        .edit(|edit| edit.detach_policy(Owner::User("bob"), &admin))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::InlinePolicies);
    world
        .edit(|edit| edit.delete_inline_policy(Owner::User("bob"), "p"))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::GroupMembership);
    world
        .edit(|edit| edit.remove_user_from_group("g", "bob"))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::AccessKeys);
    world
        .edit(|edit| edit.delete_access_key(KeyHolder::User("bob"), &key_id))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::LoginProfile);
    world.edit(|edit| edit.delete_login_profile("bob")).unwrap();
    assert_eq!(conflict(delete()), Conflict::MfaDevices);
    world
        .edit(|edit| edit.deactivate_mfa_device(KeyHolder::User("bob"), &phone))
        .unwrap();
    assert_eq!(delete().unwrap().name.as_str(), "bob");
    assert_eq!(delete().unwrap_err(), DirectoryError::NoSuchUser("BOB".into()));
}

#[test]
fn a_group_with_users_or_policies_stays() {
    let world = World::new();
    let admin = policy_arn(ADMIN);
    let (user, group) = (world.new_user("bob"), world.new_group("g"));
    world
        .edit(|edit| {
            edit.create_user(user.clone())?;
            edit.create_group(group.clone())?;
            edit.attach_policy(Owner::Group("g"), &admin)?;
            edit.put_inline_policy(Owner::Group("g"), inline("p"), ALLOW)?;
            edit.add_user_to_group("g", "bob")
        })
        .unwrap();
    let delete = || world.edit(|edit| edit.delete_group("g"));
    assert_eq!(conflict(delete()), Conflict::GroupMembership);
    world
        .edit(|edit| edit.remove_user_from_group("g", "bob"))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::AttachedPolicies);
    world
        .edit(|edit| edit.detach_policy(Owner::Group("g"), &admin))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::InlinePolicies);
    world
        .edit(|edit| edit.delete_inline_policy(Owner::Group("g"), "p"))
        .unwrap();
    delete().unwrap();
}

#[test]
fn a_role_with_policies_stays() {
    let world = World::new();
    let admin = policy_arn(ADMIN);
    let role = world.new_role("r", &trust(&world.id.to_string()));
    world
        .edit(|edit| {
            edit.create_role(role.clone(), &lanyard_directory::NoOtherAccounts)?;
            edit.attach_policy(Owner::Role("r"), &admin)?;
            edit.put_inline_policy(Owner::Role("r"), inline("p"), ALLOW)
        })
        .unwrap();
    let delete = || world.edit(|edit| edit.delete_role("r"));
    assert_eq!(conflict(delete()), Conflict::AttachedPolicies);
    world
        .edit(|edit| edit.detach_policy(Owner::Role("r"), &admin))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::InlinePolicies);
    world
        .edit(|edit| edit.delete_inline_policy(Owner::Role("r"), "p"))
        .unwrap();
    delete().unwrap();
}

#[test]
fn a_managed_policy_in_use_or_with_versions_stays() {
    let world = World::new();
    let arn = world.own_policy("p");
    let (user, policy) = (world.new_user("bob"), world.new_policy("p", ALLOW));
    world
        .edit(|edit| {
            edit.create_user(user.clone())?;
            edit.create_policy(policy.clone())?;
            edit.create_policy_version(
                &arn,
                NewPolicyVersion {
                    text: ALLOW.into(),
                    is_default: true,
                    created: at(2),
                },
            )?;
            edit.attach_policy(Owner::User("bob"), &arn)?;
            edit.set_boundary(PrincipalName::User("bob"), &arn)
        })
        .unwrap();
    let delete = || world.edit(|edit| edit.delete_policy(&arn));
    assert_eq!(conflict(delete()), Conflict::PolicyIsAttached);
    world
        .edit(|edit| edit.detach_policy(Owner::User("bob"), &arn))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::PolicyIsBoundary);
    world
        .edit(|edit| edit.delete_boundary(PrincipalName::User("bob")))
        .unwrap();
    assert_eq!(conflict(delete()), Conflict::PolicyHasVersions);
    let default = world.edit(|edit| edit.delete_policy_version(&arn, "v2"));
    assert_eq!(conflict(default), Conflict::VersionIsDefault);
    world.edit(|edit| edit.delete_policy_version(&arn, "v1")).unwrap();
    delete().unwrap();
}

#[test]
fn version_numbers_are_never_given_again() {
    let world = World::new();
    let arn = world.own_policy("p");
    let policy = world.new_policy("p", ALLOW);
    let add = |is_default| {
        let new = NewPolicyVersion {
            text: ALLOW.into(),
            is_default,
            created: at(3),
        };
        world
            .edit(|edit| edit.create_policy_version(&arn, new.clone()))
            .map(|version| version.id.to_string())
    };
    world.edit(|edit| edit.create_policy(policy.clone())).unwrap();
    assert_eq!(add(false).unwrap(), "v2");
    assert_eq!(add(false).unwrap(), "v3");
    world.edit(|edit| edit.delete_policy_version(&arn, "v3")).unwrap();
    world.edit(|edit| edit.delete_policy_version(&arn, "v2")).unwrap();
    assert_eq!(add(true).unwrap(), "v4");
    let kept = world.reloaded();
    let kept = kept.policy(&arn).unwrap();
    assert_eq!(kept.default_version.to_string(), "v4");
    assert_eq!(kept.updated, at(3));
    for wrong in ["v2", "v9", "4", "latest", "v4.abc"] {
        assert_eq!(
            world
                .edit(|edit| edit.set_default_policy_version(&arn, wrong))
                .unwrap_err(),
            DirectoryError::NoSuchPolicyVersion {
                arn: arn.as_str().into(),
                version: wrong.into()
            }
        );
    }
}
