//! The metadata of an identity provider.
//!
//! An administrator puts it here, so it is trusted, but not to be well made: it is bounded as all documents are. Its
//! own signature is not looked at, as on AWS: whoever may change the provider vouches for it.

use jiff::Timestamp;
use roxmltree::Node;

use crate::saml::error::MetadataError;
use crate::saml::instant::instant;
use crate::saml::keys::Certificate;
use crate::saml::signature::bytes;
use crate::saml::xml::{self, Bounds, METADATA, SIGNATURE};

/// Evidence: the public service model, `SAMLMetadataDocumentType`.
const CHARACTERS_MAX: usize = 10_000_000;

/// Every signature is tried with each of them.
const CERTIFICATES_MAX: usize = 16;

const PROTOCOL_2_0: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

const OF_METADATA: Bounds = Bounds {
    depth: 64,
    elements: 200_000,
    comments: true,
};

/// What is trusted about an identity provider.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// Its name, which its assertions have as issuer.
    pub entity_id: String,
    /// The keys that it signs with.
    pub certificates: Vec<Certificate>,
    /// Until when the metadata may be used.
    pub valid_until: Option<Timestamp>,
}

/// Reads a metadata document. Linear in its length; keep the result rather than to read it again for each request.
pub fn parse_metadata(text: &str, now: Timestamp) -> Result<Metadata, MetadataError> {
    if text.len() > 4 * CHARACTERS_MAX || text.chars().count() > CHARACTERS_MAX {
        return Err(MetadataError::TooLarge);
    }
    let text = xml::line_ends(text);
    let document = xml::parse(&text, OF_METADATA).map_err(MetadataError::Malformed)?;
    let root = document.root_element();
    let entity = the_entity(root)?;
    let entity_id = xml::attribute(entity, "entityID")
        .unwrap_or_default()
        .trim_matches(xml::is_space);
    if entity_id.is_empty() {
        return Err(MetadataError::Malformed("no entityID"));
    }
    if xml::children(entity, METADATA, "IDPSSODescriptor")
        .next()
        .is_none()
    {
        return Err(MetadataError::NoIssuer);
    }
    let mut descriptors = xml::children(entity, METADATA, "IDPSSODescriptor").filter(speaks_2_0);
    let (Some(descriptor), None) = (descriptors.next(), descriptors.next()) else {
        return Err(MetadataError::Malformed(
            "there must be one IDPSSODescriptor for SAML 2.0",
        ));
    };
    let of_root = valid_until(root)?;
    let valid_until = earliest(valid_until(entity)?, valid_until(descriptor)?);
    let valid_until = earliest(valid_until, of_root);
    if let Some(valid_until) = valid_until.filter(|end| *end <= now) {
        return Err(MetadataError::Expired { valid_until });
    }
    Ok(Metadata {
        entity_id: entity_id.to_owned(),
        certificates: certificates(descriptor)?,
        valid_until,
    })
}

/// The document's one entity, which may stand in a list of entities. Evidence for that: a recorded answer of AWS.
fn the_entity<'a, 'input>(root: Node<'a, 'input>) -> Result<Node<'a, 'input>, MetadataError> {
    if xml::is(root, METADATA, "EntityDescriptor") {
        return Ok(root);
    }
    if !xml::is(root, METADATA, "EntitiesDescriptor") {
        return Err(MetadataError::Malformed("not an EntityDescriptor"));
    }
    let mut entities = xml::children(root, METADATA, "EntityDescriptor");
    match (entities.next(), entities.next()) {
        (Some(entity), None) => Ok(entity),
        _ => Err(MetadataError::Malformed("there must be one EntityDescriptor")),
    }
}

fn speaks_2_0(descriptor: &Node<'_, '_>) -> bool {
    let protocols = xml::attribute(*descriptor, "protocolSupportEnumeration").unwrap_or_default();
    protocols
        .split(xml::is_space)
        .any(|protocol| protocol == PROTOCOL_2_0)
}

/// The certificates of every key that may sign: its `use` says so, or says nothing. The same one often stands there
/// twice.
fn certificates(descriptor: Node<'_, '_>) -> Result<Vec<Certificate>, MetadataError> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for key in xml::children(descriptor, METADATA, "KeyDescriptor") {
        if !matches!(xml::attribute(key, "use"), None | Some("signing")) {
            continue;
        }
        let data = xml::children(key, SIGNATURE, "KeyInfo")
            .flat_map(|information| xml::children(information, SIGNATURE, "X509Data"))
            .flat_map(|data| xml::children(data, SIGNATURE, "X509Certificate"));
        for certificate in data {
            let der = bytes(certificate).map_err(MetadataError::Certificate)?;
            if found.contains(&der) {
                continue;
            }
            if found.len() == CERTIFICATES_MAX {
                return Err(MetadataError::Certificate("there are more than 16"));
            }
            found.push(der);
        }
    }
    if found.is_empty() {
        return Err(MetadataError::Certificate("there is none for signing"));
    }
    found.iter().map(|der| Certificate::from_der(der)).collect()
}

fn valid_until(node: Node<'_, '_>) -> Result<Option<Timestamp>, MetadataError> {
    xml::attribute(node, "validUntil")
        .map(|text| instant(text).ok_or(MetadataError::Malformed("a validUntil that is no time")))
        .transpose()
}

/// The earlier of two times that may be missing.
pub(super) fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}
