//! Tests of the verifier. Documents are written and signed here as text that is canonical already, so that what
//! signs shares nothing with what verifies.

mod algorithms;
mod attributes;
mod canonical;
mod changes;
mod contents;
mod encryption;
mod limits;
mod metadata;
mod wrapping;

use std::sync::LazyLock;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::der::{self, BIT_STRING, INTEGER, SEQUENCE, tagged};
use crate::saml::{DecryptionKey, Metadata, SamlError, SamlTrust, VerifiedAssertion, parse_metadata, verify};

pub(super) const ENTITY: &str = "https://idp.example/metadata";
pub(super) const RECIPIENT: &str = "https://lanyard.example/saml";
pub(super) const AUDIENCE: &str = "urn:amazon:webservices";

/// A minute after the assertions here are issued.
pub(super) fn now() -> Timestamp {
    at("2026-05-04T12:01:00Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A certificate of which only the key means anything, as it is read.
pub(super) fn certificate(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let unused_bits = [&[0], key].concat();
    let information = [tagged(SEQUENCE, algorithm), tagged(BIT_STRING, &unused_bits)].concat();
    let mut fields = tagged(INTEGER, &[1]);
    for _ in 0..4 {
        fields.extend(tagged(SEQUENCE, &[]));
    }
    fields.extend(tagged(SEQUENCE, &information));
    let outer = [
        tagged(SEQUENCE, &fields),
        tagged(SEQUENCE, &[]),
        tagged(BIT_STRING, &[0]),
    ]
    .concat();
    tagged(SEQUENCE, &outer)
}

pub(super) fn metadata_of(certificates: &[Vec<u8>]) -> String {
    let keys: String = certificates
        .iter()
        .map(|der| {
            format!(
                "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
                 <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
                STANDARD.encode(der)
            )
        })
        .collect();
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{ENTITY}\">\
         <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{keys}\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    )
}

/// An identity provider with a key.
pub(super) struct Provider {
    pub(super) key: EcdsaKeyPair,
    pub(super) metadata: Metadata,
}

impl Provider {
    pub(super) fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let certificate = certificate(der::P256, key.public_key().as_ref());
        let metadata = parse_metadata(&metadata_of(&[certificate]), now()).unwrap();
        Self { key, metadata }
    }

    /// A signature over an element, given as its canonical text.
    pub(super) fn signature(&self, element: &str, id: &str) -> String {
        signature_by(
            element,
            &format!("#{id}"),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            |text| {
                self.key
                    .sign(&SystemRandom::new(), text)
                    .unwrap()
                    .as_ref()
                    .to_vec()
            },
        )
    }

    /// An assertion with its signature after the issuer, where SAML wants it.
    pub(super) fn signed(&self, text: &str) -> String {
        self.signed_as(text, "_assertion")
    }

    pub(super) fn signed_as(&self, text: &str, id: &str) -> String {
        enveloping(text, &self.signature(text, id))
    }

    pub(super) fn verify(&self, response: &str) -> Result<VerifiedAssertion, SamlError> {
        self.verify_at(response, now())
    }

    pub(super) fn verify_at(&self, response: &str, now: Timestamp) -> Result<VerifiedAssertion, SamlError> {
        let (recipients, audiences) = (vec![RECIPIENT.to_owned()], vec![AUDIENCE.to_owned()]);
        verify(
            &STANDARD.encode(response),
            &trust(&self.metadata, &recipients, &audiences, &[]),
            now,
        )
    }

    /// The provider signs this assertion and sends it; what becomes of it?
    pub(super) fn check(&self, assertion: &Assertion, expected: Result<(), SamlError>) {
        let response = response(&self.signed(&assertion.text()));
        assert_eq!(self.verify(&response).map(|_| ()), expected, "{response}");
    }
}

/// One key for a test's whole run.
pub(super) static PROVIDER: LazyLock<Provider> = LazyLock::new(Provider::new);

pub(super) fn trust<'a>(
    metadata: &'a Metadata,
    recipients: &'a [String],
    audiences: &'a [String],
    decryption: &'a [DecryptionKey],
) -> SamlTrust<'a> {
    SamlTrust {
        metadata,
        recipients,
        audiences,
        allows_sha1: false,
        decryption,
        requires_encryption: false,
    }
}

/// The signature of a response around a signed assertion. What declares a namespace again is not canonical.
pub(super) fn signature_of_response(response: &str) -> String {
    let information = "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">";
    PROVIDER.signature(&response.replace(information, "<ds:SignedInfo>"), "_response")
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn digest_of(text: &str) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

pub(super) fn signature_by(
    element: &str,
    uri: &str,
    algorithm: &str,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> String {
    let information = signed_information(uri, algorithm, &digest_of(element));
    let value = STANDARD.encode(sign(information.as_bytes()));
    signature_element(&information, &value)
}

pub(super) fn signature_element(information: &str, value: &str) -> String {
    format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{information}\
         <ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"
    )
}

pub(super) fn signed_information(uri: &str, algorithm: &str, digest: &str) -> String {
    format!(
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{algorithm}\"></ds:SignatureMethod>\
         <ds:Reference URI=\"{uri}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>\
         <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
}

/// Puts a signature after the first issuer.
pub(super) fn enveloping(element: &str, signature: &str) -> String {
    element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

/// The parts of an assertion. Its text is canonical.
#[derive(Clone)]
pub(super) struct Assertion {
    pub(super) id: &'static str,
    pub(super) issuer: &'static str,
    pub(super) issued: &'static str,
    /// The whole of it.
    pub(super) subject: String,
    pub(super) conditions: String,
    pub(super) statement: String,
    pub(super) attributes: String,
}

impl Default for Assertion {
    fn default() -> Self {
        Self {
            id: "_assertion",
            issuer: ENTITY,
            issued: "2026-05-04T12:00:00Z",
            subject: subject(&name_id("alice"), RECIPIENT, "2026-05-04T12:10:00Z"),
            conditions: conditions("NotOnOrAfter=\"2026-05-04T12:10:00Z\"", AUDIENCE),
            statement: String::new(),
            attributes: [
                attribute(
                    "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
                    &["alice"],
                ),
                attribute(
                    "https://aws.amazon.com/SAML/Attributes/Role",
                    &["arn:aws:iam::123456789012:role/dev,arn:aws:iam::123456789012:saml-provider/idp"],
                ),
            ]
            .concat(),
        }
    }
}

impl Assertion {
    pub(super) fn of(name: &str) -> Self {
        Self {
            subject: subject(&name_id(name), RECIPIENT, "2026-05-04T12:10:00Z"),
            ..Self::default()
        }
    }

    pub(super) fn text(&self) -> String {
        let Self {
            id,
            issuer,
            issued,
            subject,
            conditions,
            statement,
            attributes,
        } = self;
        format!(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" IssueInstant=\"{issued}\" \
             Version=\"2.0\"><saml:Issuer>{issuer}</saml:Issuer>{subject}{conditions}{statement}\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )
    }
}

pub(super) fn name_id(name: &str) -> String {
    format!(
        "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{name}</saml:NameID>"
    )
}

pub(super) fn subject(name_id: &str, recipient: &str, until: &str) -> String {
    format!(
        "<saml:Subject>{name_id}<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
         <saml:SubjectConfirmationData NotOnOrAfter=\"{until}\" Recipient=\"{recipient}\"></saml:SubjectConfirmationData>\
         </saml:SubjectConfirmation></saml:Subject>"
    )
}

pub(super) fn conditions(times: &str, audience: &str) -> String {
    format!(
        "<saml:Conditions {times}><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>\
         </saml:AudienceRestriction></saml:Conditions>"
    )
}

pub(super) fn attribute(name: &str, values: &[&str]) -> String {
    let values: String = values
        .iter()
        .map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>"))
        .collect();
    format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
}

/// A response around an assertion or whatever else.
pub(super) fn response(inside: &str) -> String {
    response_as("_response", "", inside)
}

pub(super) fn response_as(id: &str, signature: &str, inside: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{RECIPIENT}\" ID=\"{id}\" \
         IssueInstant=\"2026-05-04T12:00:00Z\" Version=\"2.0\">\
         <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{ENTITY}</saml:Issuer>{signature}\
         <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode>\
         </samlp:Status>{inside}</samlp:Response>"
    )
}

#[test]
fn what_a_signed_assertion_says_is_believed() {
    let assertion = PROVIDER
        .verify(&response(&PROVIDER.signed(&Assertion::default().text())))
        .unwrap();
    let expected = VerifiedAssertion {
        assertion_id: "_assertion".into(),
        issued: at("2026-05-04T12:00:00Z"),
        expires: at("2026-05-04T12:05:00Z"),
        issuer: ENTITY.into(),
        subject: "alice".into(),
        subject_type: "persistent".into(),
        recipient: RECIPIENT.into(),
        session_not_on_or_after: None,
        roles: vec![(
            "arn:aws:iam::123456789012:role/dev".into(),
            "arn:aws:iam::123456789012:saml-provider/idp".into(),
        )],
        role_session_name: "alice".into(),
        session_seconds_max: None,
        tags: vec![],
        transitive_keys: vec![],
        source_identity: None,
        attributes: vec![
            (
                "https://aws.amazon.com/SAML/Attributes/RoleSessionName".into(),
                vec!["alice".into()],
            ),
            (
                "https://aws.amazon.com/SAML/Attributes/Role".into(),
                vec!["arn:aws:iam::123456789012:role/dev,arn:aws:iam::123456789012:saml-provider/idp".into()],
            ),
        ],
    };
    assert_eq!(assertion, expected);
}
