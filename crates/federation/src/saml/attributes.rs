//! The attributes of an assertion: what AWS reads from them, and which condition keys they become.
//!
//! Evidence: the IAM user guide's page on configuring SAML assertions, with its tables of attributes, and the
//! reference of condition keys for which of them have several values.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;

use crate::saml::assertion::VerifiedAssertion;
use crate::saml::error::SamlError;
use crate::saml::xml::{self, ASSERTION};

const PREFIX: &str = "https://aws.amazon.com/SAML/Attributes/";

/// An attribute becomes a condition key with all its values, or with the first alone.
enum Values {
    One,
    Many,
}

/// Attributes that become condition keys. Where two have the same key, the one that stands first in the assertion
/// counts.
const KEYS: [(&str, &str, Values); 33] = [
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",
        "saml:edupersonaffiliation",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.2",
        "saml:edupersonnickname",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.3",
        "saml:edupersonorgdn",
        Values::One,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.4",
        "saml:edupersonorgunitdn",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.5",
        "saml:edupersonprimaryaffiliation",
        Values::One,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
        "saml:edupersonprincipalname",
        Values::One,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.7",
        "saml:edupersonentitlement",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.8",
        "saml:edupersonprimaryorgunitdn",
        Values::One,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
        "saml:edupersonscopedaffiliation",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.10",
        "saml:edupersontargetedid",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.11",
        "saml:edupersonassurance",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.2.1.2",
        "saml:eduorghomepageuri",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.2.1.3",
        "saml:eduorgidentityauthnpolicyuri",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.2.1.4",
        "saml:eduorglegalname",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.2.1.5",
        "saml:eduorgsuperioruri",
        Values::Many,
    ),
    (
        "urn:oid:1.3.6.1.4.1.5923.1.2.1.6",
        "saml:eduorgwhitepagesuri",
        Values::Many,
    ),
    ("urn:oid:2.5.4.3", "saml:cn", Values::Many),
    (
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "saml:name",
        Values::Many,
    ),
    (
        "http://schemas.xmlsoap.org/claims/CommonName",
        "saml:commonName",
        Values::Many,
    ),
    (
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
        "saml:givenName",
        Values::Many,
    ),
    (
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
        "saml:surname",
        Values::Many,
    ),
    (
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "saml:mail",
        Values::Many,
    ),
    // Differs from AWS (docs/differences-from-aws.md): the guide says `uid`; a group would pass for a user.
    (
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid",
        "saml:primaryGroupSID",
        Values::Many,
    ),
    ("2.5.4.3", "saml:commonName", Values::Many),
    ("2.5.4.4", "saml:surname", Values::Many),
    ("2.4.5.42", "saml:givenName", Values::Many),
    ("2.5.4.42", "saml:givenName", Values::Many),
    ("2.5.4.45", "saml:x500UniqueIdentifier", Values::Many),
    ("0.9.2342.19200300100.1.1", "saml:uid", Values::Many),
    ("0.9.2342.19200300.100.1.1", "saml:uid", Values::Many),
    ("0.9.2342.19200300100.1.3", "saml:mail", Values::Many),
    ("0.9.2342.19200300.100.1.3", "saml:mail", Values::Many),
    (
        "0.9.2342.19200300.100.1.45",
        "saml:organizationStatus",
        Values::Many,
    ),
];

/// An attribute with its values.
pub(super) struct Attribute {
    name: String,
    values: Vec<String>,
}

impl Attribute {
    pub(super) fn into_parts(self) -> (String, Vec<String>) {
        (self.name, self.values)
    }
}

/// What AWS reads from attributes.
pub(super) struct Claims {
    pub(super) roles: Vec<(String, String)>,
    pub(super) role_session_name: String,
    pub(super) session_seconds_max: Option<u32>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) transitive_keys: Vec<String>,
    pub(super) source_identity: Option<String>,
}

/// All attributes of an assertion.
pub(super) fn read(assertion: Node<'_, '_>) -> Result<Vec<Attribute>, &'static str> {
    let mut found = Vec::new();
    for statement in xml::children(assertion, ASSERTION, "AttributeStatement") {
        for attribute in statement.children().filter(Node::is_element) {
            // Fails closed: what cannot be read could be a tag that takes permissions away.
            if !xml::is(attribute, ASSERTION, "Attribute") {
                return Err("an attribute that cannot be read");
            }
            let name = xml::attribute(attribute, "Name").filter(|name| !name.is_empty());
            let values = xml::children(attribute, ASSERTION, "AttributeValue").map(value);
            found.push(Attribute {
                name: name.ok_or("an attribute without a name")?.to_owned(),
                values: values.collect::<Result<_, _>>()?,
            });
        }
    }
    Ok(found)
}

/// A value is text, or the name of somebody (as in `eduPersonTargetedID`).
fn value(value: Node<'_, '_>) -> Result<String, &'static str> {
    match xml::at_most_one(value, ASSERTION, "NameID")? {
        Some(name) => xml::trimmed(name),
        None => xml::text(value),
    }
    .map(str::to_owned)
}

/// What AWS reads from them. Those of one value may be there once.
pub(super) fn claims(attributes: &[Attribute]) -> Result<Claims, SamlError> {
    let session_name = single(attributes, "RoleSessionName", SamlError::RoleSessionNameMalformed)?
        .filter(|name| !name.is_empty())
        .ok_or(SamlError::RoleSessionNameMissing)?;
    if !is_name(session_name) {
        return Err(SamlError::RoleSessionNameMalformed);
    }
    let source_identity = single(attributes, "SourceIdentity", SamlError::SourceIdentityMalformed)?;
    if source_identity.is_some_and(|identity| !is_name(identity) || identity.starts_with("aws:")) {
        return Err(SamlError::SourceIdentityMalformed);
    }
    let duration = single(
        attributes,
        "SessionDuration",
        SamlError::Malformed("two values of SessionDuration"),
    )?;
    let roles = several(attributes, "Role").filter_map(role_and_provider);
    Ok(Claims {
        roles: roles.collect(),
        role_session_name: session_name.to_owned(),
        session_seconds_max: duration.map(seconds).transpose()?,
        tags: tags(attributes)?,
        transitive_keys: several(attributes, "TransitiveTagKeys")
            .map(str::to_owned)
            .collect(),
        source_identity: source_identity.map(str::to_owned),
    })
}

fn tags(attributes: &[Attribute]) -> Result<Vec<(String, String)>, SamlError> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for attribute in attributes {
        let key = attribute
            .name
            .strip_prefix(PREFIX)
            .and_then(|name| name.strip_prefix("PrincipalTag:"));
        let Some(key) = key else { continue };
        match attribute.values.as_slice() {
            [value] => tags.push((key.to_owned(), value.clone())),
            _ => return Err(SamlError::Malformed("a tag that has not one value")),
        }
    }
    Ok(tags)
}

fn several<'a>(attributes: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a str> {
    attributes
        .iter()
        .filter(move |attribute| attribute.name.strip_prefix(PREFIX) == Some(name))
        .flat_map(|attribute| attribute.values.iter().map(String::as_str))
}

fn single<'a>(
    attributes: &'a [Attribute],
    name: &'a str,
    otherwise: SamlError,
) -> Result<Option<&'a str>, SamlError> {
    let mut values = several(attributes, name);
    let first = values.next();
    if values.next().is_some() {
        Err(otherwise)
    } else {
        Ok(first)
    }
}

/// Evidence: the text of the error, `[a-zA-Z_0-9+=,.@-]{2,64}`.
fn is_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'=' | b',' | b'.' | b'@' | b'-')
        })
}

/// Evidence: the guide's page on SAML assertions: 900 to 43,200 seconds.
fn seconds(text: &str) -> Result<u32, SamlError> {
    text.trim_matches(xml::is_space)
        .parse()
        .ok()
        .filter(|seconds| (900..=43_200).contains(seconds))
        .ok_or(SamlError::Malformed("a SessionDuration that is none"))
}

/// A pair is written in either order. What is no pair opens nothing.
fn role_and_provider(pair: &str) -> Option<(String, String)> {
    let (first, second) = pair.split_once(',')?;
    let (first, second) = (
        first.trim_matches(xml::is_space),
        second.trim_matches(xml::is_space),
    );
    let (role, provider) = if first.contains(":saml-provider/") {
        (second, first)
    } else {
        (first, second)
    };
    let is_pair = role.contains(":role/") && provider.contains(":saml-provider/");
    is_pair.then(|| (role.to_owned(), provider.to_owned()))
}

impl VerifiedAssertion {
    /// Whether the assertion names this role together with this provider.
    #[must_use]
    pub fn admits(&self, role_arn: &str, provider_arn: &str) -> bool {
        self.roles
            .iter()
            .any(|(role, provider)| role == role_arn && provider == provider_arn)
    }

    /// The hash that makes a subject unique among providers. Evidence: the API reference of `AssumeRoleWithSAML`,
    /// which shows how it is made.
    #[must_use]
    pub fn name_qualifier(&self, account_id: &str, provider_name: &str) -> String {
        let text = format!("{}{account_id}/{provider_name}", self.issuer);
        STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
    }

    /// The condition keys that a trust policy may ask for, with their values. `saml:aud` is the recipient, as on AWS.
    #[must_use]
    pub fn condition_keys(&self, account_id: &str, provider_name: &str) -> Vec<(String, Vec<String>)> {
        let mut keys = self.lasting_keys(account_id, provider_name);
        let mut add = |key: &str, values: Vec<String>| {
            if !values.is_empty() && keys.iter().all(|(other, _)| other != key) {
                keys.push((key.to_owned(), values));
            }
        };
        add("saml:aud", vec![self.recipient.clone()]);
        add("saml:iss", vec![self.issuer.clone()]);
        add("saml:doc", vec![format!("{account_id}/{provider_name}")]);
        for (name, values) in &self.attributes {
            let found = KEYS.iter().find(|(attribute, ..)| attribute == name);
            match found {
                Some((_, key, Values::Many)) => add(key, values.clone()),
                Some((_, key, Values::One)) => add(key, values.iter().take(1).cloned().collect()),
                None => {}
            }
        }
        keys
    }

    /// The condition keys that every later request of the session has as well.
    #[must_use]
    pub fn lasting_keys(&self, account_id: &str, provider_name: &str) -> Vec<(String, Vec<String>)> {
        vec![
            (
                "saml:namequalifier".to_owned(),
                vec![self.name_qualifier(account_id, provider_name)],
            ),
            ("saml:sub".to_owned(), vec![self.subject.clone()]),
            ("saml:sub_type".to_owned(), vec![self.subject_type.clone()]),
        ]
    }
}
