//! One certificate, read whole.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{CertificateError, pem};
use crate::der::{self, BIT_STRING, INTEGER, KeyAlgorithm, OCTET_STRING, SEQUENCE, take, value};
use crate::signature_algorithm::SignatureAlgorithm;

pub(super) const LABEL: &str = "CERTIFICATE";
const BOOLEAN: u8 = 1;
const OBJECT_IDENTIFIER: u8 = 6;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const ISSUER_UNIQUE_ID: u8 = 0x81;
const SUBJECT_UNIQUE_ID: u8 = 0x82;
const EXTENSIONS: u8 = 0xa3;
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// The bit of a key that signs certificates, in the first byte of a key usage.
const SIGNS_CERTIFICATES: u8 = 0x04;
const RSA_BITS_MIN: usize = 1024;
const RSA_BITS_MAX: usize = 8192;

/// An X.509 certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The whole of it in DER.
    der: Box<[u8]>,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// What is signed of it.
    certified: Box<[u8]>,
    pub(super) issuer: Box<[u8]>,
    pub(super) subject: Box<[u8]>,
    /// Its key, where it is of a kind that is known.
    key: Option<(KeyAlgorithm, Box<[u8]>)>,
    pub(super) authority: Authority,
    /// How it is signed, where the algorithm is known.
    algorithm: Option<SignatureAlgorithm>,
    signature: Box<[u8]>,
}

/// Whether others may be issued under a certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Authority {
    /// Whether it says that it is an authority's.
    pub(super) is_one: bool,
    /// How many more authorities may stand under it.
    pub(super) path_length: Option<u32>,
    /// Whether it says what its key is for, and leaves out signing certificates.
    pub(super) key_is_for_other_uses: bool,
}

impl Certificate {
    /// Reads a certificate in PEM, which must be the only thing in the text.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let mut blocks = pem::blocks(text);
        let block = blocks
            .next()
            .ok_or(CertificateError::Pem)?
            .map_err(|()| CertificateError::Pem)?;
        if block.label != LABEL || blocks.next().is_some() {
            return Err(CertificateError::Pem);
        }
        Self::from_der(&block.content)
    }

    /// Reads a certificate in DER.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        read(bytes).ok_or(CertificateError::Certificate)
    }

    /// The SHA-1 of the whole certificate, by which others name it.
    #[must_use]
    pub fn thumbprint(&self) -> Vec<u8> {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der).as_ref().to_vec()
    }

    /// Whether its key is one of those that AWS takes: RSA of 1024 to 8192 bits, or a point of one of three curves.
    #[must_use]
    pub fn has_known_key(&self) -> bool {
        match &self.key {
            None => false,
            Some((KeyAlgorithm::Rsa, key)) => {
                let bits = der::modulus_bits(key);
                bits.is_some_and(|bits| (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits))
            }
            Some((kind, key)) => super::private_key::is_point(*kind, key),
        }
    }

    #[cfg(test)]
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn key(&self) -> Option<(KeyAlgorithm, &[u8])> {
        self.key.as_ref().map(|(kind, key)| (*kind, &**key))
    }

    /// Whether it is valid at a time.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// Whether it is issued in its own name.
    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether the key of another certificate signed this one.
    pub(super) fn is_signed_by(&self, issuer: &Self) -> bool {
        let (Some(algorithm), Some(key)) = (self.algorithm, issuer.key()) else {
            return false;
        };
        algorithm.verifies(key, &self.certified, &self.signature)
    }
}

fn read(bytes: &[u8]) -> Option<Certificate> {
    let (mut outer, after) = value(bytes, SEQUENCE)?;
    if !after.is_empty() {
        return None;
    }
    let start = outer;
    let mut fields = take(&mut outer, SEQUENCE)?;
    let certified = start.get(..start.len().checked_sub(outer.len())?)?;
    let identifier = take(&mut outer, SEQUENCE)?;
    let signature = whole_bytes(take(&mut outer, BIT_STRING)?)?;
    if !outer.is_empty() {
        return None;
    }
    let version = version(&mut fields)?;
    take(&mut fields, INTEGER).filter(|serial| !serial.is_empty())?;
    if take(&mut fields, SEQUENCE)? != identifier {
        return None;
    }
    let issuer = take(&mut fields, SEQUENCE)?;
    let mut validity = take(&mut fields, SEQUENCE)?;
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    let subject = take(&mut fields, SEQUENCE)?;
    let information = take(&mut fields, SEQUENCE)?;
    if !validity.is_empty() {
        return None;
    }
    let key = der::key_of_information(information);
    for tag in [ISSUER_UNIQUE_ID, SUBJECT_UNIQUE_ID] {
        if version > 0 && fields.first() == Some(&tag) {
            take(&mut fields, tag)?;
        }
    }
    Some(Certificate {
        der: bytes.into(),
        not_before,
        not_after,
        certified: certified.into(),
        issuer: issuer.into(),
        subject: subject.into(),
        key: key.map(|key| (key.algorithm, key.key.into())),
        authority: authority(version, fields)?,
        algorithm: SignatureAlgorithm::of_identifier(identifier),
        signature: signature.into(),
    })
}

/// The version less one. The first is not written.
fn version(fields: &mut &[u8]) -> Option<u8> {
    if fields.first() != Some(&der::VERSION) {
        return Some(0);
    }
    let (version, after) = value(take(fields, der::VERSION)?, INTEGER)?;
    match version {
        [version @ 1..=2] if after.is_empty() => Some(*version),
        _ => None,
    }
}

/// A bit string of whole bytes.
fn whole_bytes(bits: &[u8]) -> Option<&[u8]> {
    match bits.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

/// What the extensions say about issuing others: what is left of the certificate must be they, or nothing.
fn authority(version: u8, mut fields: &[u8]) -> Option<Authority> {
    let mut authority = Authority::default();
    if fields.is_empty() {
        return Some(authority);
    }
    let (mut extensions, after) = value(take(&mut fields, EXTENSIONS)?, SEQUENCE)?;
    if version != 2 || !fields.is_empty() || !after.is_empty() {
        return None;
    }
    let (mut has_constraints, mut has_usage) = (false, false);
    while !extensions.is_empty() {
        let mut extension = take(&mut extensions, SEQUENCE)?;
        let object = take(&mut extension, OBJECT_IDENTIFIER)?;
        if extension.first() == Some(&BOOLEAN) {
            take(&mut extension, BOOLEAN)?;
        }
        let content = take(&mut extension, OCTET_STRING)?;
        if !extension.is_empty() {
            return None;
        }
        match object {
            BASIC_CONSTRAINTS if !has_constraints => {
                has_constraints = true;
                (authority.is_one, authority.path_length) = basic_constraints(content)?;
            }
            KEY_USAGE if !has_usage => {
                has_usage = true;
                let (bits, after) = value(content, BIT_STRING)?;
                let (_, usage) = bits.split_first()?;
                let first = usage.first().copied().unwrap_or_default();
                authority.key_is_for_other_uses = first & SIGNS_CERTIFICATES == 0;
                after.is_empty().then_some(())?;
            }
            // Neither may be there twice.
            BASIC_CONSTRAINTS | KEY_USAGE => return None,
            _ => {}
        }
    }
    Some(authority)
}

fn basic_constraints(content: &[u8]) -> Option<(bool, Option<u32>)> {
    let (mut inside, after) = value(content, SEQUENCE)?;
    if !after.is_empty() {
        return None;
    }
    let mut is_authority = false;
    if inside.first() == Some(&BOOLEAN) {
        is_authority = take(&mut inside, BOOLEAN)? == [0xff];
    }
    if inside.is_empty() {
        return Some((is_authority, None));
    }
    let digits = take(&mut inside, INTEGER)?;
    let length = match digits {
        [first @ 0..=0x7f] => u32::from(*first),
        // So many that no chain is as long.
        [first @ 0..=0x7f, _, ..] if *first > 0 || digits.len() > 2 => u32::MAX,
        [0, second] => u32::from(*second),
        _ => return None,
    };
    inside.is_empty().then_some((is_authority, Some(length)))
}

/// Takes a time in one of the two forms, both of which end with `Z` here.
fn time(rest: &mut &[u8]) -> Option<Timestamp> {
    let (digits, long) = match *rest.first()? {
        UTC_TIME => (take(rest, UTC_TIME)?, false),
        GENERALIZED_TIME => (take(rest, GENERALIZED_TIME)?, true),
        _ => return None,
    };
    let digits = digits.strip_suffix(b"Z")?;
    if digits.len() != if long { 14 } else { 12 } || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (year, digits) = digits.split_at_checked(if long { 4 } else { 2 })?;
    let year = match number(year) {
        year if long => year,
        year @ 0..50 => 2000 + year,
        year => 1900 + year,
    };
    let mut parts = digits.chunks_exact(2).map(|part| i8::try_from(number(part)).ok());
    let mut next = || parts.next().flatten();
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let moment = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    // The last hours of the year 9999, which stand for "for ever", are later than any time that can be counted.
    let zoned = moment.to_zoned(TimeZone::UTC);
    Some(zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp()))
}

fn number(digits: &[u8]) -> i16 {
    digits.iter().fold(0, |number: i16, digit| {
        number
            .saturating_mul(10)
            .saturating_add(i16::from(digit.saturating_sub(b'0')))
    })
}
