//! What is signed verifies, in every form and under every service's rules; what is changed afterwards does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use lanyard_sigv4::{AuthError, Head, PayloadHash, ServiceRules, SignedRequest, Signer, SigningKey, sha256};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Request {
    method: Method,
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Case {
    rules: ServiceRules,
    service: &'static str,
    secret: String,
    token: Option<String>,
    seconds: i64,
    presigned: bool,
    request: Request,
}

fn cases() -> impl Strategy<Value = Case> {
    let service = prop_oneof![
        Just((ServiceRules::iam(), "iam")),
        Just((ServiceRules::s3(), "s3")),
        Just((ServiceRules::generic(), "execute-api")),
    ];
    let method = prop_oneof![
        Just(Method::GET),
        Just(Method::POST),
        Just(Method::PUT),
        Just(Method::DELETE)
    ];
    let segment = "([a-zA-Z0-9._~!$'()*+,;=:@-]|%[0-9A-F][0-9A-F]|%[0-9a-f][0-9a-f]|ü){0,6}";
    let path =
        proptest::collection::vec(segment, 0..4).prop_map(|segments| format!("/{}", segments.join("/")));
    let query = proptest::option::of(
        "([a-zA-Z0-9._~+-]|%[0-9A-Fa-f]{2}){1,5}=([a-zA-Z0-9._~+*/:=-]|%[0-9A-Fa-f]{2}){0,6}(&[a-z]{1,3}=?[a-z]{0,3}){0,4}",
    );
    let headers = proptest::collection::vec(("(x-amz-meta-|x-|content-)[a-e]{1,3}", "[ -~]{0,12}"), 0..5);
    let body = proptest::collection::vec(any::<u8>(), 0..64);
    let token = proptest::option::of("[A-Za-z0-9+/=]{1,80}");
    (
        service,
        method,
        path,
        query,
        headers,
        body,
        "[ -~]{1,60}",
        token,
        0_i64..4_000_000_000,
        any::<bool>(),
    )
        .prop_map(
            |((rules, service), method, path, query, extra, body, secret, token, seconds, presigned)| {
                let mut headers = HeaderMap::new();
                headers.insert("host", HeaderValue::from_static("lanyard.example:4260"));
                for (name, value) in extra {
                    let name: HeaderName = name.parse().unwrap();
                    headers.append(name, HeaderValue::from_str(&value).unwrap());
                }
                let request = Request {
                    method,
                    path,
                    query,
                    headers,
                    body,
                };
                Case {
                    rules,
                    service,
                    secret,
                    token,
                    seconds,
                    presigned,
                    request,
                }
            },
        )
}

impl Case {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.seconds).unwrap()
    }

    fn sign(&self) -> Request {
        let mut request = self.request.clone();
        let time = lanyard_sigv4::RequestTime::from_timestamp(self.now());
        let key = SigningKey::derive(&self.secret, time.date(), "eu-west-1", self.service);
        let signer = Signer {
            access_key_id: "AKIDEXAMPLE",
            key: &key,
            session_token: self.token.as_deref(),
            region: "eu-west-1",
            service: self.service,
            time: self.now(),
            rules: &self.rules,
        };
        let payload = PayloadHash::Sha256(sha256(&request.body));
        let Request {
            method,
            path,
            query,
            headers,
            ..
        } = &mut request;
        if self.presigned {
            let head = Head {
                method,
                path,
                query: query.as_deref(),
                headers,
            };
            let signed = signer.presign(&head, 60, payload).unwrap();
            *query = Some(signed);
        } else {
            signer
                .sign(method, path, query.as_deref(), headers, payload)
                .unwrap();
        }
        request
    }

    fn verify(&self, request: &Request) -> Result<(), AuthError> {
        let Request {
            method,
            path,
            query,
            headers,
            body,
        } = request;
        let head = Head {
            method,
            path,
            query: query.as_deref(),
            headers,
        };
        let signed = SignedRequest::parse(&head)?.ok_or(AuthError::Missing)?;
        signed.check_time(self.now(), &self.rules)?;
        signed.check_scope(|region| region == "eu-west-1", self.service)?;
        if signed.access_key_id() != "AKIDEXAMPLE" || signed.session_token() != self.token.as_deref() {
            return Err(AuthError::SignatureDoesNotMatch);
        }
        let key = SigningKey::derive(&self.secret, signed.date(), signed.region(), signed.service());
        if !signed.needs_body(&self.rules) {
            signed
                .verify_head(&head, &key, &self.rules)?
                .check(&sha256(body))?;
        }
        signed.verify(&head, &key, &self.rules, &sha256(body))
    }
}

proptest! {
    #[test]
    fn what_is_signed_verifies(case in cases()) {
        prop_assert_eq!(case.verify(&case.sign()), Ok(()));
    }

    #[test]
    fn another_secret_does_not_verify(case in cases()) {
        let signed = case.sign();
        let other = Case { secret: format!("{}x", case.secret), ..case };
        prop_assert_eq!(other.verify(&signed), Err(AuthError::SignatureDoesNotMatch));
    }

    #[test]
    fn another_body_does_not_verify(case in cases(), index: prop::sample::Index, flip in 1_u8..) {
        let mut signed = case.sign();
        if signed.body.is_empty() {
            signed.body.push(flip);
        } else {
            let at = index.index(signed.body.len());
            signed.body[at] ^= flip;
        }
        prop_assert!(case.verify(&signed).is_err());
    }

    #[test]
    fn another_header_value_does_not_verify(case in cases(), index: prop::sample::Index) {
        let mut signed = case.sign();
        let names: Vec<HeaderName> = signed.headers.keys().cloned().collect();
        let name = names[index.index(names.len())].clone();
        let value = format!("{}~", signed.headers[&name].to_str().unwrap());
        signed.headers.insert(name, HeaderValue::from_str(&value).unwrap());
        prop_assert!(case.verify(&signed).is_err());
    }

    #[test]
    fn no_header_can_be_taken_away_or_doubled(case in cases(), index: prop::sample::Index) {
        let signed = case.sign();
        let names: Vec<HeaderName> = signed.headers.keys().cloned().collect();
        let name = &names[index.index(names.len())];
        let mut without = signed.clone();
        without.headers.remove(name);
        prop_assert!(case.verify(&without).is_err());
        let mut doubled = signed.clone();
        doubled.headers.append(name, signed.headers[name].clone());
        prop_assert!(case.verify(&doubled).is_err());
    }

    #[test]
    fn no_header_that_steers_a_service_can_be_added(case in cases()) {
        let mut signed = case.sign();
        signed.headers.insert("x-amz-acl", HeaderValue::from_static("public-read"));
        let name = "x-amz-acl".to_owned();
        prop_assert_eq!(case.verify(&signed), Err(AuthError::HeaderNotSigned { name }));
    }

    #[test]
    fn no_parameter_can_be_added(case in cases()) {
        let mut signed = case.sign();
        signed.query = Some(match signed.query {
            Some(query) => format!("{query}&zzzz=1"),
            None => "zzzz=1".to_owned(),
        });
        prop_assert_eq!(case.verify(&signed), Err(AuthError::SignatureDoesNotMatch));
    }

    #[test]
    fn another_path_does_not_verify(case in cases()) {
        let mut signed = case.sign();
        signed.path.push_str("zzzz");
        prop_assert_eq!(case.verify(&signed), Err(AuthError::SignatureDoesNotMatch));
    }

    #[test]
    fn nothing_a_stranger_sends_makes_the_parser_panic(
        path in ".{0,40}",
        query in proptest::option::of("(X-Amz-(Algorithm|Credential|Date|Expires|Signature|SignedHeaders)=.{0,20}&?){0,8}.{0,20}"),
        authorization in "(AWS4-HMAC-SHA256 )?((Credential|Signature|SignedHeaders)=[ -~]{0,30},? ?){0,4}",
        date in "([0-9]{8}T[0-9]{6}Z|[ -~]{0,20})",
    ) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("h"));
        headers.insert("x-amz-date", HeaderValue::from_str(&date).unwrap());
        headers.insert("authorization", HeaderValue::from_str(&authorization).unwrap());
        let head = Head { method: &Method::GET, path: &path, query: query.as_deref(), headers: &headers };
        let key = SigningKey::derive("", "", "", "");
        if let Ok(Some(signed)) = SignedRequest::parse(&head) {
            prop_assert!(signed.verify(&head, &key, &ServiceRules::iam(), &sha256(b"")).is_err());
        }
        headers.remove("authorization");
        let head = Head { method: &Method::GET, path: &path, query: query.as_deref(), headers: &headers };
        if let Ok(Some(signed)) = SignedRequest::parse(&head) {
            prop_assert!(signed.verify(&head, &key, &ServiceRules::s3(), &sha256(b"")).is_err());
        }
    }
}
