//! Enveloped XML signatures, as narrow as SAML's own profile of them.
//!
//! Evidence: SAML 2.0 core, section 5.4: a signature is a child of what it signs, has one reference to its parent's
//! id, and no transforms but the enveloped signature and exclusive canonicalization. Canonicalization with comments
//! and the inclusive one are not accepted.
//!
//! Invariant: what `verified` returns is the text whose hash was signed, so whoever reads that text, and only that,
//! can read nothing that was not signed.

use std::collections::HashSet;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};

use crate::saml::canonical::canonical;
use crate::saml::keys::Certificate;
use crate::saml::xml::{self, SIGNATURE};
use crate::signature_algorithm::{Hash, SignatureAlgorithm};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Prefixes that one canonicalization treats as in the inclusive one. Each costs a look at every element.
const PREFIXES_MAX: usize = 32;

/// What a signature says of itself has a dozen elements, with white space between them. It is worked on before anybody
/// is known to have signed it.
const INFORMATION_NODES_MAX: usize = 64;

/// Who may have signed, and how.
#[derive(Clone, Copy)]
pub(super) struct Signers<'a> {
    pub(super) certificates: &'a [Certificate],
    pub(super) allows_sha1: bool,
}

/// Refuses a document in which an id is there twice. All spellings of the attribute count, in any namespace.
pub(super) fn check_ids(document: &Document<'_>) -> Result<(), &'static str> {
    let mut seen = HashSet::new();
    for element in document.descendants().filter(Node::is_element) {
        let mut ids = element
            .attributes()
            .filter(|attribute| attribute.name().eq_ignore_ascii_case("id"));
        let (first, second) = (ids.next(), ids.next());
        if second.is_some() || first.is_some_and(|id| !seen.insert(id.value())) {
            return Err("an id is there twice");
        }
    }
    Ok(())
}

/// The canonical form of an element, without its signature, when that signature is one of the signers' over
/// exactly this. The ids of the document have been checked.
pub(super) fn verified(
    element: Node<'_, '_>,
    signature: Node<'_, '_>,
    signers: Signers<'_>,
) -> Result<String, &'static str> {
    let [information, value] = parts(signature)?;
    if information.descendants().nth(INFORMATION_NODES_MAX).is_some() {
        return Err("a signature that says too much of itself");
    }
    let inclusive = canonicalization(xml::only(information, SIGNATURE, "CanonicalizationMethod")?)?;
    let method = xml::only(information, SIGNATURE, "SignatureMethod")?;
    let algorithm = algorithm_of(method)
        .and_then(SignatureAlgorithm::of_name)
        .filter(|algorithm| signers.accepts(algorithm.hash()))
        .ok_or("an algorithm of a signature that is not accepted")?;
    if method.has_children() && method.children().any(|child| child.is_element()) {
        return Err("a signature with parameters");
    }
    let signature_bytes = bytes(value)?;
    let signed = canonical(information, None, &inclusive)?;
    let is_known = signers
        .certificates
        .iter()
        .any(|certificate| certificate.verifies(algorithm, signed.as_bytes(), &signature_bytes));
    if !is_known {
        return Err("made by none of the provider's keys");
    }
    let reference = xml::only(information, SIGNATURE, "Reference")?;
    referenced(element, signature, reference, signers)
}

/// What the one reference refers to: the element around the signature, unchanged.
fn referenced(
    element: Node<'_, '_>,
    signature: Node<'_, '_>,
    reference: Node<'_, '_>,
    signers: Signers<'_>,
) -> Result<String, &'static str> {
    let id = xml::attribute(element, "ID")
        .filter(|id| !id.is_empty())
        .ok_or("signed without an id")?;
    let refers = xml::attribute(reference, "URI").and_then(|uri| uri.strip_prefix('#'));
    if refers != Some(id) || signature.parent() != Some(element) {
        return Err("signed is another element");
    }
    let inclusive = transforms(xml::only(reference, SIGNATURE, "Transforms")?)?;
    let hash = algorithm_of(xml::only(reference, SIGNATURE, "DigestMethod")?)
        .and_then(hash_of)
        .filter(|hash| signers.accepts(*hash))
        .ok_or("a hash that is not accepted")?;
    let expected = bytes(xml::only(reference, SIGNATURE, "DigestValue")?)?;
    let text = canonical(element, Some(signature.id()), &inclusive)?;
    if digest::digest(hash, text.as_bytes()).as_ref() != expected {
        return Err("what was signed has been altered");
    }
    Ok(text)
}

impl Signers<'_> {
    fn accepts(&self, hash: impl IsSha1) -> bool {
        self.allows_sha1 || !hash.is_sha1()
    }
}

/// Both kinds of hashes: of signatures and of documents.
trait IsSha1 {
    fn is_sha1(&self) -> bool;
}

impl IsSha1 for Hash {
    fn is_sha1(&self) -> bool {
        *self == Self::Sha1
    }
}

impl IsSha1 for &'static digest::Algorithm {
    fn is_sha1(&self) -> bool {
        **self == digest::SHA1_FOR_LEGACY_USE_ONLY
    }
}

/// What is signed, and the signature. There may be a `KeyInfo` after them, which is not looked at; an `Object` is
/// where forgers keep what was signed.
fn parts<'a, 'input>(signature: Node<'a, 'input>) -> Result<[Node<'a, 'input>; 2], &'static str> {
    let mut inside = signature.children().filter(Node::is_element);
    let information = inside
        .next()
        .filter(|node| xml::is(*node, SIGNATURE, "SignedInfo"));
    let value = inside
        .next()
        .filter(|node| xml::is(*node, SIGNATURE, "SignatureValue"));
    let third = inside.next();
    if third.is_some_and(|node| !xml::is(node, SIGNATURE, "KeyInfo")) || inside.next().is_some() {
        return Err("a signature with more in it than belongs there");
    }
    Ok([
        information.ok_or("nothing is signed")?,
        value.ok_or("there is no signature")?,
    ])
}

/// Exactly two: the signature itself taken out, then exclusive canonicalization.
fn transforms<'a>(transforms: Node<'a, '_>) -> Result<Vec<&'a str>, &'static str> {
    let mut inside = transforms.children().filter(Node::is_element);
    match (inside.next(), inside.next(), inside.next()) {
        (Some(first), Some(second), None)
            if xml::is(first, SIGNATURE, "Transform")
                && xml::is(second, SIGNATURE, "Transform")
                && algorithm_of(first) == Some(ENVELOPED)
                && !first.has_children() =>
        {
            canonicalization(second)
        }
        _ => Err("transforms that are not accepted"),
    }
}

/// The prefixes that an exclusive canonicalization treats as in the inclusive one.
fn canonicalization<'a>(method: Node<'a, '_>) -> Result<Vec<&'a str>, &'static str> {
    if algorithm_of(method) != Some(EXCLUSIVE) {
        return Err("a canonicalization that is not accepted");
    }
    let mut inside = method.children().filter(Node::is_element);
    let prefixes = match (inside.next(), inside.next()) {
        (None, None) => return Ok(Vec::new()),
        (Some(list), None) if xml::is(list, EXCLUSIVE, "InclusiveNamespaces") => {
            xml::attribute(list, "PrefixList").unwrap_or_default()
        }
        _ => return Err("a canonicalization that is not accepted"),
    };
    let prefixes: Vec<&str> = prefixes
        .split(xml::is_space)
        .filter(|prefix| !prefix.is_empty())
        .collect();
    if prefixes.len() > PREFIXES_MAX {
        return Err("too many prefixes");
    }
    Ok(prefixes)
}

fn algorithm_of<'a>(method: Node<'a, '_>) -> Option<&'a str> {
    xml::attribute(method, "Algorithm")
}

fn hash_of(identifier: &str) -> Option<&'static digest::Algorithm> {
    Some(match identifier {
        "http://www.w3.org/2000/09/xmldsig#sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "http://www.w3.org/2001/04/xmlenc#sha256" => &digest::SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => &digest::SHA384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => &digest::SHA512,
        _ => return None,
    })
}

/// Base64, in which XML may have line breaks.
pub(super) fn bytes(element: Node<'_, '_>) -> Result<Vec<u8>, &'static str> {
    decoded(xml::text(element)?).ok_or("not base64")
}

/// The same of any text.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    // Most texts have no white space; looking for it first takes as long as to decode.
    let plain = STANDARD.decode(text).ok();
    plain.or_else(|| STANDARD.decode(xml::without_space(text).as_ref()).ok())
}
