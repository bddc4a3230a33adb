//! The little DER that is needed: one value after another, public keys as certificates have them, and a few things
//! that are written. Lengths must be written in the shortest form.

use zeroize::Zeroizing;

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
/// What a certificate has before its version.
pub(crate) const VERSION: u8 = 0xa0;

/// `AlgorithmIdentifier`s of the keys that are accepted, whole: parameters are part of them.
pub(crate) const RSA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
pub(crate) const P256: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07,
];
pub(crate) const P384: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22,
];
pub(crate) const P521: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23,
];

/// A kind of public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyAlgorithm {
    Rsa,
    P256,
    P384,
    P521,
}

impl KeyAlgorithm {
    /// The kind of an `AlgorithmIdentifier`, given its content.
    pub(crate) fn of(identifier: &[u8]) -> Option<Self> {
        Some(match identifier {
            RSA => Self::Rsa,
            P256 => Self::P256,
            P384 => Self::P384,
            P521 => Self::P521,
            _ => return None,
        })
    }
}

/// A public key as it stands in a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PublicKey<'a> {
    pub(crate) algorithm: KeyAlgorithm,
    /// An `RSAPublicKey`, or a point of a curve.
    pub(crate) key: &'a [u8],
}

/// The key of a certificate: the seventh field of what is certified, or the sixth where no version is written.
pub(crate) fn public_key(certificate: &[u8]) -> Option<PublicKey<'_>> {
    let (mut outer, after) = value(certificate, SEQUENCE)?;
    if !after.is_empty() {
        return None;
    }
    let mut fields = take(&mut outer, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        take(&mut fields, VERSION)?;
    }
    take(&mut fields, INTEGER)?;
    // The algorithm of the certificate's own signature, who issued it, from when to when it is valid, whose it is.
    for _ in 0..4 {
        take(&mut fields, SEQUENCE)?;
    }
    key_of_information(take(&mut fields, SEQUENCE)?)
}

/// The key in the content of a `SubjectPublicKeyInfo`.
pub(crate) fn key_of_information(mut information: &[u8]) -> Option<PublicKey<'_>> {
    let algorithm = KeyAlgorithm::of(take(&mut information, SEQUENCE)?)?;
    let (unused_bits, key) = take(&mut information, BIT_STRING)?.split_first()?;
    (*unused_bits == 0 && information.is_empty()).then_some(PublicKey { algorithm, key })
}

/// How many bits the modulus of an `RSAPublicKey` has.
pub(crate) fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (mut numbers, _) = value(key, SEQUENCE)?;
    let modulus = take(&mut numbers, INTEGER)?;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let digits = modulus.get(zeros..)?;
    Some(digits.len() * 8 - digits.first()?.leading_zeros() as usize)
}

/// Two numbers as ECDSA's signatures have them in ASN.1.
pub(crate) fn two_integers(r: &[u8], s: &[u8]) -> Vec<u8> {
    let mut numbers = integer(r);
    numbers.extend(integer(s));
    tagged(SEQUENCE, &numbers)
}

/// An RSA private key of PKCS #1 in the wrapping of PKCS #8.
pub(crate) fn pkcs8_of_pkcs1(key: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut inside = Zeroizing::new(tagged(INTEGER, &[0]));
    inside.extend(tagged(SEQUENCE, RSA));
    inside.extend_from_slice(&Zeroizing::new(tagged(OCTET_STRING, key)));
    Zeroizing::new(tagged(SEQUENCE, &inside))
}

pub(crate) fn integer(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|byte| **byte == 0).count();
    let digits = digits.get(zeros..).unwrap_or_default();
    let mut number = Vec::with_capacity(digits.len() + 1);
    // A number that would look negative, and zero itself, begin with a zero.
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        number.push(0);
    }
    number.extend_from_slice(digits);
    tagged(INTEGER, &number)
}

pub(crate) fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let digits = length.get(zeros..).unwrap_or_default();
    match digits {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        _ => {
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(u8::MAX));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// Takes the next value off, which must have this tag.
pub(crate) fn take<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (content, after) = value(rest, tag)?;
    *rest = after;
    Some(content)
}

/// The content of the value that stands first, and what follows it.
pub(crate) fn value(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    if *length < 0x80 {
        return rest.split_at_checked(usize::from(*length));
    }
    let digits = usize::from(length & 0x7f);
    if !(1..=3).contains(&digits) {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(digits)?;
    let length = digits
        .iter()
        .fold(0_usize, |length, digit| (length << 8) | usize::from(*digit));
    if length < 0x80 || digits.first() == Some(&0) {
        return None;
    }
    rest.split_at_checked(length)
}
