//! The public signing vectors (awslabs/aws-c-auth, Apache-2.0) in both forms: each verifies, each is made again
//! byte for byte, and none survives the change of one byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_sigv4::{
    AuthError, Head, PayloadHash, ServiceRules, SessionTokenRule, SignedRequest, Signer, SigningKey, sha256,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    access_key: String,
    secret: String,
    session_token: Option<String>,
    region: String,
    service: String,
    timestamp: String,
    expires: u32,
    normalize_path: bool,
    sign_body: bool,
    omit_session_token: bool,
    signed_header: Signed,
    signed_query: Signed,
}

#[derive(Deserialize)]
struct Signed {
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    signed_request: String,
}

/// A request as text, so that single bytes can be changed.
#[derive(Clone, PartialEq, Debug)]
struct Wire {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: String,
}

fn vectors() -> Vec<Vector> {
    let lines = include_str!("data/sigv4_vectors.jsonl").lines();
    let vectors: Vec<Vector> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), 38);
    vectors
}

impl Vector {
    fn rules(&self) -> ServiceRules {
        let session_token = if self.omit_session_token {
            SessionTokenRule::AddedAfterSigning
        } else {
            SessionTokenRule::Signed
        };
        ServiceRules {
            normalize_path: self.normalize_path,
            session_token,
            ..ServiceRules::generic()
        }
    }

    fn now(&self) -> jiff::Timestamp {
        self.timestamp.parse().unwrap()
    }

    fn key(&self, date: &str, region: &str, service: &str) -> SigningKey {
        SigningKey::derive(&self.secret, date, region, service)
    }

    /// All that a server does with a request, in its order.
    fn verify(&self, wire: &Wire) -> Result<(), AuthError> {
        let method = Method::from_bytes(wire.method.as_bytes()).unwrap();
        let headers = header_map(&wire.headers);
        let head = Head {
            method: &method,
            path: &wire.path,
            query: wire.query.as_deref(),
            headers: &headers,
        };
        let request = SignedRequest::parse(&head)?.ok_or(AuthError::Missing)?;
        request.check_time(self.now(), &self.rules())?;
        request.check_scope(|region| region == self.region, &self.service)?;
        if request.access_key_id() != self.access_key
            || request.session_token() != self.session_token.as_deref()
        {
            return Err(AuthError::SignatureDoesNotMatch);
        }
        let key = self.key(request.date(), request.region(), request.service());
        request.verify(&head, &key, &self.rules(), &sha256(wire.body.as_bytes()))
    }
}

impl Wire {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap();
        // A header value continued on the next line is one with white space inside.
        let head = head.replace("\n ", "  ");
        let mut lines = head.lines();
        let first = lines.next().unwrap().strip_suffix(" HTTP/1.1").unwrap();
        let (method, target) = first.split_once(' ').unwrap();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let headers = lines.map(|line| line.split_once(':').unwrap());
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: body.strip_suffix("\n\n").unwrap_or(body).to_owned(),
        }
    }
}

fn header_map(headers: &[(String, String)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let value = value.split('\n').collect::<Vec<_>>().join(" ");
        map.append(
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::from_str(&value).unwrap(),
        );
    }
    map
}

#[test]
fn every_vector_verifies_in_both_forms() {
    for vector in vectors() {
        for signed in [&vector.signed_header, &vector.signed_query] {
            let wire = Wire::parse(&signed.signed_request);
            assert_eq!(wire.body, vector.body, "{}", vector.name);
            assert_eq!(vector.verify(&wire), Ok(()), "{}", vector.name);
        }
    }
}

#[test]
fn every_vector_has_its_canonical_request_and_string_to_sign() {
    for vector in vectors() {
        for signed in [&vector.signed_header, &vector.signed_query] {
            let wire = Wire::parse(&signed.signed_request);
            let headers = header_map(&wire.headers);
            let method: Method = wire.method.parse().unwrap();
            let head = Head {
                method: &method,
                path: &wire.path,
                query: wire.query.as_deref(),
                headers: &headers,
            };
            let request = SignedRequest::parse(&head).unwrap().unwrap();
            let payload = PayloadHash::Sha256(sha256(wire.body.as_bytes()));
            let canonical = request.canonical_request(&head, &vector.rules(), payload);
            assert_eq!(canonical.unwrap(), signed.canonical_request, "{}", vector.name);
            let to_sign = request.string_to_sign(&head, &vector.rules(), payload);
            assert_eq!(to_sign.unwrap(), signed.string_to_sign, "{}", vector.name);
        }
    }
}

#[test]
fn every_vector_is_signed_alike() {
    for vector in vectors() {
        let rules = vector.rules();
        let time = lanyard_sigv4::RequestTime::from_timestamp(vector.now());
        let key = vector.key(time.date(), &vector.region, &vector.service);
        let signer = Signer {
            access_key_id: &vector.access_key,
            key: &key,
            session_token: vector.session_token.as_deref(),
            region: &vector.region,
            service: &vector.service,
            time: vector.now(),
            rules: &rules,
        };
        let method: Method = vector.method.parse().unwrap();
        let query = Some(vector.query.as_str()).filter(|query| !query.is_empty());
        let payload = PayloadHash::Sha256(sha256(vector.body.as_bytes()));
        let mut headers = header_map(&vector.headers);

        let head = Head {
            method: &method,
            path: &vector.path,
            query,
            headers: &headers,
        };
        let presigned = signer.presign(&head, vector.expires, payload).unwrap();
        let signature = format!("X-Amz-Signature={}", vector.signed_query.signature);
        assert!(presigned.ends_with(&signature), "{}: {presigned}", vector.name);

        if vector.sign_body {
            let line = vector.signed_header.canonical_request.lines().last().unwrap();
            headers.insert("x-amz-content-sha256", HeaderValue::from_str(line).unwrap());
        }
        signer
            .sign(&method, &vector.path, query, &mut headers, payload)
            .unwrap();
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(
            authorization.ends_with(&vector.signed_header.signature),
            "{}: {authorization}",
            vector.name
        );
        let mut expected = header_map(&Wire::parse(&vector.signed_header.signed_request).headers);
        assert_eq!(
            headers.remove("authorization"),
            expected.remove("authorization"),
            "{}",
            vector.name
        );
        assert_eq!(headers, expected, "{}", vector.name);
    }
}

#[test]
fn no_vector_survives_the_change_of_one_byte() {
    let mut changes = 0;
    for vector in vectors() {
        for signed in [&vector.signed_header, &vector.signed_query] {
            let wire = Wire::parse(&signed.signed_request);
            for (what, changed) in changed_by_one_byte(&wire) {
                if means_the_same(&vector, &wire, &changed) {
                    continue;
                }
                changes += 1;
                let verdict = vector.verify(&changed);
                assert!(
                    verdict.is_err(),
                    "{}: {what} changed to {changed:?} still verifies",
                    vector.name
                );
            }
        }
    }
    assert!(changes > 40_000, "only {changes} changes were tried");
}

/// Every request that differs from this one in one byte of one of its parts: by an `x`, a `0`, another case, a
/// missing byte or an additional one.
fn changed_by_one_byte(wire: &Wire) -> Vec<(&'static str, Wire)> {
    let mut all = Vec::new();
    let mut add = |what, text: &str, replace: &dyn Fn(String) -> Wire| {
        all.extend(variants(text).into_iter().map(|variant| (what, replace(variant))));
    };
    add("method", &wire.method, &|method| Wire {
        method,
        ..wire.clone()
    });
    add("path", &wire.path, &|path| Wire { path, ..wire.clone() });
    add("body", &wire.body, &|body| Wire { body, ..wire.clone() });
    if let Some(query) = &wire.query {
        add("query", query, &|query| Wire {
            query: Some(query),
            ..wire.clone()
        });
    }
    for (index, (name, value)) in wire.headers.iter().enumerate() {
        add("header name", name, &|name| {
            let mut changed = wire.clone();
            changed.headers[index].0 = name;
            changed
        });
        add("header value", value, &|value| {
            let mut changed = wire.clone();
            changed.headers[index].1 = value;
            changed
        });
    }
    all
}

fn variants(text: &str) -> Vec<String> {
    let mut variants = vec![format!("{text}x"), format!("x{text}")];
    for (start, character) in text.char_indices() {
        let (before, after) = (&text[..start], &text[start + character.len_utf8()..]);
        let other_case = if character.is_ascii_lowercase() {
            character.to_ascii_uppercase()
        } else {
            character.to_ascii_lowercase()
        };
        for replacement in ['x', '0', other_case]
            .into_iter()
            .filter(|other| *other != character)
        {
            variants.push(format!("{before}{replacement}{after}"));
        }
        variants.push(format!("{before}{after}"));
    }
    variants
}

/// Changes that are none: the same header name in another case, white space that does not count, a path or
/// query in another spelling, and the token in the one vector that leaves it unsigned (there the caller's own
/// comparison refuses it).
fn means_the_same(vector: &Vector, wire: &Wire, changed: &Wire) -> bool {
    if changed.method.is_empty() || changed.headers.iter().any(|(name, _)| name.is_empty()) {
        return true;
    }
    let meaning = |wire: &Wire| {
        let headers: Vec<(String, Vec<String>)> = wire
            .headers
            .iter()
            .map(|(name, value)| {
                // The Authorization header may have or lack a space after a comma.
                let value = if name.eq_ignore_ascii_case("authorization") {
                    value.replace(", ", ",")
                } else {
                    value.clone()
                };
                (
                    name.to_lowercase(),
                    value.split_whitespace().map(str::to_owned).collect(),
                )
            })
            .collect();
        Meaning(
            wire.method.clone(),
            path_meaning(vector, &wire.path),
            query_meaning(wire),
            headers,
            wire.body.clone(),
        )
    };
    meaning(wire) == meaning(changed)
}

#[derive(PartialEq)]
struct Meaning(String, String, Vec<String>, Vec<(String, Vec<String>)>, String);

fn path_meaning(vector: &Vector, path: &str) -> String {
    let rooted = format!("/{}", path.strip_prefix('/').unwrap_or(path));
    if !vector.normalize_path {
        return rooted;
    }
    let mut segments = Vec::new();
    for segment in rooted.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let last = rooted.rsplit('/').next().unwrap();
    let slash = if ["", ".", ".."].contains(&last) && !segments.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{slash}", segments.join("/"))
}

fn query_meaning(wire: &Wire) -> Vec<String> {
    let Some(query) = &wire.query else {
        return Vec::new();
    };
    let mut pairs: Vec<String> = query
        .split('&')
        .map(|pair| {
            let upper_escapes =
                pair.split('%')
                    .enumerate()
                    .map(|(index, part)| match part.split_at_checked(2) {
                        Some((digits, rest)) if index > 0 => format!("{}{rest}", digits.to_uppercase()),
                        _ => part.to_owned(),
                    });
            let pair = upper_escapes.collect::<Vec<_>>().join("%");
            pair.strip_suffix('=').map(str::to_owned).unwrap_or(pair)
        })
        .collect();
    pairs.retain(|pair| !pair.is_empty());
    pairs.sort();
    pairs
}
