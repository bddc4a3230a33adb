//! From the bytes of a response to the signed text of its one assertion.

use jiff::Timestamp;
use roxmltree::{Document, Node};

use crate::saml::assertion::{self, VerifiedAssertion};
use crate::saml::decryption::decrypted;
use crate::saml::error::SamlError;
use crate::saml::keys::DecryptionKey;
use crate::saml::metadata::Metadata;
use crate::saml::signature::{self, Signers, decoded};
use crate::saml::xml::{self, ASSERTION, PROTOCOL, SIGNATURE};

/// Evidence: the public service model, `SAMLAssertionType`.
const BASE64_MAX: usize = 100_000;

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// What is said of everything that is wrong with an encrypted assertion: no more, lest somebody decrypt by asking.
const ENCRYPTED: &str = "the encrypted assertion is not accepted";

/// What a response is verified against.
#[derive(Clone, Copy)]
pub struct SamlTrust<'a> {
    /// The provider's metadata.
    pub metadata: &'a Metadata,
    /// Where an assertion may have been sent.
    pub recipients: &'a [String],
    /// For whom an assertion may be.
    pub audiences: &'a [String],
    /// Whether signatures and digests with SHA-1 are accepted from this provider.
    pub allows_sha1: bool,
    /// The keys that open encrypted assertions.
    pub decryption: &'a [DecryptionKey],
    /// Whether assertions in the clear are refused.
    pub requires_encryption: bool,
}

/// Verifies a response as it is posted, in base64, and tells what its assertion says.
pub fn verify(
    response_base64: &str,
    trust: &SamlTrust<'_>,
    now: Timestamp,
) -> Result<VerifiedAssertion, SamlError> {
    if let Some(valid_until) = trust.metadata.valid_until
        && valid_until <= now
    {
        return Err(SamlError::BadSignature("the metadata is no longer valid"));
    }
    let text = response_text(response_base64)?;
    let text = xml::line_ends(&text);
    let document = xml::parse(&text, xml::OF_RESPONSE).map_err(SamlError::Malformed)?;
    let response = document.root_element();
    if !xml::is(response, PROTOCOL, "Response") || xml::attribute(response, "Version") != Some("2.0") {
        return Err(SamlError::Malformed("not a response of SAML 2.0"));
    }
    check_envelope(response, trust)?;
    let carried = carried(&document, response)?;
    let signed = match carried {
        Carried::Plain(_) if trust.requires_encryption => return Err(SamlError::NotEncrypted),
        Carried::Plain(assertion) => {
            check_signatures(&document, response, Some(assertion), trust)?;
            if xml::children(assertion, SIGNATURE, "Signature").next().is_none() {
                return Err(SamlError::NotSigned);
            }
            signed_text(assertion, trust).map_err(SamlError::BadSignature)?
        }
        Carried::Encrypted(encrypted) => {
            check_signatures(&document, response, None, trust)?;
            opened(encrypted, trust).map_err(|_| SamlError::BadSignature(ENCRYPTED))?
        }
    };
    let document = xml::parse(&signed, xml::OF_RESPONSE).map_err(SamlError::Malformed)?;
    assertion::read(document.root_element(), trust, now)
}

fn response_text(response_base64: &str) -> Result<String, SamlError> {
    if response_base64.len() > BASE64_MAX {
        return Err(SamlError::TooLarge);
    }
    let bytes = decoded(response_base64).ok_or(SamlError::NotBase64)?;
    String::from_utf8(bytes).map_err(|_| SamlError::Malformed("not UTF-8"))
}

/// What the response says about itself. It need not be signed, so it can only make us refuse.
fn check_envelope(response: Node<'_, '_>, trust: &SamlTrust<'_>) -> Result<(), SamlError> {
    let status = xml::only(response, PROTOCOL, "Status").map_err(SamlError::Malformed)?;
    let code = xml::only(status, PROTOCOL, "StatusCode").map_err(SamlError::Malformed)?;
    if xml::attribute(code, "Value") != Some(SUCCESS) {
        return Err(SamlError::NotSuccessful);
    }
    let issuer = xml::at_most_one(response, ASSERTION, "Issuer").map_err(SamlError::Malformed)?;
    if let Some(issuer) = issuer
        && xml::trimmed(issuer).map_err(SamlError::Malformed)? != trust.metadata.entity_id
    {
        return Err(SamlError::WrongIssuer);
    }
    match xml::attribute(response, "Destination") {
        Some(destination) if !trust.recipients.iter().any(|recipient| recipient == destination) => {
            Err(SamlError::WrongRecipient)
        }
        _ => Ok(()),
    }
}

/// The one assertion that a response carries.
enum Carried<'a, 'input> {
    Plain(Node<'a, 'input>),
    Encrypted(Node<'a, 'input>),
}

/// Finds the assertion. There is one in the whole document, and it is a child of the response: where there are two,
/// the one that is verified need not be the one that is used.
fn carried<'a, 'input>(
    document: &'a Document<'input>,
    response: Node<'a, 'input>,
) -> Result<Carried<'a, 'input>, SamlError> {
    let mut assertions = document.descendants().filter(|node| {
        node.is_element() && matches!(node.tag_name().name(), "Assertion" | "EncryptedAssertion")
    });
    let (Some(assertion), None) = (assertions.next(), assertions.next()) else {
        return Err(SamlError::Malformed("there must be one assertion"));
    };
    if assertion.parent() != Some(response) || assertion.tag_name().namespace() != Some(ASSERTION) {
        return Err(SamlError::Malformed("an assertion where none belongs"));
    }
    Ok(if assertion.tag_name().name() == "Assertion" {
        Carried::Plain(assertion)
    } else {
        Carried::Encrypted(assertion)
    })
}

/// Signatures stand in the response and in its assertion, one each at most, and nowhere else. That of the response
/// is not enough, but if it is there, it must be right.
fn check_signatures(
    document: &Document<'_>,
    response: Node<'_, '_>,
    assertion: Option<Node<'_, '_>>,
    trust: &SamlTrust<'_>,
) -> Result<(), SamlError> {
    signature::check_ids(document).map_err(SamlError::BadSignature)?;
    let is_misplaced = |signature: Node<'_, '_>| {
        let parent = signature.parent();
        parent != Some(response) && (assertion.is_none() || parent != assertion)
    };
    let mut signatures = document
        .descendants()
        .filter(|node| xml::is(*node, SIGNATURE, "Signature"));
    if signatures.any(is_misplaced) {
        return Err(SamlError::BadSignature("a signature where none belongs"));
    }
    let signature = xml::at_most_one(response, SIGNATURE, "Signature").map_err(SamlError::BadSignature)?;
    if let Some(signature) = signature {
        signature::verified(response, signature, signers(trust)).map_err(SamlError::BadSignature)?;
    }
    Ok(())
}

/// The text of an assertion that its own signature covers.
fn signed_text(assertion: Node<'_, '_>, trust: &SamlTrust<'_>) -> Result<String, &'static str> {
    let signature =
        xml::at_most_one(assertion, SIGNATURE, "Signature")?.ok_or("the assertion is not signed")?;
    signature::verified(assertion, signature, signers(trust))
}

/// The signed text of an encrypted assertion.
fn opened(encrypted: Node<'_, '_>, trust: &SamlTrust<'_>) -> Result<String, &'static str> {
    let text = decrypted(encrypted, trust.decryption)?;
    let text = xml::line_ends(&text);
    let document = xml::parse(&text, xml::OF_RESPONSE)?;
    let around = document.root_element();
    let mut inside = around.children();
    let (Some(assertion), None) = (inside.next(), inside.next()) else {
        return Err("there must be one assertion");
    };
    let signatures = document
        .descendants()
        .filter(|node| xml::is(*node, SIGNATURE, "Signature"))
        .count();
    let assertions = document.descendants().filter(|node| {
        node.is_element() && matches!(node.tag_name().name(), "Assertion" | "EncryptedAssertion")
    });
    if !xml::is(assertion, ASSERTION, "Assertion") || assertions.count() != 1 || signatures != 1 {
        return Err("there must be one signed assertion");
    }
    signature::check_ids(&document)?;
    signed_text(assertion, trust)
}

fn signers<'a>(trust: &SamlTrust<'a>) -> Signers<'a> {
    Signers {
        certificates: &trust.metadata.certificates,
        allows_sha1: trust.allows_sha1,
    }
}
