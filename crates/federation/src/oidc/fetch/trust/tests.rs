//! Chains that lead to an authority, to a thumbprint, or to nobody.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

/// An authority, one below it, and a host's certificate signed by that.
struct Chain {
    root: CertificateDer<'static>,
    below: CertificateDer<'static>,
    host: CertificateDer<'static>,
}

fn params(names: &[&str], is_authority: bool) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params
}

impl Chain {
    fn new() -> Self {
        let root = CertifiedIssuer::self_signed(params(&[], true), KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut named = params(&[], true);
        named.distinguished_name.push(rcgen::DnType::CommonName, "below");
        let below = CertifiedIssuer::signed_by(named, key, &root).unwrap();
        let key = KeyPair::generate().unwrap();
        let host = params(&["issuer.example"], false)
            .signed_by(&key, &below)
            .unwrap();
        Self {
            root: root.der().clone(),
            below: below.der().clone(),
            host: host.der().clone(),
        }
    }
}

fn self_signed(names: &[&str], is_authority: bool) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    params(names, is_authority)
        .self_signed(&key)
        .unwrap()
        .der()
        .clone()
}

fn trust(authorities: &[&CertificateDer<'static>], pinned: &[&CertificateDer<'static>]) -> HostTrust {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add((*authority).clone()).unwrap();
    }
    let thumbprints = pinned
        .iter()
        .map(|certificate| Thumbprint::of(certificate).unwrap());
    HostTrust::new(Arc::new(roots), thumbprints.collect())
}

/// What is said of a chain that `issuer.example` shows; its first certificate is the host's own.
fn check(trust: &HostTrust, shown: &[&CertificateDer<'static>], expected: Result<(), CertificateError>) {
    check_named(trust, "issuer.example", shown, expected);
}

fn check_named(
    trust: &HostTrust,
    name: &'static str,
    shown: &[&CertificateDer<'static>],
    expected: Result<(), CertificateError>,
) {
    let name = ServerName::try_from(name).unwrap();
    let rest: Vec<_> = shown[1..]
        .iter()
        .map(|certificate| (*certificate).clone())
        .collect();
    let verdict = trust
        .verify_server_cert(shown[0], &rest, &name, &[], UnixTime::now())
        .map(drop);
    match (verdict, expected) {
        (Ok(()), Ok(())) => {}
        (Err(Error::InvalidCertificate(error)), Err(expected)) => assert_eq!(error, expected),
        (verdict, expected) => panic!("{verdict:?}, expected {expected:?}"),
    }
}

#[test]
fn a_chain_leads_to_an_authority() {
    let chain = Chain::new();
    check(&trust(&[&chain.root], &[]), &[&chain.host, &chain.below], Ok(()));
    check(
        &trust(&[&chain.root], &[]),
        &[&chain.host, &chain.below, &chain.root],
        Ok(()),
    );
    let unknown = || Err(CertificateError::UnknownIssuer);
    check(&trust(&[&chain.root], &[]), &[&chain.host], unknown());
    check(
        &trust(&[], &[]),
        &[&chain.host, &chain.below, &chain.root],
        unknown(),
    );
    check(
        &trust(&[&Chain::new().root], &[]),
        &[&chain.host, &chain.below, &chain.root],
        unknown(),
    );
}

#[test]
fn a_thumbprint_makes_an_authority_of_what_is_shown() {
    let chain = Chain::new();
    let shown = [&chain.host, &chain.below, &chain.root];
    check(&trust(&[], &[&chain.root]), &shown, Ok(()));
    check(&trust(&[], &[&chain.below]), &shown, Ok(()));
    let unknown = || Err(CertificateError::UnknownIssuer);
    // Not shown: nothing says whose thumbprint it is.
    check(&trust(&[], &[&chain.root]), &shown[..2], unknown());
    check(&trust(&[], &[&Chain::new().root]), &shown, unknown());
    // An authority that is shown beside a chain that does not lead to it.
    let other = Chain::new();
    check(
        &trust(&[], &[&other.root]),
        &[&chain.host, &chain.below, &other.root],
        unknown(),
    );
}

#[test]
fn a_certificate_that_signed_itself_may_have_the_thumbprint() {
    let own = self_signed(&["issuer.example"], false);
    check(&trust(&[], &[&own]), &[&own], Ok(()));
    check(&trust(&[], &[]), &[&own], Err(CertificateError::UnknownIssuer));
    let another = self_signed(&["issuer.example"], false);
    check(
        &trust(&[], &[&own]),
        &[&another],
        Err(CertificateError::UnknownIssuer),
    );
}

#[test]
fn the_host_name_counts_either_way() {
    let chain = Chain::new();
    let shown = [&chain.host, &chain.below, &chain.root];
    for trust in [trust(&[&chain.root], &[]), trust(&[], &[&chain.root])] {
        let name = ServerName::try_from("other.example").unwrap();
        let rest = [chain.below.clone(), chain.root.clone()];
        let verdict = trust.verify_server_cert(&chain.host, &rest, &name, &[], UnixTime::now());
        let error = format!("{:?}", verdict.unwrap_err());
        assert!(error.contains("NotValidForName"), "{error}");
        check(&trust, &shown, Ok(()));
    }
}

#[test]
fn time_counts_either_way() {
    let chain = Chain::new();
    let name = ServerName::try_from("issuer.example").unwrap();
    let rest = [chain.below.clone(), chain.root.clone()];
    for trust in [trust(&[&chain.root], &[]), trust(&[], &[&chain.root])] {
        for (seconds, word) in [(0, "NotValidYet"), (99_999_999_999, "Expired")] {
            let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
            let verdict = trust.verify_server_cert(&chain.host, &rest, &name, &[], now);
            let error = format!("{:?}", verdict.unwrap_err());
            assert!(error.contains(word), "{error}");
        }
    }
}

#[test]
fn the_last_certificate_that_is_shown_is_the_topmost() {
    let chain = Chain::new();
    let looking = HostTrust::looking();
    assert_eq!(looking.topmost(), None);
    check_named(&looking, "other.example", &[&chain.host, &chain.below], Ok(()));
    assert_eq!(looking.topmost(), Thumbprint::of(&chain.below));
    check_named(&looking, "other.example", &[&chain.host], Ok(()));
    assert_eq!(looking.topmost(), Thumbprint::of(&chain.host));
}

#[test]
fn a_thumbprint_has_forty_hexadecimal_digits() {
    let text = "0123456789abcdef0123456789abcdef01234567";
    let read = |text: &str| Thumbprint::parse(text).map(|thumbprint| thumbprint.to_string());
    assert_eq!(read(text), Some(text.to_owned()));
    assert_eq!(read(&text.to_uppercase()), Some(text.to_owned()));
    assert_eq!(read(""), None);
    assert_eq!(read(&text[1..]), None);
    assert_eq!(read(&format!("{text}0")), None);
    assert_eq!(read(&format!("+{}", &text[1..])), None);
    assert_eq!(read(&format!("é{}", &text[2..])), None);
}
