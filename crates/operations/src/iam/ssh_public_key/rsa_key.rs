//! RSA public keys in the two forms that they are uploaded and shown in: the line of OpenSSH, and PEM.
//!
//! Invariant: a key is read only if writing it again gives the same bytes, so one key has one form of each kind.
//! Deliberately absent: any use of the key.

use data_encoding::{BASE64, HEXLOWER};
use md5::{Digest, Md5};

/// Why an uploaded key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RsaKeyError {
    /// It is neither of the two forms.
    #[error("the public key is neither a line of OpenSSH nor PEM")]
    Unrecognized,
    /// It is of one of them, but no RSA key of 2,048 bits or more.
    #[error("the public key is no RSA key of 2,048 bits or more")]
    Invalid,
}

/// The least length of a modulus. Evidence: the public API reference of UploadSSHPublicKey.
const BITS_MIN: usize = 2_048;
const SSH_NAME: &str = "ssh-rsa";
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";
const PEM_WIDTH: usize = 64;
/// The algorithm of RSA keys in DER, with its parameters, which are null.
const RSA_ENCRYPTION: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 2;
const BIT_STRING: u8 = 3;

/// An RSA public key. Both numbers are big-endian, with a zero in front where the first bit would be a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RsaKey {
    exponent: Vec<u8>,
    modulus: Vec<u8>,
}

impl RsaKey {
    /// Reads what was uploaded.
    pub(super) fn read(body: &str) -> Result<Self, RsaKeyError> {
        let body = body.trim_ascii();
        let key = if let Some(rest) = body.strip_prefix(PEM_BEGIN) {
            let text = rest.strip_suffix(PEM_END).ok_or(RsaKeyError::Invalid)?;
            let text: String = text.split_ascii_whitespace().collect();
            Self::from_der(&decoded(&text)?)
        } else {
            let mut words = body.split_ascii_whitespace();
            if words.next() != Some(SSH_NAME) {
                return Err(RsaKeyError::Unrecognized);
            }
            Self::from_wire(&decoded(words.next().unwrap_or_default())?)
        };
        key.filter(Self::is_sound).ok_or(RsaKeyError::Invalid)
    }

    /// Reads the key that [`RsaKey::base64`] wrote.
    pub(super) fn from_base64(text: &str) -> Result<Self, RsaKeyError> {
        Self::from_wire(&decoded(text)?).ok_or(RsaKeyError::Invalid)
    }

    /// The key as SSH sends it, in base64.
    pub(super) fn base64(&self) -> String {
        BASE64.encode(&self.wire())
    }

    /// The key as a line of OpenSSH.
    pub(super) fn line(&self) -> String {
        format!("{SSH_NAME} {}", self.base64())
    }

    /// The key as PEM. Evidence: the public API reference of GetSSHPublicKey.
    pub(super) fn pem(&self) -> String {
        let text = BASE64.encode(&self.der());
        let mut pem = PEM_BEGIN.to_owned();
        for (place, letter) in text.chars().enumerate() {
            if place.is_multiple_of(PEM_WIDTH) {
                pem.push('\n');
            }
            pem.push(letter);
        }
        pem + "\n" + PEM_END + "\n"
    }

    /// The MD5 of what SSH sends. Evidence: the example in the public API reference of UploadSSHPublicKey.
    pub(super) fn fingerprint(&self) -> String {
        let bytes = Md5::digest(self.wire()).map(|byte| HEXLOWER.encode(&[byte]));
        bytes.join(":")
    }

    fn is_sound(&self) -> bool {
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        let exponent_bits = bits(&self.exponent);
        bits(&self.modulus) >= BITS_MIN
            && is_odd(&self.modulus)
            && (2..=64).contains(&exponent_bits)
            && is_odd(&self.exponent)
    }

    fn from_wire(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let name = wire_part(&mut rest)?;
        let exponent = wire_part(&mut rest)?.to_vec();
        let modulus = wire_part(&mut rest)?.to_vec();
        let key = Self { exponent, modulus };
        (name == SSH_NAME.as_bytes() && key.wire() == bytes && key.is_canonical()).then_some(key)
    }

    fn wire(&self) -> Vec<u8> {
        let mut wire = Vec::new();
        for part in [SSH_NAME.as_bytes(), &self.exponent, &self.modulus] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            wire.extend_from_slice(&length.to_be_bytes());
            wire.extend_from_slice(part);
        }
        wire
    }

    fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut outer = bytes;
        let mut inner = der_part(&mut outer, SEQUENCE)?.strip_prefix(RSA_ENCRYPTION)?;
        // The first byte of a bit string says how many bits of the last one are not meant.
        let mut key = der_part(&mut inner, BIT_STRING)?.strip_prefix(&[0])?;
        let mut numbers = der_part(&mut key, SEQUENCE)?;
        let modulus = der_part(&mut numbers, INTEGER)?.to_vec();
        let exponent = der_part(&mut numbers, INTEGER)?.to_vec();
        let key = Self { exponent, modulus };
        (key.der() == bytes && key.is_canonical()).then_some(key)
    }

    fn der(&self) -> Vec<u8> {
        let numbers = [der(INTEGER, &self.modulus), der(INTEGER, &self.exponent)].concat();
        let key = der(BIT_STRING, &[vec![0], der(SEQUENCE, &numbers)].concat());
        der(SEQUENCE, &[RSA_ENCRYPTION, &key].concat())
    }

    /// Whether both numbers are positive and no longer than they have to be.
    fn is_canonical(&self) -> bool {
        [&self.exponent, &self.modulus]
            .into_iter()
            .all(|number| match number.as_slice() {
                [0, second, ..] => *second >= 0x80,
                [first, ..] => (1..0x80).contains(first),
                [] => false,
            })
    }
}

fn bits(number: &[u8]) -> usize {
    let zeros: usize = number.iter().take_while(|byte| **byte == 0).count();
    let first = number.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    ((number.len() - zeros) * 8).saturating_sub(first)
}

fn decoded(text: &str) -> Result<Vec<u8>, RsaKeyError> {
    BASE64.decode(text.as_bytes()).map_err(|_| RsaKeyError::Invalid)
}

/// Takes one part, which its length precedes.
fn wire_part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (part, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

/// Takes one value of this tag. Lengths have at most two bytes: no body is longer.
fn der_part<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let after = rest.strip_prefix(&[tag])?;
    let (length, after) = match after {
        [0x82, high, low, after @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), after),
        [0x81, length, after @ ..] => (usize::from(*length), after),
        [length @ 0..=0x7f, after @ ..] => (usize::from(*length), after),
        _ => return None,
    };
    let (part, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes();
    let head = match (high, low) {
        (0, 0..=0x7f) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head.as_slice(), value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use RsaKeyError::{Invalid, Unrecognized};

    /// The key of the public API reference.
    const LINE: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCy75ak72GGaoZNy0cjUERIn+mrga0C30kmkiwOeN4H6YtvCdUksVppjPOhm485WFRzvIcxaMEuZ9ISAkp8AfefybxH0PdQWhELSu0pHaMnADAU7dOn3CCerO8+0sycbu4ES4P+cdK1qet3ptsG/zeQNLLmOK5zjIRa1MAS3KnwLwHEVPEe4JD+xfghuO0nwzUgpneGNwk7m7qihYLFnNCFdeU8OeIr9Fmc75g5olHm6ZoC/bccAHurHkfcDpanJTLNfLR5Oj14CZSsRP4kNdm+oe5+IPM78w4J9v4pXU4mizYDE21G4gUDVxOrs0X66lMihX6ArVgmEK+NK5GQgn9z";
    const PEM: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsu+WpO9hhmqGTctHI1BE
SJ/pq4GtAt9JJpIsDnjeB+mLbwnVJLFaaYzzoZuPOVhUc7yHMWjBLmfSEgJKfAH3
n8m8R9D3UFoRC0rtKR2jJwAwFO3Tp9wgnqzvPtLMnG7uBEuD/nHStanrd6bbBv83
kDSy5jiuc4yEWtTAEtyp8C8BxFTxHuCQ/sX4IbjtJ8M1IKZ3hjcJO5u6ooWCxZzQ
hXXlPDniK/RZnO+YOaJR5umaAv23HAB7qx5H3A6WpyUyzXy0eTo9eAmUrET+JDXZ
vqHufiDzO/MOCfb+KV1OJos2AxNtRuIFA1cTq7NF+upTIoV+gK1YJhCvjSuRkIJ/
cwIDAQAB
-----END PUBLIC KEY-----
";

    fn check(body: &str, expected: Result<(), RsaKeyError>) {
        let read = RsaKey::read(body);
        assert_eq!(
            read.as_ref().map(drop).map_err(|error| *error),
            expected,
            "{body}"
        );
        if let Ok(key) = read {
            assert_eq!(key.line(), LINE);
            assert_eq!(key.pem(), PEM);
            assert_eq!(
                key.fingerprint(),
                "7a:1d:ea:9e:b0:80:ac:f8:ec:d8:dc:e6:a7:2c:fc:51"
            );
            assert_eq!(RsaKey::from_base64(&key.base64()), Ok(key));
        }
    }

    /// A line of a key of these numbers, whatever they are.
    fn line(exponent: &[u8], modulus: &[u8]) -> String {
        let (exponent, modulus) = (exponent.to_vec(), modulus.to_vec());
        RsaKey { exponent, modulus }.line()
    }

    #[test]
    fn both_forms_are_the_key_that_the_reference_shows() {
        check(LINE, Ok(()));
        check(&format!("\n{LINE} jane@example.com and more\r\n"), Ok(()));
        check(PEM, Ok(()));
        check(PEM.trim(), Ok(()));
        check(&PEM.replace('\n', "\r\n"), Ok(()));
    }

    #[test]
    fn other_forms_are_not_recognized() {
        check("nonsense", Err(Unrecognized));
        check("", Err(Unrecognized));
        check("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", Err(Unrecognized));
        check(&PEM.replace("PUBLIC", "PRIVATE"), Err(Unrecognized));
    }

    #[test]
    fn keys_that_are_cut_or_changed_are_invalid() {
        check("ssh-rsa", Err(Invalid));
        check("ssh-rsa not-base64!", Err(Invalid));
        for length in (9..LINE.len()).step_by(4) {
            check(&LINE[..length], Err(Invalid));
        }
        check(&LINE.replace("AAAAB3NzaC1yc2E", "AAAAB3NzaC1yc2F"), Err(Invalid));
        check(&format!("{LINE}AAAA"), Err(Invalid));
        check(&PEM.replace("AQAB\n", "AQAC\n"), Err(Invalid));
        check(&PEM.replace("MIIBIj", "MIIBIz"), Err(Invalid));
        check(&PEM.replace("cwIDAQAB\n", ""), Err(Invalid));
        check(PEM_BEGIN, Err(Invalid));
    }

    #[test]
    fn weak_numbers_are_invalid() {
        let mut modulus = vec![0xff; 256];
        modulus.insert(0, 0);
        assert!(RsaKey::read(&line(&[3], &modulus)).is_ok());
        let without_sign = &modulus[1..];
        check(&line(&[3], without_sign), Err(Invalid));
        check(&line(&[3], &[&[0], modulus.as_slice()].concat()), Err(Invalid));
        check(&line(&[1], &modulus), Err(Invalid));
        check(&line(&[4], &modulus), Err(Invalid));
        check(&line(&[], &modulus), Err(Invalid));
        check(&line(&[0x7f; 9], &modulus), Err(Invalid));
        modulus[256] = 0xfe;
        check(&line(&[3], &modulus), Err(Invalid));
        let short = [&[0x7f], [0xff; 255].as_slice()].concat();
        check(&line(&[3], &short), Err(Invalid));
    }
}
