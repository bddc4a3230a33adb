//! Every way to be refused, with its code and its whole message.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use lanyard_sigv4::{
    AuthError, BodyCheck, BodyHasher, Form, Head, PayloadHash, ServiceRules, SignError, SignedRequest,
    Signer, SigningKey, StreamingPayload, sha256,
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const MISMATCH: &str = "SignatureDoesNotMatch: The request signature we calculated does not match the \
    signature you provided. Check your AWS Secret Access Key and signing method. Consult the service \
    documentation for details.";

fn now() -> Timestamp {
    "2015-08-30T12:36:00Z".parse().unwrap()
}

#[derive(Clone)]
struct Request {
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    body: &'static [u8],
    rules: ServiceRules,
    service: &'static str,
    now: Timestamp,
}

impl Request {
    fn new(rules: ServiceRules, service: &'static str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("iam.example"));
        let body = b"Action=GetUser";
        Self {
            path: "/".to_owned(),
            query: None,
            headers,
            body,
            rules,
            service,
            now: now(),
        }
    }

    fn signer<'a>(&'a self, key: &'a SigningKey) -> Signer<'a> {
        Signer {
            access_key_id: "AKIDEXAMPLE",
            key,
            session_token: None,
            region: "us-east-1",
            service: self.service,
            time: now(),
            rules: &self.rules,
        }
    }

    fn key(&self) -> SigningKey {
        SigningKey::derive(SECRET, "20150830", "us-east-1", self.service)
    }

    fn sign_as(mut self, payload: PayloadHash) -> Self {
        let mut headers = self.headers.clone();
        let key = self.key();
        self.signer(&key)
            .sign(
                &Method::POST,
                &self.path,
                self.query.as_deref(),
                &mut headers,
                payload,
            )
            .unwrap();
        self.headers = headers;
        self
    }

    fn presign_as(mut self, expires: u32, payload: PayloadHash) -> Self {
        let key = self.key();
        let head = Head {
            method: &Method::POST,
            path: &self.path,
            query: self.query.as_deref(),
            headers: &self.headers,
        };
        self.query = Some(self.signer(&key).presign(&head, expires, payload).unwrap());
        self
    }

    fn body_hash(&self) -> PayloadHash {
        PayloadHash::Sha256(sha256(self.body))
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        self
    }

    fn header_twice(mut self, name: &'static str) -> Self {
        let value = self.headers[name].clone();
        self.headers.append(name, value);
        self
    }

    fn authorization(self, change: impl FnOnce(&str) -> String) -> Self {
        let value = change(self.headers["authorization"].to_str().unwrap());
        self.header("authorization", &value)
    }

    fn query(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.query = Some(change(self.query.as_deref().unwrap_or_default()));
        self
    }

    fn later(mut self, seconds: i64) -> Self {
        self.now += SignedDuration::from_secs(seconds);
        self
    }

    fn verify(&self) -> Result<BodyCheck, AuthError> {
        let Self {
            path,
            query,
            headers,
            rules,
            ..
        } = self;
        let head = Head {
            method: &Method::POST,
            path,
            query: query.as_deref(),
            headers,
        };
        let signed = SignedRequest::parse(&head)?.ok_or(AuthError::Missing)?;
        signed.check_time(self.now, rules)?;
        signed.check_scope(|region| region == "us-east-1", self.service)?;
        let key = SigningKey::derive(SECRET, signed.date(), signed.region(), signed.service());
        if signed.needs_body(rules) {
            signed.verify(&head, &key, rules, &sha256(self.body))?;
            return Ok(BodyCheck::Sha256(sha256(self.body)));
        }
        signed.verify_head(&head, &key, rules)
    }
}

fn signed() -> Request {
    let request = Request::new(ServiceRules::iam(), "iam");
    let payload = request.body_hash();
    request.sign_as(payload)
}

fn presigned(expires: u32) -> Request {
    let request = Request::new(ServiceRules::iam(), "iam");
    let payload = request.body_hash();
    request.presign_as(expires, payload)
}

fn check(request: Request, expected: &str) {
    let verdict = match request.verify() {
        Ok(_) => "verified".to_owned(),
        Err(error) => format!("{}: {}", error.code(), error.message()),
    };
    assert_eq!(verdict, expected);
}

#[test]
fn sound_requests_verify() {
    check(signed(), "verified");
    check(presigned(60), "verified");
}

#[test]
fn without_credentials_there_is_nothing_to_judge() {
    let request = Request::new(ServiceRules::iam(), "iam");
    let head = Head {
        method: &Method::GET,
        path: "/",
        query: Some("X-Amz-Date=x&a"),
        headers: &request.headers,
    };
    assert!(SignedRequest::parse(&head).unwrap().is_none());
    let missing = "MissingAuthenticationToken: Request is missing Authentication Token";
    check(request.clone().header("authorization", "Bearer abc"), missing);
    check(request.clone().header("authorization", "AWS AKID:abc"), missing);
    check(request.header("authorization", ""), missing);
}

#[test]
fn every_missing_part_is_named() {
    let request = Request::new(ServiceRules::iam(), "iam");
    check(
        request.clone().header("authorization", "AWS4-HMAC-SHA256"),
        "IncompleteSignature: Authorization header requires 'Credential' parameter. Authorization header \
         requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
         Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
         Authorization=AWS4-HMAC-SHA256",
    );
    check(
        signed().authorization(|value| value.replace("Signature=", "Signature=,X").replace(",X", ", ")),
        "IncompleteSignature: '#' not a valid key=value pair (missing equal-sign) in Authorization header."
            .replace('#', &hex_signature(&signed()))
            .as_str(),
    );
    check(
        signed().authorization(|value| value.replace("SignedHeaders=host;x-amz-date, ", "")),
        "IncompleteSignature: Authorization header requires 'SignedHeaders' parameter. \
         Authorization=AWS4-HMAC-SHA256",
    );
    check(
        request.query(|_| "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=".to_owned()),
        "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string \
         parameters must include 'X-Amz-Signature'. AWS query-string parameters must include \
         'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the \
         query-string parameters.",
    );
}

fn hex_signature(request: &Request) -> String {
    let value = request.headers["authorization"].to_str().unwrap();
    value.rsplit('=').next().unwrap().to_owned()
}

#[test]
fn what_is_given_twice_is_refused() {
    check(
        signed().header_twice("authorization"),
        "IncompleteSignature: The request has more than one 'authorization' header.",
    );
    check(
        signed().header_twice("x-amz-date"),
        "IncompleteSignature: The request has more than one 'x-amz-date' header.",
    );
    check(
        signed().header_twice("host"),
        "IncompleteSignature: The request has more than one 'host' header.",
    );
    check(
        signed()
            .header("x-amz-security-token", "t")
            .header_twice("x-amz-security-token"),
        "IncompleteSignature: The request has more than one 'x-amz-security-token' header.",
    );
    for name in ["Credential", "Signature", "SignedHeaders"] {
        check(
            signed().authorization(|value| format!("{value}, {name}=x")),
            &format!("IncompleteSignature: Authorization header has more than one '{name}' parameter."),
        );
    }
    for name in [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Signature",
        "X-Amz-Expires",
    ] {
        let expected =
            format!("IncompleteSignature: The query-string parameter '{name}' is given more than once.");
        check(
            presigned(60).query(|query| format!("{query}&{name}=x")),
            &expected,
        );
        let encoded = name.replace('-', "%2D");
        check(
            presigned(60).query(|query| format!("{query}&{encoded}=x")),
            &expected,
        );
    }
}

#[test]
fn credentials_in_both_places_are_refused() {
    let both = presigned(60).header("authorization", "AWS4-HMAC-SHA256 x");
    let text = "SignatureDoesNotMatch: Found both 'X-Amz-Algorithm' as a query-string param and \
                'Authorization' as HTTP header.";
    check(both, text);
    check(
        signed().query(|_| "X-Amz-Security-Token=t".to_owned()),
        &text.replace("X-Amz-Algorithm", "X-Amz-Security-Token"),
    );
    check(
        presigned(60).header("x-amz-security-token", "t"),
        "IncompleteSignature: The header 'x-amz-security-token' cannot stand beside a signature in the query \
         string.",
    );
}

#[test]
fn only_one_algorithm_is_known() {
    let text = "IncompleteSignature: Unsupported AWS 'algorithm': '#' (only AWS4-HMAC-SHA256 for now). ";
    for other in [
        "AWS4-HMAC-SHA1",
        "AWS4-ECDSA-P256-SHA256",
        "AWS4-HMAC-SHA256-PAYLOAD",
    ] {
        let expected = text.replace('#', other);
        check(
            signed().authorization(|value| value.replace("AWS4-HMAC-SHA256", other)),
            &expected,
        );
        check(
            presigned(60).query(|query| query.replace("AWS4-HMAC-SHA256", other)),
            &expected,
        );
    }
    let lower = signed().authorization(|value| value.replace("AWS4-HMAC", "aws4-hmac"));
    check(
        lower,
        "MissingAuthenticationToken: Request is missing Authentication Token",
    );
}

#[test]
fn strange_parameters_and_lists_are_refused() {
    check(
        signed().authorization(|value| format!("{value}, Extra=1")),
        "IncompleteSignature: Authorization header has an unknown parameter 'Extra'.",
    );
    check(
        signed().authorization(|value| value.replace("AKIDEXAMPLE/", "")),
        "IncompleteSignature: Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '20150830/us-east-1/iam/aws4_request'",
    );
    let list = "IncompleteSignature: SignedHeaders must be header names in lower case, in order, each once, \
                separated by ';'.";
    for wrong in [
        "x-amz-date;host",
        "host;host;x-amz-date",
        "host;X-Amz-Date",
        "host;;x-amz-date",
        "host;",
    ] {
        check(
            signed().authorization(|value| value.replace("host;x-amz-date", wrong)),
            list,
        );
    }
}

#[test]
fn host_date_and_every_amz_header_have_to_be_signed() {
    let text = "SignatureDoesNotMatch: # must be a 'SignedHeader' in the AWS Authorization.";
    check(
        signed().authorization(|value| value.replace("host;", "")),
        &text.replace('#', "'Host' or ':authority'"),
    );
    check(
        signed().authorization(|value| value.replace("=host;x-amz-date", "=")),
        &text.replace('#', "'Host' or ':authority'"),
    );
    check(
        signed().authorization(|value| value.replace(";x-amz-date", "")),
        &text.replace('#', "'X-Amz-Date'"),
    );
    check(
        signed().header("x-amz-target", "t"),
        &text.replace('#', "'x-amz-target'"),
    );
    check(
        signed().header("x-amz-security-token", "t"),
        &text.replace('#', "'x-amz-security-token'"),
    );
    check(
        presigned(60).header("x-amz-acl", "private"),
        &text.replace('#', "'x-amz-acl'"),
    );
    check(signed().header("x-amzn-trace-id", "t"), "verified");
}

#[test]
fn a_signed_header_has_to_be_there() {
    check(
        signed().authorization(|value| value.replace("host;", "host;range;")),
        MISMATCH,
    );
}

#[test]
fn dates_have_one_form() {
    for wrong in [
        "2015-08-30T12:36:00Z",
        "20150830",
        "20150830T123600Zx",
        "Sun, 30 Aug 2015 12:36:00 GMT",
    ] {
        let expected = format!(
            "IncompleteSignature: Date must be in ISO-8601 'basic format'. Got '{wrong}'. See \
             http://en.wikipedia.org/wiki/ISO_8601"
        );
        check(signed().header("x-amz-date", wrong), &expected);
        let encoded = wrong.replace(' ', "%20").replace(',', "%2C");
        let query = |query: &str| query.replace("20150830T123600Z", &encoded);
        check(presigned(60).query(query), &expected);
    }
}

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
fn scope_complaints_come_together_region_first() {
    let scope = |scope: &str| {
        signed().authorization(|value| value.replace("20150830/us-east-1/iam/aws4_request", scope))
    };
    let region = "Credential should be scoped to a valid region. ";
    let service = "Credential should be scoped to correct service: 'iam'. ";
    let terminator =
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ";
    let date = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                '20150829' != '20150830', from '20150830T123600Z'.";
    let code = "SignatureDoesNotMatch: ";
    check(
        scope("20150830/mars/iam/aws4_request"),
        &format!("{code}{region}"),
    );
    check(
        scope("20150830/us-east-1/sts/aws4_request"),
        &format!("{code}{service}"),
    );
    check(
        scope("20150830/mars/sts/aws4_request"),
        &format!("{code}{region}{service}"),
    );
    check(
        scope("20150829/us-east-1/iam/aws4_request"),
        &format!("{code}{date}"),
    );
    check(
        scope("20150829/mars/sts/aws5_request"),
        &format!("{code}{region}{service}{terminator}{date}"),
    );
}

#[test]
fn a_signature_that_is_no_signature_matches_nothing() {
    let signature = hex_signature(&signed());
    for wrong in [
        signature.to_uppercase(),
        signature[1..].to_owned(),
        format!("{signature}0"),
        format!("0x{}", &signature[2..]),
        "zz".repeat(32),
        "0".repeat(64),
    ] {
        check(
            signed().authorization(|value| value.replace(&signature, &wrong)),
            MISMATCH,
        );
    }
}

#[test]
fn broken_escapes_in_the_query_are_refused() {
    check(signed().query(|_| "a=%zz".to_owned()), MISMATCH);
    check(presigned(60).query(|query| format!("%=&{query}")), MISMATCH);
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
fn an_http_date_stands_in_for_the_amz_date() {
    let mut request = signed();
    request.headers.remove("x-amz-date");
    let request = request
        .header("date", "Sun, 30 Aug 2015 12:36:00 GMT")
        .authorization(|value| value.replace("host;x-amz-date", "date;host"));
    check(request.clone(), MISMATCH);
    let head = Head {
        method: &Method::POST,
        path: "/",
        query: None,
        headers: &request.headers,
    };
    let parsed = SignedRequest::parse(&head).unwrap().unwrap();
    assert_eq!(parsed.time().as_str(), "20150830T123600Z");
    check(
        request.authorization(|value| value.replace("date;host", "host")),
        "SignatureDoesNotMatch: 'Date' must be a 'SignedHeader' in the AWS Authorization.",
    );
}

#[test]
fn the_claim_can_be_read_and_printed_without_its_secrets() {
    let mut request = Request::new(ServiceRules::iam(), "iam");
    let key = request.key();
    let signer = Signer {
        session_token: Some("TOKEN-TEXT"),
        ..request.signer(&key)
    };
    let mut headers = request.headers.clone();
    signer
        .sign(&Method::POST, "/", None, &mut headers, request.body_hash())
        .unwrap();
    request.headers = headers;
    let head = Head {
        method: &Method::POST,
        path: "/",
        query: None,
        headers: &request.headers,
    };
    let signed = SignedRequest::parse(&head).unwrap().unwrap();
    assert_eq!(signed.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(signed.session_token(), Some("TOKEN-TEXT"));
    assert_eq!(signed.form(), Form::Header);
    assert_eq!(
        (signed.date(), signed.region(), signed.service()),
        ("20150830", "us-east-1", "iam")
    );
    assert_eq!(
        signed.signed_headers().collect::<Vec<_>>(),
        ["host", "x-amz-date", "x-amz-security-token"]
    );
    let printed = format!("{signed:?}");
    assert!(!printed.contains("TOKEN-TEXT"), "{printed}");
    assert!(!printed.contains(&hex_signature(&request)), "{printed}");
}

#[test]
fn a_body_hashed_in_pieces_has_the_hash_of_the_whole() {
    let mut hasher = BodyHasher::new();
    hasher.update(b"Action=");
    hasher.update(b"GetUser");
    assert_eq!(hasher.finish(), sha256(b"Action=GetUser"));
}
