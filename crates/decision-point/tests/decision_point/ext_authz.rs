//! Envoy's external authorization.

use http::{HeaderMap, Method, Version};
use http_body_util::BodyExt;
use lanyard_directory::Owner;
use prost::Message;

use crate::envoy::{Answer, Asked, CHECK, ask, ask_trusting, framed, send, send_to};
use crate::world::{AWAY, CARLA, HOME, ROLE, World, ZOE, allow, put};

async fn world() -> World {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            put(
                edit,
                Owner::User("carla"),
                &allow("app:*", "arn:aws:app:::page/1"),
            )?;
            put(edit, Owner::Role("auditor"), &allow("app:Read", "*"))
        })
        .await;
    world
}

#[tokio::test]
async fn the_client_signs_its_request() {
    let world = world().await;
    let asked = Asked::signed(&world, Method::GET, "/page/1?a=b", "");
    assert_eq!(ask(&world, &asked).await, (200, CARLA.to_owned()));
    let other = |change: fn(&mut Asked)| {
        let mut other = asked.clone();
        change(&mut other);
        other
    };
    for other in [
        other(|asked| asked.method = Method::DELETE),
        other(|asked| asked.path = "/page/1?a=c".into()),
        other(|asked| asked.path = "/page/2?a=b".into()),
        other(|asked| asked.headers.push(("x-amz-acl".into(), "x".into()))),
        other(|asked| asked.headers.clear()),
    ] {
        assert_eq!(ask(&world, &other).await.0, 401);
    }
    assert_eq!(
        ask(&world, &asked.route("lanyard-action", "other:Read")).await.0,
        401
    );
}

#[tokio::test]
async fn a_denial_says_why() {
    let world = world().await;
    let asked = Asked::signed(&world, Method::GET, "/page/2", "");
    assert_eq!(
        ask(&world, &asked).await,
        (
            403,
            format!(
                "User: {CARLA} is not authorized to perform: app:Read on resource: arn:aws:app:::page/2 because no \
                 identity-based policy allows the app:Read action"
            )
        )
    );
}

#[tokio::test]
async fn a_body_counts_if_it_was_held_against_its_signature() {
    let world = world().await;
    let signed = Asked::signed(&world, Method::PUT, "/page/1", "text");
    let check = async |body: &str, headers: &[(&str, &str)], route: &str, expected: i32| {
        let mut asked = signed.clone().route("lanyard-body", route);
        asked.body = body.into();
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        asked.headers.extend(headers);
        assert_eq!(
            ask(&world, &asked).await.0,
            expected,
            "{body} {headers:?}",
            headers = asked.headers
        );
    };
    let whole = [("x-envoy-auth-partial-body", "false")];
    check("text", &whole, "verified", 200).await;
    check("other", &whole, "verified", 401).await;
    check("te", &[("x-envoy-auth-partial-body", "true")], "verified", 401).await;
    check("text", &[], "verified", 401).await;
    check("", &[], "verified", 401).await;
    check("", &[("content-length", "4")], "verified", 401).await;
    // No hash was declared that somebody else could check.
    check("", &[("content-length", "4")], "unverified", 401).await;
}

#[tokio::test]
async fn the_client_shows_a_bearer_key_or_nothing() {
    let world = world().await;
    let with = |key: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", key.parse().unwrap());
        Asked::with(&headers)
    };
    assert_eq!(
        ask(&world, &with(&world.proof(&world.carla))).await,
        (200, CARLA.to_owned())
    );
    for other in [
        &*world.bearer(&world.carla),
        "Bearer nonsense",
        "Bearer a.b.c",
        "Basic YTpi",
        "Bearer",
    ] {
        assert_eq!(ask(&world, &with(other)).await.0, 401, "{other}");
    }
}

#[tokio::test]
async fn a_certificate_names_somebody_if_envoy_vouches_for_it() {
    let world = world().await;
    let asked = |principal: &'static str| Asked {
        principal,
        ..Asked::with(&HeaderMap::new())
            .route("lanyard-peer", "spiffe://example.com/{name}")
            .route("lanyard-principal", "arn:aws:iam::111122223333:role/{name}")
    };
    let trust = " trust=principal";
    let auditor = asked("spiffe://example.com/auditor");
    assert_eq!(
        ask_trusting(&world, trust, &auditor).await,
        (200, ROLE.to_owned())
    );
    assert_eq!(ask(&world, &auditor).await.0, 403);
    for other in [
        "",
        "spiffe://example.com/",
        "spiffe://other.example/auditor",
        "spiffe://example.com/a/auditor",
    ] {
        assert_eq!(ask_trusting(&world, trust, &asked(other)).await.0, 401, "{other}");
    }
    // Nobody hears whether somebody is there, but who may ask.
    let nobody = asked("spiffe://example.com/nobody");
    assert_eq!(ask_trusting(&world, trust, &nobody).await.0, 403);
}

#[tokio::test]
async fn only_who_may_ask_is_answered() {
    let world = world().await;
    let zoe = Asked {
        principal: "zoe",
        ..Asked::with(&HeaderMap::new())
            .route("lanyard-peer", "{name}")
            .route("lanyard-principal", &ZOE.replace("zoe", "{name}"))
    };
    let trust = " trust=principal";
    assert_eq!(ask_trusting(&world, trust, &zoe).await.0, 7);
    assert!(world.trail().await.contains("\"eventName\":\"Authorize\""));
    let world = self::world().await;
    world.consent().await;
    let policy = allow("app:Read", "*").replace("\"Effect\"", "\"Principal\":\"*\",\"Effect\"");
    let page = "arn:aws:app::444455556666:page/1";
    world
        .resource_policy(AWAY, page, &policy.replace("\"*\"}", &format!("\"{page}\"}}")))
        .await;
    let owned = zoe.route("lanyard-resource", "arn:aws:app::444455556666:page/{page}");
    assert_eq!(ask_trusting(&world, trust, &owned).await, (200, ZOE.to_owned()));
}

#[tokio::test]
async fn what_envoy_does_not_vouch_for_is_in_doubt() {
    let world = world().await;
    let both = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"app:*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), both))
        .await;
    let near = Asked::signed(&world, Method::GET, "/page/1", "");
    let trust = " trust=source-ip";
    assert_eq!(ask_trusting(&world, trust, &near).await.0, 200);
    assert_eq!(ask(&world, &near).await.0, 403);
    for address in ["198.51.100.1", "", "x"] {
        let other = Asked {
            address,
            ..near.clone()
        };
        assert_eq!(ask_trusting(&world, trust, &other).await.0, 403, "{address}");
    }
    assert_eq!(
        ask_trusting(&world, " trust=source_ip", &near).await,
        (3, "trust=source_ip means nothing".to_owned())
    );
}

#[tokio::test]
async fn headers_that_applications_believe_are_lanyards() {
    let world = world().await;
    let mut asked = Asked::signed(&world, Method::GET, "/page/1", "");
    for name in [
        "x-lanyard-principal",
        "x-lanyard-reason",
        "x.lanyard.principal",
        "x_lanyard_principal",
    ] {
        asked.headers.push((name.into(), "forged".into()));
    }
    let removed = async |asked: &Asked| {
        let key = world.bearer(&world.guard);
        let response = send(&world, &[("authorization", &key)], framed(&asked.message())).await;
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer::decode(&body[5..]).unwrap().ok.unwrap().removed
    };
    assert_eq!(
        removed(&asked).await,
        [
            "x-lanyard-reason",
            "x.lanyard.principal",
            "x_lanyard_principal",
            "authorization",
            "x-amz-security-token"
        ]
    );
    let forwarding = asked.route("lanyard-credentials", "forward");
    assert_eq!(
        removed(&forwarding).await,
        ["x-lanyard-reason", "x.lanyard.principal", "x_lanyard_principal"]
    );
}

#[tokio::test]
async fn calls_that_are_none_are_refused() {
    let world = world().await;
    let key = world.bearer(&world.guard);
    let good = framed(&Asked::signed(&world, Method::GET, "/page/1", "").message());
    let check = async |headers: &[(&'static str, &str)], body: Vec<u8>, expected: &str| {
        let response = send(&world, headers, body).await;
        let status = response
            .headers()
            .get("grpc-status")
            .map(|status| status.to_str().unwrap());
        let trailers = status.is_none();
        assert_eq!(status.unwrap_or("0"), expected, "{headers:?}");
        assert_eq!(response.status(), 200);
        assert_eq!(http_body::Body::is_end_stream(response.body()), !trailers);
    };
    let own = [("authorization", &*key)];
    check(&own, good.clone(), "0").await;
    check(&[], good.clone(), "16").await;
    check(&[("authorization", "Bearer x")], good.clone(), "16").await;
    check(&[own[0], ("grpc-encoding", "gzip")], good.clone(), "12").await;
    check(&[own[0], ("grpc-encoding", "identity")], good.clone(), "0").await;
    check(&[own[0], ("grpc-timeout", "x")], good.clone(), "3").await;
    check(&[own[0], ("grpc-timeout", "5S")], good.clone(), "0").await;
    check(&own, vec![], "13").await;
    check(&own, framed(&[0xff]), "13").await;
    check(&own, [good.clone(), good.clone()].concat(), "13").await;
    check(&own, good[..good.len() - 1].to_vec(), "13").await;
    check(&own, [&[1], &good[1..]].concat(), "13").await;
    check(&own, framed(&vec![0; 1 << 20]), "13").await;
    check(&own, framed(&vec![0; (1 << 20) + 1]), "8").await;
    check(&own, vec![0, 0xff, 0, 0, 0], "8").await;
    // A question about nothing is a denial.
    check(&own, framed(&[]), "0").await;
}

#[tokio::test]
async fn requests_that_are_no_calls_hear_it_in_the_words_of_http() {
    let world = world().await;
    let good = framed(&[]);
    let check = async |version, headers: &[(&'static str, &str)], expected: u16| {
        let response = send_to(&world, CHECK, version, headers, good.clone()).await;
        assert_eq!(response.status(), expected);
    };
    check(Version::HTTP_11, &[], 505).await;
    check(Version::HTTP_2, &[("content-type", "application/json")], 415).await;
    let unknown = "/envoy.service.auth.v3.Authorization/Other";
    let response = send_to(&world, unknown, Version::HTTP_2, &[], good.clone()).await;
    assert_eq!(response.headers()["grpc-status"], "12");
}

#[tokio::test]
async fn a_message_with_a_wrong_byte_lets_nobody_else_in() {
    let world = world().await;
    let key = world.bearer(&world.guard);
    let good = Asked::signed(&world, Method::GET, "/page/1", "").message();
    let mut passed = 0;
    for place in 0..good.len() {
        for change in [1_u8, 0x80, 0xff] {
            let mut message = good.clone();
            message[place] ^= change;
            let response = send(&world, &[("authorization", &key)], framed(&message)).await;
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let answer = body.get(5..).map(|message| Answer::decode(message).unwrap());
            let Some(ok) = answer.and_then(|answer| answer.ok) else {
                continue;
            };
            // Bytes that nobody signed, such as those of the address.
            passed += 1;
            assert_eq!(
                ok.headers[0].header.as_ref().unwrap().value,
                CARLA,
                "{place} {change}"
            );
        }
    }
    assert!(passed < good.len(), "{passed} of {}", good.len());
}
