//! Service-linked roles: the table of services, their creation and deletion, and that nothing else changes them.

use std::collections::BTreeSet;

use lanyard_directory::{
    DirectoryError, LinkedService, NewServiceLinkedRole, NoOtherAccounts, Owner, PrincipalName, Quota, Role,
    RoleUpdate, Taggable,
};
use lanyard_names::{EntityPath, IdKind};

use crate::agreement;
use crate::world::{ADMIN, ALLOW, World, inline, policy_arn, tag, trust};

fn create(world: &World, service: &str, suffix: Option<&str>) -> Result<String, DirectoryError> {
    let new = NewServiceLinkedRole {
        id: world.draw(IdKind::Role),
        service: service.into(),
        suffix: suffix.map(Into::into),
        description: None,
        created: crate::world::at(1),
    };
    world
        .edit(|edit| edit.create_service_linked_role(new.clone()))
        .map(|role| role.name.as_str().to_owned())
}

const ECS: &str = "AWSServiceRoleForECS";

fn with_ecs() -> World {
    let world = World::new();
    create(&world, "ecs.amazonaws.com", None).unwrap();
    world
}

#[test]
fn every_service_of_the_table_can_have_its_role_and_every_policy_is_there() {
    let world = World::new();
    let start = world.account();
    let services: Vec<LinkedService> = LinkedService::all().collect();
    assert_eq!(services.len(), 145);
    assert!(services.is_sorted_by_key(|service| service.principal));
    for service in services {
        let name = create(&world, service.principal, None).unwrap();
        assert_eq!(name, service.role_name);
        let account = world.account();
        let role = account.role(&name).unwrap();
        assert!(role.is_service_linked());
        let expected: BTreeSet<_> = service.policies().collect();
        let attached: BTreeSet<_> = role.attached.iter().cloned().collect();
        assert_eq!(attached, expected, "{}", service.principal);
        assert_eq!(attached.len(), 1, "{}", service.principal);
    }
    agreement::check(&world, &start);
}

#[test]
fn a_role_is_what_its_service_makes_it() {
    let world = with_ecs();
    let account = world.reloaded();
    let role = account.role(ECS).unwrap();
    assert_eq!(
        &**role.arn(),
        "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    );
    assert_eq!(
        role.trust.rendered(&account, &NoOtherAccounts),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
    );
    assert_eq!(role.session_seconds_max, Role::SESSION_SECONDS_DEFAULT);
}

#[test]
fn suffixes_are_for_the_services_that_take_them() {
    let world = World::new();
    let autoscaling = "autoscaling.amazonaws.com";
    assert_eq!(
        create(&world, autoscaling, Some("x")).unwrap(),
        "AWSServiceRoleForAutoScaling_x"
    );
    create(&world, autoscaling, None).unwrap();
    assert_eq!(
        create(&world, autoscaling, Some("X")),
        Err(DirectoryError::ServiceLinkedRoleExists(
            "AWSServiceRoleForAutoScaling_X".into()
        ))
    );
    assert_eq!(
        create(&world, "ecs.amazonaws.com", Some("x")),
        Err(DirectoryError::SuffixNotAllowed("ecs.amazonaws.com".into()))
    );
    assert_eq!(
        create(&world, "ECS.amazonaws.com", None),
        Err(DirectoryError::NoSuchLinkedService("ECS.amazonaws.com".into()))
    );
    let long = "x".repeat(36);
    assert_eq!(
        create(&world, autoscaling, Some(&long)),
        Err(DirectoryError::NotAServiceLinkedRoleName(
            format!("AWSServiceRoleForAutoScaling_{long}").into()
        ))
    );
}

#[test]
fn a_full_account_still_has_room_for_the_roles_of_services() {
    let world = World::new();
    world
        .edit(|edit| {
            edit.set_quota(Quota::RolesPerAccount, Some(0));
            Ok(())
        })
        .unwrap();
    create(&world, "ecs.amazonaws.com", None).unwrap();
    assert_eq!(
        create(&world, "autoscaling.amazonaws.com", Some("x")),
        Err(DirectoryError::QuotaExceeded {
            quota: Quota::RolesPerAccount,
            limit: 0,
            subject: "AWSServiceRoleForAutoScaling_x".into()
        })
    );
}

#[test]
fn the_account_can_change_the_description_and_the_tags_and_nothing_else() {
    let world = with_ecs();
    let admin = policy_arn(ADMIN);
    let owner = Owner::Role(ECS);
    world
        .edit(|edit| {
            edit.create_instance_profile(lanyard_directory::NewInstanceProfile {
                id: world.draw(IdKind::InstanceProfile),
                name: "p".parse().unwrap(),
                path: EntityPath::default(),
                created: crate::world::at(1),
                tags: Vec::new(),
            })
        })
        .unwrap();
    let before = world.account().role(ECS).unwrap().clone();
    let refused = [
        world.edit(|edit| edit.attach_policy(owner, &admin)),
        world.edit(|edit| edit.detach_policy(owner, &before.attached[0])),
        world.edit(|edit| edit.put_inline_policy(owner, inline("p"), ALLOW)),
        world.edit(|edit| edit.delete_inline_policy(owner, "p")),
        world.edit(|edit| edit.set_boundary(PrincipalName::Role(ECS), &admin)),
        world.edit(|edit| edit.delete_boundary(PrincipalName::Role(ECS))),
        world
            .edit(|edit| edit.update_trust_policy(ECS, trust("*").into(), &NoOtherAccounts))
            .map(drop),
        world.edit(|edit| edit.delete_role(ECS)).map(drop),
        world.edit(|edit| edit.add_role_to_instance_profile("p", ECS)),
        world.edit(|edit| edit.remove_role_from_instance_profile("p", ECS)),
    ];
    for (number, refusal) in refused.into_iter().enumerate() {
        assert_eq!(
            refusal,
            Err(DirectoryError::RoleUnmodifiable(ECS.into())),
            "{number}"
        );
    }
    let longer = RoleUpdate {
        session_seconds_max: Some(7_200),
        description: None,
    };
    assert_eq!(
        world.edit(|edit| edit.update_role(ECS, longer.clone())),
        Err(DirectoryError::ServiceLinkedSessionDuration(ECS.into()))
    );
    assert_eq!(*world.account().role(ECS).unwrap(), before);
    let described = RoleUpdate {
        session_seconds_max: None,
        description: Some("d".into()),
    };
    world
        .edit(|edit| edit.update_role(ECS, described.clone()))
        .unwrap();
    world
        .edit(|edit| edit.tag(Taggable::Role(ECS), vec![tag("k", "v")]))
        .unwrap();
    let account = world.reloaded();
    let after = account.role(ECS).unwrap();
    assert_eq!(after.description.as_deref(), Some("d"));
    assert_eq!(after.tags.iter().count(), 1);
}

#[test]
fn a_deletion_is_remembered_over_a_restart() {
    let world = with_ecs();
    let start = world.account();
    let delete = |name: &str| world.edit(|edit| edit.delete_service_linked_role(name, "u"));
    let task = delete("awsservicerolefoRECS").unwrap();
    assert_eq!(
        &*task,
        "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/u"
    );
    assert_eq!(delete(ECS), Err(DirectoryError::NoSuchRole(ECS.into())));
    world
        .edit(|edit| edit.create_role(world.new_role("r", &trust("*")), &NoOtherAccounts))
        .unwrap();
    assert_eq!(delete("R"), Err(DirectoryError::NotServiceLinked("r".into())));
    for account in [world.account(), world.reloaded()] {
        assert!(account.role(ECS).is_none());
        assert!(account.is_role_deletion(&task));
        assert!(!account.is_role_deletion("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/v"));
    }
    agreement::check(&world, &start);
}

#[test]
fn the_latest_deletions_are_remembered_and_no_more() {
    let world = World::new();
    let mut tasks = Vec::new();
    for number in 0..201 {
        create(&world, "ecs.amazonaws.com", None).unwrap();
        let unique = number.to_string();
        tasks.push(
            world
                .edit(|edit| edit.delete_service_linked_role(ECS, &unique))
                .unwrap(),
        );
    }
    let account = world.reloaded();
    let known: Vec<bool> = tasks.iter().map(|task| account.is_role_deletion(task)).collect();
    assert!(!known[0]);
    assert!(known[1..].iter().all(|known| *known));
}
