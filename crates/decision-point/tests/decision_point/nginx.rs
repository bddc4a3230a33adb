//! `GET /authorize/nginx`.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::Full;
use lanyard_directory::Owner;

use crate::world::{CARLA, HOME, World, ZOE, allow, put, signed};

const PAGE: &str = "arn:aws:app:::page/1";

/// A question as nginx asks it, with the client's headers: status, principal, and reason.
async fn ask(world: &World, own: &str, client: HeaderMap, more: &[(&'static str, &str)]) -> (u16, String) {
    let mut request = Request::new(Full::new(Bytes::new()));
    *request.uri_mut() = "/authorize/nginx".parse().unwrap();
    *request.headers_mut() = client;
    let headers = request.headers_mut();
    let nginx = [
        ("x-lanyard-authorization", own),
        ("x-lanyard-action", "app:Read"),
        ("x-lanyard-resource", PAGE),
    ];
    for (name, value) in nginx.iter().chain(more) {
        headers.insert(*name, value.parse().unwrap());
    }
    let response = world.send(request).await;
    let text = |name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let shown = text("x-lanyard-reason").or(text("x-lanyard-principal"));
    (response.status().as_u16(), shown.unwrap_or_default())
}

async fn world() -> World {
    let world = World::new().await;
    world
        .edit(HOME, |edit| {
            put(edit, Owner::User("carla"), &allow("app:Read", PAGE))
        })
        .await;
    world
}

fn original(world: &World, method: &Method, target: &str) -> HeaderMap {
    let request = signed(
        (world.carla.id.as_str(), &world.carla.secret, None),
        "app",
        method,
        target,
        "",
    );
    request.headers().clone()
}

const LINE: [(&str, &str); 2] = [("x-original-method", "GET"), ("x-original-uri", "/page/1?a=b")];

#[tokio::test]
async fn the_client_signs_the_original_request() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let client = original(&world, &Method::GET, "/page/1?a=b");
    assert_eq!(
        ask(&world, &own, client.clone(), &LINE).await,
        (200, CARLA.to_owned())
    );
    for other in [
        [("x-original-method", "DELETE"), ("x-original-uri", "/page/1?a=b")],
        [("x-original-method", "GET"), ("x-original-uri", "/page/2?a=b")],
        [("x-original-method", "GET"), ("x-original-uri", "/page/1?a=c")],
    ] {
        assert_eq!(
            ask(&world, &own, client.clone(), &other).await.0,
            401,
            "{other:?}"
        );
    }
    let mut elsewhere = client;
    elsewhere.insert("host", "other.example.com".parse().unwrap());
    assert_eq!(ask(&world, &own, elsewhere, &LINE).await.0, 401);
}

#[tokio::test]
async fn a_signature_for_another_service_is_none_for_this_one() {
    let world = world().await;
    let request = signed(
        (world.carla.id.as_str(), &world.carla.secret, None),
        "s3",
        &Method::GET,
        "/page/1?a=b",
        "",
    );
    let own = world.bearer(&world.guard);
    assert_eq!(ask(&world, &own, request.headers().clone(), &LINE).await.0, 401);
}

#[tokio::test]
async fn the_client_shows_a_bearer_key_or_nothing() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let with = |key: &str| {
        let mut client = HeaderMap::new();
        client.insert("authorization", key.parse().unwrap());
        client
    };
    let carla = world.proof(&world.carla);
    assert_eq!(
        ask(&world, &own, with(&carla), &[]).await,
        (200, CARLA.to_owned())
    );
    assert_eq!(ask(&world, &own, with("Bearer nonsense"), &[]).await.0, 401);
    assert_eq!(ask(&world, &own, with("Basic YTpi"), &LINE).await.0, 401);
    assert_eq!(ask(&world, &own, HeaderMap::new(), &LINE).await.0, 401);
}

#[tokio::test]
async fn a_denial_says_why() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let mut client = HeaderMap::new();
    client.insert("authorization", world.proof(&world.carla).parse().unwrap());
    let reason = "User: arn:aws:iam::111122223333:user/staff/carla is not authorized to perform: app:Write on \
                  resource: arn:aws:app:::page/1 because no identity-based policy allows the app:Write action";
    let got = ask(&world, &own, client, &[("x-lanyard-action", "app:Write")]).await;
    assert_eq!(got, (403, reason.to_owned()));
}

#[tokio::test]
async fn headers_that_clients_could_set_are_heard_only_if_nginx_says_so() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let named = [("x-lanyard-principal", CARLA)];
    let refusal = "The header x-lanyard-principal is only heard with trust=principal behind the bearer key.";
    assert_eq!(
        ask(&world, &own, HeaderMap::new(), &named).await,
        (403, refusal.to_owned())
    );
    let alone = format!("{own} trust=principal");
    assert_eq!(
        ask(&world, &alone, HeaderMap::new(), &named).await,
        (200, CARLA.to_owned())
    );

    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"app:*","Resource":"*",
        "Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.1"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), text))
        .await;
    let trusting = format!("{own} trust=principal,source-ip");
    let missing = "The header x-lanyard-source-ip is missing.";
    assert_eq!(
        ask(&world, &trusting, HeaderMap::new(), &named).await,
        (403, missing.to_owned())
    );
    let listed = [named[0], ("x-lanyard-source-ip", "192.0.2.1, 10.0.0.1")];
    assert_eq!(ask(&world, &trusting, HeaderMap::new(), &listed).await.0, 403);
    let from = [named[0], ("x-lanyard-source-ip", "192.0.2.1")];
    assert_eq!(ask(&world, &trusting, HeaderMap::new(), &from).await.0, 200);
}

#[tokio::test]
async fn nginx_itself_needs_a_key_and_permission() {
    let world = world().await;
    let mut client = HeaderMap::new();
    client.insert("authorization", world.proof(&world.carla).parse().unwrap());
    for own in ["", "Bearer x", &world.bearer(&world.carla)] {
        assert_eq!(ask(&world, own, client.clone(), &[]).await.0, 403, "{own}");
    }
    let mut twice = client;
    twice.append("authorization", world.proof(&world.carla).parse().unwrap());
    assert_eq!(ask(&world, &world.bearer(&world.guard), twice, &[]).await.0, 403);
}

#[tokio::test]
async fn a_person_is_not_proven_by_the_key_of_an_enforcement_point_nor_the_other_way_round() {
    let world = world().await;
    let (own, carla) = (world.bearer(&world.guard), world.proof(&world.carla));
    let check = async |own: &str, shown: &str, expected: u16| {
        let mut client = HeaderMap::new();
        client.insert("authorization", shown.parse().unwrap());
        assert_eq!(ask(&world, own, client, &[]).await.0, expected);
    };
    check(&own, &carla, 200).await;
    check(&own, &world.bearer(&world.carla), 401).await;
    check(&own, &own, 401).await;
    check(&world.proof(&world.guard), &carla, 403).await;
}

#[tokio::test]
async fn a_path_that_can_be_read_in_two_ways_is_refused_whatever_was_signed() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let client = original(&world, &Method::GET, "/page/1");
    for (target, expected) in [
        ("/page/1", 200),
        ("/page/9/../1", 403),
        ("/x/..//page/./1", 403),
        ("/page/9/..%2f1", 403),
    ] {
        let line = [("x-original-method", "GET"), ("x-original-uri", target)];
        assert_eq!(
            ask(&world, &own, client.clone(), &line).await.0,
            expected,
            "{target}"
        );
    }
    let uri_alone = [("x-original-uri", "/page/1")];
    assert_eq!(ask(&world, &own, client, &uri_alone).await.0, 403);
}

#[tokio::test]
async fn nginx_says_whether_the_client_came_by_tls() {
    let world = world().await;
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"app:*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), text))
        .await;
    let own = world.bearer(&world.guard);
    let trusting = format!("{own} trust=secure-transport");
    let mut client = HeaderMap::new();
    client.insert("authorization", world.proof(&world.carla).parse().unwrap());
    let check = async |own: &str, said: &[(&'static str, &str)], expected: u16| {
        assert_eq!(
            ask(&world, own, client.clone(), said).await.0,
            expected,
            "{said:?}"
        );
    };
    check(&trusting, &[("x-lanyard-secure-transport", "on")], 200).await;
    check(&trusting, &[], 403).await;
    check(&own, &[("x-lanyard-secure-transport", "on")], 403).await;
}

#[tokio::test]
async fn what_nginx_does_not_vouch_for_is_in_doubt() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let mut client = HeaderMap::new();
    client.insert("authorization", world.proof(&world.carla).parse().unwrap());
    let check = async |condition: &str, expected: u16| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"app:*","Resource":"*"}},
            {{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}]}}"#
        );
        world
            .edit(HOME, |edit| put(edit, Owner::User("carla"), &text))
            .await;
        assert_eq!(
            ask(&world, &own, client.clone(), &[]).await.0,
            expected,
            "{condition}"
        );
    };
    check(r#"{"IpAddress":{"aws:SourceIp":"192.0.2.1"}}"#, 403).await;
    check(r#"{"Bool":{"aws:SecureTransport":"false"}}"#, 403).await;
    // A client that names no program has named none.
    check(r#"{"StringEquals":{"aws:UserAgent":"x"}}"#, 200).await;
}

#[tokio::test]
async fn a_request_that_some_take_for_another_is_refused() {
    let world = world().await;
    let own = world.bearer(&world.guard);
    let client = original(&world, &Method::GET, "/page/1?a=b");
    for (name, value, expected) in [
        ("x-http-method-override", "GET", 200),
        ("x-http-method-override", "DELETE", 403),
        ("x-original-url", "/page/2", 403),
    ] {
        let line = [LINE[0], LINE[1], (name, value)];
        assert_eq!(
            ask(&world, &own, client.clone(), &line).await.0,
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_stranger_is_not_let_in_by_their_own_accounts_policies() {
    let world = world().await;
    world.consent().await;
    let trusting = format!("{} trust=principal", world.bearer(&world.guard));
    let named = [("x-lanyard-principal", ZOE)];
    assert_eq!(ask(&world, &trusting, HeaderMap::new(), &named).await.0, 403);
    // Whom the page's account lets in, by a policy of the page, may come in.
    let page = "arn:aws:app::111122223333:page/1";
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},
        "Action":"app:Read","Resource":"arn:aws:app::111122223333:page/1"}]}"#;
    let named = [named[0], ("x-lanyard-resource", page)];
    assert_eq!(ask(&world, &trusting, HeaderMap::new(), &named).await.0, 403);
    world.resource_policy(HOME, page, policy).await;
    assert_eq!(ask(&world, &trusting, HeaderMap::new(), &named).await.0, 200);
}
