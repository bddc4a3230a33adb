//! The page on which one signs in.

use std::time::{Duration, Instant};

use lanyard_directory::PasswordPolicy;

use crate::browser::Browser;
use crate::world::{CARLA, HOME, PASSWORD, World, code};

const SESSION: &str = "__Host-lanyard-session";
const FORM: &str = "__Host-lanyard-form";

#[tokio::test]
async fn a_user_signs_in_and_out() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let page = browser.get(&world, "/v1/session").await;
    assert!(page.text.contains(CARLA), "{page:?}");
    let form = page.field("form");
    let out = browser.post(&world, "/v1/sign-out", &[("form", &form)]).await;
    assert_eq!(out.status, 200, "{out:?}");
    assert!(browser.cookies.is_empty());
    let records = world.trail().await;
    assert_eq!(records[0]["eventName"], "ConsoleLogin");
    assert_eq!(records[0]["eventType"], "AwsConsoleSignIn");
    assert_eq!(records[0]["responseElements"]["ConsoleLogin"], "Success");
    assert_eq!(records[0]["userIdentity"]["arn"], CARLA);
    assert_eq!(records[0]["additionalEventData"]["MFAUsed"], "No");
}

#[tokio::test]
async fn whatever_is_wrong_there_is_one_answer_after_one_time() {
    let world = World::new().await;
    world.enable_mfa().await;
    let right = code(0);
    let cases = [
        (HOME, "carla", "wrong", right.as_str()),
        (HOME, "carla", PASSWORD, "000000"),
        (HOME, "carla", PASSWORD, ""),
        (HOME, "nobody", PASSWORD, &right),
        ("999988887777", "carla", PASSWORD, &right),
        ("no-such-alias", "carla", PASSWORD, &right),
        ("<script>", "carla", PASSWORD, &right),
    ];
    let mut texts = Vec::new();
    for (account, user, password, code) in cases {
        let begun = Instant::now();
        let mut browser = Browser::default();
        let answer = browser
            .sign_in_as(&world, account, user, password, code, "")
            .await;
        assert_eq!(answer.status, 403, "{account} {user}: {answer:?}");
        assert!(begun.elapsed() >= Duration::from_millis(400));
        assert!(!browser.cookies.contains_key(SESSION));
        assert!(!answer.text.contains("<script>"));
        let text = answer.text.split_once("role=\"alert\">").unwrap().1;
        texts.push(text.split_once("</p>").unwrap().0.to_owned());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[tokio::test]
async fn that_a_password_has_expired_is_told_to_who_has_the_second_factor_alone() {
    let world = World::new().await;
    world.enable_mfa().await;
    let policy = PasswordPolicy {
        age_days_max: Some(1),
        hard_expiry: true,
        ..PasswordPolicy::default()
    };
    world
        .edit(|edit| {
            edit.set_password_policy(policy);
            Ok(())
        })
        .await;
    let later = 2 * 24 * 3600;
    for (code, what) in [(String::new(), "Sign in"), (code(later), "has expired")] {
        let mut browser = Browser {
            later,
            ..Browser::default()
        };
        let answer = browser.sign_in(&world, "", &code).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.text.contains(what), "{answer:?}");
    }
    let records = world.trail().await;
    let outcomes: Vec<_> = records
        .iter()
        .map(|record| &record["responseElements"]["ConsoleLogin"])
        .collect();
    assert_eq!(outcomes, ["Failure", "Failure"]);
}

#[tokio::test]
async fn one_address_does_not_keep_others_from_signing_in() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/v1/sign-in").await;
    let form = page.field("form");
    let fields = [("form", form.as_str()), ("account", "999988887777")];
    let tries = (0..20).map(|_| {
        let mut browser = browser.clone();
        let (world, fields) = (&world, &fields);
        async move { browser.post(world, "/v1/sign-in", fields).await.status }
    });
    let statuses = futures_of(tries).await;
    let busy = statuses.iter().filter(|status| **status == 503).count();
    assert_eq!(busy, 4, "{statuses:?}");
}

/// What all of these come to, begun one after the other and awaited together.
async fn futures_of<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut running {
            if output.is_none()
                && let std::task::Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *output = Some(ready);
            }
        }
        match running.iter().all(|(_, output)| output.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

#[tokio::test]
async fn a_failure_is_in_the_trail_without_what_was_typed() {
    let world = World::new().await;
    for user in ["carla", "my-password-by-mistake"] {
        let mut browser = Browser::default();
        browser.sign_in_as(&world, HOME, user, "wrong", "", "").await;
    }
    let mut records = world.trail().await;
    records.sort_by_key(|record| record["userIdentity"]["userName"].to_string());
    let names: Vec<_> = records
        .iter()
        .map(|record| record["userIdentity"]["userName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["HIDDEN_DUE_TO_SECURITY_REASONS", "carla"]);
    for record in &records {
        assert_eq!(record["errorMessage"], "Failed authentication");
        assert_eq!(record["responseElements"]["ConsoleLogin"], "Failure");
        assert!(!record.to_string().contains("mistake"));
    }
}

#[tokio::test]
async fn a_code_signs_in_once() {
    let world = World::new().await;
    world.enable_mfa().await;
    let code = code(0);
    let first = Browser::default().sign_in(&world, "", &code).await;
    assert_eq!(first.status, 303, "{first:?}");
    let again = Browser::default().sign_in(&world, "", &code).await;
    assert_eq!(again.status, 403, "{again:?}");
    let records = world.trail().await;
    assert_eq!(records[0]["additionalEventData"]["MFAUsed"], "Yes");
}

#[tokio::test]
async fn too_many_wrong_passwords_make_the_right_one_wait() {
    let world = World::new().await;
    for _ in 0..5 {
        let mut browser = Browser::default();
        browser.sign_in_as(&world, HOME, "carla", "wrong", "", "").await;
    }
    let mut browser = Browser::default();
    assert_eq!(browser.sign_in(&world, "", "").await.status, 403);
    browser.later = 16 * 60;
    assert_eq!(browser.sign_in(&world, "", "").await.status, 303);
}

#[tokio::test]
async fn a_form_works_only_in_the_browser_that_it_was_given_to() {
    let world = World::new().await;
    let mut mine = Browser::default();
    let page = mine.get(&world, "/v1/sign-in").await;
    let form = page.field("form");
    let fields = [
        ("form", form.as_str()),
        ("account", HOME),
        ("user", "carla"),
        ("password", PASSWORD),
    ];
    let mut other = Browser::default();
    assert_eq!(other.post(&world, "/v1/sign-in", &fields).await.status, 403);
    other.get(&world, "/v1/sign-in").await;
    assert_eq!(other.post(&world, "/v1/sign-in", &fields).await.status, 403);
    assert_eq!(
        mine.clone()
            .post(&world, "/v1/sign-in", &fields[1..])
            .await
            .status,
        403
    );
    let mut elsewhere = mine.clone();
    elsewhere.origin = Some("https://evil.example".to_owned());
    assert_eq!(elsewhere.post(&world, "/v1/sign-in", &fields).await.status, 403);
    let mut late = mine.clone();
    late.later = 3601;
    assert_eq!(late.post(&world, "/v1/sign-in", &fields).await.status, 403);
    mine.origin = Some("https://iam.example.com".to_owned());
    assert_eq!(mine.post(&world, "/v1/sign-in", &fields).await.status, 303);
}

#[tokio::test]
async fn a_form_made_for_somebody_is_not_sent_as_somebody_else() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let form = browser.get(&world, "/v1/session").await.field("form");
    let mut other = Browser::of_carla(&world).await;
    other
        .cookies
        .insert(FORM.to_owned(), browser.cookies[FORM].clone());
    let out = other.post(&world, "/v1/sign-out", &[("form", &form)]).await;
    assert_eq!(out.status, 403, "{out:?}");
}

#[tokio::test]
async fn a_cookie_that_was_changed_or_is_for_something_else_signs_nobody_in() {
    let world = World::new().await;
    let browser = Browser::of_carla(&world).await;
    let value = &browser.cookies[SESSION];
    let mut changed: Vec<String> = (0..value.len())
        .step_by(7)
        .map(|at| {
            let other = if value.as_bytes()[at] == b'A' { "B" } else { "A" };
            format!("{}{other}{}", &value[..at], &value[at + 1..])
        })
        .collect();
    let session = world.role_session(|session| session.is_sign_in = true);
    changed.push(session.token.expose().to_owned());
    changed.push(browser.cookies[FORM].clone());
    for value in changed {
        let mut browser = browser.clone();
        browser.cookies.insert(SESSION.to_owned(), value);
        let page = browser.get(&world, "/v1/session").await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, "/v1/sign-in?next=%2Fv1%2Fsession")
        );
    }
}

#[tokio::test]
async fn a_sign_in_ends_with_its_time_its_password_its_user_and_its_revocation() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let mut late = browser.clone();
    late.later = 12 * 3600;
    assert_eq!(late.get(&world, "/v1/session").await.status, 303);
    assert_eq!(browser.get(&world, "/v1/session").await.status, 200);

    world.edit(|edit| edit.delete_login_profile("carla")).await;
    assert_eq!(browser.get(&world, "/v1/session").await.status, 303);

    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let body = r#"{"user":"carla"}"#;
    let key = (world.carla.id.as_str(), &world.carla.secret, None);
    let revoked = world
        .send(crate::world::signed(key, "/v1/sessions/revoke", body), 0)
        .await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert_eq!(browser.get(&world, "/v1/session").await.status, 303);
}

#[tokio::test]
async fn signing_in_leads_to_our_own_pages_only() {
    let world = World::new().await;
    for next in [
        "https://evil.example/",
        "//evil.example/v1/authorize",
        "/\\evil.example",
        "/v1/authorize\r\nSet-Cookie: a=b",
        "/bucket/page.html",
        "javascript:alert(1)",
    ] {
        let answer = Browser::default().sign_in(&world, next, "").await;
        assert_eq!(answer.header("location"), "/v1/session", "{next}");
    }
}

#[tokio::test]
async fn pages_run_nothing_are_not_framed_and_not_kept() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    for target in [
        "/v1/sign-in?account=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/v1/session",
        "/v1/password",
        "/v1/sessions/confirmation",
        "/federation?Action=x",
        "/v1/authorize?client_id=x",
    ] {
        let page = browser.get(&world, target).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{target}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{target}");
        assert!(policy.contains("form-action 'self'"), "{target}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{target}");
        assert_eq!(page.header("cache-control"), "no-store", "{target}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{target}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{target}");
        assert!(!page.text.contains("<script"), "{target}");
    }
}
