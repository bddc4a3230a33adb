//! The keys that an issuer publishes.
//!
//! A key that is not for verifying signatures, or that cannot be, is left out; the set is still of use (RFC 7517,
//! section 5). A key fits a token only if its kind, its curve and all that it says of its use agree with the token's
//! algorithm. Differs from AWS, which does not look at a key's `alg`.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::signature::{ED25519, ParsedPublicKey, RsaPublicKeyComponents};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::algorithm::{Algorithm, Curve, RsaAlgorithm};
use super::claims::Registered;
use super::jws::{Header, KEY_ID_BYTES_MAX};
use super::presented::PresentedToken;
use super::verifier::OidcTrust;
use super::{OidcError, VerifiedToken, base64url, json};

/// No issuer publishes nearly as many.
const KEYS_MAX: usize = 256;

/// The modulus of 8,192 bits, in bytes.
const MODULUS_BYTES_MAX: usize = 1024;

/// An issuer's keys, as it publishes them.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Arc<Key>>,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let members = json::object(text).map_err(|_| "its keys are no sound JSON object")?;
        let keys = members.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or("there is no list of keys")?;
        if keys.len() > KEYS_MAX {
            return Err("there are too many keys");
        }
        let keys = keys.iter().filter_map(Value::as_object).filter_map(Key::read);
        Ok(Self {
            keys: keys.map(Arc::new).collect(),
        })
    }

    /// What a token says, if it is genuine by these keys: the same steps as with keys that are fetched.
    ///
    /// # Errors
    /// When it is not.
    pub fn verify(
        &self,
        token: &PresentedToken<'_>,
        trust: OidcTrust<'_>,
        now: Timestamp,
    ) -> Result<VerifiedToken, OidcError> {
        let registered = trust.check(token, now)?;
        let key = self.find(&token.jws().header).ok_or(OidcError::UnknownKey)?;
        key.read_verified(token, registered)
    }

    /// The key that a token says it is signed with. Of keys with one name the last counts. A token that names none is
    /// signed with the only key that there is. Evidence: recorded answers of STS.
    pub(super) fn find(&self, header: &Header) -> Option<Arc<Key>> {
        let mut fitting = self.keys.iter().filter(|key| key.fits(header.algorithm));
        match (&header.key_id, self.keys.as_slice()) {
            (Some(id), _) => fitting.rfind(|key| key.id.as_ref() == Some(id)).cloned(),
            (None, [_]) => fitting.next().cloned(),
            (None, _) => None,
        }
    }

    /// About how many bytes of memory the set takes.
    pub(super) fn bytes(&self) -> usize {
        self.keys.iter().map(|key| key.bytes()).sum()
    }
}

/// A key that can verify signatures.
pub(super) struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    material: Material,
}

enum Material {
    Rsa(Box<RsaKey>),
    Ecdsa(Curve, ParsedPublicKey),
    Ed25519(ParsedPublicKey),
}

/// Made ready for each algorithm when it is first asked for.
struct RsaKey {
    components: RsaPublicKeyComponents<Vec<u8>>,
    ready: [OnceLock<Option<ParsedPublicKey>>; 6],
}

impl Key {
    /// What a token says, if it was signed by this key.
    pub(super) fn read_verified(
        &self,
        token: &PresentedToken<'_>,
        registered: Registered,
    ) -> Result<VerifiedToken, OidcError> {
        let jws = token.jws();
        if !self.verifies(jws.header.algorithm, token.signed(), &jws.signature) {
            return Err(OidcError::BadSignature);
        }
        VerifiedToken::read(registered, Arc::clone(&jws.claims))
    }

    /// Whether a signature of the message is this key's, by an algorithm that it fits.
    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let key = match (&self.material, algorithm) {
            (Material::Rsa(key), Algorithm::Rsa(algorithm)) => key.ready(algorithm),
            (Material::Ecdsa(curve, key), Algorithm::Ecdsa(wanted)) if *curve == wanted => Some(key),
            (Material::Ed25519(key), Algorithm::Ed25519) => Some(key),
            // Fails closed: a key of another kind verifies nothing.
            _ => None,
        };
        key.is_some_and(|key| self.fits(algorithm) && key.verify_sig(message, signature).is_ok())
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let is_of_kind = match (&self.material, algorithm) {
            (Material::Rsa(_), Algorithm::Rsa(_)) | (Material::Ed25519(_), Algorithm::Ed25519) => true,
            (Material::Ecdsa(curve, _), Algorithm::Ecdsa(wanted)) => *curve == wanted,
            _ => false,
        };
        is_of_kind && self.algorithm.is_none_or(|own| own == algorithm)
    }

    fn bytes(&self) -> usize {
        let id = self.id.as_ref().map_or(0, String::len);
        let material = match &self.material {
            Material::Rsa(key) => 8 * key.components.n.len(),
            Material::Ecdsa(..) | Material::Ed25519(_) => 512,
        };
        256 + id + material
    }

    fn read(members: &Map<String, Value>) -> Option<Self> {
        if !is_for_verifying(members) {
            return None;
        }
        let id = match members.get("kid") {
            None => None,
            // No token can name a longer one.
            Some(id) => Some(id.as_str().filter(|id| id.len() <= KEY_ID_BYTES_MAX)?.to_owned()),
        };
        let algorithm = match members.get("alg") {
            None => None,
            Some(name) => Some(Algorithm::named(name.as_str()?)?),
        };
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let bytes = |name: &str| text(name).and_then(base64url::decode);
        let material = match text("kty")? {
            "RSA" => Material::Rsa(Box::new(RsaKey::new(bytes("n")?, bytes("e")?)?)),
            "EC" => ecdsa(Curve::named(text("crv")?)?, &bytes("x")?, &bytes("y")?)?,
            "OKP" if text("crv")? == "Ed25519" => {
                Material::Ed25519(ParsedPublicKey::new(&ED25519, bytes("x")?).ok()?)
            }
            _ => return None,
        };
        Some(Self {
            id,
            algorithm,
            material,
        })
    }
}

/// Whether a key says nothing against being used to verify signatures, and does not show its private part: what is
/// published is no secret, and whoever reads it could sign.
fn is_for_verifying(members: &Map<String, Value>) -> bool {
    let is_for_signatures = members.get("use").is_none_or(|usage| usage == "sig");
    let verifies = match members.get("key_ops") {
        None => true,
        Some(operations) => operations
            .as_array()
            .is_some_and(|operations| operations.iter().any(|operation| operation == "verify")),
    };
    is_for_signatures && verifies && !members.contains_key("d") && !members.contains_key("k")
}

fn ecdsa(curve: Curve, x: &[u8], y: &[u8]) -> Option<Material> {
    let size = curve.coordinate_bytes();
    if x.len() != size || y.len() != size {
        return None;
    }
    let point = [&[4], x, y].concat();
    let key = ParsedPublicKey::new(curve.verification(), point).ok()?;
    Some(Material::Ecdsa(curve, key))
}

impl RsaKey {
    /// A modulus of 2,048 to 8,192 bits, both numbers without leading zeros.
    fn new(n: Vec<u8>, e: Vec<u8>) -> Option<Self> {
        let leading = n.first()?.leading_zeros() as usize;
        let bits = 8 * n.len() - leading;
        if leading == 8 || bits < 2048 || n.len() > MODULUS_BYTES_MAX {
            return None;
        }
        let is_sound_exponent = match *e.as_slice() {
            [low] => low >= 3 && low % 2 == 1,
            [high, .., low] => high != 0 && low % 2 == 1 && e.len() <= 4,
            [] => false,
        };
        is_sound_exponent.then(|| Self {
            components: RsaPublicKeyComponents { n, e },
            ready: Default::default(),
        })
    }

    fn ready(&self, algorithm: RsaAlgorithm) -> Option<&ParsedPublicKey> {
        let ready = self.ready.get(algorithm as usize)?;
        let parse = || self.components.to_parsed_public_key(algorithm.parameters()).ok();
        ready.get_or_init(parse).as_ref()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Key")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
