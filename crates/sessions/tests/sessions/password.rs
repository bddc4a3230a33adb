//! Users change their own passwords.

use lanyard_directory::{LoginProfileUpdate, PasswordPolicy};

use crate::browser::Browser;
use crate::client::Client;
use crate::world::{Answer, HOME, PASSWORD, World};

const NEW: &str = "Battery staple 2";

async fn must_reset(world: &World, user: &str) {
    let update = || LoginProfileUpdate {
        password: None,
        must_reset: Some(true),
    };
    world
        .edit(|edit| edit.update_login_profile(user, update()).map(|_| ()))
        .await;
}

async fn change(
    world: &World,
    browser: &mut Browser,
    page: &Answer,
    old: &str,
    new: &str,
    again: &str,
) -> Answer {
    let (form, ticket, next) = (page.field("form"), page.field("ticket"), page.field("next"));
    let fields = [
        ("form", form.as_str()),
        ("ticket", &ticket),
        ("next", &next),
        ("old", old),
        ("new", new),
        ("again", again),
    ];
    browser.post(world, "/v1/password", &fields).await
}

#[tokio::test]
async fn whoever_has_to_change_it_goes_on_only_then() {
    let world = World::new().await;
    must_reset(&world, "carla").await;
    let mut browser = Browser::default();
    let next = Client::new().url();
    let page = browser.sign_in(&world, &next, "").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(!browser.cookies.contains_key("__Host-lanyard-session"));
    for (old, new, again, what) in [
        (PASSWORD, NEW, "another", "not the same both times"),
        (PASSWORD, "short", "short", "minimum length"),
        (PASSWORD, PASSWORD, PASSWORD, "must not be the old one"),
        ("wrong", NEW, NEW, "present password is wrong"),
    ] {
        let answer = change(&world, &mut browser, &page, old, new, again).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text.contains(what), "{answer:?}");
        assert!(!answer.text.contains(NEW));
    }
    let answer = change(&world, &mut browser, &page, PASSWORD, NEW, NEW).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, next.as_str()),
        "{answer:?}"
    );
    Client::new().tokens(&world, &mut browser).await;
    let before = Browser::default().sign_in(&world, "", "").await;
    assert_eq!(before.status, 403);
    let mut after = Browser::default();
    let after = after.sign_in_as(&world, HOME, "carla", NEW, "", "").await;
    assert_eq!(after.status, 303, "{after:?}");
}

#[tokio::test]
async fn other_sign_ins_end_with_the_password() {
    let world = World::new().await;
    let mut other = Browser::of_carla(&world).await;
    let mut browser = Browser::of_carla(&world).await;
    let page = browser.get(&world, "/v1/password").await;
    let answer = change(&world, &mut browser, &page, PASSWORD, NEW, NEW).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(browser.get(&world, "/v1/session").await.status, 200);
    assert_eq!(other.get(&world, "/v1/session").await.status, 303);
    // The page from before changes nothing any more.
    let again = change(&world, &mut browser, &page, NEW, PASSWORD, PASSWORD).await;
    assert_eq!(again.status, 403, "{again:?}");
}

#[tokio::test]
async fn permission_is_needed_or_a_password_policy_that_gives_it() {
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.sign_in_as(&world, HOME, "dora", PASSWORD, "", "").await;
    let page = browser.get(&world, "/v1/password").await;
    let answer = change(&world, &mut browser, &page, PASSWORD, NEW, NEW).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.text.contains("iam:ChangePassword"), "{answer:?}");
    let policy = PasswordPolicy {
        allow_users_to_change_password: true,
        ..PasswordPolicy::default()
    };
    world
        .edit(|edit| {
            edit.set_password_policy(policy);
            Ok(())
        })
        .await;
    let answer = change(&world, &mut browser, &page, PASSWORD, NEW, NEW).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

#[tokio::test]
async fn a_change_is_in_the_trail_without_the_passwords() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let page = browser.get(&world, "/v1/password").await;
    change(&world, &mut browser, &page, PASSWORD, NEW, NEW).await;
    let loaded = world.directory.engine().outbox(None, 10).await.unwrap();
    let texts: Vec<String> = loaded
        .iter()
        .map(|record| String::from_utf8(record.record.body.to_vec()).unwrap())
        .collect();
    let text = texts
        .iter()
        .find(|text| text.contains("PasswordUpdated"))
        .unwrap();
    assert!(!text.contains(NEW) && !text.contains(PASSWORD));
}
