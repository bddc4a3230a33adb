//! Console federation: credentials become a link.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_access::{Federation, FederationKind, IssuedSession};
use serde_json::json;

use crate::browser::{Browser, encoded};
use crate::client::Client;
use crate::world::{Answer, SITE, World, signed};

const ASSUMED: &str = "arn:aws:sts::111122223333:assumed-role/auditor/monday";

fn shown(session: &IssuedSession) -> String {
    json!({
        "sessionId": session.access_key_id.as_str(),
        "sessionKey": session.secret_access_key.expose(),
        "sessionToken": session.token.expose(),
    })
    .to_string()
}

async fn token(world: &World, shown: &str, more: &str) -> Answer {
    let target = format!(
        "/federation?Action=getSigninToken&Session={}{more}",
        encoded(shown)
    );
    Browser::default().get(world, &target).await
}

async fn right(world: &World, session: &IssuedSession, more: &str) -> String {
    let answer = token(world, &shown(session), more).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["SigninToken"].as_str().unwrap().to_owned()
}

async fn login(world: &World, browser: &mut Browser, token: &str, destination: &str) -> Answer {
    let (token, destination) = (encoded(token), encoded(destination));
    let target = format!(
        "/federation?Action=login&Issuer=https%3A%2F%2Fbroker.example&Destination={destination}&SigninToken={token}"
    );
    browser.get(world, &target).await
}

fn page() -> String {
    format!("{SITE}/v1/session")
}

#[tokio::test]
async fn whoever_has_credentials_of_a_role_signs_a_browser_in() {
    let world = World::new().await;
    let token = right(&world, &world.role_session(|_| {}), "").await;
    let mut browser = Browser::default();
    let answer = login(&world, &mut browser, &token, &page()).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/v1/session"),
        "{answer:?}"
    );
    let session = browser.get(&world, "/v1/session").await;
    assert!(session.text.contains(ASSUMED), "{session:?}");
    let tokens = Client::new().tokens(&world, &mut browser).await;
    assert_eq!(tokens["expiresIn"], 900);
    let records = world.trail().await;
    let names: Vec<_> = records.iter().map(|record| &record["eventName"]).collect();
    assert_eq!(names[..2], ["GetSigninToken", "ConsoleLogin"]);
    assert_eq!(records[1]["userIdentity"]["arn"], ASSUMED);
}

#[tokio::test]
async fn a_form_does_as_well_as_a_query() {
    let world = World::new().await;
    let shown = shown(&world.role_session(|_| {}));
    let fields = [("Action", "getSigninToken"), ("Session", shown.as_str())];
    let answer = Browser::default().post(&world, "/federation", &fields).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn the_browser_s_session_is_as_long_as_the_credentials_or_as_is_said() {
    let world = World::new().await;
    for (more, seconds) in [
        ("", 3600),
        ("&SessionDuration=900", 900),
        ("&SessionDuration=43200", 43_200),
    ] {
        let token = right(&world, &world.role_session(|_| {}), more).await;
        let mut browser = Browser::default();
        login(&world, &mut browser, &token, &page()).await;
        browser.later = seconds - 10;
        assert_eq!(browser.get(&world, "/v1/session").await.status, 200, "{more}");
        browser.later = seconds + 1;
        assert_eq!(browser.get(&world, "/v1/session").await.status, 303, "{more}");
    }
}

#[tokio::test]
async fn no_browser_s_session_outlasts_what_its_role_or_its_assertion_allows() {
    let world = World::new().await;
    let saml = || Federation {
        kind: FederationKind::Saml,
        provider: "arn:aws:iam::111122223333:saml-provider/idp".into(),
        keys: Vec::new(),
    };
    let begun = Timestamp::now() - SignedDuration::from_hours(11);
    let old = world.role_session(|session| {
        session.issued_at = begun;
        session.seconds = 11 * 3600 + 900;
    });
    let by_saml = world.role_session(|session| session.federation = Some(Arc::new(saml())));
    for session in [old, by_saml] {
        let token = right(&world, &session, "&SessionDuration=43200").await;
        let mut browser = Browser::default();
        login(&world, &mut browser, &token, &page()).await;
        browser.later = 3500;
        assert_eq!(browser.get(&world, "/v1/session").await.status, 200);
        browser.later = 3601;
        assert_eq!(browser.get(&world, "/v1/session").await.status, 303);
    }
}

#[tokio::test]
async fn durations_are_refused_where_aws_refuses_them() {
    let world = World::new().await;
    let role = world.role_session(|_| {});
    for more in ["899", "43201", "x", "-900", ""] {
        let answer = token(&world, &shown(&role), &format!("&SessionDuration={more}")).await;
        assert_eq!(answer.status, 400, "{more}: {answer:?}");
    }
    let chained = world.role_session(|session| session.is_chained = true);
    let signed_in = world.role_session(|session| session.is_sign_in = true);
    let federated = world.user_session(true);
    for session in [chained, signed_in, federated] {
        let answer = token(&world, &shown(&session), "&SessionDuration=3600").await;
        assert_eq!(answer.status, 400, "{answer:?}");
        right(&world, &session, "").await;
    }
    let answer = token(&world, &shown(&world.user_session(false)), "").await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test]
async fn credentials_have_to_be_shown_whole_and_right() {
    let world = World::new().await;
    let (one, other) = (world.role_session(|_| {}), world.role_session(|_| {}));
    let (id, key, token_text) = (
        one.access_key_id.as_str(),
        one.secret_access_key.expose(),
        one.token.expose(),
    );
    let json = |id: &str, key: &str, token: &str| {
        json!({"sessionId": id, "sessionKey": key, "sessionToken": token}).to_string()
    };
    let cases = [
        json(id, other.secret_access_key.expose(), token_text),
        json(id, "", token_text),
        json(other.access_key_id.as_str(), key, token_text),
        json(id, key, other.token.expose()),
        json(id, key, ""),
        json(world.carla.id.as_str(), world.carla.secret.expose(), ""),
        "{}".to_owned(),
        String::new(),
    ];
    for case in cases {
        let answer = token(&world, &case, "").await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.json()["Error"].is_string());
    }
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_and_nobody_signed_in_by_a_link_that_leads_there() {
    let world = World::new().await;
    let token = right(&world, &world.role_session(|_| {}), "").await;
    for destination in [
        "https://console.aws.amazon.com/",
        "https://iam.example.com.evil.example/",
        "https://iam.example.com@evil.example/",
        "http://iam.example.com/",
        "//evil.example/",
        "/v1/session",
        "https://iam.example.com//evil.example/",
        "javascript:alert(1)",
        "",
    ] {
        let mut browser = Browser::default();
        let answer = login(&world, &mut browser, &token, destination).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (400, ""),
            "{destination}"
        );
        assert!(browser.cookies.is_empty());
    }
}

#[tokio::test]
async fn a_link_expires_and_is_good_for_nothing_else() {
    let world = World::new().await;
    let session = world.role_session(|_| {});
    let token = right(&world, &session, "").await;
    let mut late = Browser {
        later: 901,
        ..Browser::default()
    };
    assert_eq!(login(&world, &mut late, &token, &page()).await.status, 400);
    for other in ["", "x", session.token.expose()] {
        let answer = login(&world, &mut Browser::default(), other, &page()).await;
        assert_eq!(answer.status, 400, "{other}");
    }
    let mut browser = Browser::default();
    browser.cookies.insert("__Host-lanyard-session".to_owned(), token);
    assert_eq!(browser.get(&world, "/v1/session").await.status, 303);
}

#[tokio::test]
async fn a_link_does_not_take_the_place_of_who_is_signed_in() {
    let world = World::new().await;
    let token = right(&world, &world.role_session(|_| {}), "").await;
    let mut browser = Browser::of_carla(&world).await;
    let answer = login(&world, &mut browser, &token, &page()).await;
    assert_eq!(answer.status, 409, "{answer:?}");
    let session = browser.get(&world, "/v1/session").await;
    assert!(session.text.contains("user/staff/carla"));
}

#[tokio::test]
async fn nor_does_a_form_from_elsewhere_with_which_no_cookie_of_the_session_comes() {
    let world = World::new().await;
    let token = right(&world, &world.role_session(|_| {}), "").await;
    let fields = [
        ("Action", "login"),
        ("Destination", &page()),
        ("SigninToken", token.as_str()),
    ];
    let mut form = Browser {
        origin: Some("https://evil.example".to_owned()),
        ..Browser::default()
    };
    let sent = form.post(&world, "/federation", &fields).await;
    assert_eq!(sent.status, 303, "{sent:?}");
    assert!(form.cookies.is_empty());
    let link = sent.header("location");
    let mut browser = Browser::of_carla(&world).await;
    assert_eq!(browser.get(&world, link).await.status, 409);
    let answer = Browser::default().get(&world, link).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/v1/session"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_session_that_was_revoked_gets_no_link_and_its_links_lead_nowhere() {
    let world = World::new().await;
    let session = world.role_session(|_| {});
    let token_before = right(&world, &session, "").await;
    let key = (world.carla.id.as_str(), &world.carla.secret, None);
    let body = r#"{"role":"auditor","sessionName":"monday"}"#;
    let revoked = world.send(signed(key, "/v1/sessions/revoke", body), 0).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert_eq!(token(&world, &shown(&session), "").await.status, 400);
    let answer = login(&world, &mut Browser::default(), &token_before, &page()).await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test]
async fn a_session_with_as_much_in_it_as_can_be_signs_in_too() {
    let world = World::new().await;
    let mut random = [0; 900];
    getrandom::fill(&mut random).unwrap();
    let resource = data_encoding::HEXLOWER.encode(&random);
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["signin:*","s3:{resource}"],"Resource":"*"}}]}}"#
    );
    let session = world.role_session(|session| session.policy = Some(policy.into()));
    assert!(session.packed_percent > 50, "{}", session.packed_percent);
    let token = right(&world, &session, "").await;
    let mut browser = Browser::default();
    assert_eq!(login(&world, &mut browser, &token, &page()).await.status, 303);
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let again = client.refreshing(tokens["refreshToken"].as_str().unwrap());
    assert_eq!(client.ask(&world, &again).await.status, 200);
}

#[tokio::test]
async fn the_policies_of_a_session_go_on_with_it() {
    let world = World::new().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"signin:Authorize*","Resource":"*"}]}"#;
    let session = world.role_session(|session| session.policy = Some(policy.into()));
    let token = right(&world, &session, "").await;
    let mut browser = Browser::default();
    login(&world, &mut browser, &token, &page()).await;
    let client = Client::new();
    let code = client.code(&world, &mut browser).await;
    let answer = client.ask(&world, &client.redeeming(&code)).await;
    assert_eq!(answer.json()["error"], "INSUFFICIENT_PERMISSIONS", "{answer:?}");
}
