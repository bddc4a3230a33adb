//! The examples of the S3 API reference: 66,560 letters in chunks of 64 KiB.

use http::{HeaderMap, HeaderName, HeaderValue};
use lanyard_sigv4::{ChunkedReader, SigningKey, Trailer};

use crate::client::{ends, signed_body};
use crate::{read, trailer};

const KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
static DATA: [u8; 66560] = [b'a'; 66560];

/// Checks the signatures of the chunks, and that the example's own body is taken.
#[track_caller]
fn check(more_headers: &[(&str, &str)], seed: &str, signatures: &[&str], trailers: Option<&[Trailer]>) {
    let mut headers = HeaderMap::new();
    let common = [
        ("host", "s3.amazonaws.com"),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"),
    ];
    for (name, value) in common.iter().chain(more_headers) {
        headers.insert(
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
         SignedHeaders={}, Signature={seed}",
        names.join(";")
    );
    headers.insert("authorization", HeaderValue::try_from(authorization).unwrap());
    let key = SigningKey::derive(KEY, "20130524", "us-east-1", "s3");
    let (signer, verifier) = ends(&headers, "/examplebucket/chunkObject.txt", &key);

    let (first, second) = DATA.split_at(65536);
    let body = signed_body(signer, &[first, second], trailers);
    let text = String::from_utf8(body.clone()).unwrap();
    let found: Vec<&str> = text
        .split("signature")
        .skip(1)
        .map(|after| &after[1..65])
        .collect();
    assert_eq!(found, signatures);
    let (data, end) = read(ChunkedReader::signed(verifier, 66560), &body, 1000);
    assert_eq!(data, DATA);
    assert_eq!(end, Ok(trailers.unwrap_or_default().to_vec()));
}

#[test]
fn the_example_of_a_chunked_upload_is_understood() {
    check(
        &[
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("content-length", "66824"),
        ],
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        &[
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        None,
    );
}

#[test]
fn the_example_of_a_chunked_upload_with_a_trailer_is_understood() {
    check(
        &[
            (
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            ),
            ("x-amz-trailer", "x-amz-checksum-crc32c"),
        ],
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        &[
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        ],
        Some(&[trailer("x-amz-checksum-crc32c", "sOO8/Q==")]),
    );
}
