//! What a signed assertion says, and whether it is for us and for now.
//!
//! `read` gets the document that was signed and nothing else.

use jiff::{SignedDuration, Timestamp};
use roxmltree::Node;

use crate::saml::attributes::{self, Attribute};
use crate::saml::error::SamlError;
use crate::saml::instant::instant;
use crate::saml::metadata::earliest;
use crate::saml::response::SamlTrust;
use crate::saml::xml::{self, ASSERTION};

/// Evidence: the STS error "Token must be redeemed within 5 minutes of issuance".
const REDEEMED_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// How far the identity provider's clock may be ahead of ours. It never lengthens what has an end.
const CLOCK_AHEAD: SignedDuration = SignedDuration::from_mins(1);

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// The prefix that AWS cuts off the format of a subject. Evidence: the API reference of `AssumeRoleWithSAML`.
const FORMAT_PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

/// The format of a subject that names none, by SAML's core.
const FORMAT_UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/// A subject's name and its format go into tokens and records, an assertion's id into the table of those used.
const NAME_MAX: usize = 1024;

/// What an assertion says. Every value was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// The assertion's own id. It must not be used twice: the caller keeps it until `expires`.
    pub assertion_id: String,
    /// When the assertion was issued.
    pub issued: Timestamp,
    /// From when on this assertion is refused for its age alone.
    pub expires: Timestamp,
    /// The entity that issued it.
    pub issuer: String,
    /// The value of the `NameID`.
    pub subject: String,
    /// The format of the `NameID`, with AWS's prefix cut off: `persistent`, `transient`, or a whole URI.
    pub subject_type: String,
    /// Where it was sent; what AWS calls the audience.
    pub recipient: String,
    /// No session may last longer than to here.
    pub session_not_on_or_after: Option<Timestamp>,
    /// The pairs of a role's ARN and a provider's ARN.
    pub roles: Vec<(String, String)>,
    /// The name of the session.
    pub role_session_name: String,
    /// For how long a session may last at most, in seconds.
    pub session_seconds_max: Option<u32>,
    /// Session tags, in the order of the assertion.
    pub tags: Vec<(String, String)>,
    /// The keys of the tags that later sessions inherit.
    pub transitive_keys: Vec<String>,
    /// Who is behind all this.
    pub source_identity: Option<String>,
    /// Every attribute by its name, in the order of the assertion.
    pub attributes: Vec<(String, Vec<String>)>,
}

/// Reads the element that was signed.
pub(super) fn read(
    assertion: Node<'_, '_>,
    trust: &SamlTrust<'_>,
    now: Timestamp,
) -> Result<VerifiedAssertion, SamlError> {
    if !xml::is(assertion, ASSERTION, "Assertion") || xml::attribute(assertion, "Version") != Some("2.0") {
        return Err(SamlError::Malformed("not an assertion of SAML 2.0"));
    }
    let assertion_id = bounded(xml::attribute(assertion, "ID").unwrap_or_default())?;
    let issuer = xml::only(assertion, ASSERTION, "Issuer")
        .and_then(xml::trimmed)
        .map_err(SamlError::Malformed)?;
    if issuer != trust.metadata.entity_id {
        return Err(SamlError::WrongIssuer);
    }
    let (subject, subject_type, confirmation) = subject(assertion)?;
    let (recipient, confirmed_until) = confirmed(confirmation, trust, now)?;
    let conditions_until = conditions(assertion, trust, now)?;
    let issued = time(assertion, "IssueInstant")?.ok_or(SamlError::Malformed("no IssueInstant"))?;
    let expires = still_valid(issued, [Some(confirmed_until), conditions_until], now)?;
    let session_not_on_or_after = session_end(assertion, now)?;
    let attributes = attributes::read(assertion).map_err(SamlError::Malformed)?;
    let claims = attributes::claims(&attributes)?;
    Ok(VerifiedAssertion {
        assertion_id,
        issued,
        expires,
        issuer: issuer.to_owned(),
        subject,
        subject_type,
        recipient,
        session_not_on_or_after,
        roles: claims.roles,
        role_session_name: claims.role_session_name,
        session_seconds_max: claims.session_seconds_max,
        tags: claims.tags,
        transitive_keys: claims.transitive_keys,
        source_identity: claims.source_identity,
        attributes: attributes.into_iter().map(Attribute::into_parts).collect(),
    })
}

/// The name of the subject, its format, and how the subject is confirmed.
fn subject<'a, 'input>(assertion: Node<'a, 'input>) -> Result<(String, String, Node<'a, 'input>), SamlError> {
    let subject = xml::at_most_one(assertion, ASSERTION, "Subject").map_err(SamlError::Malformed)?;
    let subject = subject.ok_or(SamlError::NoSubject)?;
    let name = xml::at_most_one(subject, ASSERTION, "NameID").map_err(SamlError::Malformed)?;
    let name = name.ok_or(SamlError::NoSubject)?;
    let text = xml::text(name).map_err(SamlError::Malformed)?;
    if text.trim_matches(xml::is_space).is_empty() {
        return Err(SamlError::NoSubject);
    }
    // Fails closed: cut off or not, somebody else could have that name.
    if text.trim_matches(xml::is_space) != text {
        return Err(SamlError::Malformed("white space around the NameID"));
    }
    let format = xml::attribute(name, "Format").unwrap_or(FORMAT_UNSPECIFIED);
    let format = format.strip_prefix(FORMAT_PREFIX).unwrap_or(format);
    // Evidence: the IAM user guide on SAML assertions: there is exactly one SubjectConfirmation.
    let confirmation = xml::only(subject, ASSERTION, "SubjectConfirmation")
        .map_err(|_| SamlError::Malformed("there must be one SubjectConfirmation"))?;
    Ok((bounded(text)?, bounded(format)?, confirmation))
}

/// For which recipient the bearer is confirmed, and until when.
fn confirmed(
    confirmation: Node<'_, '_>,
    trust: &SamlTrust<'_>,
    now: Timestamp,
) -> Result<(String, Timestamp), SamlError> {
    if xml::attribute(confirmation, "Method") != Some(BEARER) {
        return Err(SamlError::Malformed(
            "a subject that is confirmed in another way than as bearer",
        ));
    }
    let data = xml::only(confirmation, ASSERTION, "SubjectConfirmationData").map_err(SamlError::Malformed)?;
    let recipient = xml::attribute(data, "Recipient").unwrap_or_default();
    if !trust.recipients.iter().any(|accepted| accepted == recipient) {
        return Err(SamlError::WrongRecipient);
    }
    has_begun(time(data, "NotBefore")?, now)?;
    let until = time(data, "NotOnOrAfter")?.ok_or(SamlError::Malformed(
        "a SubjectConfirmationData without NotOnOrAfter",
    ))?;
    Ok((recipient.to_owned(), until))
}

/// Whether the conditions hold apart from their end, which is returned. There must be an audience, and each
/// restriction must name us. Fails closed: a condition that is not known is not met.
fn conditions(
    assertion: Node<'_, '_>,
    trust: &SamlTrust<'_>,
    now: Timestamp,
) -> Result<Option<Timestamp>, SamlError> {
    let conditions = xml::at_most_one(assertion, ASSERTION, "Conditions").map_err(SamlError::Malformed)?;
    let conditions = conditions.ok_or(SamlError::WrongAudience)?;
    let mut restrictions = 0;
    for condition in conditions.children().filter(Node::is_element) {
        if xml::is(condition, ASSERTION, "AudienceRestriction") {
            restrictions += 1;
            let mut audiences = xml::children(condition, ASSERTION, "Audience").map(xml::trimmed);
            let is_ours = audiences.any(|audience| {
                audience.is_ok_and(|audience| trust.audiences.iter().any(|accepted| accepted == audience))
            });
            if !is_ours {
                return Err(SamlError::WrongAudience);
            }
        } else if !xml::is(condition, ASSERTION, "OneTimeUse")
            && !xml::is(condition, ASSERTION, "ProxyRestriction")
        {
            return Err(SamlError::Malformed("a condition that is not known"));
        }
    }
    if restrictions == 0 {
        return Err(SamlError::WrongAudience);
    }
    has_begun(time(conditions, "NotBefore")?, now)?;
    time(conditions, "NotOnOrAfter")
}

/// Whether none of the ends has come; the earliest of them.
fn still_valid(
    issued: Timestamp,
    ends: [Option<Timestamp>; 2],
    now: Timestamp,
) -> Result<Timestamp, SamlError> {
    has_begun(Some(issued), now)?;
    let redeemed_until = issued
        .checked_add(REDEEMED_WITHIN)
        .map_err(|_| SamlError::Malformed("an IssueInstant out of all time"))?;
    if redeemed_until <= now {
        return Err(SamlError::Stale { issued });
    }
    let end = ends.into_iter().flatten().min();
    match end.filter(|end| *end <= now) {
        Some(expired) => Err(SamlError::Expired { expired }),
        None => Ok(end.map_or(redeemed_until, |end| end.min(redeemed_until))),
    }
}

/// When the earliest of the identity provider's own sessions ends.
fn session_end(assertion: Node<'_, '_>, now: Timestamp) -> Result<Option<Timestamp>, SamlError> {
    let mut end = None;
    for statement in xml::children(assertion, ASSERTION, "AuthnStatement") {
        end = earliest(end, time(statement, "SessionNotOnOrAfter")?);
    }
    match end.filter(|end| *end <= now) {
        Some(expired) => Err(SamlError::Expired { expired }),
        None => Ok(end),
    }
}

fn has_begun(begins: Option<Timestamp>, now: Timestamp) -> Result<(), SamlError> {
    match begins {
        Some(begins) if begins.duration_since(now) > CLOCK_AHEAD => Err(SamlError::NotYet { begins }),
        _ => Ok(()),
    }
}

fn time(node: Node<'_, '_>, name: &str) -> Result<Option<Timestamp>, SamlError> {
    xml::attribute(node, name)
        .map(|text| instant(text).ok_or(SamlError::Malformed("a time that is none")))
        .transpose()
}

fn bounded(text: &str) -> Result<String, SamlError> {
    if text.is_empty() || text.len() > NAME_MAX {
        return Err(SamlError::Malformed("a name that is empty or too long"));
    }
    Ok(text.to_owned())
}
