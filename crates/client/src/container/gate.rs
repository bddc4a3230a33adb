//! Who is answered.

use http::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{Method, StatusCode};
use subtle::ConstantTimeEq as _;

use super::{AuthorizationToken, PATH};
use crate::endpoint::is_loopback;

/// Headers that browsers alone send. Pages cannot leave them out.
const OF_BROWSERS: [&str; 4] = [
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "sec-fetch-user",
];

/// Why somebody is not answered.
pub(super) type Refusal = (StatusCode, &'static str);

/// Whether a request is one of an SDK on this machine that knows the token.
///
/// The token is looked at before the path: who has none learns nothing about what is here.
pub(super) fn admit(head: &Parts, token: &AuthorizationToken, port: u16) -> Result<(), Refusal> {
    if !is_for_us(head, port) {
        return Err((
            StatusCode::FORBIDDEN,
            "the Host of the request is not this endpoint on loopback",
        ));
    }
    if head.headers.contains_key(ORIGIN) || OF_BROWSERS.iter().any(|name| head.headers.contains_key(*name)) {
        return Err((StatusCode::FORBIDDEN, "requests of browsers are not answered"));
    }
    match only(&head.headers, AUTHORIZATION.as_str()) {
        None => return Err((StatusCode::UNAUTHORIZED, "the request has no Authorization token")),
        Some(given) if !is_equal(given, token.expose().as_bytes()) => {
            return Err((
                StatusCode::FORBIDDEN,
                "the Authorization token is not the right one",
            ));
        }
        Some(_) => {}
    }
    if head.uri.path() != PATH {
        return Err((StatusCode::NOT_FOUND, "there are only /credentials here"));
    }
    if head.method != Method::GET {
        return Err((
            StatusCode::METHOD_NOT_ALLOWED,
            "credentials are only given to a GET",
        ));
    }
    Ok(())
}

/// A name of somebody else's that was made to point at this machine brings its own name along.
fn is_for_us(head: &Parts, port: u16) -> bool {
    let host = only(&head.headers, HOST.as_str())
        .and_then(|host| std::str::from_utf8(host).ok())
        .and_then(|host| host.parse::<Authority>().ok());
    let is_ours = |authority: &Authority| {
        is_loopback(authority.host().trim_matches(['[', ']']))
            && authority.port_u16().unwrap_or(80) == port
            && !authority.as_str().contains('@')
    };
    host.as_ref().is_some_and(is_ours) && head.uri.authority().is_none_or(is_ours)
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then(|| first.as_bytes())
}

/// In a time that tells nothing but the length, which everybody knows.
fn is_equal(given: &[u8], token: &[u8]) -> bool {
    given.ct_eq(token).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use http::Request;
    use zeroize::Zeroizing;

    use super::*;

    const GOOD: [(&str, &str); 2] = [("host", "127.0.0.1:4261"), ("authorization", "right")];

    fn status(method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let head = request.body(()).unwrap().into_parts().0;
        let token = AuthorizationToken(Zeroizing::new("right".to_owned()));
        admit(&head, &token, 4261).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: u16) {
        assert_eq!(status("GET", PATH, headers), expected, "{headers:?}");
    }

    #[test]
    fn an_sdk_on_loopback_with_the_token_is_answered() {
        check(&GOOD, 200);
        for host in ["localhost:4261", "[::1]:4261", "127.0.0.2:4261", "LOCALHOST:4261"] {
            check(&[("host", host), ("authorization", "right")], 200);
        }
    }

    #[test]
    fn another_host_is_refused_with_the_right_token_too() {
        let hosts = [
            "rebind.example:4261",
            "127.0.0.1",
            "127.0.0.1:4262",
            "127.0.0.1.nip.io:4261",
            "u@127.0.0.1:4261",
            "10.0.0.1:4261",
            "",
        ];
        for host in hosts {
            check(&[("host", host), ("authorization", "right")], 403);
        }
        check(&[("authorization", "right")], 403);
        check(&[&GOOD[..], &[("host", "127.0.0.1:4261")]].concat(), 403);
        assert_eq!(status("GET", "http://rebind.example/credentials", &GOOD), 403);
    }

    #[test]
    fn browsers_are_refused() {
        for (name, value) in [
            ("origin", "null"),
            ("origin", "http://127.0.0.1:4261"),
            ("sec-fetch-site", "none"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "cors"),
        ] {
            check(&[&GOOD[..], &[(name, value)]].concat(), 403);
        }
    }

    #[test]
    fn without_the_token_nothing_is_learnt() {
        let host = ("host", "127.0.0.1:4261");
        check(&[host], 401);
        for token in ["wrong", "right ", "Bearer right", "", "rightright"] {
            check(&[host, ("authorization", token)], 403);
        }
        check(&[&GOOD[..], &[("authorization", "right")]].concat(), 401);
        assert_eq!(status("GET", "/other", &[host]), 401);
        assert_eq!(
            status("DELETE", "/other", &[host, ("authorization", "wrong")]),
            403
        );
    }

    #[test]
    fn with_it_there_is_one_path_and_one_method() {
        assert_eq!(status("GET", "/", &GOOD), 404);
        assert_eq!(status("POST", PATH, &GOOD), 405);
        assert_eq!(status("OPTIONS", PATH, &GOOD), 405);
    }
}
