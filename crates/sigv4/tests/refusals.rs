//! Every way to be refused, with its code and its whole message.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod request;

use http::Method;
use lanyard_sigv4::{Form, Head, ServiceRules, SignedRequest, Signer};
use request::{MISMATCH, Request, check, hex_signature, presigned, signed};

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
        "host;:authority;x-amz-date",
        ":authority;:authority;x-amz-date",
        ":host;host;x-amz-date",
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
    check(
        signed().authorization(|value| value.replace("host;", ":authority;")),
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
