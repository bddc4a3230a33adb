//! Identity providers in trust policies: whose tokens are trusted, and which of them.

use std::collections::HashSet;

use lanyard_policy::operator::Comparison;

use crate::IssueCode;
use crate::sink::{Sink, cut, quoted};
use crate::view::{Condition, Document, PrincipalValue, Statement};

use super::operators::wildcard;

const GITHUB: &str = "token.actions.githubusercontent.com";

/// Whether it is the ARN of a SAML provider.
pub(super) fn is_saml(principal: &str) -> bool {
    provider(principal, ":saml-provider/").is_some()
}

/// Whether it is the ARN of an `OpenID` Connect provider, or a domain name.
pub(super) fn is_oidc(principal: &str) -> bool {
    oidc_issuer(principal).is_some()
}

/// The issuer, as it stands before the names of its condition keys.
fn oidc_issuer(principal: &str) -> Option<&str> {
    provider(principal, ":oidc-provider/").or_else(|| is_domain(principal).then_some(principal))
}

fn provider<'a>(principal: &'a str, kind: &str) -> Option<&'a str> {
    let (_, rest) = principal.strip_prefix("arn:")?.split_once(":iam::")?;
    let (account, name) = rest.split_once(kind)?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && !name.is_empty() && !name.contains(['*', '?'])).then_some(name)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

fn is_web_identity(statement: &Statement<'_>, document: &Document<'_>) -> bool {
    document.kind.is_role_trust() && statement.allows()
}

fn issuers<'s>(statement: &'s Statement<'_>) -> impl Iterator<Item = (&'s PrincipalValue<'s>, &'s str)> {
    let values = statement.principal.iter().filter(|principal| !principal.negated);
    values
        .flat_map(|principal| &principal.values)
        .filter(|value| value.key() == Some("Federated"))
        .filter_map(|value| Some((value, oidc_issuer(value.value.text)?)))
}

/// The claim that a condition is about, if it is one of this issuer.
fn claim<'c>(condition: &'c Condition<'_>, issuer: &str) -> Option<&'c str> {
    let (head, tail) = condition.key().split_at_checked(issuer.len())?;
    tail.strip_prefix(':')
        .filter(|_| head.eq_ignore_ascii_case(issuer))
}

pub(super) fn oidc_conditions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if !is_web_identity(statement, document) {
        return;
    }
    // Whether a condition is of an issuer is looked up in one pass over the conditions.
    let prefixes: HashSet<String> = statement
        .conditions
        .iter()
        .filter_map(|condition| condition.key().rsplit_once(':'))
        .map(|(issuer, _)| issuer.to_ascii_lowercase())
        .collect();
    let is_subject = |condition: &Condition<'_>| {
        claim(condition, GITHUB).is_some_and(|claim| claim.eq_ignore_ascii_case("sub"))
    };
    let has_subject = statement.conditions.iter().any(is_subject);
    for (value, issuer) in issuers(statement) {
        if issuer.eq_ignore_ascii_case(GITHUB) {
            if !has_subject {
                let details = format!(
                    "Whoever has a repository at GitHub can assume the role. Add a condition on {GITHUB}:sub with \
                     the repository and branch."
                );
                sink.at(
                    IssueCode::MissingGithubRepoConditionKey,
                    value.value.node,
                    details,
                );
            }
        } else if !prefixes.contains(&issuer.to_ascii_lowercase()) {
            let details = format!(
                "Whoever has a token of {} can assume the role. Add a condition on a claim, such as {}:aud.",
                quoted(issuer),
                cut(issuer)
            );
            sink.at(
                IssueCode::MissingConditionKeyForOidcPrincipal,
                value.value.node,
                details,
            );
        }
    }
}

pub(super) fn github_subjects(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let trusts_github = || issuers(statement).any(|(_, issuer)| issuer.eq_ignore_ascii_case(GITHUB));
    if !is_web_identity(statement, document) || !trusts_github() {
        return;
    }
    let about = |condition: &Condition<'_>, name: &str| {
        let is_positive_string = condition.operator.is_some_and(|operator| {
            !operator.negated
                && matches!(
                    operator.comparison,
                    Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike
                )
        });
        is_positive_string && claim(condition, GITHUB).is_some_and(|claim| claim.eq_ignore_ascii_case(name))
    };
    let has_branch = statement.conditions.iter().any(|condition| {
        about(condition, "ref")
            && condition
                .values
                .iter()
                .all(|value| wildcard(value.text).is_none())
    });
    for condition in statement
        .conditions
        .iter()
        .filter(|condition| about(condition, "sub"))
    {
        for value in &condition.values {
            let Some(at) = wildcard(value.text) else { continue };
            // `repo:OWNER/NAME:ref:refs/heads/BRANCH`: a wildcard behind the name leaves the repository certain.
            let repository_is_certain = value
                .text
                .match_indices(':')
                .nth(1)
                .is_some_and(|(colon, _)| colon < at);
            if !(repository_is_certain && has_branch) {
                let details = format!(
                    "With a wildcard in {GITHUB}:sub more can assume the role than may be meant. Name repository \
                     and branch, or the branch in {GITHUB}:ref."
                );
                sink.part(
                    IssueCode::SpecificGithubRepoAndBranchRecommended,
                    value.node,
                    at..at + 1,
                    details,
                );
            }
        }
    }
}
