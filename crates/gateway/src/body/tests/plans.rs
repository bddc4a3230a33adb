//! What is read from the head, and what the upstream's head becomes.

use http::HeaderMap;
use lanyard_sigv4::{BodyCheck, PayloadHash, StreamingPayload, sha256};

use super::{headers, signed_request};
use crate::body::{BodyError, anonymous_check, plan};

const STREAMING: BodyCheck = BodyCheck::Streaming(StreamingPayload::UnsignedWithTrailer);
const LENGTH: (&str, &str) = ("x-amz-decoded-content-length", "5");
const TRAILER: (&str, &str) = ("x-amz-trailer", "x-amz-checksum-crc32");

#[track_caller]
fn check_refused(pairs: &[(&str, &str)], check: BodyCheck, length: Option<u64>, error: BodyError) {
    assert_eq!(
        plan(&headers(pairs), check, None, length).unwrap_err(),
        error,
        "{pairs:?}"
    );
}

#[test]
fn a_body_without_an_announced_length_is_refused() {
    check_refused(&[], BodyCheck::Unsigned, None, BodyError::MissingLength);
    check_refused(&[], BodyCheck::Sha256([0; 32]), None, BodyError::MissingLength);
    check_refused(&[TRAILER], STREAMING, Some(50), BodyError::MissingLength);
}

#[test]
fn a_decoded_length_is_one_number() {
    for wrong in ["", "-1", "+1", "1 ", "5,5", "0x5", "18446744073709551616"] {
        let pairs = [("x-amz-decoded-content-length", wrong), TRAILER];
        check_refused(&pairs, STREAMING, Some(50), BodyError::MalformedChunk);
    }
    check_refused(
        &[LENGTH, LENGTH, TRAILER],
        STREAMING,
        Some(50),
        BodyError::MalformedChunk,
    );
    let largest = ("x-amz-decoded-content-length", "18446744073709551615");
    check_refused(&[largest, TRAILER], STREAMING, None, BodyError::TooLong);
}

#[test]
fn a_trailer_is_announced_if_and_only_if_it_comes() {
    check_refused(&[LENGTH], STREAMING, Some(50), BodyError::Trailer);
    for wrong in [
        "",
        "x-amz-checksum-xxhash64",
        "x-amz-checksum-crc32,x-amz-checksum-sha1",
        "x-amz-meta-a",
    ] {
        check_refused(
            &[LENGTH, ("x-amz-trailer", wrong)],
            STREAMING,
            Some(50),
            BodyError::Trailer,
        );
    }
    check_refused(
        &[LENGTH, TRAILER, TRAILER],
        STREAMING,
        Some(50),
        BodyError::Trailer,
    );
    for kind in [StreamingPayload::Signed, StreamingPayload::SignedWithTrailer] {
        let (_, verifier) = signed_request(kind);
        let pairs: &[_] = if kind == StreamingPayload::Signed {
            &[LENGTH, TRAILER]
        } else {
            &[LENGTH]
        };
        let refused = plan(
            &headers(pairs),
            BodyCheck::Streaming(kind),
            Some(verifier),
            Some(50),
        );
        assert_eq!(refused.unwrap_err(), BodyError::Trailer);
    }
}

#[test]
fn signed_chunks_are_refused_without_the_chain_of_their_signatures() {
    let check = BodyCheck::Streaming(StreamingPayload::Signed);
    check_refused(&[LENGTH], check, Some(50), BodyError::ChunkSignature);
}

#[test]
fn framing_that_nobody_would_check_is_refused() {
    for pair in [("content-encoding", "gzip, AWS-chunked"), LENGTH, TRAILER] {
        check_refused(&[pair], BodyCheck::Unsigned, Some(5), BodyError::MalformedChunk);
        check_refused(
            &[pair],
            BodyCheck::Sha256([0; 32]),
            Some(5),
            BodyError::MalformedChunk,
        );
    }
}

/// Checks which headers an upstream's request has, after those of the client and the plan for its body.
#[track_caller]
fn check_applied(pairs: &[(&str, &str)], check: BodyCheck, expected: &[(&str, &str)]) {
    let verifier = match check {
        BodyCheck::Streaming(StreamingPayload::Signed) => Some(signed_request(StreamingPayload::Signed).1),
        _ => None,
    };
    let mut applied = headers(pairs);
    let plan = plan(&applied, check, verifier, Some(5)).unwrap();
    plan.apply(&mut applied);
    let expected: HeaderMap = headers(expected);
    assert_eq!(applied, expected);
    plan.apply(&mut applied);
    assert_eq!(applied, expected, "applied twice");
}

#[test]
fn an_upstreams_head_fits_the_new_framing() {
    let chunked = ("content-encoding", "aws-chunked");
    check_applied(
        &[
            ("content-type", "a/b"),
            ("transfer-encoding", "chunked"),
            ("content-encoding", "gzip"),
        ],
        BodyCheck::Unsigned,
        &[
            ("content-type", "a/b"),
            ("content-length", "5"),
            ("content-encoding", "gzip"),
        ],
    );
    let signed = BodyCheck::Streaming(StreamingPayload::Signed);
    check_applied(&[LENGTH, chunked], signed, &[("content-length", "5")]);
    check_applied(
        &[
            LENGTH,
            ("content-encoding", "aws-chunked,gzip"),
            ("content-encoding", "br, aws-chunked"),
        ],
        signed,
        &[("content-length", "5"), ("content-encoding", "gzip,br")],
    );
    check_applied(
        &[LENGTH, TRAILER, chunked, ("content-length", "77")],
        STREAMING,
        &[LENGTH, TRAILER, chunked, ("content-length", "46")],
    );
    check_applied(
        &[
            LENGTH,
            ("x-amz-trailer", "X-Amz-Checksum-CRC32"),
            ("content-encoding", "gzip"),
        ],
        STREAMING,
        &[
            LENGTH,
            TRAILER,
            ("content-encoding", "aws-chunked,gzip"),
            ("content-length", "46"),
        ],
    );
}

#[test]
fn what_the_client_signed_is_declared_again() {
    let declared = |check| plan(&HeaderMap::new(), check, None, Some(0)).unwrap().payload;
    let hash = sha256(b"");
    assert_eq!(declared(BodyCheck::Sha256(hash)), PayloadHash::Sha256(hash));
    assert_eq!(declared(BodyCheck::Unsigned), PayloadHash::Unsigned);
}

#[test]
fn what_an_anonymous_client_declares_is_checked_as_far_as_it_can_be() {
    let check = |pairs: &[(&str, &str)]| anonymous_check(&headers(pairs));
    let name = "x-amz-content-sha256";
    assert_eq!(check(&[]), Ok(BodyCheck::Unsigned));
    assert_eq!(check(&[(name, "UNSIGNED-PAYLOAD")]), Ok(BodyCheck::Unsigned));
    assert_eq!(check(&[(name, &"0".repeat(64))]), Ok(BodyCheck::Sha256([0; 32])));
    assert_eq!(
        check(&[(name, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]),
        Ok(STREAMING)
    );
    assert_eq!(check(&[TRAILER]), Ok(STREAMING));
    for wrong in [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "a",
    ] {
        assert_eq!(check(&[(name, wrong)]), Err(BodyError::MalformedChunk));
    }
    let twice = [(name, "UNSIGNED-PAYLOAD"), (name, "UNSIGNED-PAYLOAD")];
    assert_eq!(check(&twice), Err(BodyError::MalformedChunk));
}
