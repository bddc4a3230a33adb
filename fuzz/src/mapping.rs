//! A request to S3, and what is sent to the store in its place.
//!
//! The input is a request as it stands on the wire: method and target in the first line, headers, an empty line, and
//! the body.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_mapping::{Hosts, Incoming, Mapped, MappingError, Meaning, map_s3};
use lanyard_policy::ContextValue;

/// - A request is mapped or refused.
/// - What goes upstream means what was decided on.
/// - A document and a batch delete are written as they were read.
pub fn mapping(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let Some((method, target)) = lines.next().and_then(|line| line.split_once(' ')) else {
        return;
    };
    let Ok(method) = method.parse::<Method>() else {
        return;
    };
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let Ok(mapped) = map(&method, target, &headers, host.unwrap_or("localhost")) else {
        return;
    };
    check_upstream(&mapped, &headers);
    check_body(mapped, body.as_bytes());
}

fn map(method: &Method, target: &str, headers: &HeaderMap, host: &str) -> Result<Mapped, MappingError> {
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let hosts = Hosts::new(["s3.example.com"]).expect("a host name");
    let incoming = Incoming {
        method,
        path,
        query,
        headers,
        host,
    };
    map_s3(&incoming, &hosts)
}

/// What was taken out for the decision is given again.
fn check_upstream(mapped: &Mapped, incoming: &HeaderMap) {
    let mut headers: HeaderMap = mapped.headers.iter().cloned().collect();
    let hash = mapped
        .asks
        .first()
        .and_then(|ask| ask.context.get("s3:x-amz-content-sha256"));
    if let Some(ContextValue::Single(hash)) = hash
        && let Ok(hash) = HeaderValue::from_str(hash.as_str())
    {
        headers.insert("x-amz-content-sha256", hash);
    }
    for (name, account) in [
        ("x-amz-expected-bucket-owner", &mapped.expected_bucket_owner),
        (
            "x-amz-source-expected-bucket-owner",
            &mapped.source_expected_bucket_owner,
        ),
    ] {
        if let Some(account) = account {
            assert!(!headers.contains_key(name), "{name} would go upstream");
            headers.insert(name, account.parse().expect("an account"));
        }
    }
    // Whether a body is empty is decided on, and said again by whoever sends it.
    let framing = [
        "content-length",
        "x-amz-decoded-content-length",
        "content-encoding",
    ];
    if framing[..2].iter().any(|name| incoming.contains_key(*name)) {
        for name in framing {
            headers.remove(name);
            for value in incoming.get_all(name) {
                headers.append(name, value.clone());
            }
        }
    }
    assert!(
        !headers.contains_key("authorization") && !headers.contains_key("host"),
        "{incoming:?}"
    );
    let target = mapped.upstream_target();
    let again = map(&mapped.upstream_method(), &target, &headers, "localhost");
    let again = again.unwrap_or_else(|error| panic!("{target:?} is refused: {error}"));
    assert_eq!(Meaning::of(&again), Meaning::of(mapped));
}

fn check_body(mut mapped: Mapped, body: &[u8]) {
    let before = Meaning::of(&mapped);
    let fresh = mapped.clone();
    if mapped.with_body(body).is_err() {
        assert_eq!(
            Meaning::of(&mapped),
            before,
            "a body that is refused changes nothing"
        );
        return;
    }
    if let Some(written) = mapped.canonical_body() {
        let mut again = fresh.clone();
        again
            .with_body(&written)
            .expect("what was read can be read again");
        assert_eq!(again.canonical_body().as_deref(), Some(written.as_slice()));
        assert_eq!(Meaning::of(&again), Meaning::of(&mapped));
    }
    let Some(delete) = &mapped.delete else {
        return;
    };
    let written = delete.to_xml(0..delete.objects.len());
    let mut again = fresh;
    again
        .with_body(&written)
        .expect("what was read can be read again");
    assert_eq!(again.delete.as_ref(), Some(delete));
}
