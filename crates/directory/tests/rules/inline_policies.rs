//! Inline policies and their names.

use lanyard_directory::Owner;

use crate::world::{ALLOW, DENY, World, inline};

/// The names and documents of the user's inline policies.
fn check(world: &World, expected: &[(&str, &str)]) {
    let account = world.account();
    let policies = account.user("bob").unwrap().inline.iter();
    let found: Vec<(&str, &str)> = policies
        .map(|policy| (policy.name.as_str(), policy.document.text()))
        .collect();
    assert_eq!(found, expected);
}

/// Evidence: recorded answers of IAM.
#[test]
fn names_are_compared_without_regard_to_case_and_keep_their_first_spelling() {
    let world = World::new();
    let bob = Owner::User("bob");
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.put_inline_policy(bob, inline("MixedName"), ALLOW)?;
            edit.put_inline_policy(bob, inline("another"), ALLOW)?;
            edit.put_inline_policy(bob, inline("mixedname"), DENY)
        })
        .unwrap();
    check(&world, &[("MixedName", DENY), ("another", ALLOW)]);
    let account = world.account();
    let found = account.user("bob").unwrap().inline_policy("MIXEDNAME").unwrap();
    assert_eq!(found.document.text(), DENY);
    world
        .edit(|edit| edit.delete_inline_policy(bob, "mIxEdNaMe"))
        .unwrap();
    check(&world, &[("another", ALLOW)]);
}
