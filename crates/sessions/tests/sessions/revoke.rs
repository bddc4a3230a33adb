//! Sessions are ended by a signed call.

use crate::world::{Answer, World, signed};

async fn revoke(world: &World, body: &str) -> Answer {
    let key = (world.carla.id.as_str(), &world.carla.secret, None);
    world.send(signed(key, "/v1/sessions/revoke", body), 0).await
}

fn check_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json()["__type"], code, "{answer:?}");
}

#[tokio::test]
async fn the_first_call_after_a_revocation_is_refused() {
    for body in [
        r#"{"role":"auditor"}"#.to_owned(),
        r#"{"role":"auditor","sessionName":"monday"}"#.to_owned(),
        "BY ID".to_owned(),
    ] {
        let world = World::new().await;
        let session = world.role_session(|_| {});
        let id = session.access_key_id.as_str();
        let body = body.replace("BY ID", &format!(r#"{{"role":"auditor","sessionId":"{id}"}}"#));
        let key = (id, &session.secret_access_key, Some(&session.token));
        let call = || signed(key, "/v1/sessions/revoke", r#"{"user":"nobody"}"#);
        check_refused(&world.send(call(), 0).await, 404, "ResourceNotFoundException");
        let answer = revoke(&world, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["revoked"], true);
        check_refused(&world.send(call(), 0).await, 403, "ExpiredTokenException");
    }
}

#[tokio::test]
async fn other_sessions_live_on() {
    let world = World::new().await;
    let session = world.role_session(|_| {});
    let key = (
        session.access_key_id.as_str(),
        &session.secret_access_key,
        Some(&session.token),
    );
    for body in [
        r#"{"role":"auditor","sessionName":"tuesday"}"#,
        r#"{"user":"dora"}"#,
        r#"{"root":true}"#,
    ] {
        assert_eq!(revoke(&world, body).await.status, 200, "{body}");
        let call = signed(key, "/v1/sessions/revoke", r#"{"user":"nobody"}"#);
        assert_eq!(world.send(call, 0).await.status, 404, "{body}");
    }
}

#[tokio::test]
async fn it_takes_permission_on_the_principal() {
    let world = World::new().await;
    let key = (world.dora.id.as_str(), &world.dora.secret, None);
    let denied = |arn: &str| {
        format!(
            "User: arn:aws:iam::111122223333:user/dora is not authorized to perform: lanyard:RevokeSessions on \
             resource: {arn} because no identity-based policy allows the lanyard:RevokeSessions action"
        )
    };
    for (body, arn) in [
        (r#"{"role":"auditor"}"#, "arn:aws:iam::111122223333:role/auditor"),
        (
            r#"{"user":"carla"}"#,
            "arn:aws:iam::111122223333:user/staff/carla",
        ),
        (r#"{"user":"nobody"}"#, "arn:aws:iam::111122223333:user/nobody"),
        (r#"{"root":true}"#, "arn:aws:iam::111122223333:root"),
    ] {
        let answer = world.send(signed(key, "/v1/sessions/revoke", body), 0).await;
        check_refused(&answer, 403, "AccessDeniedException");
        assert_eq!(answer.json()["message"], denied(arn));
    }
    let records = world.trail().await;
    assert_eq!(records.len(), 4);
    assert_eq!(records[0]["eventName"], "RevokeSessions");
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let world = World::new().await;
    for (body, status, code) in [
        ("", 400, "SerializationException"),
        (r#"{"role":"auditor","x":1}"#, 400, "SerializationException"),
        ("{}", 400, "ValidationException"),
        (r#"{"role":"auditor","user":"carla"}"#, 400, "ValidationException"),
        (
            r#"{"role":"auditor","sessionName":"monday","sessionId":"ASIA"}"#,
            400,
            "ValidationException",
        ),
        (
            r#"{"role":"auditor","sessionName":" "}"#,
            400,
            "ValidationException",
        ),
        (
            r#"{"role":"auditor","sessionId":"AKIA"}"#,
            400,
            "ValidationException",
        ),
        (r#"{"role":"nobody"}"#, 404, "ResourceNotFoundException"),
    ] {
        check_refused(&revoke(&world, body).await, status, code);
    }
    let large = format!(r#"{{"role":"{}"}}"#, "x".repeat(40_000));
    check_refused(
        &revoke(&world, &large).await,
        413,
        "RequestEntityTooLargeException",
    );
}

#[tokio::test]
async fn it_takes_a_signature() {
    let world = World::new().await;
    let request = http::Request::post("/v1/sessions/revoke").header("host", "iam.example.com");
    let request = request
        .body(http_body_util::Full::new(bytes::Bytes::new()))
        .unwrap();
    check_refused(
        &world.send(request, 0).await,
        403,
        "MissingAuthenticationTokenException",
    );
    let key = (world.carla.id.as_str(), &world.dora.secret, None);
    let request = signed(key, "/v1/sessions/revoke", r#"{"role":"auditor"}"#);
    check_refused(&world.send(request, 0).await, 403, "InvalidSignatureException");
}

#[tokio::test]
async fn it_takes_no_name_that_the_server_knows() {
    let mut world = World::new().await;
    world.restart_without_url();
    assert_eq!(revoke(&world, r#"{"role":"auditor"}"#).await.status, 200);
    let page = http::Request::get("/v1/sign-in").header("host", "iam.example.com");
    let page = page.body(http_body_util::Full::new(bytes::Bytes::new())).unwrap();
    assert_eq!(world.send(page, 0).await.status, 421);
}
