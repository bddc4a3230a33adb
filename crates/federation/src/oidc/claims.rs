//! What a token must say to be accepted: by whom, about whom, for whom, and when.
//!
//! Evidence, where nothing else is said: answers that STS gave to tokens made for the purpose, as recorded in public.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::OidcError;

/// How far an issuer's clock may be from ours. Evidence: the IAM user guide's page on OIDC federation.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// The claims that every token has, after they have been found right.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Registered {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) audience: String,
    pub(super) audiences: Vec<String>,
    pub(super) authorized_party: Option<String>,
    pub(super) expires: Timestamp,
}

/// The issuer that a token names.
pub(super) fn issuer(claims: &Map<String, Value>) -> Result<&str, OidcError> {
    let issuer = claims.get("iss").ok_or(OidcError::MissingClaim { name: "iss" })?;
    issuer.as_str().ok_or(OidcError::InvalidClaim { name: "iss" })
}

/// The registered claims, if they are right for this issuer, these audiences and this time.
pub(super) fn check(
    claims: &Map<String, Value>,
    expected_issuer: &str,
    client_ids: &[Arc<str>],
    now: Timestamp,
) -> Result<Registered, OidcError> {
    for name in ["iss", "sub", "aud", "iat", "exp"] {
        if !claims.contains_key(name) {
            return Err(OidcError::MissingClaim { name });
        }
    }
    let issuer = issuer(claims)?;
    if issuer != expected_issuer {
        return Err(OidcError::WrongIssuer);
    }
    let expires = times(claims, now)?;
    let authorized_party = match claims.get("azp") {
        None => None,
        Some(party) => Some(party.as_str().ok_or(OidcError::InvalidClaim { name: "azp" })?),
    };
    let audiences = audiences(claims)?;
    let audience = match (authorized_party, audiences.as_slice()) {
        (_, []) => return Err(OidcError::EmptyClaim { name: "aud" }),
        (Some(party), _) => party,
        (None, [audience]) => audience,
        (None, _) => return Err(OidcError::ManyAudiences),
    };
    if audience.is_empty() || !client_ids.iter().any(|id| **id == *audience) {
        return Err(OidcError::WrongAudience);
    }
    Ok(Registered {
        issuer: issuer.to_owned(),
        subject: subject(claims)?,
        audience: audience.to_owned(),
        authorized_party: authorized_party.map(str::to_owned),
        audiences,
        expires,
    })
}

/// Text; numbers are taken for their digits.
fn subject(claims: &Map<String, Value>) -> Result<String, OidcError> {
    match claims.get("sub") {
        Some(Value::String(subject)) => Ok(subject.clone()),
        Some(Value::Number(subject)) if !subject.is_f64() => Ok(subject.to_string()),
        _ => Err(OidcError::InvalidClaim { name: "sub" }),
    }
}

fn audiences(claims: &Map<String, Value>) -> Result<Vec<String>, OidcError> {
    let invalid = OidcError::InvalidClaim { name: "aud" };
    match claims.get("aud") {
        Some(Value::String(audience)) => Ok(vec![audience.clone()]),
        Some(Value::Array(audiences)) => audiences
            .iter()
            .map(|audience| audience.as_str().map(str::to_owned).ok_or(invalid.clone()))
            .collect(),
        _ => Err(invalid),
    }
}

/// `exp`, if the token is neither over nor still to come.
fn times(claims: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, OidcError> {
    let claim = |name| claims.get(name).map(time).transpose();
    let (issued, expires, not_before) = (claim("iat")?, claim("exp")?, claim("nbf")?);
    let expires = expires.ok_or(OidcError::MissingClaim { name: "exp" })?;
    let early = now
        .checked_sub(CLOCKS_DIFFER)
        .map_err(|_| OidcError::InvalidTime)?;
    let late = now
        .checked_add(CLOCKS_DIFFER)
        .map_err(|_| OidcError::InvalidTime)?;
    if early >= expires {
        return Err(OidcError::Expired { now: early, expires });
    }
    if let Some(issued) = issued.filter(|issued| *issued > late) {
        return Err(OidcError::IssuedAhead { issued });
    }
    if let Some(not_before) = not_before.filter(|not_before| *not_before > late) {
        return Err(OidcError::NotYet {
            now: late,
            not_before,
        });
    }
    Ok(expires)
}

/// Whole seconds, as a number or its digits.
fn time(value: &Value) -> Result<Timestamp, OidcError> {
    let seconds = match value {
        Value::Number(seconds) => seconds.as_i64(),
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.ok_or(OidcError::InvalidTime)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn sound() -> Value {
        json!({"iss": "https://issuer.example/path", "sub": "me", "aud": "a", "iat": NOW - 10, "exp": NOW + 600})
    }

    fn checked(changes: &Value) -> Result<Registered, OidcError> {
        let mut claims = sound().as_object().cloned().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            claims.insert(name.clone(), value.clone());
        }
        let now = Timestamp::from_second(NOW).unwrap();
        let client_ids: [Arc<str>; 2] = ["a".into(), "b".into()];
        super::check(&claims, "https://issuer.example/path", &client_ids, now)
    }

    fn check(changes: &Value, expected: Result<&str, OidcError>) {
        let audience = checked(changes).map(|registered| registered.audience);
        assert_eq!(audience, expected.map(str::to_owned), "{changes}");
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_sound_token_is_read() {
        assert_eq!(
            checked(&json!({})),
            Ok(Registered {
                issuer: "https://issuer.example/path".to_owned(),
                subject: "me".to_owned(),
                audience: "a".to_owned(),
                audiences: vec!["a".to_owned()],
                authorized_party: None,
                expires: at(NOW + 600),
            })
        );
    }

    #[test]
    fn what_every_token_must_have_is_missed() {
        for name in ["iss", "sub", "aud", "iat", "exp"] {
            let mut claims = sound().as_object().cloned().unwrap();
            claims.remove(name);
            assert_eq!(
                super::check(&claims, "https://issuer.example/path", &["a".into()], at(NOW)),
                Err(OidcError::MissingClaim { name })
            );
        }
    }

    #[test]
    fn the_issuer_is_the_providers_to_the_letter() {
        for issuer in [
            "https://issuer.example/path/",
            "https://issuer.example",
            "https://ISSUER.example/path",
            "http://issuer.example/path",
            "issuer.example/path",
            "https://issuer.example:443/path",
            "",
        ] {
            check(&json!({"iss": issuer}), Err(OidcError::WrongIssuer));
        }
        check(&json!({"iss": 1}), Err(OidcError::InvalidClaim { name: "iss" }));
        check(
            &json!({"iss": null}),
            Err(OidcError::InvalidClaim { name: "iss" }),
        );
    }

    #[test]
    fn the_audience_is_one_of_the_providers() {
        check(&json!({"aud": "b"}), Ok("b"));
        check(&json!({"aud": ["b"]}), Ok("b"));
        check(&json!({"aud": "c"}), Err(OidcError::WrongAudience));
        check(&json!({"aud": "A"}), Err(OidcError::WrongAudience));
        check(&json!({"aud": ""}), Err(OidcError::WrongAudience));
        check(&json!({"aud": ["c"]}), Err(OidcError::WrongAudience));
        check(&json!({"aud": []}), Err(OidcError::EmptyClaim { name: "aud" }));
        check(&json!({"aud": ["a", "b"]}), Err(OidcError::ManyAudiences));
        check(&json!({"aud": ["a", "c"]}), Err(OidcError::ManyAudiences));
        for aud in [json!(1), json!(null), json!({}), json!([1]), json!(["a", null])] {
            check(&json!({"aud": aud}), Err(OidcError::InvalidClaim { name: "aud" }));
        }
    }

    #[test]
    fn the_authorized_party_takes_the_place_of_the_audience() {
        check(&json!({"aud": "c", "azp": "b"}), Ok("b"));
        check(&json!({"aud": ["c", "a"], "azp": "b"}), Ok("b"));
        check(&json!({"azp": "c"}), Err(OidcError::WrongAudience));
        check(&json!({"azp": ""}), Err(OidcError::WrongAudience));
        check(&json!({"azp": 1}), Err(OidcError::InvalidClaim { name: "azp" }));
        check(
            &json!({"azp": "a", "aud": []}),
            Err(OidcError::EmptyClaim { name: "aud" }),
        );
    }

    #[test]
    fn a_subject_is_text_or_digits() {
        for (subject, expected) in [(json!(""), ""), (json!(123), "123"), (json!("x y"), "x y")] {
            assert_eq!(checked(&json!({"sub": subject})).unwrap().subject, expected);
        }
        for subject in [json!(null), json!(1.5), json!(true), json!(["me"]), json!({})] {
            check(
                &json!({"sub": subject}),
                Err(OidcError::InvalidClaim { name: "sub" }),
            );
        }
    }

    #[test]
    fn clocks_may_differ_by_five_minutes_and_not_more() {
        check(&json!({"exp": NOW - 299}), Ok("a"));
        let expired = |expires| OidcError::Expired {
            now: at(NOW - 300),
            expires: at(expires),
        };
        check(&json!({"exp": NOW - 300}), Err(expired(NOW - 300)));
        check(&json!({"exp": NOW - 3000}), Err(expired(NOW - 3000)));
        check(&json!({"exp": 0}), Err(expired(0)));
        check(&json!({"exp": -1}), Err(expired(-1)));
        check(&json!({"iat": NOW + 300}), Ok("a"));
        check(
            &json!({"iat": NOW + 301}),
            Err(OidcError::IssuedAhead {
                issued: at(NOW + 301),
            }),
        );
        check(&json!({"nbf": NOW + 300}), Ok("a"));
        let not_before = at(NOW + 301);
        check(
            &json!({"nbf": NOW + 301}),
            Err(OidcError::NotYet {
                now: at(NOW + 300),
                not_before,
            }),
        );
    }

    #[test]
    fn a_time_is_a_whole_number_of_seconds() {
        check(&json!({"exp": format!("{}", NOW + 1)}), Ok("a"));
        for time in [
            json!(NOW as f64 + 0.5),
            json!(1e300),
            json!(null),
            json!("soon"),
            json!("-5"),
            json!("+5"),
            json!(""),
            json!("99999999999999999999"),
            json!(u64::MAX),
            json!(i64::MAX),
            json!([NOW]),
            json!(true),
        ] {
            for name in ["exp", "iat", "nbf"] {
                check(&json!({name: time}), Err(OidcError::InvalidTime));
            }
        }
    }
}
