//! Tokens of OpenID Connect issuers, and the keys that issuers publish.
//!
//! The input is three bytes, and a text. The first byte says what the text is: a token and a set of keys, on two lines;
//! or the claims of a token that is signed here; or the header of one. The others: which byte of a signed token is
//! changed, and how.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use lanyard_federation::oidc::{KeySet, OidcError, OidcTrust, PresentedToken, VerifiedToken};
use serde_json::json;

/// When it is; claims are found that are right for it.
const NOW: i64 = 1_800_000_000;

static SIGNER: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed"));

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let x = URL_SAFE_NO_PAD.encode(SIGNER.public_key());
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x}]});
    KeySet::parse(keys.to_string().as_bytes()).expect("keys")
});

/// - Nothing makes the readers panic, and nobody signed what comes from outside.
/// - What is accepted says what it must, and is encoded in one way only.
/// - Of a signed token no byte can be changed.
pub fn token(data: &[u8]) {
    let Some(([kind, at, change], rest)) = data.split_first_chunk() else {
        return;
    };
    match kind % 3 {
        0 => check_foreign(rest),
        1 => check_signed(br#"{"alg":"EdDSA","kid":"k"}"#, rest, *at, *change),
        _ => {
            let claims = json!({"iss": "https://i", "sub": "s", "aud": "a", "iat": NOW, "exp": NOW});
            check_signed(rest, claims.to_string().as_bytes(), *at, *change);
        }
    }
}

fn check_foreign(text: &[u8]) {
    let (token, keys) = match text.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &text[..0]),
    };
    let Ok(token) = std::str::from_utf8(token) else {
        return;
    };
    if let Ok(keys) = KeySet::parse(keys) {
        let _ = verify(token, &keys);
    }
    assert!(verify(token, &KEYS).is_err(), "nobody signed it");
}

fn check_signed(header: &[u8], claims: &[u8], at: u8, change: u8) {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = SIGNER.sign(signed.as_bytes());
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
    let Ok(verified) = verify(&token, &KEYS) else {
        return;
    };
    assert_eq!(verified.issuer, "https://i");
    assert!(["a", "b"].contains(&verified.audience.as_str()));
    assert!(verified.expires.as_second() > NOW - 300);
    let keys = verified.condition_keys();
    assert!(keys.iter().all(|(key, _)| key.starts_with("i:")));
    assert!(verified.lasting_keys().iter().all(|key| keys.contains(key)));
    let mut bytes = token.clone().into_bytes();
    let index = usize::from(at) * bytes.len() / 256;
    bytes[index] = change;
    let Ok(changed) = String::from_utf8(bytes) else {
        return;
    };
    assert_eq!(
        verify(&changed, &KEYS).is_ok(),
        changed == token,
        "a byte was changed"
    );
}

fn verify(token: &str, keys: &KeySet) -> Result<VerifiedToken, OidcError> {
    let client_ids: [Arc<str>; 2] = ["a".into(), "b".into()];
    let trust = OidcTrust {
        url: "i",
        client_ids: &client_ids,
        thumbprints: &[],
    };
    let now = Timestamp::from_second(NOW).expect("a time");
    keys.verify(&PresentedToken::parse(token)?, trust, now)
}
