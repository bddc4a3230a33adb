//! Instance profiles: one role in each, as many as wanted for a role.

use lanyard_directory::{
    Account, Conflict, DirectoryError, NewInstanceProfile, NoOtherAccounts, Quota, Taggable,
};
use lanyard_names::{EntityPath, IdKind, InstanceProfileName};

use crate::agreement;
use crate::world::{World, at, tag, trust};

fn new_profile(world: &World, name: &str) -> NewInstanceProfile {
    NewInstanceProfile {
        id: world.draw(IdKind::InstanceProfile),
        name: InstanceProfileName::parse(name).unwrap(),
        path: EntityPath::parse("/web/").unwrap(),
        created: at(1),
        tags: Vec::new(),
    }
}

fn with_profiles_and_roles(profiles: &[&str], roles: &[&str]) -> World {
    let world = World::new();
    for name in profiles {
        world
            .edit(|edit| edit.create_instance_profile(new_profile(&world, name)))
            .unwrap();
    }
    for name in roles {
        world
            .edit(|edit| edit.create_role(world.new_role(name, &trust("*")), &NoOtherAccounts))
            .unwrap();
    }
    world
}

fn add(world: &World, profile: &str, role: &str) -> Result<(), DirectoryError> {
    world.edit(|edit| edit.add_role_to_instance_profile(profile, role))
}

fn remove(world: &World, profile: &str, role: &str) -> Result<(), DirectoryError> {
    world.edit(|edit| edit.remove_role_from_instance_profile(profile, role))
}

/// The profiles that a role is in, as every kind of snapshot has them.
fn check(world: &World, start: &Account, role: &str, profiles: &[&str]) {
    let account = world.account();
    let role = account.role(role).unwrap().id;
    let found: Vec<_> = account.instance_profiles_of(role, None).collect();
    let names: Vec<_> = found.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, profiles);
    assert!(found.iter().all(|profile| profile.role == Some(role)));
    agreement::check(world, start);
}

#[test]
fn a_name_is_taken_whatever_its_case() {
    let world = with_profiles_and_roles(&["Web"], &[]);
    let again = world.edit(|edit| edit.create_instance_profile(new_profile(&world, "web")));
    assert_eq!(
        again.unwrap_err(),
        DirectoryError::InstanceProfileExists("web".into())
    );
    let account = world.account();
    let web = account.instance_profile("WEB").unwrap();
    assert_eq!(
        web.arn().as_ref(),
        "arn:aws:iam::111122223333:instance-profile/web/Web"
    );
    let mut same_id = new_profile(&world, "other");
    same_id.id = web.id;
    let same_id = world.edit(|edit| edit.create_instance_profile(same_id.clone()));
    assert_eq!(
        same_id.unwrap_err(),
        DirectoryError::IdExists(web.id.as_str().into())
    );
}

#[test]
fn a_profile_has_one_role_and_a_role_many_profiles() {
    let world = with_profiles_and_roles(&["b", "a", "c"], &["r", "s"]);
    let start = world.account();
    add(&world, "b", "r").unwrap();
    add(&world, "A", "R").unwrap();
    add(&world, "c", "s").unwrap();
    for role in ["r", "s"] {
        let full = Err(DirectoryError::InstanceProfileFull("b".into()));
        assert_eq!(add(&world, "b", role), full);
    }
    check(&world, &start, "r", &["a", "b"]);
    check(&world, &start, "s", &["c"]);
    let account = world.account();
    let role = account.role("r").unwrap().id;
    let rest = account.instance_profiles_of(role, Some("a"));
    assert_eq!(
        rest.map(|profile| profile.name.as_str()).collect::<Vec<_>>(),
        ["b"]
    );
    let not_in = DirectoryError::NotInInstanceProfile {
        role: "s".into(),
        profile: "b".into(),
    };
    assert_eq!(remove(&world, "b", "s"), Err(not_in));
    remove(&world, "b", "r").unwrap();
    add(&world, "b", "s").unwrap();
    check(&world, &start, "r", &["a"]);
    check(&world, &start, "s", &["b", "c"]);
}

#[test]
fn what_is_not_there_is_told_the_profile_first() {
    let world = with_profiles_and_roles(&["p"], &[]);
    let no_profile = || DirectoryError::NoSuchInstanceProfile("none".into());
    let no_role = || DirectoryError::NoSuchRole("none".into());
    assert_eq!(add(&world, "none", "none"), Err(no_profile()));
    assert_eq!(remove(&world, "none", "none"), Err(no_profile()));
    assert_eq!(add(&world, "p", "none"), Err(no_role()));
    assert_eq!(remove(&world, "p", "none"), Err(no_role()));
    let deleted = world.edit(|edit| edit.delete_instance_profile("none"));
    assert_eq!(deleted, Err(no_profile()));
}

#[test]
fn neither_goes_while_the_role_is_in_the_profile() {
    let world = with_profiles_and_roles(&["p"], &["r"]);
    let start = world.account();
    add(&world, "p", "r").unwrap();
    let conflict = || DirectoryError::DeleteConflict(Conflict::InstanceProfileRole);
    assert_eq!(
        world.edit(|edit| edit.delete_instance_profile("p")),
        Err(conflict())
    );
    assert_eq!(world.edit(|edit| edit.delete_role("r")).unwrap_err(), conflict());
    remove(&world, "p", "r").unwrap();
    world.edit(|edit| edit.delete_role("r")).unwrap();
    world.edit(|edit| edit.delete_instance_profile("p")).unwrap();
    assert_eq!(world.account().instance_profile_count(), 0);
    agreement::check(&world, &start);
}

#[test]
fn a_name_passes_to_another_profile_within_one_change() {
    let world = with_profiles_and_roles(&["p"], &["r"]);
    let start = world.account();
    add(&world, "p", "r").unwrap();
    let new = new_profile(&world, "P");
    world
        .edit(|edit| {
            edit.remove_role_from_instance_profile("p", "r")?;
            edit.delete_instance_profile("p")?;
            edit.create_instance_profile(new.clone())?;
            edit.add_role_to_instance_profile("p", "r")
        })
        .unwrap();
    check(&world, &start, "r", &["P"]);
    assert_eq!(world.account().instance_profile("p").unwrap().id, new.id);
}

#[test]
fn tags_that_differ_in_case_are_two() {
    let world = with_profiles_and_roles(&["p"], &[]);
    let start = world.account();
    let what = Taggable::InstanceProfile("P");
    world
        .edit(|edit| edit.tag(what, vec![tag("team", "red"), tag("Team", "blue")]))
        .unwrap();
    world.edit(|edit| edit.untag(what, &["team"])).unwrap();
    let account = world.account();
    let tags = &account.instance_profile("p").unwrap().tags;
    assert_eq!(
        tags.iter().map(|tag| tag.key.as_str()).collect::<Vec<_>>(),
        ["Team"]
    );
    agreement::check(&world, &start);
}

#[test]
fn profiles_of_an_account_are_limited() {
    let world = with_profiles_and_roles(&["a", "b"], &[]);
    let quota = Quota::InstanceProfilesPerAccount;
    world
        .edit(|edit| {
            edit.set_quota(quota, Some(2));
            Ok(())
        })
        .unwrap();
    let refused = world.edit(|edit| edit.create_instance_profile(new_profile(&world, "c")));
    assert_eq!(
        refused.unwrap_err(),
        DirectoryError::QuotaExceeded {
            quota,
            limit: 2,
            subject: "c".into()
        }
    );
}
