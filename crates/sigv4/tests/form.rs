//! The signature of a browser's form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use jiff::Timestamp;
use lanyard_sigv4::{AuthError, ServiceRules, SignedForm, Signer, SigningKey};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const RULES: ServiceRules = ServiceRules::s3();

/// The policy of the S3 API reference's example.
const POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAg\
    ICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwN\
    CiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBs\
    ZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50\
    LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZl\
    ci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAg\
    ICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9\
    LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAw\
    MDAwWiIgfQ0KICBdDQp9";

fn key() -> SigningKey {
    SigningKey::derive(SECRET, "20151229", "us-east-1", "s3")
}

fn signed_fields() -> Vec<(&'static str, String)> {
    let signer = Signer {
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        key: &key(),
        session_token: Some("a token"),
        region: "us-east-1",
        service: "s3",
        time: "2015-12-29T00:00:00Z".parse().unwrap(),
        rules: &RULES,
    };
    signer.sign_form(POLICY)
}

/// What a server finds, an hour after signing, in a form whose fields were changed.
fn judge(change: impl FnOnce(&mut Vec<(&'static str, String)>)) -> Result<bool, AuthError> {
    let mut fields = signed_fields();
    change(&mut fields);
    judge_at(&fields, "2015-12-29T01:00:00Z")
}

fn judge_at(fields: &[(&str, String)], now: &str) -> Result<bool, AuthError> {
    let now: Timestamp = now.parse().unwrap();
    let Some(form) = SignedForm::parse(fields.iter().map(|(name, value)| (*name, value.as_str())))? else {
        return Ok(false);
    };
    form.check_time(now, &RULES)?;
    form.check_scope(|region| region == "us-east-1", "s3")?;
    form.verify(&key())?;
    Ok(true)
}

/// Checks the text with which a changed form is refused.
#[track_caller]
fn check_refused(change: impl FnOnce(&mut Vec<(&'static str, String)>), message: &str) {
    assert_eq!(judge(change).unwrap_err().message(), message);
}

fn set<'a>(name: &'a str, value: &'a str) -> impl FnOnce(&mut Vec<(&'static str, String)>) + 'a {
    move |fields| {
        let field = fields.iter_mut().find(|(known, _)| *known == name).unwrap();
        field.1 = value.to_owned();
    }
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
    Secret Access Key and signing method. Consult the service documentation for details.";

#[test]
fn the_published_example_has_the_published_signature() {
    let fields = signed_fields();
    let signature = fields
        .iter()
        .find(|(name, _)| *name == "x-amz-signature")
        .unwrap();
    assert_eq!(
        signature.1,
        "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
    );
    assert_eq!(judge(|_| ()), Ok(true));
}

#[test]
fn a_form_says_who_signed_it_and_what() {
    let fields = signed_fields();
    let form = SignedForm::parse(fields.iter().map(|(name, value)| (*name, value.as_str())));
    let form = form.unwrap().unwrap();
    assert_eq!(
        (form.access_key_id(), form.date(), form.region(), form.service()),
        ("AKIAIOSFODNN7EXAMPLE", "20151229", "us-east-1", "s3")
    );
    assert_eq!((form.session_token(), form.policy()), (Some("a token"), POLICY));
    assert_eq!(form.time().as_str(), "20151229T000000Z");
    assert!(!format!("{form:?}").contains("token\""), "{form:?}");
}

#[test]
fn names_of_fields_have_no_case_and_other_fields_do_not_matter() {
    let fields = [
        ("key", "user/user1/a"),
        ("Policy", POLICY),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        (
            "X-Amz-Credential",
            "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
        ),
        ("X-AMZ-DATE", "20151229T000000Z"),
        (
            "X-Amz-Signature",
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
        ),
    ];
    let fields: Vec<_> = fields.map(|(name, value)| (name, value.to_owned())).into();
    assert_eq!(judge_at(&fields, "2015-12-29T00:00:00Z"), Ok(true));
}

#[test]
fn a_form_without_any_of_the_fields_is_not_signed() {
    assert_eq!(judge(Vec::clear), Ok(false));
    assert_eq!(
        judge_at(&[("key", "a".to_owned())], "2015-12-29T00:00:00Z"),
        Ok(false)
    );
}

#[test]
fn a_form_lacks_no_field() {
    for name in [
        "policy",
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-signature",
    ] {
        check_refused(
            |fields| fields.retain(|(known, _)| *known != name),
            &format!("A signed form must contain a field named '{name}'."),
        );
    }
}

#[test]
fn a_field_given_twice_is_refused() {
    check_refused(
        |fields| fields.push(("Policy", POLICY.to_owned())),
        "The form has more than one field 'Policy'.",
    );
}

#[test]
fn an_older_signature_is_refused_and_not_taken_for_none() {
    check_refused(
        |fields| *fields = vec![("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE".to_owned())],
        "The form field 'AWSAccessKeyId' belongs to a signature of an unsupported version.",
    );
}

#[test]
fn another_policy_signature_or_time_is_not_what_was_signed() {
    check_refused(set("policy", "e30="), MISMATCH);
    check_refused(set("x-amz-signature", "no hexadecimal text"), MISMATCH);
    check_refused(set("x-amz-signature", &"0".repeat(64)), MISMATCH);
    check_refused(
        set("x-amz-algorithm", "AWS4-HMAC-SHA512"),
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). ",
    );
    check_refused(
        set("x-amz-date", "20151230T000000Z"),
        "Signature not yet current: 20151230T000000Z is still later than 20151229T011500Z (20151229T010000Z + 15 min.)",
    );
    check_refused(
        set("x-amz-date", "2015-12-29"),
        "Date must be in ISO-8601 'basic format'. Got '2015-12-29'. See http://en.wikipedia.org/wiki/ISO_8601",
    );
}

#[test]
fn the_scope_is_that_of_the_service_and_day() {
    check_refused(
        set(
            "x-amz-credential",
            "AKIAIOSFODNN7EXAMPLE/20151228/us-east-1/s3/aws4_request",
        ),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20151228' != '20151229', from '20151229T000000Z'.",
    );
    check_refused(
        set(
            "x-amz-credential",
            "AKIAIOSFODNN7EXAMPLE/20151229/mars/iam/aws4_request",
        ),
        "Credential should be scoped to a valid region. Credential should be scoped to correct service: 's3'. ",
    );
}

#[test]
fn a_form_is_good_for_a_week_at_most() {
    let fields = signed_fields();
    assert_eq!(judge_at(&fields, "2016-01-05T00:00:00Z"), Ok(true));
    let refused = judge_at(&fields, "2016-01-05T00:00:01Z").unwrap_err();
    assert!(matches!(refused, AuthError::Expired { .. }), "{refused:?}");
}
