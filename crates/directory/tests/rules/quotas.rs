//! Every quota, at its limit and one beyond.

use crate::world::{ALLOW, World, at, inline, policy_arn, policy_of_size, tag, trust};
use lanyard_directory::{
    AccountEdit, DirectoryError, KeyHolder, NewPolicyVersion, NoOtherAccounts, Owner, Quota, Taggable,
};

/// Does `once` as often as the quota allows, then once more.
fn check(
    world: &World,
    quota: Quota,
    limit: u64,
    subject: &str,
    mut once: impl FnMut(&mut AccountEdit, u64) -> Result<(), DirectoryError>,
) {
    assert_eq!(world.account().limit(quota), limit, "{}", quota.name());
    for number in 0..limit {
        world.edit(|edit| once(edit, number)).unwrap();
    }
    let refusal = world.edit(|edit| once(edit, limit)).unwrap_err();
    assert_eq!(
        refusal,
        DirectoryError::QuotaExceeded {
            quota,
            limit,
            subject: subject.into()
        }
    );
}

fn lower(world: &World, quota: Quota, limit: u64) {
    world
        .edit(|edit| {
            edit.set_quota(quota, Some(limit));
            Ok(())
        })
        .unwrap();
}

#[test]
fn entities_per_account_are_limited() {
    let world = World::new();
    for quota in [
        Quota::UsersPerAccount,
        Quota::GroupsPerAccount,
        Quota::RolesPerAccount,
        Quota::PoliciesPerAccount,
    ] {
        lower(&world, quota, 3);
    }
    check(&world, Quota::UsersPerAccount, 3, "x3", |edit, number| {
        edit.create_user(world.new_user(&format!("x{number}"))).map(drop)
    });
    check(&world, Quota::GroupsPerAccount, 3, "x3", |edit, number| {
        edit.create_group(world.new_group(&format!("x{number}")))
            .map(drop)
    });
    let anyone = trust("*");
    check(&world, Quota::RolesPerAccount, 3, "x3", |edit, number| {
        edit.create_role(world.new_role(&format!("x{number}"), &anyone), &NoOtherAccounts)
            .map(drop)
    });
    check(&world, Quota::PoliciesPerAccount, 3, "x3", |edit, number| {
        edit.create_policy(world.new_policy(&format!("x{number}"), ALLOW))
            .map(drop)
    });
}

fn with_owners() -> World {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_group(world.new_group("g"))?;
            edit.create_role(world.new_role("r", &trust("*")), &NoOtherAccounts)
                .map(drop)
        })
        .unwrap();
    world
}

#[test]
fn attached_policies_per_owner_are_limited() {
    let world = with_owners();
    for number in 0..=10 {
        world
            .edit(|edit| edit.create_policy(world.new_policy(&format!("p{number}"), ALLOW)))
            .unwrap();
    }
    for (owner, quota, name) in [
        (Owner::User("bob"), Quota::PoliciesPerUser, "bob"),
        (Owner::Group("g"), Quota::PoliciesPerGroup, "g"),
        (Owner::Role("r"), Quota::PoliciesPerRole, "r"),
    ] {
        check(&world, quota, 10, name, |edit, number| {
            edit.attach_policy(owner, &world.own_policy(&format!("p{number}")))
        });
        // What is attached already is no further one.
        world
            .edit(|edit| edit.attach_policy(owner, &world.own_policy("p0")))
            .unwrap();
    }
}

#[test]
fn groups_per_user_are_limited() {
    let world = with_owners();
    check(&world, Quota::GroupsPerUser, 10, "bob", |edit, number| {
        edit.create_group(world.new_group(&format!("g{number}")))?;
        edit.add_user_to_group(&format!("g{number}"), "bob")
    });
}

#[test]
fn access_keys_per_user_and_of_root_are_limited() {
    let world = with_owners();
    check(&world, Quota::AccessKeysPerUser, 2, "bob", |edit, _| {
        edit.create_access_key(KeyHolder::User("bob"), world.new_key())
            .map(drop)
    });
    check(&world, Quota::AccessKeysPerUser, 2, "root", |edit, _| {
        edit.create_access_key(KeyHolder::Root, world.new_key()).map(drop)
    });
}

#[test]
fn versions_per_policy_are_limited() {
    let world = with_owners();
    world
        .edit(|edit| edit.create_policy(world.new_policy("p", ALLOW)))
        .unwrap();
    lower(&world, Quota::VersionsPerPolicy, 5);
    for _ in 0..4 {
        world.edit(|edit| add_version(edit, &world, ALLOW)).unwrap();
    }
    assert_eq!(
        world.edit(|edit| add_version(edit, &world, ALLOW)).unwrap_err(),
        DirectoryError::QuotaExceeded {
            quota: Quota::VersionsPerPolicy,
            limit: 5,
            subject: "p".into()
        }
    );
}

fn add_version(edit: &mut AccountEdit, world: &World, text: &str) -> Result<(), DirectoryError> {
    let new = NewPolicyVersion {
        text: text.into(),
        is_default: false,
        created: at(1),
    };
    edit.create_policy_version(&world.own_policy("p"), new).map(drop)
}

#[test]
fn sizes_of_managed_policies_count_no_white_space() {
    let world = with_owners();
    let exceeded = DirectoryError::QuotaExceeded {
        quota: Quota::PolicySize,
        limit: 6_144,
        subject: "p".into(),
    };
    let create = |text: &str| world.edit(|edit| edit.create_policy(world.new_policy("p", text)).map(drop));
    assert_eq!(create(&policy_of_size(6_145)).unwrap_err(), exceeded);
    let fits = policy_of_size(6_144).replace(',', " ,\n\t\r ");
    create(&fits).unwrap();
    assert_eq!(
        world
            .edit(|edit| add_version(edit, &world, &policy_of_size(6_145)))
            .unwrap_err(),
        exceeded
    );
    let account = world.reloaded();
    let policy = account.policy(&world.own_policy("p")).unwrap();
    assert_eq!(
        policy.default().unwrap().document.text(),
        fits,
        "the text is kept byte for byte"
    );
}

#[test]
fn white_space_cannot_fill_an_entity_so_that_it_can_no_longer_be_changed() {
    let world = World::new();
    world.edit(|edit| edit.create_user(world.new_user("u"))).unwrap();
    let spaced = |count: usize| format!("{ALLOW}{}", "\n".repeat(count));
    let put = |name: &str, count: usize| {
        world.edit(|edit| edit.put_inline_policy(Owner::User("u"), inline(name), &spaced(count)))
    };
    put("a", 130_000).unwrap();
    put("a", 131_000).unwrap();
    put("b", 130_000).unwrap();
    assert_eq!(
        put("c", 130_000),
        Err(DirectoryError::QuotaExceeded {
            quota: Quota::UserPolicySize,
            limit: 2048,
            subject: "u".into()
        })
    );
    let arn = policy_arn("arn:aws:iam::aws:policy/AdministratorAccess");
    world
        .edit(|edit| edit.attach_policy(Owner::User("u"), &arn))
        .unwrap();
}

#[test]
fn sizes_of_inline_policies_are_counted_together() {
    let world = with_owners();
    for (owner, quota, limit, name) in [
        (Owner::User("bob"), Quota::UserPolicySize, 2_048, "bob"),
        (Owner::Group("g"), Quota::GroupPolicySize, 5_120, "g"),
        (Owner::Role("r"), Quota::RolePolicySize, 10_240, "r"),
    ] {
        let put = |policy: &str, size: usize| {
            world.edit(|edit| edit.put_inline_policy(owner, inline(policy), &policy_of_size(size)))
        };
        let exceeded = Err(DirectoryError::QuotaExceeded {
            quota,
            limit: limit as u64,
            subject: name.into(),
        });
        put("a", 1_000).unwrap();
        assert_eq!(put("b", limit - 999), exceeded);
        put("b", limit - 1_000).unwrap();
        // Replacing one counts the new instead of the old.
        put("b", limit - 1_000).unwrap();
        assert_eq!(put("a", 1_001), exceeded);
        put("a", 999).unwrap();
    }
}

#[test]
fn the_size_of_a_trust_policy_is_limited() {
    let world = with_owners();
    let condition = |size: usize| {
        let text = trust("*").replace(
            r#""sts:AssumeRole""#,
            r#""sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"X"}}"#,
        );
        let pad = size - text.len() + 1;
        text.replace("\"X\"", &format!("\"{}\"", "x".repeat(pad)))
    };
    let update = |text: String| {
        world.edit(|edit| {
            edit.update_trust_policy("r", text.as_str().into(), &NoOtherAccounts)
                .map(drop)
        })
    };
    update(condition(2_048)).unwrap();
    assert_eq!(
        update(condition(2_049)).unwrap_err(),
        DirectoryError::QuotaExceeded {
            quota: Quota::AclSizePerRole,
            limit: 2_048,
            subject: "r".into()
        }
    );
    lower(&world, Quota::AclSizePerRole, 8_192);
    update(condition(8_192)).unwrap();
}

#[test]
fn tags_are_limited() {
    let world = with_owners();
    check(&world, Quota::TagsPerResource, 50, "bob", |edit, number| {
        edit.tag(Taggable::User("bob"), vec![tag(&format!("k{number}"), "v")])
    });
    // Setting what is there already is no further one.
    world
        .edit(|edit| edit.tag(Taggable::User("bob"), vec![tag("K0", "w")]))
        .unwrap();
}

#[test]
fn quotas_are_the_operators_to_change_and_survive_a_restart() {
    let world = World::new();
    lower(&world, Quota::UsersPerAccount, 12_345);
    assert_eq!(world.reloaded().limit(Quota::UsersPerAccount), 12_345);
    world
        .edit(|edit| {
            edit.set_quota(Quota::UsersPerAccount, None);
            Ok(())
        })
        .unwrap();
    assert_eq!(world.reloaded().limit(Quota::UsersPerAccount), 5_000);
    assert_eq!(Quota::find("aclsizeperrole"), Some(Quota::AclSizePerRole));
}
