//! What is decided is what is sent: laws that hold for any request.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue, Method};
use lanyard_mapping::{Hosts, Incoming, Mapped, MappingError, Meaning, Operation, map_post_object, map_s3};
use lanyard_policy::ContextValue;
use proptest::prelude::*;

fn map(method: &Method, target: &str, headers: &HeaderMap, host: &str) -> Result<Mapped, MappingError> {
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let incoming = Incoming {
        method,
        path,
        query,
        headers,
        host,
    };
    map_s3(&incoming, &Hosts::new(["s3.example.com"]).unwrap())
}

/// What is sent upstream means the same as what came in; only what was taken out for the decision is given again.
fn means_the_same(mapped: &Mapped, incoming: &HeaderMap, is_form: bool) -> Result<(), TestCaseError> {
    let mut headers: HeaderMap = mapped.headers.iter().cloned().collect();
    let hash = mapped.asks[0].context.get("s3:x-amz-content-sha256");
    if let Some(ContextValue::Single(hash)) = hash {
        headers.insert(
            "x-amz-content-sha256",
            HeaderValue::from_str(hash.as_str()).unwrap(),
        );
    }
    // Of a body that is framed otherwise, its length says nothing.
    let is_framed = incoming.contains_key("transfer-encoding");
    for name in [
        "x-amz-expected-bucket-owner",
        "x-amz-source-expected-bucket-owner",
        "content-length",
    ] {
        if let Some(value) = incoming.get(name)
            && !(is_framed && name == "content-length")
        {
            headers.insert(name, value.clone());
        }
    }
    // A body in chunks goes on without them, and as long as it is then.
    let mut encodings = incoming.get_all("content-encoding").iter();
    let decoded = incoming.get("x-amz-decoded-content-length");
    if let Some(length) = decoded.filter(|length| *length == "0")
        && encodings.any(|encoding| encoding == "aws-chunked")
    {
        headers.insert("content-length", length.clone());
    }
    let target = mapped.upstream_target();
    let again = map(
        &mapped.upstream_method(),
        &target,
        &headers,
        "upstream.example:9000",
    );
    let again = match again {
        Ok(again) => again,
        Err(error) => return Err(TestCaseError::fail(format!("{target}: {error}"))),
    };
    prop_assert_eq!(again.upstream_target(), target);
    let (mut one, mut two) = (Meaning::of(mapped), Meaning::of(&again));
    if is_form {
        (one.operation, two.operation) = ("", "");
    }
    prop_assert_eq!(one, two);
    Ok(())
}

/// The document that goes upstream means what the one that came did, and is written as it was read.
fn documents_mean_the_same(mapped: &Mapped, body: &str) -> Result<(), TestCaseError> {
    let (mut read, mut again) = (mapped.clone(), mapped.clone());
    if read.with_body(body.as_bytes()).is_err() {
        return Ok(());
    }
    if let Some(written) = read.canonical_body() {
        prop_assert!(again.with_body(&written).is_ok());
        prop_assert_eq!(again.canonical_body(), Some(written));
        prop_assert_eq!(Meaning::of(&again), Meaning::of(&read));
    }
    Ok(())
}

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![
        3 => Just(Method::GET),
        3 => Just(Method::PUT),
        1 => Just(Method::POST),
        2 => Just(Method::DELETE),
        1 => Just(Method::HEAD),
    ]
}

/// A request, by method, target and headers.
type Request = (Method, String, HeaderMap);

/// The requests of the files, most of which mean something.
static CASES: LazyLock<Vec<Request>> = LazyLock::new(|| {
    let mut cases = Vec::new();
    for name in [
        "service", "buckets", "objects", "copies", "bodies", "hosts", "refused",
    ] {
        let path = format!("{}/tests/s3/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        for case in std::fs::read_to_string(path).unwrap().split("\n---\n") {
            let mut lines = case.split("\n=>").next().unwrap().lines();
            let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
            let mut headers = HeaderMap::new();
            let of_head = |line: &&str| !line.starts_with("body: ") && !line.starts_with("host: ");
            for (name, value) in lines.filter(of_head).filter_map(|line| line.split_once(": ")) {
                let name: http::HeaderName = name.parse().unwrap();
                headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            cases.push((method.parse().unwrap(), target.to_owned(), headers));
        }
    }
    cases
});

/// A request of the files with another key, one more parameter or one more header.
fn changed_cases() -> impl Strategy<Value = Request> {
    let case = (0..CASES.len()).prop_map(|number| CASES[number].clone());
    (
        case,
        prop::option::of(paths()),
        prop::option::of(queries()),
        header_maps(),
    )
        .prop_map(|((method, target, mut headers), path, query, more)| {
            let (place, old) = target.split_once('?').unwrap_or((&target, ""));
            let place = match path {
                Some(path) if place.matches('/').count() > 1 => format!("/reports{path}"),
                _ => place.to_owned(),
            };
            let query: Vec<&str> = [old, query.as_deref().unwrap_or_default()]
                .into_iter()
                .filter(|query| !query.is_empty())
                .collect();
            let mark = if query.is_empty() { "" } else { "?" };
            headers.extend(more);
            (method, format!("{place}{mark}{}", query.join("&")), headers)
        })
}

/// Pieces of paths that mean something, or look like it.
fn paths() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{3,5}",
        2 => "[a-zA-Z0-9._~!$&'()*,;=:@+-]{1,4}",
        1 => "(%[0-9a-fA-F]{2}){1,3}",
        1 => prop_oneof![
            Just("..".to_owned()), Just(".".to_owned()), Just("%2F".to_owned()), Just("%2e%2e".to_owned()),
            Just("%5C".to_owned()), Just("%252F".to_owned()), Just("%C3%A9".to_owned()), Just(String::new()),
        ],
    ];
    (prop::collection::vec(piece, 0..5), any::<bool>()).prop_map(|(pieces, is_slashed)| {
        let end = if is_slashed && !pieces.is_empty() { "/" } else { "" };
        format!("/{}{end}", pieces.join("/"))
    })
}

fn queries() -> impl Strategy<Value = String> {
    let names = prop_oneof![
        Just("acl"),
        Just("tagging"),
        Just("uploads"),
        Just("uploadId"),
        Just("partNumber"),
        Just("versionId"),
        Just("prefix"),
        Just("delimiter"),
        Just("max-keys"),
        Just("list-type"),
        Just("delete"),
        Just("policy"),
        Just("versions"),
        Just("x-id"),
        Just("id"),
        Just("analytics"),
        Just("attributes"),
        Just("select"),
        Just("select-type"),
        Just("x-amz-acl"),
        Just("x-amz-meta-a"),
        Just("response-content-type"),
        Just("annotation"),
        Just("annotationName"),
        Just("X-Amz-Signature"),
        Just("ACL"),
        Just("x-amz-copy-source"),
        Just("key-marker"),
    ];
    let values = prop_oneof![
        3 => Just(String::new()),
        3 => Just("=".to_owned()),
        3 => "=[a-z0-9]{1,3}",
        1 => "=(%[0-9a-fA-F]{2}|[a-z+;=/?]){0,4}",
        1 => Just("=2".to_owned()),
        1 => Just("=abc%2Fdef".to_owned()),
        1 => Just("=private".to_owned()),
    ];
    prop::collection::vec((names, values), 0..2).prop_map(|parameters| {
        let parameters: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        parameters.join("&")
    })
}

fn header_maps() -> impl Strategy<Value = HeaderMap> {
    let entries = prop_oneof![
        (
            "x-amz-copy-source",
            "/?[a-z]{3,4}/([a-zé/.%2F]|%2e){0,5}(\\?versionId=[a-z&]{0,2})?"
        ),
        ("x-amz-tagging", "[a-c]=[a-c+](&[a-c]=%2[0-9A-F])?"),
        ("x-amz-tagging-directive", "COPY|REPLACE|copy"),
        ("x-amz-acl", "private|public-read|Private|"),
        ("x-amz-meta-a", "[a-z]{0,3}"),
        ("range", "bytes=0-9"),
        ("if-match", "\"e\"|\\*|e|"),
        ("if-none-match", "\\*|\"e\""),
        ("content-length", "0|1"),
        (
            "content-encoding",
            "aws-chunked|gzip, aws-chunked|gzip|AWS-chunked,AWS-CHUNKED"
        ),
        ("x-amz-content-sha256", "[0-9a-f]{4}"),
        ("x-amz-expected-bucket-owner", "111122223333|carla"),
        ("x-amz-object-attributes", "ETag|ETag, Checksum"),
        ("x-amz-bypass-governance-retention", "true|false|TRUE"),
        ("x-amz-object-annotation-directive", "COPY|EXCLUDE"),
        ("x-unknown", "a"),
        ("content-type", "multipart/form-data; boundary=x|text/plain"),
    ]
    .boxed();
    prop::collection::vec(entries, 0..2).prop_map(|entries| {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(name.parse::<http::HeaderName>().unwrap(), value);
            }
        }
        headers
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, max_global_rejects: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_upstream_means_what_was_decided(
        (method, target, headers) in changed_cases(),
        host in prop_oneof![4 => Just("localhost"), 1 => Just("s3.example.com"), 1 => Just("abc.s3.example.com")],
    ) {
        if let Ok(mapped) = map(&method, &target, &headers, host) {
            means_the_same(&mapped, &headers, false)?;
        }
    }

    #[test]
    fn any_path_and_query_is_mapped_in_one_way(
        method in methods(), path in paths(), query in queries(), headers in header_maps(),
    ) {
        let target = if query.is_empty() { path } else { format!("{path}?{query}") };
        if let Ok(mapped) = map(&method, &target, &headers, "localhost") {
            means_the_same(&mapped, &headers, false)?;
        }
    }

    #[test]
    fn any_text_is_mapped_or_refused_without_a_panic(target in ".{0,40}", value in ".{0,20}", method in methods()) {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert("x-amz-copy-source", value.clone());
            headers.insert("x-amz-tagging", value);
        }
        let _refused = map(&method, &target, &headers, &value);
        if let Ok(mapped) = map(&method, &format!("/abc/{target}"), &HeaderMap::new(), "localhost") {
            means_the_same(&mapped, &HeaderMap::new(), false)?;
        }
    }

    #[test]
    fn a_form_goes_upstream_as_the_upload_that_was_decided(key in ".{0,20}", value in "[ -~]{0,10}", file in ".{0,10}") {
        let fields = [("key", key), ("file", file), ("x-amz-meta-a", value.clone()), ("Content-Type", value)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        if let Ok(mapped) = map_post_object("reports", &fields) {
            means_the_same(&mapped, &HeaderMap::new(), true)?;
        }
    }

    #[test]
    fn a_slash_at_the_end_of_a_key_passes_by_nothing((method, target, headers) in changed_cases(), source in any::<bool>()) {
        let (path, query) = target.split_once('?').map_or((target.as_str(), ""), |(path, query)| (path, query));
        let mut slashed = headers.clone();
        if let Some(value) = headers.get("x-amz-copy-source").filter(|_| source) {
            let text = value.to_str().unwrap_or_default();
            let text = text.split_once('?').map_or(format!("{text}/"), |(path, query)| format!("{path}/?{query}"));
            slashed.insert("x-amz-copy-source", HeaderValue::from_str(&text).unwrap());
        }
        for length in ["content-length", "x-amz-decoded-content-length"] {
            slashed.remove(length);
        }
        let of_object = path.trim_matches('/').contains('/') && !path.ends_with('/');
        let slash = if of_object { "/" } else { "" };
        let longer = map(&method, &format!("{path}{slash}?{query}"), &slashed, "localhost");
        let plain = map(&method, &target, &headers, "localhost");
        if let (Ok(longer), Ok(plain)) = (longer, plain) {
            let all = Meaning::of(&longer).asks;
            for ask in Meaning::of(&plain).asks {
                prop_assert!(all.contains(&ask), "{ask:?} is not asked for");
            }
        }
    }

    #[test]
    fn tags_go_upstream_as_they_were_decided(key in ".{1,10}", value in "[ -~é]{0,10}", end in "[ \n\r]{0,2}") {
        let tagging = map(&Method::PUT, "/reports/k/?tagging&versionId=7", &HeaderMap::new(), "localhost").unwrap();
        for (key, value) in [(key.clone(), value.clone()), (key.replace(['<', '&'], ""), value.replace(['<', '&'], ""))] {
            let tag = format!("<Tag>{end}<Key>{key}</Key><Value>{value}</Value></Tag>");
            documents_mean_the_same(&tagging, &format!("<Tagging><TagSet>{tag}</TagSet>{end}</Tagging>{end}"))?;
        }
    }

    #[test]
    fn keys_of_a_batch_delete_are_written_as_they_were_read(keys in prop::collection::vec("[a-zé<>&\"'\\]\r\n\t ]{0,4}[a-z][a-zé\r\n\t ]{0,4}", 1..5), body in ".{0,60}") {
        let mut escaped = String::from("<Delete>");
        for key in &keys {
            escaped.push_str("<Object><Key>");
            for letter in key.chars() {
                escaped.push_str(&format!("&#{};", u32::from(letter)));
            }
            escaped.push_str("</Key></Object>");
        }
        escaped.push_str("</Delete>");
        let mut mapped = map(&Method::POST, "/reports?delete", &HeaderMap::new(), "localhost").unwrap();
        let _refused = mapped.clone().with_body(body.as_bytes());
        mapped.with_body(escaped.as_bytes()).unwrap();
        let delete = mapped.delete.clone().unwrap();
        let read: Vec<&str> = delete.objects.iter().map(|entry| entry.key.as_str()).collect();
        prop_assert_eq!(read, keys);
        let mut again = map(&Method::POST, "/reports?delete", &HeaderMap::new(), "localhost").unwrap();
        again.with_body(&delete.to_xml(0..delete.objects.len())).unwrap();
        prop_assert_eq!(again.delete.unwrap(), delete);
    }
}

#[test]
fn every_case_of_the_files_goes_upstream_as_what_was_decided() {
    let mut met = std::collections::BTreeSet::new();
    for (method, target, headers) in CASES.iter() {
        if let Ok(mapped) = map(method, target, headers, "localhost") {
            met.insert(mapped.operation.name());
            means_the_same(&mapped, headers, false).unwrap();
        }
    }
    let answered = Operation::ALL
        .iter()
        .filter(|operation| operation.refused().is_none())
        .count();
    assert_eq!(met.len(), answered);
}
