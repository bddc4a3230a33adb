//! Trust policies are bound to unique ids when they are saved.

use std::collections::HashMap;
use std::sync::Arc;

use crate::world::{World, account_id, trust, user_name};
use lanyard_directory::{Account, DirectoryError, NoOtherAccounts, TrustPolicy, UserUpdate};
use lanyard_names::{AccountId, EntityPath};

fn user_arn(account: AccountId, name: &str) -> String {
    format!("arn:aws:iam::{account}:user/{name}")
}

fn shown(account: &Account, role: &str) -> String {
    account
        .role(role)
        .unwrap()
        .trust
        .rendered(account, &NoOtherAccounts)
        .into_owned()
}

fn invalid(text: &str) -> DirectoryError {
    DirectoryError::InvalidPrincipal {
        kind: "AWS".into(),
        text: text.into(),
    }
}

fn with_bob_trusted() -> World {
    let world = World::new();
    let text = trust(&user_arn(world.id, "bob"))
        .replace(':', " : ")
        .replace("arn : aws : iam :  : ", "arn:aws:iam::");
    let text = text.replace(" : user/", ":user/").replace("sts : ", "sts:");
    world
        .edit(|edit| {
            edit.create_user(world.new_user("bob"))?;
            edit.create_role(world.new_role("r", &text), &NoOtherAccounts)
                .map(drop)
        })
        .unwrap();
    assert_eq!(
        shown(&world.account(), "r"),
        text,
        "nothing changed, so not a byte differs"
    );
    world
}

#[test]
fn a_renamed_principal_is_shown_under_its_new_arn() {
    let world = with_bob_trusted();
    let before = shown(&world.account(), "r");
    let update = UserUpdate {
        name: Some(user_name("robert")),
        path: Some(EntityPath::parse("/a\"b\\/").unwrap()),
    };
    world
        .edit(|edit| edit.update_user("bob", update.clone()))
        .unwrap();
    let after = shown(&world.reloaded(), "r");
    let renamed = "user/a\\\"b\\\\/robert";
    assert_eq!(after, before.replace("user/bob", renamed));
}

#[test]
fn a_deleted_principal_is_shown_by_its_id_and_stays_a_stranger() {
    let world = with_bob_trusted();
    let id = world.account().user("bob").unwrap().id;
    let before = shown(&world.account(), "r");
    world.edit(|edit| edit.delete_user("bob")).unwrap();
    let orphaned = before.replace(&user_arn(world.id, "bob"), id.as_str());
    assert_eq!(shown(&world.account(), "r"), orphaned);

    world
        .edit(|edit| edit.create_user(world.new_user("bob")))
        .unwrap();
    let account = world.reloaded();
    assert_eq!(
        shown(&account, "r"),
        orphaned,
        "another bob is not the one that was meant"
    );
    assert_eq!(account.role("r").unwrap().trust.bindings()[0].id, id);

    // What is shown cannot be saved again: it names nobody.
    let refused = world.edit(|edit| {
        edit.update_trust_policy("r", orphaned.as_str().into(), &NoOtherAccounts)
            .map(drop)
    });
    assert_eq!(refused.unwrap_err(), invalid(id.as_str()));

    // Saving the name again means who bears it now.
    world
        .edit(|edit| {
            edit.update_trust_policy("r", before.as_str().into(), &NoOtherAccounts)
                .map(drop)
        })
        .unwrap();
    let account = world.account();
    let new_id = account.user("bob").unwrap().id;
    assert_ne!(new_id, id);
    assert_eq!(account.role("r").unwrap().trust.bindings()[0].id, new_id);
    assert_eq!(shown(&account, "r"), before);
}

#[test]
fn a_living_principal_may_be_given_by_id_and_is_shown_by_arn() {
    let world = with_bob_trusted();
    let id = world.account().user("bob").unwrap().id;
    let text = trust(id.as_str());
    world
        .edit(|edit| {
            edit.update_trust_policy("r", text.as_str().into(), &NoOtherAccounts)
                .map(drop)
        })
        .unwrap();
    assert_eq!(shown(&world.account(), "r"), trust(&user_arn(world.id, "bob")));
}

#[test]
fn principals_that_do_not_exist_are_refused() {
    let world = with_bob_trusted();
    for wrong in [
        user_arn(world.id, "alice"),
        user_arn(world.id, "BOB"),
        user_arn(world.id, "path/bob"),
        user_arn(account_id(999), "bob"),
        format!("arn:aws:iam::{}:role/bob", world.id),
        format!("arn:aws:iam::{}:group/bob", world.id),
        "AIDAAAAAAAAAAAAAAAAZZ".to_owned(),
    ] {
        let text = trust(&wrong);
        let refused = world.edit(|edit| {
            edit.update_trust_policy("r", text.as_str().into(), &NoOtherAccounts)
                .map(drop)
        });
        match refused {
            Err(DirectoryError::InvalidPrincipal { kind, text }) => {
                assert_eq!((&*kind, &*text), ("AWS", wrong.as_str()));
            }
            // Some never come this far: the document itself is refused, with the same words.
            Err(DirectoryError::MalformedPolicy(malformed)) => {
                assert_eq!(
                    malformed.message(),
                    format!("Invalid principal in policy: \"AWS\":\"{wrong}\"")
                );
            }
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

#[test]
fn accounts_sessions_and_everyone_are_not_bound() {
    let world = with_bob_trusted();
    for right in [
        "*".to_owned(),
        world.id.to_string(),
        "999999999999".to_owned(),
        format!("arn:aws:iam::{}:root", world.id),
        format!("arn:aws:sts::{}:assumed-role/anything/session", world.id),
    ] {
        let text = trust(&right);
        world
            .edit(|edit| {
                edit.update_trust_policy("r", text.as_str().into(), &NoOtherAccounts)
                    .map(drop)
            })
            .unwrap();
        let account = world.account();
        assert!(account.role("r").unwrap().trust.bindings().is_empty());
        assert_eq!(shown(&account, "r"), text);
    }
}

#[test]
fn a_role_cannot_trust_itself_before_it_is_there() {
    let world = World::new();
    let own = format!("arn:aws:iam::{}:role/r", world.id);
    let create = || {
        world.edit(|edit| {
            edit.create_role(world.new_role("r", &trust(&own)), &NoOtherAccounts)
                .map(drop)
        })
    };
    assert_eq!(create().unwrap_err(), invalid(&own));
}

#[test]
fn principals_of_other_accounts_are_found_in_their_snapshots() {
    let world = World::new();
    let other = account_id(444_455_556_666);
    world.create_account(other);
    world
        .edit_in(other, |edit| edit.create_user(world.new_user("eve")))
        .unwrap();
    let text = trust(&user_arn(other, "eve"));
    assert_eq!(
        TrustPolicy::accounts_named(&text, world.id)
            .into_iter()
            .collect::<Vec<_>>(),
        [other],
        "the operation loads these before it runs"
    );
    assert!(TrustPolicy::accounts_named("{ no policy", world.id).is_empty());

    let refused = world.edit(|edit| {
        edit.create_role(world.new_role("r", &text), &NoOtherAccounts)
            .map(drop)
    });
    assert_eq!(refused.unwrap_err(), invalid(&user_arn(other, "eve")));

    let snapshots =
        || -> HashMap<AccountId, Arc<Account>> { HashMap::from([(other, world.account_of(other))]) };
    let others = snapshots();
    world
        .edit(|edit| edit.create_role(world.new_role("r", &text), &others).map(drop))
        .unwrap();
    let account = world.account();
    let policy = &account.role("r").unwrap().trust;
    assert_eq!(
        policy.accounts_bound(world.id).into_iter().collect::<Vec<_>>(),
        [other]
    );
    assert_eq!(policy.rendered(&account, &snapshots()), text);

    let id = world.account_of(other).user("eve").unwrap().id;
    world.edit_in(other, |edit| edit.delete_user("eve")).unwrap();
    assert_eq!(policy.rendered(&account, &snapshots()), trust(id.as_str()));
    assert_eq!(
        policy.rendered(&account, &NoOtherAccounts),
        text,
        "not at hand: as saved"
    );
}
