//! Which algorithms are accepted, and that none passes for another.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};

use super::{
    AUDIENCE, Assertion, PROVIDER, RECIPIENT, base64, certificate, enveloping, metadata_of, now, response,
    signature_by, trust,
};
use crate::der;
use crate::saml::{Metadata, MetadataError, SamlError, parse_metadata, verify};

const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";
const MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#";

fn metadata(algorithm: &[u8], key: &[u8]) -> Metadata {
    parse_metadata(&metadata_of(&[certificate(algorithm, key)]), now()).unwrap()
}

fn verdict(metadata: &Metadata, signature: &str, allows_sha1: bool) -> Result<(), SamlError> {
    let message = response(&enveloping(&Assertion::default().text(), signature));
    let (recipients, audiences) = (vec![RECIPIENT.to_owned()], vec![AUDIENCE.to_owned()]);
    let mut trust = trust(metadata, &recipients, &audiences, &[]);
    trust.allows_sha1 = allows_sha1;
    verify(&base64(message.as_bytes()), &trust, now()).map(|_| ())
}

fn signed(algorithm: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    signature_by(&Assertion::default().text(), "#_assertion", algorithm, sign)
}

fn by_rsa(key: &RsaKeyPair, encoding: &'static dyn RsaEncoding, algorithm: &str) -> String {
    signed(algorithm, |text| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(encoding, &SystemRandom::new(), text, &mut signature)
            .unwrap();
        signature
    })
}

#[test]
fn rsa_signs_with_sha_2_in_both_paddings() {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let metadata = metadata(der::RSA, key.public_key().as_ref());
    let accepted: [(&'static dyn RsaEncoding, String); 6] = [
        (&RSA_PKCS1_SHA256, format!("{MORE}rsa-sha256")),
        (&RSA_PKCS1_SHA384, format!("{MORE}rsa-sha384")),
        (&RSA_PKCS1_SHA512, format!("{MORE}rsa-sha512")),
        (&RSA_PSS_SHA256, format!("{MGF1}sha256-rsa-MGF1")),
        (&RSA_PSS_SHA384, format!("{MGF1}sha384-rsa-MGF1")),
        (&RSA_PSS_SHA512, format!("{MGF1}sha512-rsa-MGF1")),
    ];
    for (encoding, algorithm) in &accepted {
        assert_eq!(
            verdict(&metadata, &by_rsa(&key, *encoding, algorithm), false),
            Ok(()),
            "{algorithm}"
        );
        // The same bytes under another name are no signature.
        for (_, other) in accepted.iter().filter(|(_, other)| other != algorithm) {
            assert_eq!(
                verdict(&metadata, &by_rsa(&key, *encoding, other), false),
                Err(SamlError::BadSignature("made by none of the provider's keys")),
                "{algorithm} as {other}"
            );
        }
    }
}

#[test]
fn ecdsa_signs_on_three_curves() {
    let check = |with: &'static EcdsaSigningAlgorithm, of_key: &[u8], name: &str, expected: bool| {
        let key = EcdsaKeyPair::generate(with).unwrap();
        let metadata = metadata(of_key, key.public_key().as_ref());
        let signature = signed(&format!("{MORE}{name}"), |text| {
            key.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec()
        });
        assert_eq!(verdict(&metadata, &signature, false).is_ok(), expected, "{name}");
    };
    check(&ECDSA_P256_SHA256_FIXED_SIGNING, der::P256, "ecdsa-sha256", true);
    check(&ECDSA_P384_SHA384_FIXED_SIGNING, der::P384, "ecdsa-sha384", true);
    check(&ECDSA_P521_SHA512_FIXED_SIGNING, der::P521, "ecdsa-sha512", true);
    check(&ECDSA_P256_SHA256_FIXED_SIGNING, der::P256, "ecdsa-sha384", false);
    check(&ECDSA_P256_SHA256_FIXED_SIGNING, der::P256, "ecdsa-sha1", false);
    check(&ECDSA_P256_SHA256_FIXED_SIGNING, der::P256, "rsa-sha256", false);
}

#[test]
fn a_public_key_is_no_secret_of_a_hash() {
    let point = PROVIDER.key.public_key().as_ref().to_vec();
    let certificate = certificate(der::P256, &point);
    let refused = Err(SamlError::BadSignature(
        "an algorithm of a signature that is not accepted",
    ));
    for secret in [&point, &certificate, &base64(&certificate).into_bytes()] {
        for name in [
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        ] {
            let signature = signed(name, |text| {
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text)
                    .as_ref()
                    .to_vec()
            });
            assert_eq!(verdict(&PROVIDER.metadata, &signature, true), refused, "{name}");
        }
    }
    for name in [
        "",
        "none",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        &format!("{MORE}rsa-md5"),
    ] {
        assert_eq!(
            verdict(&PROVIDER.metadata, &signed(name, |_| vec![]), true),
            refused,
            "{name}"
        );
    }
}

#[test]
fn sha_1_is_refused_unless_it_is_switched_on() {
    let old = |signature: String| {
        let text = Assertion::default().text();
        let sha1 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        signature
            .replace(
                "http://www.w3.org/2001/04/xmlenc#sha256",
                "http://www.w3.org/2000/09/xmldsig#sha1",
            )
            .replace(&super::digest_of(&text), &base64(sha1.as_ref()))
    };
    // A digest by SHA-1 under a good signature.
    let information = old(super::signed_information(
        "#_assertion",
        &format!("{MORE}ecdsa-sha256"),
        &super::digest_of(&Assertion::default().text()),
    ));
    let value = PROVIDER
        .key
        .sign(&SystemRandom::new(), information.as_bytes())
        .unwrap();
    let signature = super::signature_element(&information, &base64(value.as_ref()));
    assert_eq!(
        verdict(&PROVIDER.metadata, &signature, false),
        Err(SamlError::BadSignature("a hash that is not accepted"))
    );
    assert_eq!(verdict(&PROVIDER.metadata, &signature, true), Ok(()));
    // A signature by SHA-1 is not even tried.
    let signature = signed("http://www.w3.org/2000/09/xmldsig#rsa-sha1", |_| vec![0; 256]);
    assert_eq!(
        verdict(&PROVIDER.metadata, &signature, false),
        Err(SamlError::BadSignature(
            "an algorithm of a signature that is not accepted"
        ))
    );
    assert_eq!(
        verdict(&PROVIDER.metadata, &signature, true),
        Err(SamlError::BadSignature("made by none of the provider's keys"))
    );
}

#[test]
fn a_key_within_the_message_is_not_looked_at() {
    let forger = super::Provider::new();
    let key = base64(&certificate(der::P256, forger.key.public_key().as_ref()));
    let information = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    );
    let text = Assertion::default().text();
    let forged = forger
        .signature(&text, "_assertion")
        .replace("</ds:Signature>", &information);
    assert_eq!(
        verdict(&PROVIDER.metadata, &forged, false),
        Err(SamlError::BadSignature("made by none of the provider's keys"))
    );
    let genuine = PROVIDER
        .signature(&text, "_assertion")
        .replace("</ds:Signature>", &information);
    assert_eq!(verdict(&PROVIDER.metadata, &genuine, false), Ok(()));
}

#[test]
fn a_signature_has_no_parameters_and_only_its_two_transforms() {
    let genuine = PROVIDER.signature(&Assertion::default().text(), "_assertion");
    let enveloped =
        "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>";
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";
    let transforms = "transforms that are not accepted";
    let canonicalization = "a canonicalization that is not accepted";
    for (from, to, expected) in [
        (enveloped, "", transforms),
        (exclusive, "", transforms),
        (enveloped, exclusive, transforms),
        (exclusive, &format!("{exclusive}{exclusive}"), transforms),
        (
            &format!("{enveloped}{exclusive}"),
            &format!("{exclusive}{enveloped}"),
            transforms,
        ),
        (
            exclusive,
            &exclusive.replace("2001/10/xml-exc-c14n#", "TR/1999/REC-xslt-19991116"),
            canonicalization,
        ),
        (
            exclusive,
            &exclusive.replace("c14n#", "c14n#WithComments"),
            canonicalization,
        ),
        (
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\">",
            canonicalization,
        ),
        (
            "</ds:SignatureMethod>",
            "<ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>",
            "a signature with parameters",
        ),
        (
            "</ds:SignedInfo>",
            &format!("{}</ds:SignedInfo>", "<ds:a></ds:a>".repeat(64)),
            "a signature that says too much of itself",
        ),
    ] {
        // Signed anew, so that nothing but the form is wrong.
        let (information, _) = genuine.split_once("<ds:SignatureValue>").unwrap();
        let (_, information) = information.split_once("dsig#\">").unwrap();
        let information = information.replace(from, to);
        let value = PROVIDER
            .key
            .sign(&SystemRandom::new(), information.as_bytes())
            .unwrap();
        let signature = super::signature_element(&information, &base64(value.as_ref()));
        assert_eq!(
            verdict(&PROVIDER.metadata, &signature, false),
            Err(SamlError::BadSignature(expected)),
            "{to}"
        );
    }
}

#[test]
fn weak_and_unknown_keys_are_no_keys() {
    let refused = |algorithm: &[u8], key: &[u8], expected: &'static str| {
        let result = parse_metadata(&metadata_of(&[certificate(algorithm, key)]), now());
        assert_eq!(result.err(), Some(MetadataError::Certificate(expected)));
    };
    // An RSAPublicKey with a modulus of 1024 bits, and one of 2047.
    let small = |bytes: usize, first: u8| {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = first;
        let numbers = [
            der::tagged(der::INTEGER, &modulus),
            der::tagged(der::INTEGER, &[1, 0, 1]),
        ]
        .concat();
        der::tagged(der::SEQUENCE, &numbers)
    };
    refused(der::RSA, &small(128, 0x7f), "an RSA key has 2048 to 8192 bits");
    refused(der::RSA, &small(256, 0x7f), "an RSA key has 2048 to 8192 bits");
    refused(der::RSA, &small(2048, 0x7f), "an RSA key has 2048 to 8192 bits");
    refused(der::RSA, b"", "not an RSA key");
    refused(der::P256, &[4; 65], "a key that is not one");
    refused(
        der::P384,
        PROVIDER.key.public_key().as_ref(),
        "a key that is not one",
    );
    // Ed25519, and secp256k1.
    refused(&[6, 3, 0x2b, 0x65, 0x70], &[1; 32], "not an X.509 certificate");
    refused(
        &[
            6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x0a,
        ],
        &[4; 65],
        "not an X.509 certificate",
    );
}

/// As Okta and Shibboleth sign: with prefixes that only values use.
#[test]
fn prefixes_that_are_named_belong_to_what_is_signed() {
    let schema = "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"";
    let text = Assertion::default()
        .text()
        .replacen(" ID=", &format!(" {schema} ID="), 1);
    let list = "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs\">\
        </ec:InclusiveNamespaces>";
    let algorithm = format!("{MORE}ecdsa-sha256");
    let information = super::signed_information("#_assertion", &algorithm, &super::digest_of(&text));
    let transform = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">";
    let information = information.replace(transform, &format!("{transform}{list}"));
    let value = PROVIDER
        .key
        .sign(&SystemRandom::new(), information.as_bytes())
        .unwrap();
    let signature = super::signature_element(&information, &base64(value.as_ref()));
    let message = response(&enveloping(&text, &signature));
    assert_eq!(PROVIDER.verify(&message).map(|_| ()), Ok(()));
    let moved = message.replacen(&format!(" {schema}"), "", 1).replacen(
        "<samlp:Response",
        &format!("<samlp:Response {schema}"),
        1,
    );
    assert_eq!(PROVIDER.verify(&moved).map(|_| ()), Ok(()));
    let other = message.replacen("2001/XMLSchema", "2001/OtherSchema", 1);
    assert_eq!(
        PROVIDER.verify(&other).err(),
        Some(SamlError::BadSignature("what was signed has been altered"))
    );
}
