//! Names are unique without regard to case and keep their spelling; lists are in their order.

use crate::world::{ADMIN, ALLOW, World, inline, policy_arn, tag, trust, user_name};
use lanyard_directory::{
    DirectoryError, GroupUpdate, KeyHolder, KeyOwner, KeyStatus, NoOtherAccounts, Owner, PrincipalName,
    RoleUpdate, Taggable, UserUpdate,
};
use lanyard_names::{EntityPath, GroupName, PolicyArn};

#[test]
fn names_are_taken_in_every_case() {
    let world = World::new();
    let anyone = trust("*");
    world
        .edit(|edit| {
            edit.create_user(world.new_user("Bob"))?;
            edit.create_group(world.new_group("Bob"))?;
            edit.create_role(world.new_role("Bob", &anyone), &NoOtherAccounts)?;
            edit.create_policy(world.new_policy("Bob", ALLOW)).map(drop)
        })
        .unwrap();
    let taken = "bOB";
    assert_eq!(
        world
            .edit(|edit| edit.create_user(world.new_user(taken)))
            .unwrap_err(),
        DirectoryError::UserExists(taken.into())
    );
    assert_eq!(
        world
            .edit(|edit| edit.create_group(world.new_group(taken)))
            .unwrap_err(),
        DirectoryError::GroupExists(taken.into())
    );
    assert_eq!(
        world
            .edit(|edit| edit.create_role(world.new_role(taken, &anyone), &NoOtherAccounts))
            .unwrap_err(),
        DirectoryError::RoleExists(taken.into())
    );
    let mut elsewhere = world.new_policy(taken, ALLOW);
    elsewhere.path = EntityPath::parse("/other/").unwrap();
    assert_eq!(
        world
            .edit(|edit| edit.create_policy(elsewhere.clone()))
            .unwrap_err(),
        DirectoryError::PolicyExists(taken.into()),
        "a path does not make a name another"
    );
    assert_eq!(world.account().user("BOB").unwrap().name.as_str(), "Bob");
}

#[test]
fn an_arn_names_a_policy_exactly() {
    let world = World::new();
    world
        .edit(|edit| edit.create_policy(world.new_policy("Bob", ALLOW)))
        .unwrap();
    let account = world.account();
    assert!(account.policy(&world.own_policy("Bob")).is_some());
    assert!(account.policy(&world.own_policy("bob")).is_none());
    assert!(account.policy(&world.own_policy("x/Bob")).is_none());
    let foreign = policy_arn("arn:aws:iam::999999999999:policy/Bob");
    assert!(account.policy(&foreign).is_none());
    world.edit(|edit| edit.create_user(world.new_user("u"))).unwrap();
    for wrong in [
        &foreign,
        &world.own_policy("bob"),
        &policy_arn("arn:aws:iam::aws:policy/administratoraccess"),
    ] {
        assert_eq!(
            world
                .edit(|edit| edit.attach_policy(Owner::User("u"), wrong))
                .unwrap_err(),
            DirectoryError::PolicyNotFoundToAttach(wrong.as_str().into())
        );
        assert_eq!(
            world
                .edit(|edit| edit.set_boundary(PrincipalName::User("u"), wrong))
                .unwrap_err(),
            DirectoryError::BoundaryNotFound(wrong.as_str().into())
        );
    }
}

#[test]
fn a_renamed_user_keeps_everything_but_its_arn() {
    let world = World::new();
    let key = world.new_key();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_user(world.new_user("eve"))?;
            edit.create_group(world.new_group("g"))?;
            edit.add_user_to_group("g", "bob")?;
            edit.attach_policy(Owner::User("bob"), &policy_arn(ADMIN))?;
            edit.put_inline_policy(Owner::User("bob"), inline("p"), ALLOW)?;
            edit.create_access_key(KeyHolder::User("bob"), key.clone())
                .map(drop)
        })
        .unwrap();
    let before = world.account();
    let before = before.user("bob").unwrap();
    let rename = |old: &str, new: &str| {
        let update = UserUpdate {
            name: Some(user_name(new)),
            path: None,
        };
        world.edit(|edit| edit.update_user(old, update.clone()))
    };
    assert_eq!(
        rename("bob", "EVE").unwrap_err(),
        DirectoryError::UserExists("EVE".into())
    );
    let after = rename("bob", "Robert").unwrap();
    assert_eq!(after.id, before.id);
    assert_eq!(&**after.arn(), format!("arn:aws:iam::{}:user/Robert", world.id));
    assert_eq!(
        (&after.attached, &after.inline, &after.groups),
        (&before.attached, &before.inline, &before.groups)
    );
    let account = world.account();
    assert!(account.user("bob").is_none());
    assert_eq!(
        account.access_key(key.id).unwrap().owner,
        KeyOwner::User(before.id)
    );
    let group = account.group("g").unwrap().id;
    assert_eq!(
        account
            .members(group, None)
            .map(|user| user.name.as_str())
            .collect::<Vec<_>>(),
        ["Robert"]
    );
    assert_eq!(
        rename("robert", "ROBERT").unwrap().name.as_str(),
        "ROBERT",
        "only the spelling"
    );
    let moved = UserUpdate {
        name: None,
        path: Some(EntityPath::parse("/x/").unwrap()),
    };
    let moved = world
        .edit(|edit| edit.update_user("robert", moved.clone()))
        .unwrap();
    assert_eq!(&**moved.arn(), format!("arn:aws:iam::{}:user/x/ROBERT", world.id));
}

#[test]
fn a_renamed_group_keeps_its_members() {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_group(world.new_group("g"))?;
            edit.create_group(world.new_group("h"))?;
            edit.add_user_to_group("G", "BOB")
        })
        .unwrap();
    let rename = |new: &str| {
        let update = GroupUpdate {
            name: Some(GroupName::parse(new).unwrap()),
            path: None,
        };
        world.edit(|edit| edit.update_group("g", update.clone()))
    };
    assert_eq!(rename("H").unwrap_err(), DirectoryError::GroupExists("H".into()));
    let renamed = rename("crowd").unwrap();
    let account = world.account();
    assert_eq!(account.member_count(renamed.id), 1);
    let groups = account.groups_of(account.user("bob").unwrap());
    assert_eq!(groups[0].name.as_str(), "crowd");
}

#[test]
fn lists_begin_after_any_name() {
    let world = World::new();
    world
        .edit(|edit| {
            edit.create_group(world.new_group("g"))?;
            for name in ["delta", "Alpha", "charlie", "Bravo"] {
                edit.create_user(world.new_user(name))?;
                edit.add_user_to_group("g", name)?;
                edit.attach_policy(Owner::User(name), &policy_arn(ADMIN))?;
            }
            Ok(())
        })
        .unwrap();
    let account = world.account();
    let users = |after| {
        account
            .users(after)
            .map(|user| user.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(users(None), ["Alpha", "Bravo", "charlie", "delta"]);
    assert_eq!(users(Some("BRAVO")), ["charlie", "delta"]);
    assert_eq!(
        users(Some("b")),
        ["Bravo", "charlie", "delta"],
        "the name need not exist"
    );
    assert!(users(Some("delta")).is_empty());
    let group = account.group("g").unwrap().id;
    let members = account
        .members(group, Some("bravo"))
        .map(|user| user.name.to_string())
        .collect::<Vec<_>>();
    assert_eq!(members, ["charlie", "delta"]);
    let admin = policy_arn(ADMIN);
    let after = Some((lanyard_directory::OwnerKind::User, "Charlie"));
    let attached = account.entities_using(&admin, lanyard_directory::Attachment::Permissions, after);
    let attached: Vec<_> = attached
        .map(|(_, id)| account.user_by_id(id).unwrap().name.to_string())
        .collect();
    assert_eq!(attached, ["delta"]);
}

#[test]
fn tag_keys_ignore_case_on_users_and_roles_and_keep_it_on_policies() {
    let world = World::new();
    let own = world.own_policy("p");
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_policy(world.new_policy("p", ALLOW)).map(drop)
        })
        .unwrap();
    let tag_both = |key: &str, value: &str| {
        world
            .edit(|edit| {
                edit.tag(Taggable::User("bob"), vec![tag(key, value)])?;
                edit.tag(Taggable::Policy(&own), vec![tag(key, value)])
            })
            .unwrap();
    };
    tag_both("Team", "a");
    tag_both("team", "b");
    let shown = |tags: &lanyard_directory::Tags| {
        tags.iter()
            .map(|tag| format!("{}={}", tag.key, tag.value))
            .collect::<Vec<_>>()
    };
    let account = world.reloaded();
    assert_eq!(shown(&account.user("bob").unwrap().tags), ["team=b"]);
    assert_eq!(shown(&account.policy(&own).unwrap().tags), ["Team=a", "team=b"]);
    // The sign for kelvin is a `k` to conditions.
    world
        .edit(|edit| edit.tag(Taggable::User("bob"), vec![tag("desk", "1")]))
        .unwrap();
    world
        .edit(|edit| edit.tag(Taggable::User("bob"), vec![tag("DES\u{212a}", "2")]))
        .unwrap();
    assert_eq!(
        shown(&world.reloaded().user("bob").unwrap().tags),
        ["DES\u{212a}=2", "team=b"]
    );
    world
        .edit(|edit| edit.untag(Taggable::User("bob"), &["Desk"]))
        .unwrap();
    let twice = vec![tag("x", "1"), tag("X", "2")];
    assert_eq!(
        world
            .edit(|edit| edit.tag(Taggable::User("bob"), twice.clone()))
            .unwrap_err(),
        DirectoryError::DuplicateTagKeys
    );
    world
        .edit(|edit| edit.tag(Taggable::Policy(&own), twice.clone()))
        .unwrap();
    assert_eq!(
        world
            .edit(|edit| edit.tag(Taggable::User("bob"), vec![tag("Aws:x", "1")]))
            .unwrap_err(),
        DirectoryError::TagKeyReserved("Aws:x".into())
    );
    world
        .edit(|edit| edit.untag(Taggable::User("bob"), &["TEAM", "nothing"]))
        .unwrap();
    assert!(world.account().user("bob").unwrap().tags.is_empty());
}

#[test]
fn keys_belong_to_one_holder() {
    let world = World::new();
    let key = world.new_key();
    let id = key.id.to_string();
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_user(world.new_user("eve"))?;
            edit.create_access_key(KeyHolder::User("bob"), key.clone())
                .map(drop)
        })
        .unwrap();
    for (holder, id) in [
        (KeyHolder::User("eve"), id.as_str()),
        (KeyHolder::Root, &id),
        (KeyHolder::User("bob"), "x"),
    ] {
        assert_eq!(
            world
                .edit(|edit| edit.update_access_key(holder, id, KeyStatus::Inactive))
                .unwrap_err(),
            DirectoryError::NoSuchAccessKey(id.into())
        );
    }
    world
        .edit(|edit| edit.update_access_key(KeyHolder::User("bob"), &id, KeyStatus::Inactive))
        .unwrap();
    let account = world.reloaded();
    let kept = account.access_key(key.id).unwrap();
    assert!(!kept.is_active());
    assert_eq!(kept.secret.as_bytes(), b"sealed");
    assert_eq!(format!("{:?}", kept.secret), "SealedSecret");
}

#[test]
fn what_belongs_to_services_is_not_the_accounts_to_change() {
    let world = World::new();
    let mut linked = world.new_role("AWSServiceRoleForSupport", &trust("*"));
    for path in [
        "/aws-service-role/support.amazonaws.com/",
        "/aws-reserved/sso.amazonaws.com/",
    ] {
        linked.path = EntityPath::parse(path).unwrap();
        assert!(matches!(
            world.edit(|edit| edit.create_role(linked.clone(), &NoOtherAccounts)),
            Err(DirectoryError::PathReserved(_))
        ));
    }
    world
        .edit(|edit| edit.create_role(world.new_role("r", &trust("*")), &NoOtherAccounts))
        .unwrap();
    let for_services = world
        .directory
        .managed_policies()
        .iter(None)
        .find(|policy| policy.path == "/aws-service-role/")
        .map(|policy| PolicyArn::parse(&policy.arn()).unwrap())
        .unwrap();
    assert_eq!(
        world
            .edit(|edit| edit.attach_policy(Owner::Role("r"), &for_services))
            .unwrap_err(),
        DirectoryError::PolicyNotAttachable(for_services.as_str().into())
    );
    let admin = policy_arn(ADMIN);
    assert_eq!(
        world.edit(|edit| edit.delete_policy(&admin)).unwrap_err(),
        DirectoryError::PolicyBelongsToAws(ADMIN.into())
    );
}

#[test]
fn a_roles_longest_session_is_one_to_twelve_hours() {
    let world = World::new();
    world
        .edit(|edit| edit.create_role(world.new_role("r", &trust("*")), &NoOtherAccounts))
        .unwrap();
    assert_eq!(world.account().role("r").unwrap().session_seconds_max, 3_600);
    let update = |seconds| {
        let update = RoleUpdate {
            session_seconds_max: Some(seconds),
            description: Some("d".into()),
        };
        world.edit(|edit| edit.update_role("r", update.clone()))
    };
    for wrong in [0, 3_599, 43_201] {
        assert_eq!(
            update(wrong).unwrap_err(),
            DirectoryError::SessionDurationOutOfRange(wrong)
        );
    }
    assert_eq!(update(43_200).unwrap().session_seconds_max, 43_200);
    assert_eq!(
        world.reloaded().role("r").unwrap().description.as_deref(),
        Some("d")
    );
}
