//! Checksums in headers: what they say of a body is true, or there is no object.

use http::HeaderMap;
use lanyard_sigv4::{PayloadHash, StreamingPayload};
use lanyard_testkit::S3Request;
use md5::{Digest, Md5};

use crate::stage::{OURS, Stage};

const LARGE: usize = 100_000;
const WRONG_CRC32: (&str, &str) = ("x-amz-checksum-crc32", "AAAAAA==");
const WRONG_MD5: (&str, &str) = ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==");

/// What becomes of a request with these headers, and whether the store got all of it.
async fn check(target: &str, body: Vec<u8>, headers: &[(&str, &str)], expected: &str) {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let (method, target) = target.split_once(' ').unwrap();
    let mut request = S3Request::new(method, target)
        .body(body)
        .payload(PayloadHash::Unsigned);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let reply = stage.send(request.signed(&stage.root)).await;
    assert_eq!(reply.short(), expected, "{target} {headers:?}");
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let is_whole = stage
        .upstream
        .take_received()
        .iter()
        .any(|received| received.is_whole);
    assert_eq!(is_whole, expected == "200", "{target} {headers:?}");
}

#[tokio::test]
async fn a_body_without_its_checksum_is_no_object() {
    let abc = || b"abc".to_vec();
    for target in ["PUT /reports/a", "PUT /reports/a?uploadId=u&partNumber=1"] {
        check(target, abc(), &[WRONG_CRC32], "400 BadDigest").await;
        check(target, abc(), &[WRONG_MD5], "400 BadDigest").await;
        check(target, vec![1; LARGE], &[WRONG_CRC32], "400 BadDigest").await;
        check(target, vec![1; LARGE], &[WRONG_MD5], "400 BadDigest").await;
    }
    for name in ["crc32c", "crc64nvme", "sha1", "sha256", "sha512", "md5"] {
        let length = match name {
            "crc32c" => 4,
            "crc64nvme" => 8,
            "sha1" => 20,
            "sha256" => 32,
            "sha512" => 64,
            _ => 16,
        };
        let value = data_encoding::BASE64.encode(&vec![0; length]);
        let header = format!("x-amz-checksum-{name}");
        check("PUT /reports/a", abc(), &[(&header, &value)], "400 BadDigest").await;
    }
    check(
        "PUT /reports/a?tagging",
        b"<Tagging><TagSet/></Tagging>".to_vec(),
        &[WRONG_CRC32],
        "400 BadDigest",
    )
    .await;
}

#[tokio::test]
async fn a_body_with_all_its_checksums_goes_on_with_them() {
    let headers = [
        ("content-md5", "kAFQmDzST7DWlj99KOF/cg=="),
        ("x-amz-checksum-crc32", "NSRBwg=="),
        ("x-amz-checksum-sha1", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
    ];
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let mut put = S3Request::new("PUT", "/reports/a").body("abc");
    for (name, value) in headers {
        put = put.header(name, value);
    }
    let (got, received) = stage.outcome(put.signed(&stage.root)).await;
    assert_eq!(got, "200");
    for (name, value) in headers {
        assert_eq!(received[0].header(name), value);
    }
    // One that is wrong is enough.
    let put = S3Request::new("PUT", "/reports/a")
        .body("abc")
        .header("content-md5", "kAFQmDzST7DWlj99KOF/cg==")
        .header(WRONG_CRC32.0, WRONG_CRC32.1);
    let (got, received) = stage.outcome(put.signed(&stage.root)).await;
    assert_eq!((got.as_str(), received.len()), ("400 BadDigest", 0));
}

#[tokio::test]
async fn what_is_no_checksum_is_refused() {
    let abc = || b"abc".to_vec();
    check(
        "PUT /reports/a",
        abc(),
        &[("content-md5", "no")],
        "400 InvalidDigest",
    )
    .await;
    check(
        "PUT /reports/a",
        abc(),
        &[("x-amz-checksum-crc32", "AAAA")],
        "400 InvalidRequest",
    )
    .await;
    check(
        "PUT /reports/a",
        abc(),
        &[("x-amz-checksum-xxhash64", "AAAAAAAAAAA=")],
        "501 NotImplemented",
    )
    .await;
}

#[tokio::test]
async fn a_header_beside_a_trailer_has_to_agree_with_it() {
    let body = "3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n";
    for (value, expected) in [("NSRBwg==", "200"), ("AAAAAA==", "400 BadDigest")] {
        let stage = Stage::new().await;
        stage.bucket("reports", OURS).await;
        let put = S3Request::new("PUT", "/reports/a")
            .body(body)
            .payload(PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer))
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", "3")
            .header("x-amz-trailer", "x-amz-checksum-crc32")
            .header("x-amz-checksum-crc32", value);
        let (got, received) = stage.outcome(put.signed(&stage.root)).await;
        assert_eq!((got.as_str(), received.len() == 1), (expected, expected == "200"));
    }
}

#[tokio::test]
async fn the_checksum_of_an_object_is_not_that_of_the_list_of_its_parts() {
    let document = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part>\
                    </CompleteMultipartUpload>";
    check(
        "POST /reports/a?uploadId=u",
        document.into(),
        &[WRONG_CRC32],
        "200",
    )
    .await;
    check(
        "POST /reports/a?uploadId=u",
        document.into(),
        &[WRONG_MD5],
        "400 BadDigest",
    )
    .await;
}

#[tokio::test]
async fn where_an_object_is_that_was_put_together_is_what_the_client_knows() {
    let answer = |location: &str| format!("<R><Location>{location}</Location><Key>a b</Key></R>");
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.upstream.behave(lanyard_testkit::Behaviour::Answers {
        status: 200,
        headers: vec![("content-type", "application/xml".to_owned())],
        body: answer("http://127.0.0.1:9000/reports/a%20b").into(),
    });
    let complete = S3Request::new("POST", "/reports/a%20b?uploadId=u").body(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>",
    );
    let reply = stage.send(complete.signed(&stage.root)).await;
    assert_eq!(
        reply.body,
        answer("http://127.0.0.1:4260/reports/a%20b"),
        "{:?}",
        HeaderMap::clone(&reply.headers)
    );
}

#[tokio::test]
async fn a_document_that_was_decided_on_goes_on_as_it_was_read() {
    let sent = "<Tagging>\n <TagSet><Tag><Key>a</Key><Value>&#98;</Value></Tag></TagSet></Tagging>";
    let checksum = data_encoding::BASE64.encode(&Md5::digest(sent));
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let put = S3Request::new("PUT", "/reports/a?tagging")
        .body(sent)
        .header("x-amz-checksum-md5", &checksum)
        .header("x-amz-sdk-checksum-algorithm", "MD5");
    let (got, received) = stage.outcome(put.signed(&stage.root)).await;
    assert_eq!(got, "200");
    let received = &received[0];
    let body = String::from_utf8(received.body.to_vec()).unwrap();
    assert!(
        body.contains("<Key>a</Key><Value>b</Value>") && !body.contains('\n'),
        "{body}"
    );
    let md5 = data_encoding::BASE64.encode(&Md5::digest(&body));
    let length = body.len().to_string();
    assert_eq!(
        [
            "content-md5",
            "content-length",
            "x-amz-checksum-md5",
            "x-amz-sdk-checksum-algorithm"
        ]
        .map(|name| received.header(name)),
        [md5.as_str(), &length, "", ""]
    );
}
