//! Proof key for code exchange (RFC 7636): only whoever asked for a code can redeem it.
//!
//! Only challenges by SHA-256 are taken; `plain` would let whoever sees the request redeem the code.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const VERIFIER_CHARACTERS_MIN: usize = 43;
const VERIFIER_CHARACTERS_MAX: usize = 128;

/// The SHA-256 of a verifier that only the client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Challenge([u8; 32]);

impl Challenge {
    /// Reads a challenge and its method. The AWS CLI says `SHA-256` where the RFC says `S256`.
    pub(crate) fn parse(method: &str, text: &str) -> Option<Self> {
        if !matches!(method, "S256" | "SHA-256") {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this is the verifier.
    pub(crate) fn is_of(&self, verifier: &str) -> bool {
        let is_verifier = (VERIFIER_CHARACTERS_MIN..=VERIFIER_CHARACTERS_MAX).contains(&verifier.len())
            && verifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        let digest: [u8; 32] = Sha256::digest(verifier.as_bytes()).into();
        is_verifier && bool::from(digest.ct_eq(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From appendix B of RFC 7636.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_challenge_is_met_by_its_verifier_alone() {
        for method in ["S256", "SHA-256"] {
            let challenge = Challenge::parse(method, CHALLENGE).unwrap();
            assert!(challenge.is_of(VERIFIER));
            assert!(!challenge.is_of(&VERIFIER.replace('d', "e")));
            assert!(!challenge.is_of(CHALLENGE));
        }
    }

    #[test]
    fn no_other_method_is_taken() {
        for method in ["plain", "", "s256", "S512"] {
            assert_eq!(Challenge::parse(method, CHALLENGE), None, "{method}");
        }
        assert_eq!(Challenge::parse("S256", VERIFIER.trim_end_matches('k')), None);
        assert_eq!(Challenge::parse("S256", &format!("{CHALLENGE}=")), None);
    }

    #[test]
    fn a_short_verifier_is_none() {
        let short = "abc";
        let challenge = Challenge(Sha256::digest(short.as_bytes()).into());
        assert!(!challenge.is_of(short));
    }
}
