//! In what services differ: clocks, bodies and paths.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod request;

use http::{HeaderMap, Method};
use lanyard_sigv4::{
    AuthError, BodyCheck, BodyHasher, Head, PayloadHash, ServiceRules, SignError, StreamingPayload, sha256,
};
use request::{MISMATCH, Request, check, presigned, signed};

#[test]
fn the_clock_may_differ_by_five_minutes_and_no_more() {
    check(signed().later(300), "verified");
    check(signed().later(-300), "verified");
    check(
        signed().later(301),
        "SignatureDoesNotMatch: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T124101Z - 5 min.)",
    );
    check(
        signed().later(-301),
        "SignatureDoesNotMatch: Signature not yet current: 20150830T123600Z is still later than \
         20150830T123559Z (20150830T123059Z + 5 min.)",
    );
    let s3 = || {
        let request = Request::new(ServiceRules::s3(), "s3");
        let payload = request.body_hash();
        request.sign_as(payload)
    };
    check(s3().later(900), "verified");
    check(
        s3().later(901),
        "SignatureDoesNotMatch: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T125101Z - 15 min.)",
    );
}

#[test]
fn presigned_requests_live_as_long_as_they_ask_up_to_the_service_limit() {
    check(presigned(60).later(60), "verified");
    check(
        presigned(61).later(62),
        "SignatureDoesNotMatch: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T123702Z - 61 sec.)",
    );
    check(presigned(3600).later(900), "verified");
    check(
        presigned(3600).later(901),
        "SignatureDoesNotMatch: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
         (20150830T125101Z - 15 min.)",
    );
    check(
        presigned(60).later(-301),
        "SignatureDoesNotMatch: Signature not yet current: 20150830T123600Z is still later than \
         20150830T123559Z (20150830T123059Z + 5 min.)",
    );
    let expires =
        |value: &str| presigned(60).query(|query| query.replace("Expires=60", &format!("Expires={value}")));
    for wrong in ["", "-1", "+1", "1.5", "abc", "%20"] {
        check(
            expires(wrong),
            "IncompleteSignature: X-Amz-Expires should be a number",
        );
    }
    for wrong in ["604801", "99999999999999999999"] {
        check(
            expires(wrong),
            "IncompleteSignature: X-Amz-Expires must be less than a week (in seconds); that is, the given \
             X-Amz-Expires must be less than 604800 seconds",
        );
    }
    check(expires("61"), MISMATCH);
}

#[test]
fn a_declared_hash_has_to_be_the_hash_of_the_body() {
    let declare = |value: &str| {
        let request = Request::new(ServiceRules::iam(), "iam").header("x-amz-content-sha256", value);
        let payload = request.body_hash();
        request.sign_as(payload)
    };
    let digest: String = sha256(b"Action=GetUser")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let sound = declare(&digest);
    assert_eq!(sound.verify().unwrap().check(&sha256(sound.body)), Ok(()));
    assert_eq!(
        sound.verify().unwrap().check(&sha256(b"other")),
        Err(AuthError::PayloadHashMismatch)
    );
    for wrong in [
        "UNSIGNED-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x",
        &digest.to_uppercase(),
    ] {
        check(declare(wrong), MISMATCH);
    }
    let of_another_body: String = sha256(b"other")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    check(declare(&of_another_body), MISMATCH);
}

#[test]
fn s3_takes_declared_unsigned_and_streaming_bodies() {
    let s3 = || Request::new(ServiceRules::s3(), "s3");
    for (payload, expected) in [
        (PayloadHash::Unsigned, BodyCheck::Unsigned),
        (
            PayloadHash::Streaming(StreamingPayload::Signed),
            BodyCheck::Streaming(StreamingPayload::Signed),
        ),
        (
            PayloadHash::Streaming(StreamingPayload::SignedWithTrailer),
            BodyCheck::Streaming(StreamingPayload::SignedWithTrailer),
        ),
        (
            PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer),
            BodyCheck::Streaming(StreamingPayload::UnsignedWithTrailer),
        ),
    ] {
        assert_eq!(s3().sign_as(payload).verify(), Ok(expected));
    }
    assert_eq!(
        s3().presign_as(60, PayloadHash::Unsigned).verify(),
        Ok(BodyCheck::Unsigned)
    );
    let chunks = BodyCheck::Streaming(StreamingPayload::Signed);
    assert_eq!(chunks.check(&sha256(b"")), Err(AuthError::PayloadHashMismatch));

    let undeclared = s3()
        .sign_as(PayloadHash::Unsigned)
        .authorization(|value| value.replace("x-amz-content-sha256;", ""));
    let mut undeclared = undeclared;
    undeclared.headers.remove("x-amz-content-sha256");
    check(
        undeclared,
        "InvalidRequest: Missing required header for this request: x-amz-content-sha256",
    );
    check(
        s3().sign_as(PayloadHash::Unsigned)
            .header("x-amz-content-sha256", "unsigned-payload"),
        "InvalidArgument: x-amz-content-sha256 must be UNSIGNED-PAYLOAD, \
         STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.",
    );
    let no_expiry = s3()
        .presign_as(60, PayloadHash::Unsigned)
        .query(|query| query.replace("&X-Amz-Expires=60", ""));
    check(
        no_expiry,
        "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the \
         query-string parameters.",
    );
}

#[test]
fn s3_takes_the_path_as_it_is_and_others_resolve_it() {
    let at = |rules, service, signed_path: &str, sent_path: &str| {
        let mut request = Request::new(rules, service);
        request.path = signed_path.to_owned();
        let payload = request.body_hash();
        let mut request = request.sign_as(payload);
        request.path = sent_path.to_owned();
        request.verify().is_ok()
    };
    let s3 = |signed: &str, sent: &str| at(ServiceRules::s3(), "s3", signed, sent);
    let iam = |signed: &str, sent: &str| at(ServiceRules::iam(), "iam", signed, sent);
    assert!(s3("/bucket/a//../b", "/bucket/a//../b"));
    assert!(!s3("/bucket/b", "/bucket/a/../b"));
    assert!(
        s3("/bucket/%7Ea%2b", "/bucket/~a+"),
        "one spelling is as good as another"
    );
    assert!(
        !s3("/bucket/a/b", "/bucket/a%2Fb"),
        "an encoded slash is no separator"
    );
    assert!(iam("/a/../b", "/b"));
    assert!(!iam("/~a", "/%7Ea"), "what is encoded is encoded once more");
}

#[test]
fn signing_refuses_what_could_not_be_verified() {
    let request = Request::new(ServiceRules::iam(), "iam");
    let key = request.key();
    let signer = request.signer(&key);
    let mut headers = HeaderMap::new();
    let mut sign = |path: &str, payload| signer.sign(&Method::GET, path, None, &mut headers, payload);
    assert_eq!(sign("/", request.body_hash()), Err(SignError::Host));
    let mut headers = request.headers.clone();
    let mut sign = |payload| signer.sign(&Method::GET, "/", Some("%"), &mut headers, payload);
    assert_eq!(sign(request.body_hash()), Err(SignError::Escape));
    assert_eq!(sign(PayloadHash::Unsigned), Err(SignError::Payload));
    assert_eq!(sign(PayloadHash::Undeclared), Err(SignError::Payload));
    let head = Head {
        method: &Method::GET,
        path: "/",
        query: Some("X-Amz-Signature=x"),
        headers: &request.headers,
    };
    assert_eq!(
        signer.presign(&head, 60, request.body_hash()),
        Err(SignError::Signed)
    );
}

#[test]
fn a_body_hashed_in_pieces_has_the_hash_of_the_whole() {
    let mut hasher = BodyHasher::new();
    hasher.update(b"Action=");
    hasher.update(b"GetUser");
    assert_eq!(hasher.finish(), sha256(b"Action=GetUser"));
}
