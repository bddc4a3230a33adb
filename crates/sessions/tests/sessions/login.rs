//! `aws login`: codes, proofs and tokens.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use lanyard_access::SecretText;
use lanyard_directory::{KeyHolder, Owner};
use lanyard_names::InlinePolicyName;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::client::{CALLBACK, CROSS, Client, SAME, decoded};
use crate::world::{Answer, CARLA, HOME, PASSWORD, SITE, World, signed};

fn check_refused(answer: &Answer, kind: &str, error: &str) {
    assert_eq!(answer.header("x-amzn-errortype"), kind, "{answer:?}");
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.json()["error"], error, "{answer:?}");
}

pub(crate) fn check_invalid(answer: &Answer, what: &str) {
    check_refused(answer, "ValidationException", "INVALID_REQUEST");
    let message = answer.json()["message"].to_string();
    assert!(message.contains(what), "{message}");
}

fn check_denied(answer: &Answer, error: &str) {
    check_refused(answer, "AccessDeniedException", error);
}

#[tokio::test]
async fn a_program_is_given_credentials_of_whoever_signed_in() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let client = Client::new();
    let first = browser.get(&world, &client.url()).await;
    assert_eq!(first.status, 303, "{first:?}");
    let next = decoded(first.header("location").split_once("next=").unwrap().1);
    let entered = browser.sign_in(&world, &next, "").await;
    assert_eq!(entered.header("location"), next, "{entered:?}");

    let tokens = client.tokens(&world, &mut browser).await;
    assert_eq!(tokens["tokenType"], "aws_sigv4");
    assert_eq!(tokens["expiresIn"], 900);
    let id_token = tokens["idToken"].as_str().unwrap();
    let claims = BASE64URL_NOPAD
        .decode(id_token.split('.').nth(1).unwrap().as_bytes())
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["sub"], CARLA);
    assert_eq!(claims["iss"], SITE);
    assert!(is_alive(&world, &tokens).await);

    let records = world.trail().await;
    let names: Vec<_> = records.iter().map(|record| &record["eventName"]).collect();
    assert_eq!(
        names,
        ["ConsoleLogin", "AuthorizeOAuth2Access", "CreateOAuth2Token"]
    );
    assert_eq!(
        records[2]["additionalEventData"]["grantType"],
        "authorization_code"
    );
    assert!(!records.iter().any(|record| record.to_string().contains("secret")));
}

/// Whether the credentials are good for a request, which revokes nothing.
async fn is_alive(world: &World, tokens: &Value) -> bool {
    let access = &tokens["accessToken"];
    let text = |name: &str| SecretText::new(access[name].as_str().unwrap());
    let (secret, token) = (text("secretAccessKey"), text("sessionToken"));
    let key = (access["accessKeyId"].as_str().unwrap(), &secret, Some(&token));
    let request = signed(key, "/v1/sessions/revoke", r#"{"user":"nobody"}"#);
    let answer = world.send(request, 0).await;
    assert!([403, 404].contains(&answer.status), "{answer:?}");
    answer.status == 404
}

#[tokio::test]
async fn tokens_are_refreshed_by_the_same_key_until_the_sign_in_ends() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let mut client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let refresh = tokens["refreshToken"].as_str().unwrap();
    assert!(refresh.len() <= 2048);
    for _ in 0..2 {
        let answer = client.ask(&world, &client.refreshing(refresh)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let again = answer.json();
        assert!(again.get("idToken").is_none());
        assert!(is_alive(&world, &again).await);
        assert_eq!(
            again["accessToken"]["accessKeyId"],
            tokens["accessToken"]["accessKeyId"]
        );
    }
    client.later = 12 * 3600 - 60;
    let last = client.ask(&world, &client.refreshing(refresh)).await.json();
    assert!((30..=60).contains(&last["expiresIn"].as_i64().unwrap()), "{last}");
    client.later = 12 * 3600;
    let over = client.ask(&world, &client.refreshing(refresh)).await;
    check_denied(&over, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn another_device_is_shown_a_code_to_copy() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let mut client = Client::new();
    client.id = CROSS;
    client.redirect = format!("{SITE}/v1/sessions/confirmation");
    let page = client.allowed(&world, &mut browser).await;
    assert_eq!(page.status, 200, "{page:?}");
    let shown = page.text.split_once("id=\"code\">").unwrap().1;
    let shown = BASE64
        .decode(shown.split_once('<').unwrap().0.as_bytes())
        .unwrap();
    let shown = String::from_utf8(shown).unwrap();
    let code = shown.strip_prefix("code=").unwrap();
    let code = code.strip_suffix("&state=a%2Dstate").unwrap();
    let answer = client.ask(&world, &client.redeeming(&decoded(code))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_code_is_short_and_used_once() {
    let mut world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let code = client.code(&world, &mut browser).await;
    assert!(code.len() <= 512, "{}", code.len());
    assert_eq!(client.ask(&world, &client.redeeming(&code)).await.status, 200);
    let again = client.ask(&world, &client.redeeming(&code)).await;
    check_denied(&again, "AUTHCODE_EXPIRED");

    let code = client.code(&world, &mut browser).await;
    world.restart();
    let after = client.ask(&world, &client.redeeming(&code)).await;
    check_denied(&after, "AUTHCODE_EXPIRED");
}

#[tokio::test]
async fn a_code_expires() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let mut client = Client::new();
    let code = client.code(&world, &mut browser).await;
    client.later = 301;
    check_denied(
        &client.ask(&world, &client.redeeming(&code)).await,
        "AUTHCODE_EXPIRED",
    );
}

#[tokio::test]
async fn a_code_is_for_the_request_that_it_was_given_to() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let code = client.code(&world, &mut browser).await;
    let with = |name: &str, value: &str| {
        let mut body = client.redeeming(&code);
        body[name] = json!(value);
        body
    };
    let other = "x".repeat(43);
    for (name, value) in [
        ("codeVerifier", other.as_str()),
        ("codeVerifier", ""),
        ("redirectUri", "http://127.0.0.1:38562/oauth/callback"),
        ("clientId", CROSS),
    ] {
        check_invalid(&client.ask(&world, &with(name, value)).await, "");
    }
    for value in ["", "x", &format!("{code}A"), &"A".repeat(20_000)] {
        check_denied(
            &client.ask(&world, &with("code", value)).await,
            "AUTHCODE_EXPIRED",
        );
    }
    // Nothing of this has used it up.
    assert_eq!(client.ask(&world, &client.redeeming(&code)).await.status, 200);
}

#[tokio::test]
async fn what_is_sealed_for_one_purpose_is_good_for_no_other() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let code = client.code(&world, &mut browser).await;
    let cookie = browser.cookies["__Host-lanyard-session"].clone();
    let refresh = tokens["refreshToken"].as_str().unwrap();
    let session = tokens["accessToken"]["sessionToken"].as_str().unwrap();
    for other in [cookie.as_str(), refresh, session] {
        check_denied(
            &client.ask(&world, &client.redeeming(other)).await,
            "AUTHCODE_EXPIRED",
        );
    }
    for other in [cookie.as_str(), &code, session] {
        check_denied(
            &client.ask(&world, &client.refreshing(other)).await,
            "TOKEN_EXPIRED",
        );
    }
}

#[tokio::test]
async fn no_code_is_given_without_a_challenge_by_sha_256_or_to_anywhere_else() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let right = Client::new().url();
    let replaced = |from: &str, to: &str| {
        let url = right.replace(from, to);
        assert_ne!(url, right);
        url
    };
    let cases = [
        replaced("SHA-256", "plain"),
        replaced("&code_challenge_method=SHA-256", ""),
        replaced("&code_challenge=", "&ignored="),
        replaced("38561", "38561%40evil.example"),
        replaced("127%2E0%2E0%2E1", "evil.example"),
        replaced("http%3A", "https%3A"),
        replaced("same%2Ddevice", "any-device"),
        replaced("same%2Ddevice", "cross-device"),
        replaced("response_type=code", "response_type=token"),
        replaced("scope=openid", "scope=admin"),
        replaced("&state=a-state", ""),
        format!("{right}&redirect_uri=http%3A%2F%2Fevil.example"),
    ];
    for url in cases {
        let page = browser.get(&world, &url).await;
        assert_eq!(
            (page.status, page.header("location")),
            (400, ""),
            "{url}: {page:?}"
        );
    }
}

#[tokio::test]
async fn a_wish_that_was_changed_on_the_way_is_checked_again() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let page = browser.get(&world, &client.url()).await;
    for (from, to) in [
        (CALLBACK, "http://evil.example/oauth/callback"),
        ("SHA-256", "plain"),
    ] {
        let mut changed = page_again(&page);
        changed.text = changed.text.replace(from, to);
        let answer = client.decide(&world, &mut browser, &changed, "allow").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (400, ""),
            "{answer:?}"
        );
    }
    let mut other = Browser::of_carla(&world).await;
    let answer = client.decide(&world, &mut other, &page, "allow").await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

fn page_again(page: &Answer) -> Answer {
    Answer {
        status: page.status,
        headers: page.headers.clone(),
        text: page.text.clone(),
    }
}

#[tokio::test]
async fn the_page_lets_its_form_lead_to_the_program_and_nowhere_else() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let page = browser.get(&world, &Client::new().url()).await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.ends_with("form-action 'self' http://127.0.0.1:38561"),
        "{policy}"
    );
}

#[tokio::test]
async fn whoever_refuses_gives_nothing() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let page = browser.get(&world, &client.url()).await;
    let answer = client.decide(&world, &mut browser, &page, "deny").await;
    let location = answer.header("location");
    assert!(
        location.starts_with(&format!("{CALLBACK}?error=access_denied&")),
        "{location}"
    );
    assert!(location.ends_with("&state=a%2Dstate"), "{location}");
}

#[tokio::test]
async fn policies_decide_about_codes_and_about_tokens() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let entered = browser.sign_in_as(&world, HOME, "dora", PASSWORD, "", "").await;
    assert_eq!(entered.status, 303, "{entered:?}");
    let client = Client::new();
    let answer = client.allowed(&world, &mut browser).await;
    let location = decoded(answer.header("location"));
    assert!(
        location.contains(
            "not authorized to perform: signin:AuthorizeOAuth2Access on resource: \
             arn:aws:signin:us-east-1:111122223333:oauth2/public-client/localhost"
        ),
        "{location}"
    );
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"signin:AuthorizeOAuth2Access",
        "Resource":"*","Condition":{"StringEquals":{"signin:OAuthClientId":"arn:aws:signin:::devtools/same-device"}}}]}"#;
    let name = InlinePolicyName::parse("own").unwrap();
    world
        .edit(|edit| edit.put_inline_policy(Owner::User("dora"), name.clone(), allow))
        .await;
    let code = client.code(&world, &mut browser).await;
    let answer = client.ask(&world, &client.redeeming(&code)).await;
    check_denied(&answer, "INSUFFICIENT_PERMISSIONS");
    let records = world.trail().await;
    let codes: Vec<_> = records.iter().map(|record| &record["errorCode"]).collect();
    assert_eq!(codes[1], "AccessDeniedException");
    assert_eq!(codes[3], "AccessDeniedException");
}

#[tokio::test]
async fn a_revocation_by_the_session_s_id_ends_credentials_and_refreshing() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let id = tokens["accessToken"]["accessKeyId"].as_str().unwrap();
    let body = json!({"user": "carla", "sessionId": id}).to_string();
    let key = (world.carla.id.as_str(), &world.carla.secret, None);
    let revoked = world.send(signed(key, "/v1/sessions/revoke", &body), 0).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert!(!is_alive(&world, &tokens).await);
    let refresh = tokens["refreshToken"].as_str().unwrap();
    check_denied(
        &client.ask(&world, &client.refreshing(refresh)).await,
        "TOKEN_EXPIRED",
    );
    // Whoever signs in anew is somebody else's session.
    let mut browser = Browser::of_carla(&world).await;
    assert!(is_alive(&world, &client.tokens(&world, &mut browser).await).await);
}

#[tokio::test]
async fn another_password_or_no_user_ends_refreshing() {
    let world = World::new().await;
    let mut browser = Browser::of_carla(&world).await;
    let client = Client::new();
    let tokens = client.tokens(&world, &mut browser).await;
    let refresh = client.refreshing(tokens["refreshToken"].as_str().unwrap());
    world.edit(|edit| edit.delete_login_profile("carla")).await;
    check_denied(&client.ask(&world, &refresh).await, "USER_CREDENTIALS_CHANGED");
    world
        .edit(|edit| {
            edit.delete_access_key(KeyHolder::User("carla"), world.carla.id.as_str())?;
            edit.delete_inline_policy(Owner::User("carla"), "own")?;
            edit.delete_user("carla").map(|_| ())
        })
        .await;
    check_denied(&client.ask(&world, &refresh).await, "USER_CREDENTIALS_CHANGED");
}

#[tokio::test]
async fn requests_that_cannot_be_read_are_told_so() {
    let world = World::new().await;
    let client = Client::new();
    for body in [
        json!({}),
        json!([]),
        json!({"clientId": "x", "grantType": "refresh_token"}),
        json!({"clientId": SAME, "grantType": "password"}),
    ] {
        check_invalid(&client.ask(&world, &body).await, "");
    }
}
