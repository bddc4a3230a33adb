//! Certificates as they are, and damaged.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_RSA_SHA256, PKCS_RSA_SHA384,
    PKCS_RSA_SHA512, RsaKeySize, SignatureAlgorithm, date_time_ymd,
};

use super::CertificateError as E;
use super::*;

/// A certificate of RSA with 1024 bits, as none are made any more, and its key in PKCS #1.
const OLD: &str = include_str!("tests/rsa_1024.pem");
const OLD_KEY: &str = include_str!("tests/rsa_1024_key.pem");
const ENCRYPTED_KEYS: [&str; 2] = [
    include_str!("tests/rsa_1024_key_encrypted.pem"),
    include_str!("tests/encrypted_pkcs8_key.pem"),
];

fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)).unwrap()
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn authority(name: &str, constraints: BasicConstraints) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(constraints);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn root() -> Issuer {
    CertifiedIssuer::self_signed(authority("root", BasicConstraints::Unconstrained), key()).unwrap()
}

fn below(params: CertificateParams, issuer: &Issuer) -> Issuer {
    CertifiedIssuer::signed_by(params, key(), issuer).unwrap()
}

fn host(issuer: &Issuer) -> Certificate {
    read(&params("host").signed_by(&key(), issuer).unwrap().pem())
}

fn read(pem: &str) -> Certificate {
    Certificate::from_pem(pem).unwrap()
}

/// Where the chain of a certificate breaks, if it does.
fn check(certificate: &Certificate, chain: &[&Issuer], expected: Result<(), i64>) {
    let text: String = chain.iter().map(|issuer| issuer.pem()).collect();
    let chain = read_chain(&text).unwrap();
    let found = check_chain(certificate, &chain, now());
    assert_eq!(found.map_err(|error| error.index), expected);
}

#[test]
fn a_certificate_is_read_with_its_dates_and_its_private_key() {
    let kinds: [&'static SignatureAlgorithm; 6] = [
        &PKCS_ECDSA_P256_SHA256,
        &PKCS_ECDSA_P384_SHA384,
        &PKCS_ECDSA_P521_SHA512,
        &PKCS_RSA_SHA256,
        &PKCS_RSA_SHA384,
        &PKCS_RSA_SHA512,
    ];
    for kind in kinds {
        let pair = match KeyPair::generate_for(kind) {
            Ok(pair) => pair,
            Err(_) => KeyPair::generate_rsa_for(kind, RsaKeySize::_2048).unwrap(),
        };
        let mut named = params("host");
        named.not_before = date_time_ymd(2020, 2, 29);
        named.not_after = date_time_ymd(2050, 1, 1);
        let certificate = read(&named.self_signed(&pair).unwrap().pem());
        assert_eq!(certificate.not_before.to_string(), "2020-02-29T00:00:00Z");
        assert_eq!(certificate.not_after.to_string(), "2050-01-01T00:00:00Z");
        assert!(certificate.has_known_key());
        assert!(certificate.is_valid_at(certificate.not_after));
        assert!(!certificate.is_valid_at(certificate.not_after + Duration::from_secs(1)));
        assert!(!certificate.is_valid_at(certificate.not_before - Duration::from_secs(1)));
        assert!(certificate.is_signed_by(&certificate));
        assert!(
            PrivateKey::from_pem(&pair.serialize_pem())
                .unwrap()
                .is_of(&certificate)
        );
        let other = PrivateKey::from_pem(&key().serialize_pem()).unwrap();
        assert!(!other.is_of(&certificate));
    }
}

#[test]
fn short_rsa_keys_and_older_forms_of_keys_are_read() {
    let certificate = read(OLD);
    assert!(certificate.has_known_key());
    assert!(PrivateKey::from_pem(OLD_KEY).unwrap().is_of(&certificate));
    // All in one line is the same.
    let line = OLD.replace('\n', " ");
    assert_eq!(read(&line).thumbprint(), certificate.thumbprint());
    assert_eq!(certificate.thumbprint().len(), 20);
}

#[test]
fn a_date_that_stands_for_ever_is_the_last_there_is() {
    let mut named = params("host");
    named.not_after = date_time_ymd(9999, 12, 31);
    let certificate = read(&named.self_signed(&key()).unwrap().pem());
    assert_eq!(certificate.not_after, Timestamp::MAX);
}

#[test]
fn what_is_no_certificate_is_refused() {
    let good = root().pem();
    let refused = |text: &str, error| assert_eq!(Certificate::from_pem(text).map(drop), Err(error), "{text}");
    refused("", E::Pem);
    refused("not a certificate", E::Pem);
    refused(&format!("{good}{good}"), E::Pem);
    refused(&format!("Certificate:\n{good}"), E::Pem);
    refused(&format!("{good}and more"), E::Pem);
    refused(&good.replace("CERTIFICATE", "TRUSTED CERTIFICATE"), E::Pem);
    refused(&good.replace("END CERTIFICATE", "END CERTIFICATES"), E::Pem);
    refused(&good.replace("MII", "M!I"), E::Pem);
    refused(&key().serialize_pem(), E::Pem);
    refused(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        E::Certificate,
    );
    refused(
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        E::Certificate,
    );
}

#[test]
fn what_is_no_private_key_is_refused() {
    let good = key().serialize_pem();
    let refused =
        |text: &str, error| assert_eq!(PrivateKey::from_pem(text).map(drop).unwrap_err(), error, "{text}");
    refused("", E::Pem);
    refused("nonsense", E::Pem);
    refused(&root().pem(), E::PrivateKey);
    refused(&format!("{good}{good}"), E::PrivateKey);
    refused(&good.replace("PRIVATE", "RSA PRIVATE"), E::PrivateKey);
    refused(&OLD_KEY.replace("RSA PRIVATE", "PRIVATE"), E::PrivateKey);
    // One says so in its label, and one in a line inside.
    let [rsa, pkcs8] = ENCRYPTED_KEYS;
    refused(rsa, E::Pem);
    refused(pkcs8, E::PrivateKey);
    assert_eq!(format!("{:?}", PrivateKey::from_pem(&good)), "Ok(PrivateKey)");
}

#[test]
fn a_damaged_certificate_is_refused_or_read_and_nothing_worse() {
    let good = host(&root());
    let bytes = good.der().to_vec();
    for length in 0..bytes.len() {
        assert!(Certificate::from_der(&bytes[..length]).is_err());
    }
    assert!(Certificate::from_der(&[bytes.as_slice(), &[0]].concat()).is_err());
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << bit;
            if let Ok(read) = Certificate::from_der(&damaged) {
                assert_ne!(read.thumbprint(), good.thumbprint());
                let _ = read.has_known_key();
            }
        }
    }
}

#[test]
fn a_damaged_private_key_is_refused_or_read_and_nothing_worse() {
    for pem in [OLD_KEY.to_owned(), key().serialize_pem()] {
        for place in (0..pem.len()).filter(|place| pem.is_char_boundary(*place)) {
            let _ = PrivateKey::from_pem(&pem[..place]);
            let mut damaged = pem.clone().into_bytes();
            damaged[place] = damaged[place].wrapping_add(1);
            let _ = PrivateKey::from_pem(&String::from_utf8_lossy(&damaged));
        }
    }
}

#[test]
fn lengths_that_lie_cost_nothing() {
    for length in [0x80, 0x81, 0x84, 0x88, 0xff] {
        let bytes = [&[0x30, length], [0xff; 64].as_slice()].concat();
        assert!(Certificate::from_der(&bytes).is_err());
    }
    // Sequences in sequences, as deep as there is room: they are not followed.
    let deep: Vec<u8> = (0..8_000_u32).rev().fold(Vec::new(), |inside, _| {
        if inside.len() < 60_000 {
            crate::der::tagged(0x30, &inside)
        } else {
            inside
        }
    });
    assert!(Certificate::from_der(&deep).is_err());
}

#[test]
fn a_chain_is_followed_from_the_issuer_to_its_end() {
    let root = root();
    let middle = below(authority("middle", BasicConstraints::Unconstrained), &root);
    let host = host(&middle);
    check(&host, &[&middle], Ok(()));
    check(&host, &[&middle, &root], Ok(()));
    check(&host, &[&middle, &root, &root], Ok(()));
    check(&host, &[&root], Err(-1));
    check(&host, &[&root, &middle], Err(-1));
    check(&host, &[&middle, &middle], Err(-1));
}

#[test]
fn a_chain_of_others_does_not_count() {
    let (root, other) = (root(), root());
    let host = host(&root);
    let elsewhere = below(authority("elsewhere", BasicConstraints::Unconstrained), &other);
    check(&host, &[&elsewhere], Err(-1));
    // It has the name of the issuer, and not its key.
    check(&host, &[&other], Err(0));
}

#[test]
fn the_certificate_itself_has_no_place_in_its_chain() {
    let root = root();
    let host = below(params("host"), &root);
    let read = read(&host.pem());
    check(&read, &[&host, &root], Err(1));
    check(&read, &[&root, &host], Err(-1));
    check(&read, &[&host], Err(-1));
}

#[test]
fn only_authorities_issue() {
    let root = root();
    let plain = below(params("plain"), &root);
    check(&host(&plain), &[&plain, &root], Err(1));

    let narrow = below(authority("narrow", BasicConstraints::Constrained(0)), &root);
    let under = below(authority("under", BasicConstraints::Unconstrained), &narrow);
    check(&host(&narrow), &[&narrow, &root], Ok(()));
    check(&host(&under), &[&under, &narrow, &root], Err(1));

    let mut signs_nothing = authority("signs nothing", BasicConstraints::Unconstrained);
    signs_nothing.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let signs_nothing = below(signs_nothing, &root);
    check(&host(&signs_nothing), &[&signs_nothing, &root], Err(1));

    let mut signs = authority("signs", BasicConstraints::Constrained(200));
    signs.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let signs = below(signs, &root);
    check(&host(&signs), &[&signs, &root], Ok(()));
}

#[test]
fn what_is_expired_or_not_valid_yet_breaks_a_chain() {
    let root = root();
    for (year_from, year_to) in [(2000, 2001), (2100, 2101)] {
        let mut named = authority("middle", BasicConstraints::Unconstrained);
        named.not_before = date_time_ymd(year_from, 1, 1);
        named.not_after = date_time_ymd(year_to, 1, 1);
        let middle = below(named, &root);
        check(&host(&middle), &[&middle, &root], Err(1));
        check(&host(&middle), &[&middle], Err(-1));
    }
}

#[test]
fn chains_are_bounded() {
    let pem = root().pem();
    assert_eq!(
        read_chain(&pem.repeat(CERTIFICATES_MAX)).unwrap().len(),
        CERTIFICATES_MAX
    );
    let refused = |text: &str, error| assert_eq!(read_chain(text).map(drop), Err(error));
    refused(&pem.repeat(CERTIFICATES_MAX + 1), E::TooMany);
    refused("", E::Pem);
    refused(&format!("{pem}words between{pem}"), E::Pem);
    refused(&format!("{pem}{}", key().serialize_pem()), E::Pem);
}

/// A certificate of which some bytes are others, or missing.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let good = host(&root()).der().to_vec();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..8);
    changes.prop_map(move |changes| {
        let mut bytes = good.clone();
        for (place, byte, goes) in changes {
            let place = place.index(bytes.len());
            if goes {
                bytes.remove(place);
            } else {
                bytes[place] = byte;
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn whatever_comes_is_refused_or_read(bytes in prop_oneof![damaged(), prop::collection::vec(any::<u8>(), 0..400)]) {
        for label in ["CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            let text = format!("-----BEGIN {label}-----{}-----END {label}-----", STANDARD.encode(&bytes));
            let _ = PrivateKey::from_pem(&text);
            if let Ok(chain) = read_chain(&text) {
                let _ = check_chain(&chain[0], &chain, now());
                let _ = chain[0].has_known_key();
            }
        }
    }

    #[test]
    fn whatever_text_comes_is_refused_or_read(text in "(-----BEGIN (CERTIFICATE|A KEY)-----|-----END CERTIFICATE-----|[A-Za-z0-9+/= \n-]{0,30}){0,12}") {
        let _ = Certificate::from_pem(&text);
        let _ = read_chain(&text);
        let _ = PrivateKey::from_pem(&text);
    }
}
