//! Role trust policies: who may assume the role, and by which action.

use std::collections::{HashMap, HashSet};

use crate::IssueCode;
use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::view::{Document, PrincipalElement, PrincipalValue, Statement};

use super::federation::{is_oidc, is_saml};

fn trusted<'s, 'a>(
    statement: &'s Statement<'a>,
    document: &Document<'_>,
) -> Option<&'s PrincipalElement<'a>> {
    statement
        .principal
        .as_ref()
        .filter(|_| document.kind.is_role_trust())
}

pub(super) fn syntax(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if !document.kind.is_role_trust() {
        return;
    }
    if let Some(resource) = &statement.resource {
        let details = "A trust policy is about the role that it belongs to: it cannot name resources.";
        sink.at(
            IssueCode::RoleTrustPolicySyntaxErrorResource,
            &resource.member.name,
            details,
        );
    }
    let Some(principal) = &statement.principal else {
        return;
    };
    if principal.negated {
        let details = "A trust policy names whom it is for with Principal; it cannot have NotPrincipal.";
        sink.at(
            IssueCode::RoleTrustPolicySyntaxErrorNotprincipal,
            &principal.member.name,
            details,
        );
    } else if principal.member.value.string() == Some("*") {
        let details = "A trust policy cannot have \"*\" as its Principal. Name who is trusted.";
        sink.at(
            IssueCode::RoleTrustPolicyUnsupportedWildcardInPrincipal,
            &principal.member.value,
            details,
        );
    }
}

pub(super) fn federated_syntax(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    for value in trusted(statement, document)
        .iter()
        .flat_map(|principal| &principal.values)
    {
        if value.key() == Some("Federated") && !is_saml(value.value.text) && !is_oidc(value.value.text) {
            let details = format!(
                "{} is no identity provider: neither its domain name nor the ARN of a SAML or OpenID Connect \
                 provider.",
                quoted(value.value.text)
            );
            sink.at(
                IssueCode::InvalidFederatedPrincipalSyntaxInRoleTrustPolicy,
                value.value.node,
                details,
            );
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assume {
    Role,
    WithSaml,
    WithWebIdentity,
}

impl Assume {
    fn of(action: &str) -> Option<Self> {
        match action.to_ascii_lowercase().as_str() {
            "sts:assumerole" => Some(Self::Role),
            "sts:assumerolewithsaml" => Some(Self::WithSaml),
            "sts:assumerolewithwebidentity" => Some(Self::WithWebIdentity),
            _ => None,
        }
    }

    /// Whether a principal can use it. What is malformed fits everything: that is reported as such.
    fn fits(self, principal: &PrincipalValue<'_>) -> bool {
        let text = principal.value.text;
        match principal.key() {
            Some("Federated") if is_saml(text) => self == Self::WithSaml,
            Some("Federated") if is_oidc(text) => self == Self::WithWebIdentity,
            Some("AWS" | "Service") => text == "*" || self == Self::Role,
            _ => true,
        }
    }
}

/// An action that suits no principal of its statement, and a principal that no action of its statement suits.
pub(super) fn mismatched_actions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let (Some(principal), Some(action)) = (trusted(statement, document), &statement.action) else {
        return;
    };
    if principal.negated || action.negated {
        return;
    }
    let actions: Vec<_> = action
        .values
        .iter()
        .filter_map(|text| Some((*text, Assume::of(text.text)?)))
        .collect();
    let any = |wanted: Assume| actions.iter().any(|(_, assume)| *assume == wanted);
    // By kind, so that long lists of actions cost nothing.
    let kinds: Vec<_> = [Assume::Role, Assume::WithSaml, Assume::WithWebIdentity]
        .into_iter()
        .filter(|kind| any(*kind))
        .collect();
    for kind in &kinds {
        let suits_nobody = !principal.values.iter().any(|value| kind.fits(value));
        let mismatched: Vec<_> = principal
            .values
            .iter()
            .filter(|value| !kind.fits(value))
            .filter(|value| suits_nobody || !kinds.iter().any(|other| other.fits(value)))
            .collect();
        let (Some(first), Some((text, _))) = (
            mismatched.first(),
            actions.iter().find(|(_, assume)| assume == kind),
        ) else {
            continue;
        };
        let more = match mismatched.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let mut places = vec![Place::of(text.node)];
        places.extend(mismatched.iter().map(|value| Place::of(value.value.node)));
        let details = format!(
            "{} cannot be used by {}{more}. SAML providers need sts:AssumeRoleWithSAML, OpenID Connect providers \
             sts:AssumeRoleWithWebIdentity, both as Federated principals; everybody else needs sts:AssumeRole.",
            text.text,
            quoted(first.value.text),
        );
        sink.report(IssueCode::MismatchedActionForPrincipal, &places, details);
    }
}

/// Sessions of a role that is itself trusted.
pub(super) fn redundant_sessions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(principal) = trusted(statement, document) else {
        return;
    };
    let aws = || principal.values.iter().filter(|value| value.key() == Some("AWS"));
    let roles: HashMap<_, _> = aws()
        .filter_map(|value| Some((role(value.value.text)?, value.value.text)))
        .collect();
    for value in aws() {
        let Some(parent) = session_role(value.value.text).and_then(|role| roles.get(&role)) else {
            continue;
        };
        let details = format!(
            "{} is a session of {}, which is trusted anyway.",
            quoted(value.value.text),
            quoted(parent)
        );
        sink.at(
            IssueCode::RedundantPrincipalInRoleTrustPolicy,
            value.value.node,
            details,
        );
    }
}

/// Account and name of the role with this ARN. Sessions do not tell the path of their role.
fn role(arn: &str) -> Option<(&str, &str)> {
    let (_, rest) = arn.split_once(":iam::")?;
    let (account, rest) = rest.split_once(":role/")?;
    Some((account, rest.rsplit('/').next()?))
}

fn session_role(arn: &str) -> Option<(&str, &str)> {
    let (_, rest) = arn.split_once(":sts::").or_else(|| arn.split_once(":iam::"))?;
    let (account, rest) = rest.split_once(":assumed-role/")?;
    let (name, _) = rest.split_once('/')?;
    Some((account, name))
}

/// What IAM Roles Anywhere needs to use a role. Evidence: AWS documentation, trust model of Roles Anywhere.
pub(super) fn roles_anywhere(document: &Document<'_>, sink: &mut Sink) {
    const NEEDED: [&str; 3] = ["sts:assumerole", "sts:setsourceidentity", "sts:tagsession"];
    let trusting: Vec<_> = document
        .statements
        .iter()
        .filter(|statement| {
            statement.allows() && trusted(statement, document).is_some_and(trusts_roles_anywhere)
        })
        .collect();
    let mut allowed: HashSet<String> = HashSet::new();
    for action in trusting.iter().filter_map(|statement| statement.action.as_ref()) {
        if action.negated {
            return;
        }
        allowed.extend(action.values.iter().map(|text| text.text.to_ascii_lowercase()));
    }
    // Nobody writes other wildcards here; with one, who knows.
    let unclear = allowed.iter().any(|action| action.contains(['*', '?']));
    if unclear || NEEDED.iter().all(|needed| allowed.contains(*needed)) {
        return;
    }
    let Some(first) = trusting.first() else { return };
    let node = first
        .action
        .as_ref()
        .map_or(first.node, |action| &action.member.value);
    let details =
        "IAM Roles Anywhere needs sts:AssumeRole, sts:SetSourceIdentity and sts:TagSession to use the role.";
    sink.at(IssueCode::MissingActionForRolesAnywhereTrustPolicy, node, details);
}

fn trusts_roles_anywhere(principal: &PrincipalElement<'_>) -> bool {
    let is_it = |value: &PrincipalValue<'_>| {
        value.key() == Some("Service") && value.value.text == "rolesanywhere.amazonaws.com"
    };
    !principal.negated && principal.values.iter().any(is_it)
}
