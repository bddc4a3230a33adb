//! A signed token's form: three parts, of which the first says how the third signs the first two.
//!
//! Nothing in a header can bring a key: `jwk`, `jku`, `x5c` and `x5u` are not looked at. What a header says must be
//! understood (`crit`) is not, so such a token is refused, and so is one whose payload is not encoded (`b64`).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::OidcError;
use super::algorithm::Algorithm;
use super::{base64url, json};

/// STS takes no longer tokens. Evidence: the public service model.
const TOKEN_BYTES_MAX: usize = 20_000;

/// A key's name has no reason to be longer.
pub(super) const KEY_ID_BYTES_MAX: usize = 1024;

/// A token in its three parts; nothing of it has been verified.
#[derive(Debug)]
pub(super) struct Jws {
    pub(super) header: Header,
    pub(super) claims: Arc<Map<String, Value>>,
    /// How many bytes of the token are signed.
    pub(super) signed_bytes: usize,
    pub(super) signature: Vec<u8>,
}

/// How a token says it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
}

/// Takes a token apart.
pub(super) fn parse(token: &str) -> Result<Jws, OidcError> {
    let malformed = |reason| OidcError::Malformed { reason };
    if token.len() > TOKEN_BYTES_MAX {
        return Err(malformed("it is too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(malformed("it has no parts"))?;
    let (header, claims) = signed.split_once('.').ok_or(malformed("a part is missing"))?;
    if claims.contains('.') {
        return Err(malformed("it has too many parts"));
    }
    let header = parse_header(header)?;
    let claims = base64url::decode(claims).ok_or(malformed("its claims are not base64url"))?;
    let claims = json::object(&claims).map_err(|_| malformed("its claims are no sound JSON object"))?;
    let signature = base64url::decode(signature).ok_or(malformed("its signature is not base64url"))?;
    Ok(Jws {
        header,
        claims: Arc::new(claims),
        signed_bytes: signed.len(),
        signature,
    })
}

fn parse_header(text: &str) -> Result<Header, OidcError> {
    let malformed = |reason| OidcError::Malformed { reason };
    let text = base64url::decode(text).ok_or(malformed("its header is not base64url"))?;
    let members = json::object(&text).map_err(|_| malformed("its header is no sound JSON object"))?;
    for name in ["crit", "b64", "zip", "enc"] {
        if members.contains_key(name) {
            return Err(malformed("its header asks for what is not understood"));
        }
    }
    let algorithm = members.get("alg").and_then(Value::as_str);
    let algorithm = algorithm.ok_or(malformed("its header names no algorithm"))?;
    let algorithm = Algorithm::named(algorithm).ok_or(OidcError::UnsupportedAlgorithm)?;
    let key_id = match members.get("kid") {
        None => None,
        Some(Value::String(id)) if id.len() <= KEY_ID_BYTES_MAX => Some(id.clone()),
        Some(_) => return Err(malformed("its key id is none")),
    };
    Ok(Header { algorithm, key_id })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::oidc::algorithm::{Curve, RsaAlgorithm};

    fn part(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    fn token(header: &str) -> String {
        format!("{}.{}.{}", part(header), part("{}"), part("signature"))
    }

    fn check(token: &str, expected: Result<Header, OidcError>) {
        assert_eq!(parse(token).map(|jws| jws.header), expected, "{token}");
    }

    fn malformed(reason: &'static str) -> Result<Header, OidcError> {
        Err(OidcError::Malformed { reason })
    }

    #[test]
    fn a_header_names_an_algorithm_and_a_key() {
        check(
            &token(r#"{"alg":"PS384","kid":"k","typ":"JWT","x5t":"x"}"#),
            Ok(Header {
                algorithm: Algorithm::Rsa(RsaAlgorithm::Ps384),
                key_id: Some("k".to_owned()),
            }),
        );
        check(
            &token(r#"{"alg":"ES512"}"#),
            Ok(Header {
                algorithm: Algorithm::Ecdsa(Curve::P521),
                key_id: None,
            }),
        );
    }

    #[test]
    fn keys_that_a_token_brings_along_are_not_looked_at() {
        check(
            &token(
                r#"{"alg":"EdDSA","jwk":{"kty":"oct"},"jku":"https://evil","x5u":"https://evil","x5c":["x"]}"#,
            ),
            Ok(Header {
                algorithm: Algorithm::Ed25519,
                key_id: None,
            }),
        );
    }

    #[test]
    fn no_signature_and_shared_secrets_are_not_accepted() {
        for name in [
            "none",
            "None",
            "NONE",
            "nOnE",
            "",
            "HS256",
            "HS384",
            "HS512",
            "rs256",
            "RS256 ",
            "RS1",
            "ES256K",
            "Ed448",
            "RSA-OAEP",
            "dir",
            "A128KW",
            "PBES2-HS256+A128KW",
            "ML-DSA-44",
        ] {
            let header = format!(r#"{{"alg":"{name}"}}"#);
            check(&token(&header), Err(OidcError::UnsupportedAlgorithm));
            check(
                &format!("{}.{}.", part(&header), part("{}")),
                Err(OidcError::UnsupportedAlgorithm),
            );
        }
    }

    #[test]
    fn a_header_that_is_not_understood_is_refused() {
        let asks = "its header asks for what is not understood";
        check(&token(r#"{"alg":"RS256","crit":["exp"]}"#), malformed(asks));
        check(&token(r#"{"alg":"RS256","crit":[]}"#), malformed(asks));
        check(&token(r#"{"alg":"RS256","b64":false}"#), malformed(asks));
        check(&token(r#"{"alg":"RS256","b64":true}"#), malformed(asks));
        check(&token(r#"{"alg":"RS256","zip":"DEF"}"#), malformed(asks));
        check(&token(r#"{"alg":"RS256","enc":"A128GCM"}"#), malformed(asks));
        check(&token("{}"), malformed("its header names no algorithm"));
        check(&token(r#"{"alg":1}"#), malformed("its header names no algorithm"));
        check(
            &token(r#"{"alg":["RS256"]}"#),
            malformed("its header names no algorithm"),
        );
        check(
            &token(r#"{"alg":"RS256","kid":1}"#),
            malformed("its key id is none"),
        );
        let sound = "its header is no sound JSON object";
        check(&token(r#"{"alg":"none","alg":"RS256"}"#), malformed(sound));
        check(&token("[]"), malformed(sound));
        check(&token(""), malformed(sound));
    }

    #[test]
    fn only_the_compact_form_is_taken() {
        let header = part(r#"{"alg":"RS256"}"#);
        let claims = part("{}");
        check("", malformed("it has no parts"));
        check("x", malformed("it has no parts"));
        check("x.y", malformed("a part is missing"));
        check(
            &format!("{header}.{claims}.x.y"),
            malformed("it has too many parts"),
        );
        check(
            &format!("{header}.{claims}.x.y.z"),
            malformed("it has too many parts"),
        );
        check(
            &format!("{header}.{claims}. "),
            malformed("its signature is not base64url"),
        );
        check(
            &format!("{header}.{claims}.eA=="),
            malformed("its signature is not base64url"),
        );
        check(
            &format!("{header}.{claims}=.eA"),
            malformed("its claims are not base64url"),
        );
        check(
            &format!(" {header}.{claims}.eA"),
            malformed("its header is not base64url"),
        );
        check(
            &format!("{header}.{}.eA", part(r#"{"aud":"a","aud":"b"}"#)),
            malformed("its claims are no sound JSON object"),
        );
        check(
            r#"{"payload":"e30","signatures":[]}"#,
            malformed("it has no parts"),
        );
        check(&"a".repeat(20_001), malformed("it is too long"));
    }
}
