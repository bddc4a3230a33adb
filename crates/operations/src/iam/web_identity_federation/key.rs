//! Keys that sign web identity tokens: made here, kept with their private halves sealed.
//!
//! Each issuer has a key for each algorithm that a caller can ask for. A key's id is the thumbprint of its public half
//! (RFC 7638), so that two keys never share one.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use lanyard_access::{Place, Vault, VaultError};
use lanyard_directory::{SealedSecret, TokenAlgorithm, TokenKey};
use lanyard_names::AccountId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Why a pair of keys could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// The cryptographic library failed, or wrote its key in a form that is not known here.
    #[error("a pair of keys for {} could not be made", algorithm.name())]
    Library {
        /// For which algorithm.
        algorithm: TokenAlgorithm,
    },
    /// The private half could not be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A new pair, before its private half is sealed.
struct Pair {
    /// The private half as PKCS #8.
    private: Vec<u8>,
    /// The members of the public half that RFC 7638 hashes. JSON objects here are in the order of their names.
    public: Value,
}

/// Where a private half is sealed for. It opens nowhere else.
pub(crate) fn place<'a>(account: AccountId, kid: &'a str) -> Place<'a> {
    Place {
        account: Some(account),
        entity: kid,
        field: "web identity key",
    }
}

/// Makes a pair of keys. Takes a tenth of a second of computing for RSA.
pub(super) fn generate(
    algorithm: TokenAlgorithm,
    account: AccountId,
    vault: &Vault,
    now: Timestamp,
) -> Result<TokenKey, KeyError> {
    let pair = match algorithm {
        TokenAlgorithm::Rs256 => rsa_pair(),
        TokenAlgorithm::Es384 => p384_pair(),
    };
    let Pair { private, public } = pair.ok_or(KeyError::Library { algorithm })?;
    let private = zeroize::Zeroizing::new(private);
    let kid = BASE64URL_NOPAD.encode(&Sha256::digest(public.to_string()));
    let sealed = vault.seal(place(account, &kid), &private)?;
    Ok(TokenKey {
        public: published(public, algorithm, &kid).to_string().into(),
        kid: kid.into(),
        algorithm,
        private: SealedSecret::new(sealed),
        created: now,
        retired: None,
    })
}

/// The public half as a JSON Web Key.
fn published(mut public: Value, algorithm: TokenAlgorithm, kid: &str) -> Value {
    if let Some(members) = public.as_object_mut() {
        members.insert("alg".to_owned(), algorithm.name().into());
        members.insert("kid".to_owned(), kid.into());
        members.insert("use".to_owned(), "sig".into());
    }
    public
}

fn rsa_pair() -> Option<Pair> {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).ok()?;
    let private: Result<Pkcs8V1Der<'_>, Unspecified> = pair.as_der();
    Some(Pair {
        private: private.ok()?.as_ref().to_vec(),
        public: json!({
            "kty": "RSA",
            "n": BASE64URL_NOPAD.encode(modulus(pair.public_key().as_ref())?),
            "e": BASE64URL_NOPAD.encode(&EXPONENT),
        }),
    })
}

/// The public exponent of every key that is made: 65537.
const EXPONENT: [u8; 3] = [1, 0, 1];

/// The modulus in a public key of 2048 bits as PKCS #1 has it: a sequence of two integers, of which the second is the
/// exponent.
fn modulus(public: &[u8]) -> Option<&[u8]> {
    let integers = public.strip_prefix(&[0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00])?;
    let modulus = integers.strip_suffix(&EXPONENT)?.strip_suffix(&[0x02, 0x03])?;
    (modulus.len() == 256).then_some(modulus)
}

fn p384_pair() -> Option<Pair> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).ok()?;
    // An uncompressed point: 4, then two coordinates of 48 bytes.
    let (first, point) = pair.public_key().as_ref().split_first()?;
    let (x, y) = point.split_at_checked(48)?;
    if *first != 4 || y.len() != 48 {
        return None;
    }
    Some(Pair {
        private: pair.to_pkcs8v1().ok()?.as_ref().to_vec(),
        public: json!({
            "kty": "EC",
            "crv": "P-384",
            "x": BASE64URL_NOPAD.encode(x),
            "y": BASE64URL_NOPAD.encode(y),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents, UnparsedPublicKey,
    };
    use lanyard_access::MasterKey;

    fn made(algorithm: TokenAlgorithm) -> (Vec<u8>, Value) {
        let vault = Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0;
        let account = AccountId::parse("111122223333").unwrap();
        let key = generate(algorithm, account, &vault, Timestamp::UNIX_EPOCH).unwrap();
        let opened = vault
            .unseal(place(account, &key.kid), key.private.as_bytes())
            .unwrap();
        let public: Value = serde_json::from_str(&key.public).unwrap();
        assert_eq!(public["kid"], *key.kid);
        assert_eq!(public["alg"], algorithm.name());
        assert_eq!(public["use"], "sig");
        (opened.expose().to_vec(), public)
    }

    fn number(public: &Value, member: &str) -> Vec<u8> {
        BASE64URL_NOPAD
            .decode(public[member].as_str().unwrap().as_bytes())
            .unwrap()
    }

    #[test]
    fn what_the_private_half_signs_the_published_half_verifies() {
        let (private, public) = made(TokenAlgorithm::Rs256);
        let pair = RsaKeyPair::from_pkcs8(&private).unwrap();
        let mut signature = vec![0; 256];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"text", &mut signature)
            .unwrap();
        let components = RsaPublicKeyComponents {
            n: number(&public, "n"),
            e: number(&public, "e"),
        };
        components
            .verify(&RSA_PKCS1_2048_8192_SHA256, b"text", &signature)
            .unwrap();

        let (private, public) = made(TokenAlgorithm::Es384);
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &private).unwrap();
        let signature = pair.sign(&SystemRandom::new(), b"text").unwrap();
        let point = [vec![4], number(&public, "x"), number(&public, "y")].concat();
        UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
            .verify(b"text", signature.as_ref())
            .unwrap();
    }

    #[test]
    fn an_id_is_the_thumbprint_of_the_public_half() {
        let (_, public) = made(TokenAlgorithm::Es384);
        let (x, y) = (public["x"].as_str().unwrap(), public["y"].as_str().unwrap());
        let hashed = format!(r#"{{"crv":"P-384","kty":"EC","x":"{x}","y":"{y}"}}"#);
        assert_eq!(public["kid"], BASE64URL_NOPAD.encode(&Sha256::digest(hashed)));
    }
}
