//! The written table against the catalogue of actions, which comes from AWS's own reference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderValue, Method};
use lanyard_catalogue::catalogue;
use lanyard_mapping::{Asked, Hosts, Incoming, Mapped, Operation, map_post_object, map_s3};

/// Keys that an ask has although the catalogue does not list them for its action.
const KEYS_BESIDE_THE_CATALOGUE: [(&str, &str, &str); 2] = [
    (
        "s3:PutBucketTagging",
        "aws:RequestTag/team",
        "tags of buckets are decided on wherever they are set; AWS decides on them under s3:TagResource only",
    ),
    ("s3:PutBucketTagging", "aws:TagKeys", "the same"),
];

/// Actions of other services, which only refused operations name.
const OF_OTHER_SERVICES: [&str; 3] = [
    "s3express:CreateSession",
    "s3express:ListAllMyDirectoryBuckets",
    "s3-object-lambda:WriteGetObjectResponse",
];

fn map(request: &str) -> Mapped {
    let mut lines = request.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let (mut headers, mut body) = (HeaderMap::new(), None);
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        if name == "body" {
            body = Some(value);
        } else {
            let name: http::HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
    }
    let method: Method = method.parse().unwrap();
    let incoming = Incoming {
        method: &method,
        path,
        query,
        headers: &headers,
        host: "localhost",
    };
    let mut mapped = map_s3(&incoming, &Hosts::path_style_only()).unwrap();
    if let Some(body) = body {
        mapped.with_body(body.as_bytes()).unwrap();
    }
    mapped.with_time("2026-12-31T12:00:00Z".parse().unwrap());
    mapped
}

/// Every request of the files that means something, as it is mapped.
fn asks() -> Vec<Asked> {
    let mut asks = Vec::new();
    for name in ["service", "buckets", "objects", "copies", "bodies"] {
        let path = format!("{}/tests/s3/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        for case in std::fs::read_to_string(path).unwrap().split("\n---\n") {
            let (request, meaning) = case.split_once("\n=>\n").unwrap();
            if !meaning.starts_with("refused") {
                asks.extend(map(request).asks);
            }
        }
    }
    let fields = [
        ("key", "k"),
        (
            "tagging",
            "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
        ),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    asks.extend(map_post_object("reports", &fields).unwrap().asks);
    asks
}

#[test]
fn every_action_exists_and_takes_the_resource_that_is_named() {
    for ask in asks() {
        let action = catalogue()
            .action(ask.action)
            .unwrap_or_else(|| panic!("{} does not exist", ask.action));
        assert_eq!(
            format!("s3:{}", action.name()),
            ask.action,
            "written as AWS writes it"
        );
        assert_eq!(action.is_wildcard_only(), ask.wildcard_only, "{}", ask.action);
        let types: Vec<&str> = action
            .resources()
            .iter()
            .map(|resource| resource.resource_type().name())
            .collect();
        let expected = match (&ask.bucket, &ask.key) {
            (None, _) => "*",
            (Some(_), None) => "bucket",
            (Some(_), Some(_)) => "object",
        };
        assert!(
            expected == "*" || types.contains(&expected),
            "{} takes {types:?}, not {expected}",
            ask.action
        );
        assert_eq!(ask.resource == "*", ask.wildcard_only, "{}", ask.action);
    }
    for operation in Operation::ALL {
        let is_known = catalogue().action(operation.action()).is_some();
        let is_foreign = OF_OTHER_SERVICES.contains(&operation.action()) && operation.refused().is_some();
        assert!(
            is_known || is_foreign,
            "{} needs {}",
            operation.name(),
            operation.action()
        );
    }
}

#[test]
fn every_condition_key_is_one_that_the_action_has() {
    let mut beside = BTreeSet::new();
    for ask in asks() {
        let action = catalogue().action(ask.action).unwrap();
        let of_resources = action
            .resources()
            .iter()
            .flat_map(|resource| resource.condition_keys());
        let known: Vec<_> = action.condition_keys().iter().chain(of_resources).collect();
        for (key, _) in ask.context.iter() {
            if !known.iter().any(|condition_key| condition_key.is_named(key)) {
                let is_excused = |entry: &&(&str, &str, &str)| (entry.0, entry.1) == (ask.action, key);
                let entry = KEYS_BESIDE_THE_CATALOGUE.iter().find(is_excused);
                beside.insert(*entry.unwrap_or_else(|| panic!("{} has no key {key}", ask.action)));
            }
        }
        let reads_tags = known
            .iter()
            .any(|condition_key| condition_key.is_named("s3:ExistingObjectTag/team"));
        assert_eq!(reads_tags, ask.reads_object_tags, "{}", ask.action);
    }
    assert_eq!(beside, KEYS_BESIDE_THE_CATALOGUE.into_iter().collect());
}

/// Keys of the catalogue that no request gives: the gateway sets them, or they are about what does not exist here.
const KEYS_FROM_ELSEWHERE: [&str; 14] = [
    "s3:AccessGrantsInstanceArn",
    "s3:AccessPointNetworkOrigin",
    "s3:AccessPointTag/${TagKey}",
    "s3:BucketTag/${TagKey}",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:ExistingObjectTag/<key>",
    "s3:ResourceAccount",
    "s3:TlsVersion",
    "s3:authType",
    "s3:isReplicationPauseRequest",
    "s3:signatureAge",
    "s3:signatureversion",
    "aws:ResourceTag/${TagKey}",
];

/// Keys whose headers no operation under the action knows.
fn is_never_given(action: &str, key: &str) -> bool {
    match action {
        // Only as part of a copy.
        "s3:PutObjectAnnotation" => key == "s3:x-amz-object-if-match",
        "s3:BypassGovernanceRetention" => true,
        "s3:PutObject" => key == "s3:x-amz-grant-write",
        "s3:PutObjectVersionAcl" => key == "s3:x-amz-storage-class",
        _ => false,
    }
}

#[test]
fn every_condition_key_of_an_action_is_given_by_some_request() {
    let asks = asks();
    let mut missing = BTreeSet::new();
    for ask in &asks {
        for condition_key in catalogue().action(ask.action).unwrap().condition_keys() {
            let is_given = asks
                .iter()
                .filter(|other| other.action == ask.action)
                .any(|other| other.context.iter().any(|(key, _)| condition_key.is_named(key)));
            if !is_given && !KEYS_FROM_ELSEWHERE.contains(&condition_key.name()) {
                missing.insert((ask.action, condition_key.name()));
            }
        }
    }
    // The hash of the body is given alike for all.
    missing.retain(|(action, key)| *key != "s3:x-amz-content-sha256" && !is_never_given(action, key));
    assert_eq!(missing, BTreeSet::new());
}
