//! Metadata documents.

use aws_lc_rs::signature::KeyPair;

use super::{ENTITY, PROVIDER, certificate, metadata_of, now};
use crate::der;
use crate::saml::{MetadataError, parse_metadata};

/// What openssl makes, with a key of 2048 bits.
const REAL: &str = include_str!("data/certificate.txt");

fn valid() -> String {
    metadata_of(&[certificate(der::P256, PROVIDER.key.public_key().as_ref())])
}

fn check(text: &str, expected: Result<usize, MetadataError>) {
    let read = parse_metadata(text, now());
    assert_eq!(
        read.map(|metadata| metadata.certificates.len()),
        expected,
        "{text}"
    );
}

fn malformed(text: &str, why: &'static str) {
    check(text, Err(MetadataError::Malformed(why)));
}

#[test]
fn an_entity_has_a_name_and_keys() {
    let metadata = parse_metadata(&valid(), now()).unwrap();
    assert_eq!(
        (
            metadata.entity_id.as_str(),
            metadata.certificates.len(),
            metadata.valid_until
        ),
        (ENTITY, 1, None)
    );
}

#[test]
fn a_real_certificate_is_read() {
    let start = valid().find("<ds:X509Certificate>").unwrap() + "<ds:X509Certificate>".len();
    let end = valid().find("</ds:X509Certificate>").unwrap();
    let text = format!("{}\n{REAL}\n{}", &valid()[..start], &valid()[end..]);
    check(&text, Ok(1));
}

#[test]
fn keys_for_encryption_do_not_sign() {
    check(&valid().replace(" use=\"signing\"", ""), Ok(1));
    check(
        &valid().replace("\"signing\"", "\"encryption\""),
        Err(MetadataError::Certificate("there is none for signing")),
    );
}

#[test]
fn the_same_certificate_twice_is_one_and_seventeen_are_too_many() {
    let key = PROVIDER.key.public_key().as_ref();
    let one = certificate(der::P256, key);
    check(&metadata_of(&[one.clone(), one]), Ok(1));
    // Whatever stands before the key makes another certificate of the same key.
    let many = |count: u8| -> String {
        let each: Vec<_> = (0..count)
            .map(|number| {
                let mut changed = certificate(der::P256, key);
                // The serial number.
                let at = changed.windows(3).position(|window| window == [2, 1, 1]).unwrap();
                changed[at + 2] = number;
                changed
            })
            .collect();
        metadata_of(&each)
    };
    check(&many(16), Ok(16));
    check(
        &many(17),
        Err(MetadataError::Certificate("there are more than 16")),
    );
}

#[test]
fn metadata_ends() {
    let until = |place: &str, time: &str| valid().replace(place, &format!("{place} validUntil=\"{time}\""));
    for place in ["<md:EntityDescriptor", "<md:IDPSSODescriptor"] {
        check(&until(place, "2026-05-04T12:01:01Z"), Ok(1));
        check(
            &until(place, "2026-05-04T12:01:00Z"),
            Err(MetadataError::Expired { valid_until: now() }),
        );
        malformed(&until(place, "soon"), "a validUntil that is no time");
    }
}

#[test]
fn the_entity_may_stand_in_a_list() {
    let list = |inside: &str, attributes: &str| {
        format!(
            "<m:EntitiesDescriptor xmlns:m=\"urn:oasis:names:tc:SAML:2.0:metadata\"{attributes}>{inside}</m:EntitiesDescriptor>"
        )
    };
    let one = valid();
    check(&list(&one, ""), Ok(1));
    let over = parse_metadata(&list(&one, " validUntil=\"2001-01-01T00:00:00Z\""), now());
    assert!(matches!(over, Err(MetadataError::Expired { .. })), "{over:?}");
    let several = "there must be one EntityDescriptor";
    malformed(&list("", ""), several);
    malformed(&list(&(one.clone() + &one), ""), several);
}

#[test]
fn what_is_not_the_metadata_of_one_identity_provider_is_refused() {
    malformed("", "not well-formed XML");
    malformed("<x/>", "not an EntityDescriptor");
    malformed(&valid().replace(ENTITY, ""), "no entityID");
    let one = "there must be one IDPSSODescriptor for SAML 2.0";
    check(
        &valid().replace("IDPSSODescriptor", "SPSSODescriptor"),
        Err(MetadataError::NoIssuer),
    );
    malformed(&valid().replace("SAML:2.0:protocol", "SAML:1.1:protocol"), one);
    let text = valid();
    let start = text.find("<md:IDPSSODescriptor").unwrap();
    let end = text.find("</md:EntityDescriptor>").unwrap();
    malformed(
        &format!("{}{}{}", &text[..end], &text[start..end], &text[end..]),
        one,
    );
    malformed(&format!("<!DOCTYPE x>{text}"), "a DOCTYPE or a CDATA section");
    malformed(&format!("\u{feff}{text}"), "a byte order mark");
    check(&format!("<!-- ours -->{text}"), Ok(1));
}

#[test]
fn certificates_are_read_to_the_last_byte() {
    let der = certificate(der::P256, PROVIDER.key.public_key().as_ref());
    for end in 0..der.len() {
        check(
            &metadata_of(&[der[..end].to_vec()]),
            Err(MetadataError::Certificate("not an X.509 certificate")),
        );
    }
    let longer = [der.as_slice(), &[0]].concat();
    check(
        &metadata_of(&[longer]),
        Err(MetadataError::Certificate("not an X.509 certificate")),
    );
    check(
        &valid().replace("<ds:X509Certificate>", "<ds:X509Certificate>!"),
        Err(MetadataError::Certificate("not base64")),
    );
}

#[test]
fn size_is_bounded() {
    let long = format!("{}{}", valid(), " ".repeat(10_000_000));
    assert_eq!(parse_metadata(&long, now()).err(), Some(MetadataError::TooLarge));
    let within = format!("{}{}", valid(), " ".repeat(9_000_000));
    assert!(parse_metadata(&within, now()).is_ok());
}
