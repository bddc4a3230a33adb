//! Envoy's external authorization: what clients write so that a denial passes them by.

use http::HeaderMap;
use lanyard_directory::Owner;

use crate::envoy::{Asked, ask, ask_trusting};
use crate::world::{HOME, World, put};

/// Carla may do everything, but for what meets a condition.
async fn world(condition: &str) -> World {
    let world = World::new().await;
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"app:*","Resource":"*"}},
        {{"Effect":"Deny","Action":"app:*","Resource":"*","Condition":{{"StringLike":{condition}}}}}]}}"#
    );
    world
        .edit(HOME, |edit| put(edit, Owner::User("carla"), &text))
        .await;
    world
}

/// The status for carla with one more header, on a route that takes every path.
async fn check(world: &World, path: &str, (name, value): (&str, &str), expected: i32) {
    let headers = HeaderMap::from_iter([(
        http::header::AUTHORIZATION,
        world.proof(&world.carla).parse().unwrap(),
    )]);
    let mut asked = Asked::with(&headers).route("lanyard-resource", "arn:aws:app:::all");
    asked.route.retain(|(name, _)| *name != "lanyard-path");
    asked.path = path.to_owned();
    asked.headers.push((name.to_owned(), value.to_owned()));
    let (status, text) = ask(world, &asked).await;
    assert_eq!(status, expected, "{path} {} {text}", value.len());
}

#[tokio::test]
async fn a_denial_of_a_path_bites_in_every_spelling_of_it() {
    let world = world(r#"{"envoy:Path":"/admin*"}"#).await;
    let none = ("x-none", "");
    check(&world, "/page/1?a=%zz", none, 200).await;
    check(&world, "/admin/1", none, 403).await;
    check(&world, "/%61dmin/1", none, 403).await;
    check(&world, "/%61%64%6D%69n", none, 403).await;
    // Nobody knows what an application makes of these.
    check(&world, "/page/%zz", none, 403).await;
    check(&world, "/page/%ff", none, 403).await;
}

#[tokio::test]
async fn what_a_client_writes_at_length_is_in_doubt() {
    let long = "x".repeat(4_097);
    let denied = world(r#"{"aws:UserAgent":"bad*"}"#).await;
    let header = |value| ("user-agent", value);
    check(&denied, "/", header("good"), 200).await;
    check(&denied, "/", header(&long[1..]), 200).await;
    check(&denied, "/", header(&long), 403).await;
    let others = world(r#"{"envoy:Host":"bad*"}"#).await;
    check(&others, "/", header(&long), 200).await;
}

#[tokio::test]
async fn what_envoy_does_not_vouch_for_is_in_doubt() {
    let check = async |key: &str, trust: &str, principal: &'static str, expected: i32| {
        let world = world(&format!(r#"{{"{key}":"bad*"}}"#)).await;
        let mut asked = Asked::signed(&world, http::Method::GET, "/page/1", "");
        asked.principal = principal;
        let (status, text) = ask_trusting(&world, trust, &asked).await;
        assert_eq!(status, expected, "{key} {trust} {text}");
    };
    let peer = "envoy:PeerPrincipal";
    check(peer, "", "bad.example.com", 403).await;
    check(peer, " trust=principal", "bad.example.com", 403).await;
    check(peer, " trust=principal", "good.example.com", 200).await;
    // Nobody has shown a certificate.
    check(peer, " trust=principal", "", 200).await;
    check("envoy:Sni", "", "", 403).await;
    check("envoy:Sni", " trust=secure-transport", "", 200).await;
}
