//! Requests as real clients sign them: recorded from botocore 1.43 for IAM, STS, S3, SQS, Lambda and DynamoDB,
//! with and without session tokens, presigned too, and with paths and parameters that need every kind of escape; and
//! from AWS's SDK for JavaScript, which over HTTP/2 signs `:authority` where others sign `host`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_sigv4::{Head, ServiceRules, SignedRequest, SigningKey, sha256};
use serde::Deserialize;

#[derive(Deserialize)]
struct Recorded {
    name: String,
    service: String,
    region: String,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    token: Option<String>,
}

#[test]
fn what_botocore_signs_verifies() {
    check(include_str!("data/botocore_requests.jsonl"));
}

#[test]
fn what_the_sdk_for_javascript_signs_over_http2_verifies() {
    check(include_str!("data/javascript_requests.jsonl"));
}

fn check(recordings: &str) {
    let lines = recordings.lines();
    for recorded in lines.map(|line| serde_json::from_str::<Recorded>(line).unwrap()) {
        let name = &recorded.name;
        let method: Method = recorded.method.parse().unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in &recorded.headers {
            headers.append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let query = Some(recorded.query.as_str()).filter(|query| !query.is_empty());
        let head = Head {
            method: &method,
            path: &recorded.path,
            query,
            headers: &headers,
        };
        let rules = match recorded.service.as_str() {
            "iam" | "sts" => ServiceRules::iam(),
            "s3" => ServiceRules::s3(),
            _ => ServiceRules::generic(),
        };
        let signed = SignedRequest::parse(&head).unwrap().unwrap();
        assert_eq!(
            signed.check_time(signed.time().timestamp(), &rules),
            Ok(()),
            "{name}"
        );
        let scope = signed.check_scope(|region| region == recorded.region, &recorded.service);
        assert_eq!(scope, Ok(()), "{name}");
        assert_eq!(signed.session_token(), recorded.token.as_deref(), "{name}");
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let key = SigningKey::derive(secret, signed.date(), signed.region(), signed.service());
        let hash = sha256(recorded.body.as_bytes());
        assert_eq!(signed.verify(&head, &key, &rules, &hash), Ok(()), "{name}");
    }
}
