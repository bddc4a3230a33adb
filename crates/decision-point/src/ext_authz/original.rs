//! The client's request, as Envoy tells it.

use std::net::Ipv6Addr;

use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use super::messages::HttpRequest;
use crate::refusal::Refusal;
use crate::request_path::{check_overrides, check_target};

/// By which Envoy says whether it sends a part of the body only. A client can set it only where there is no body.
const PARTIAL: HeaderName = HeaderName::from_static("x-envoy-auth-partial-body");

/// The client's request.
pub(super) struct Original<'a> {
    pub(super) method: Method,
    /// With the query.
    pub(super) target: Uri,
    /// Small letters, no port.
    pub(super) host: String,
    /// With `host`.
    pub(super) headers: HeaderMap,
    pub(super) body: Seen<'a>,
}

/// What was seen of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen<'a> {
    /// All of it, as far as anybody says.
    Whole(&'a [u8]),
    /// Not all of it.
    Partly,
}

impl<'a> Original<'a> {
    pub(super) fn read(http: &'a HttpRequest) -> Result<Self, Refusal> {
        let unreadable =
            |what: &str| Refusal::validation(format!("The {what} of the request cannot be read."));
        // HTTP lets a method have letters that mean something in resources, such as `*`. One in small letters is another
        // to policies, and to some applications the same.
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let method = Method::from_bytes(http.method.as_bytes()).ok();
        let method = method.filter(|method| method.as_str().bytes().all(is_plain));
        let method = method.ok_or_else(|| unreadable("method"))?;
        check_target(&http.path)?;
        // A fragment is for browsers: nobody knows who would drop it on the way.
        if !http.path.starts_with('/') || http.path.contains('#') {
            return Err(unreadable("path"));
        }
        let target: Uri = http.path.parse().map_err(|_| unreadable("path"))?;
        let mut headers = headers(http)?;
        check_overrides(&headers, Some(&http.method), Some(&http.path))?;
        let body = seen(http, &method, &headers);
        headers.remove(PARTIAL);
        let host = HeaderValue::from_str(&http.host).map_err(|_| unreadable("host"))?;
        // Fails closed: of two hosts nobody knows which one was signed.
        if headers.get_all(HOST).iter().any(|other| *other != host) {
            return Err(unreadable("host"));
        }
        headers.insert(HOST, host);
        Ok(Self {
            method,
            target,
            host: host_name(&http.host).ok_or_else(|| unreadable("host"))?,
            headers,
            body,
        })
    }
}

/// Which host is meant, in the one spelling of its name.
fn host_name(host: &str) -> Option<String> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    if let Some(address) = address {
        return address
            .parse::<Ipv6Addr>()
            .ok()
            .map(|address| format!("[{address}]"));
    }
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let name = name.strip_suffix('.').unwrap_or(name);
    (!name.is_empty() && name.bytes().all(is_letter)).then(|| name.to_ascii_lowercase())
}

/// The client's headers. Names that begin with a colon are HTTP/2's own for the first line.
fn headers(http: &HttpRequest) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, value: &[u8]| -> Option<()> {
        if name.starts_with(':') {
            return Some(());
        }
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        // There is room for some thousands, as many as no proxy passes on.
        headers
            .try_append(name, HeaderValue::from_bytes(value).ok()?)
            .ok()?;
        Some(())
    };
    let added = match &http.header_map {
        Some(map) => map.headers.iter().try_for_each(|header| {
            // Bytes as they are, if Envoy sends them so.
            let value = match &*header.raw_value {
                [] => header.value.as_bytes(),
                raw => raw,
            };
            add(&header.key, value)
        }),
        None => (http.headers.iter()).try_for_each(|(name, value)| add(name, value.as_bytes())),
    };
    added.ok_or_else(|| Refusal::validation("The headers of the request cannot be read."))?;
    Ok(headers)
}

/// What Envoy shows of the body. Where it shows none there may be one all the same: Envoy knows only if it is to wait for
/// bodies, does not say whether it is, and keeps to itself that a body comes in chunks. So requests that mostly have a
/// body have to say that they have none.
fn seen<'a>(http: &'a HttpRequest, method: &Method, headers: &HeaderMap) -> Seen<'a> {
    let body = match &*http.raw_body {
        [] => http.body.as_bytes(),
        raw => raw,
    };
    if body.is_empty() {
        let mut lengths = headers.get_all(CONTENT_LENGTH).iter().peekable();
        let mostly_without = [Method::GET, Method::HEAD, Method::DELETE, Method::OPTIONS];
        let says_so = match lengths.peek() {
            Some(_) => lengths.all(|length| length == "0"),
            None => mostly_without.contains(method),
        };
        let has_none = says_so && !headers.contains_key(TRANSFER_ENCODING);
        return if has_none { Seen::Whole(b"") } else { Seen::Partly };
    }
    // Fails closed: only a clear word says that this is all.
    let mut words = headers.get_all(PARTIAL).iter().peekable();
    if words.peek().is_some() && words.all(|word| word == "false") {
        Seen::Whole(body)
    } else {
        Seen::Partly
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)], body: &str) -> HttpRequest {
        HttpRequest {
            method: "PUT".into(),
            path: "/page/1?a=b".into(),
            host: "app.example.com".into(),
            body: body.into(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            ..HttpRequest::default()
        }
    }

    #[test]
    fn a_body_is_whole_if_envoy_says_so() {
        let check_as = |method: &str, headers: &[(&str, &str)], body: &str, expected: Seen<'_>| {
            let request = HttpRequest {
                method: method.into(),
                ..request(headers, body)
            };
            let seen = Original::read(&request).unwrap().body;
            assert_eq!(seen, expected, "{method} {headers:?} {body}");
        };
        check_as("GET", &[], "", Seen::Whole(b""));
        check_as("GET", &[("transfer-encoding", "chunked")], "", Seen::Partly);
        check_as("GET", &[("content-length", "1")], "", Seen::Partly);
        check_as("POST", &[], "", Seen::Partly);
        check_as("QUERY", &[], "", Seen::Partly);
        let check = |headers: &[(&str, &str)], body: &str, expected: Seen<'_>| {
            check_as("PUT", headers, body, expected);
        };
        check(&[], "", Seen::Partly);
        check(&[("content-length", "0")], "", Seen::Whole(b""));
        check(&[("content-length", "3")], "", Seen::Partly);
        check(&[("transfer-encoding", "chunked")], "", Seen::Partly);
        check(
            &[("content-length", "0"), ("transfer-encoding", "chunked")],
            "",
            Seen::Partly,
        );
        check(
            &[("x-envoy-auth-partial-body", "false")],
            "abc",
            Seen::Whole(b"abc"),
        );
        check(&[("x-envoy-auth-partial-body", "true")], "abc", Seen::Partly);
        check(
            &[("x-envoy-auth-partial-body", "false,true")],
            "abc",
            Seen::Partly,
        );
        check(&[], "abc", Seen::Partly);
    }

    #[test]
    fn a_request_names_one_host() {
        let check = |host: &str, headers: &[(&str, &str)], expected: Option<&str>| {
            let request = HttpRequest {
                host: host.into(),
                ..request(headers, "")
            };
            let read = Original::read(&request).ok().map(|original| original.host);
            assert_eq!(read.as_deref(), expected, "{host} {headers:?}");
        };
        check("app.example.com", &[], Some("app.example.com"));
        check(
            "App.Example.com.:8443",
            &[(":authority", "x")],
            Some("app.example.com"),
        );
        check("[::1]:80", &[], Some("[::1]"));
        check("app", &[("host", "app")], Some("app"));
        check("app", &[("host", "other")], None);
        check("", &[], None);
        check("a/b", &[], None);
        check("a:b:80", &[], None);
        check("[a]", &[], None);
    }

    #[test]
    fn a_request_that_cannot_be_read_is_refused() {
        let check = |method: &str, path: &str| {
            let request = HttpRequest {
                method: method.into(),
                path: path.into(),
                ..request(&[], "")
            };
            assert!(Original::read(&request).is_err(), "{method} {path}");
        };
        check("", "/");
        check("G T", "/");
        check("*", "/");
        check("$GET", "/");
        check("delete", "/");
        check("GET", "");
        check("OPTIONS", "*");
        check("GET", "http://app/");
        check("GET", "/a/../b");
        check("GET", "/a//b");
        check("GET", "/a%2Fb");
        check("GET", "/a#b");
    }

    #[test]
    fn more_headers_than_can_be_held_are_refused() {
        let check = |count: usize, expected: bool| {
            let header = |number| super::super::messages::HeaderValue {
                key: format!("x{number}"),
                ..Default::default()
            };
            let request = HttpRequest {
                header_map: Some(super::super::messages::HeaderMap {
                    headers: (0..count).map(header).collect(),
                }),
                ..request(&[], "")
            };
            assert_eq!(Original::read(&request).is_ok(), expected, "{count}");
        };
        check(1_000, true);
        check(40_000, false);
    }

    #[test]
    fn a_request_that_some_take_for_another_is_refused() {
        let check = |headers: &[(&str, &str)], expected: bool| {
            assert_eq!(
                Original::read(&request(headers, "")).is_ok(),
                expected,
                "{headers:?}"
            );
        };
        check(&[("x-http-method-override", "DELETE")], false);
        check(&[("x-http-method-override", "PUT")], true);
        check(&[("x-original-url", "/admin")], false);
    }
}
