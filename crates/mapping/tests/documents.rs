//! What goes upstream in place of the bodies that decisions are made on, and what an empty body is worth.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_mapping::{Hosts, Incoming, Mapped, Needs, map_s3};

fn map(target: &str, headers: &[(&str, &str)]) -> Mapped {
    let header = |(name, value): &(&str, &str)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    };
    let headers: HeaderMap = headers.iter().map(header).collect();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let incoming = Incoming {
        method: &Method::PUT,
        path,
        query,
        headers: &headers,
        host: "localhost",
    };
    map_s3(&incoming, &Hosts::path_style_only()).unwrap()
}

fn sends(target: &str, body: &str, expected: Option<&str>) {
    let mut mapped = map(target, &[]);
    assert_eq!(mapped.canonical_body(), None);
    mapped.with_body(body.as_bytes()).unwrap();
    let sent = mapped
        .canonical_body()
        .map(|body| String::from_utf8(body).unwrap());
    assert_eq!((sent.as_deref(), mapped.needs), (expected, Needs::Nothing));
}

#[test]
fn what_is_sent_is_what_was_decided_on() {
    sends(
        "/reports/k?tagging",
        "<?xml version='1.0' encoding='utf-8'?>\n<Tagging xmlns='x'>\n <TagSet><Tag><Key>a&#38;</Key><Value/></Tag>\n \
         </TagSet></Tagging>\n",
        Some(
            "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>a&amp;</Key><Value></Value>\
             </Tag></TagSet></Tagging>",
        ),
    );
    sends(
        "/reports/k?legal-hold",
        "<LegalHold><Status>ON</Status></LegalHold>",
        Some("<LegalHold xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>ON</Status></LegalHold>"),
    );
    sends("/reports", "", None);
    sends("/reports?versioning", "<VersioningConfiguration/>", None);
}

/// Whether the object without the slash is asked for as well.
fn asks_twice(headers: &[(&str, &str)], expected: bool) {
    let asks = map("/reports/folder/", headers).asks;
    let resources: Vec<&str> = asks.iter().map(|ask| ask.resource.as_str()).collect();
    let all = ["arn:aws:s3:::reports/folder/", "arn:aws:s3:::reports/folder"];
    let expected = if expected { &all[..] } else { &all[..1] };
    assert_eq!(resources, expected, "{headers:?}");
}

#[test]
fn only_an_object_without_content_marks_a_folder() {
    const LENGTH: &str = "content-length";
    const DECODED: &str = "x-amz-decoded-content-length";
    const CHUNKED: (&str, &str) = ("content-encoding", "aws-chunked");
    asks_twice(&[(LENGTH, "0")], false);
    asks_twice(&[(LENGTH, "86"), (DECODED, "0"), CHUNKED], false);
    asks_twice(&[], true);
    asks_twice(&[(LENGTH, "1")], true);
    asks_twice(&[(LENGTH, "00")], true);
    asks_twice(&[(LENGTH, "0"), ("transfer-encoding", "chunked")], true);
    asks_twice(&[(DECODED, "0")], true);
    asks_twice(&[(DECODED, "0"), ("content-encoding", "gzip")], true);
    asks_twice(&[(LENGTH, "86"), (DECODED, "1"), CHUNKED], true);
}
