//! Keys and signatures: the vectors of RFC 7515 and RFC 8037, and every way in which a key does not fit.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA512, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

/// RFC 7515, appendix A.2.
const RS256: (&str, &str, &str) = (
    r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#,
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
);

/// RFC 7515, appendix A.3.
const ES256: (&str, &str, &str) = (
    r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);

/// RFC 7515, appendix A.4.
const ES512: (&str, &str, &str) = (
    r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#,
    "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA",
    "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
);

/// RFC 8037, appendix A.4.
const EDDSA: (&str, &str, &str) = (
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
);

const VECTORS: [(&str, (&str, &str, &str)); 4] = [
    ("RS256", RS256),
    ("ES256", ES256),
    ("ES512", ES512),
    ("EdDSA", EDDSA),
];

fn set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn header(algorithm: &str, key_id: Option<&str>) -> Header {
    Header {
        algorithm: Algorithm::named(algorithm).unwrap(),
        key_id: key_id.map(str::to_owned),
    }
}

fn with(vector: (&str, &str, &str), changes: Value) -> Value {
    let mut key: Value = serde_json::from_str(vector.0).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        key[name] = value.clone();
    }
    key
}

/// Whether a set has a key that fits the algorithm and verifies the vector's signature.
fn check(key: &Value, algorithm: &str, vector: (&str, &str, &str), expected: bool) {
    let found = set(std::slice::from_ref(key)).find(&header(algorithm, None));
    let signature = base64url::decode(vector.2).unwrap();
    let algorithm = Algorithm::named(algorithm).unwrap();
    let verifies = found.is_some_and(|key| key.verifies(algorithm, vector.1.as_bytes(), &signature));
    assert_eq!(verifies, expected, "{key} {algorithm:?}");
}

#[test]
fn the_vectors_of_the_rfcs_verify() {
    for (algorithm, vector) in VECTORS {
        check(&with(vector, json!({})), algorithm, vector, true);
        check(
            &with(vector, json!({"alg": algorithm, "use": "sig"})),
            algorithm,
            vector,
            true,
        );
        check(
            &with(vector, json!({"key_ops": ["verify"]})),
            algorithm,
            vector,
            true,
        );
    }
    check(&with(EDDSA, json!({"alg": "Ed25519"})), "EdDSA", EDDSA, true);
}

#[test]
fn one_bit_makes_the_difference() {
    for (algorithm, (key, message, signature)) in VECTORS {
        let key = set(&[serde_json::from_str(key).unwrap()])
            .find(&header(algorithm, None))
            .unwrap();
        let algorithm = Algorithm::named(algorithm).unwrap();
        let signature = base64url::decode(signature).unwrap();
        let mut other = signature.clone();
        other[10] ^= 1;
        assert!(!key.verifies(algorithm, message.as_bytes(), &other));
        assert!(!key.verifies(algorithm, &message.as_bytes()[1..], &signature));
        assert!(!key.verifies(algorithm, message.as_bytes(), &signature[1..]));
        assert!(!key.verifies(algorithm, message.as_bytes(), &[]));
        let zeros = vec![0; signature.len()];
        assert!(!key.verifies(algorithm, message.as_bytes(), &zeros));
        assert!(!key.verifies(algorithm, message.as_bytes(), &[&signature[..], &[0]].concat()));
    }
}

#[test]
fn a_key_verifies_by_its_own_algorithms_only() {
    for (own, vector) in VECTORS {
        let others = [
            "RS256", "RS384", "PS256", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        ];
        for other in others.into_iter().filter(|other| *other != own) {
            check(&with(vector, json!({})), other, vector, false);
            check(&with(vector, json!({"alg": other})), own, vector, false);
        }
        for alg in [json!("none"), json!("HS256"), json!("x"), json!(1), json!(null)] {
            check(&with(vector, json!({"alg": alg})), own, vector, false);
        }
    }
}

#[test]
fn a_key_for_something_else_is_left_out() {
    for (algorithm, vector) in VECTORS {
        for changes in [
            json!({"use": "enc"}),
            json!({"use": ["sig"]}),
            json!({"key_ops": ["sign"]}),
            json!({"key_ops": []}),
            json!({"key_ops": "verify"}),
            json!({"kid": 1}),
            json!({"kid": "k".repeat(1025)}),
            json!({"kty": "oct", "k": "AAAA"}),
            json!({"kty": "oct"}),
            json!({"kty": "x"}),
            json!({"kty": null}),
            // A private key in public is nobody's alone.
            json!({"d": "AAAA"}),
        ] {
            check(&with(vector, changes), algorithm, vector, false);
        }
    }
}

#[test]
fn numbers_of_another_size_are_no_key() {
    for x in [
        "",
        "AA",
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE",
        "AH_NzidwZsRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRF",
    ] {
        check(&with(ES256, json!({ "x": x })), "ES256", ES256, false);
        check(&with(EDDSA, json!({ "x": x })), "EdDSA", EDDSA, false);
    }
    // A point that is not on the curve.
    check(
        &with(ES256, json!({"y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"})),
        "ES256",
        ES256,
        false,
    );
    check(
        &with(ES256, json!({"y": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})),
        "ES256",
        ES256,
        false,
    );
    check(&with(ES256, json!({"crv": "P-384"})), "ES384", ES256, false);
    check(&with(ES256, json!({"crv": "secp256k1"})), "ES256", ES256, false);
    check(&with(EDDSA, json!({"crv": "Ed448"})), "EdDSA", EDDSA, false);
    for e in ["", "AA", "AQ", "Ag", "AAEAAQ", "AQABAQABAQ"] {
        check(&with(RS256, json!({ "e": e })), "RS256", RS256, false);
    }
}

#[test]
fn short_rsa_keys_are_left_out() {
    for (bytes, first, expected) in [
        (255, 0xff, 0),
        (256, 0x7f, 0),
        (256, 0, 0),
        (256, 0x80, 1),
        (1024, 0xff, 1),
        (1025, 1, 0),
    ] {
        let mut n = vec![0xff; bytes];
        n[0] = first;
        let key = json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": "AQAB"});
        assert_eq!(set(&[key]).keys.len(), expected, "{bytes} {first}");
    }
}

#[test]
fn an_rsa_key_signs_with_either_padding_and_one_is_not_the_other() {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let components: PublicKeyComponents<Vec<u8>> = PublicKeyComponents {
        n: modulus(pair.public_key().as_ref()),
        e: vec![1, 0, 1],
    };
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = set(&[json!({"kty": "RSA", "n": encode(&components.n), "e": encode(&components.e)})]);
    let sign = |encoding: &'static dyn aws_lc_rs::signature::RsaEncoding| {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), b"text", &mut signature)
            .unwrap();
        signature
    };
    for (signature, own) in [
        (sign(&RSA_PKCS1_SHA256), "RS256"),
        (sign(&RSA_PSS_SHA512), "PS512"),
    ] {
        for name in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
            let found = key.find(&header(name, None)).unwrap();
            let verifies = found.verifies(Algorithm::named(name).unwrap(), b"text", &signature);
            assert_eq!(verifies, name == own, "{name} {own}");
        }
    }
}

/// The modulus of an RSAPublicKey in DER, of a key of 2,048 bits.
fn modulus(der: &[u8]) -> Vec<u8> {
    der[9..9 + 256].to_vec()
}

#[test]
fn a_key_is_found_by_its_name() {
    let named = |vector, name: &str| with(vector, json!({ "kid": name }));
    let keys = set(&[
        named(RS256, "a"),
        named(ES256, "b"),
        named(EDDSA, "b"),
        with(ES512, json!({})),
    ]);
    let finds = |algorithm, id| keys.find(&header(algorithm, id)).is_some();
    assert!(finds("RS256", Some("a")));
    assert!(finds("PS512", Some("a")));
    assert!(finds("ES256", Some("b")));
    assert!(finds("EdDSA", Some("b")));
    assert!(!finds("ES256", Some("a")));
    assert!(!finds("ES256", Some("")));
    assert!(!finds("ES512", Some("c")));
    // Which key is meant is not said, and there are several.
    assert!(!finds("ES512", None));
    assert!(!finds("RS256", None));
}

#[test]
fn of_keys_with_one_name_the_last_counts() {
    let other = json!({"kid": "a", "x": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    let keys = set(&[with(EDDSA, other), with(EDDSA, json!({"kid": "a"}))]);
    let found = keys.find(&header("EdDSA", Some("a"))).unwrap();
    let signature = base64url::decode(EDDSA.2).unwrap();
    assert!(found.verifies(Algorithm::Ed25519, EDDSA.1.as_bytes(), &signature));
}

#[test]
fn what_is_no_set_of_keys_is_refused() {
    let refusal = |text: &str| KeySet::parse(text.as_bytes()).unwrap_err();
    assert_eq!(refusal(""), "its keys are no sound JSON object");
    assert_eq!(refusal("[]"), "its keys are no sound JSON object");
    assert_eq!(
        refusal(r#"{"keys":[],"keys":[]}"#),
        "its keys are no sound JSON object"
    );
    assert_eq!(refusal("{}"), "there is no list of keys");
    assert_eq!(refusal(r#"{"keys":{}}"#), "there is no list of keys");
    let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 257].join(","));
    assert_eq!(refusal(&many), "there are too many keys");
    assert_eq!(set(&[json!(1), json!({}), json!([])]).keys.len(), 0);
}
