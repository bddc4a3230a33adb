//! Lists that show a part of what there is, against the whole lists.

use std::collections::BTreeSet;
use std::fmt::Debug;

use lanyard_directory::{Account, Attachment, OwnerKind, UserUpdate};
use lanyard_names::{EntityPath, PolicyArn, UniqueId};

use crate::agreement;
use crate::world::{World, user_name};

const PREFIXES: [&str; 5] = ["/", "/a", "/a/", "/a/b/", "/none/"];

/// Compares every partial list with what the whole list has of it.
pub fn check(account: &Account) {
    for prefix in PREFIXES {
        same(
            account.users_under(prefix, None),
            account.users(None).filter(|user| user.path.starts_with(prefix)),
        );
        same(
            account.groups_under(prefix, None),
            account
                .groups(None)
                .filter(|group| group.path.starts_with(prefix)),
        );
        same(
            account.roles_under(prefix, None),
            account.roles(None).filter(|role| role.path.starts_with(prefix)),
        );
        same(
            account.policies_under(prefix, None),
            account
                .policies(None)
                .filter(|policy| policy.path().starts_with(prefix)),
        );
        same(
            account.instance_profiles_under(prefix, None),
            account
                .instance_profiles(None)
                .filter(|profile| profile.path.starts_with(prefix)),
        );
        for user in account.users(None) {
            let after = Some(user.name.as_str());
            same(
                account.users_under(prefix, after),
                account.users(after).filter(|user| user.path.starts_with(prefix)),
            );
        }
    }
    let used: BTreeSet<&PolicyArn> = account.policies_in_use().map(|(arn, _)| arn).collect();
    let own = account.own_policies_used(None);
    let aws = account.aws_policies_used(None);
    assert_eq!(own.chain(aws).collect::<BTreeSet<_>>(), used);
    assert_eq!(used.len(), account.policies_used_count());
    for arn in used {
        for kind in [OwnerKind::User, OwnerKind::Group, OwnerKind::Role] {
            users_of(account, arn, kind);
        }
    }
}

fn users_of(account: &Account, arn: &PolicyArn, kind: OwnerKind) {
    let one = |way| {
        let all = account.entities_using(arn, way, None);
        all.filter(|(of, _)| *of == kind)
            .map(|(_, id)| id)
            .collect::<BTreeSet<UniqueId>>()
    };
    let both = &one(Attachment::Permissions) | &one(Attachment::Boundary);
    let ways = [Attachment::Permissions, Attachment::Boundary];
    let merged: Vec<UniqueId> = account.entities_of_kind_using(arn, &ways, kind, None).collect();
    assert_eq!(merged.len(), both.len(), "each comes once");
    assert_eq!(merged.into_iter().collect::<BTreeSet<_>>(), both);
}

fn same<T: PartialEq + Debug>(part: impl Iterator<Item = T>, whole: impl Iterator<Item = T>) {
    assert_eq!(part.collect::<Vec<_>>(), whole.collect::<Vec<_>>());
}

#[test]
fn a_user_that_moves_is_listed_where_it_is() {
    let world = World::new();
    let start = world.account();
    for name in ["ann", "Bob", "cy"] {
        world.edit(|edit| edit.create_user(world.new_user(name))).unwrap();
    }
    let go = |name: &str, new: &str, path: &str| {
        let update = UserUpdate {
            name: Some(user_name(new)),
            path: Some(EntityPath::parse(path).unwrap()),
        };
        world.edit(|edit| edit.update_user(name, update.clone())).unwrap();
    };
    go("ann", "zoe", "/a/");
    go("Bob", "Bob", "/a/b/");
    let account = world.account();
    let names: Vec<&str> = account
        .users_under("/a/", None)
        .map(|user| user.name.as_str())
        .collect();
    assert_eq!(names, ["Bob", "zoe"]);
    check(&account);
    go("zoe", "zoe", "/");
    check(&world.account());
    check(&world.reloaded());
    agreement::check(&world, &start);
}
