//! The mapping of a GetObject stands in the way of every read: it may cost little.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use http::{HeaderMap, HeaderValue, Method};
use lanyard_mapping::{Hosts, Incoming, map_s3};

fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "localhost:9000"),
        ("user-agent", "aws-sdk-rust/1.3 os/linux lang/rust"),
        ("x-amz-user-agent", "aws-sdk-rust/1.3"),
        ("x-amz-date", "20261122T110000Z"),
        (
            "x-amz-content-sha256",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        ("authorization", "AWS4-HMAC-SHA256 Credential=x"),
        ("amz-sdk-invocation-id", "i"),
        ("amz-sdk-request", "attempt=1; max=3"),
        ("x-amz-checksum-mode", "ENABLED"),
        ("accept-encoding", "identity"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

#[test]
fn a_get_object_allocates_little() {
    let headers = headers();
    let hosts = Hosts::path_style_only();
    let incoming = Incoming {
        method: &Method::GET,
        path: "/reports/2026/november.csv",
        query: Some("x-id=GetObject"),
        headers: &headers,
        host: "localhost:9000",
    };
    map_s3(&incoming, &hosts).unwrap();
    let allocations = allocation_counter::measure(|| {
        map_s3(&incoming, &hosts).unwrap();
    });
    assert!(allocations.count_total <= 12, "{allocations:?}");
}
