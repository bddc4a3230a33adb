//! The checks AWS makes when a policy is saved, in AWS's order and with AWS's texts.
//!
//! Order and texts were collected from answers of AWS (by the tests of an open-source mock and from what users
//! report), not from documentation; there is none. Where all else fails AWS says "Syntax errors in policy." The
//! findings of Access Analyzer, which explain more and block nothing, are another matter.

mod action;
mod resource;
mod shared_issuer;
mod trust;

use smallvec::SmallVec;

use crate::document::{EffectWord, PrincipalKind, Statement, Version};
use crate::json::TextRef;
use crate::operator::Comparison;
use crate::span::Lines;
use crate::value::{self, Instant, Net};
use crate::{Document, MalformedPolicy, SyntaxError, read};

/// What a document is to be used as; what is allowed in it depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// Any policy attached to an identity.
    Identity,
    /// A version of a customer managed policy.
    ManagedPolicy,
    /// An inline policy of a user, group or role.
    InlinePolicy,
    /// A session policy, given when temporary credentials are asked for.
    SessionPolicy,
    /// A role's trust policy.
    TrustPolicy,
    /// A policy attached to a resource.
    ResourcePolicy,
    /// An organization's service control policy.
    ServiceControlPolicy,
    /// An organization's resource control policy.
    ResourceControlPolicy,
    /// A VPC endpoint's policy.
    EndpointPolicy,
}

impl DocumentKind {
    /// Whether statements name principals.
    fn has_principals(self) -> bool {
        matches!(
            self,
            Self::TrustPolicy | Self::ResourcePolicy | Self::ResourceControlPolicy | Self::EndpointPolicy
        )
    }

    /// Whether IAM or STS checks the document, and not the service whose resource it is for.
    fn is_of_iam(self) -> bool {
        matches!(
            self,
            Self::Identity
                | Self::ManagedPolicy
                | Self::InlinePolicy
                | Self::SessionPolicy
                | Self::TrustPolicy
        )
    }
}

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";

/// Reads and checks a document that is about to be saved.
///
/// Whether the principals it names exist is not checked here; [`Document::principals`] lists them.
pub fn validate(text: &str, kind: DocumentKind) -> Result<Document, MalformedPolicy> {
    let document = read::read(text).map_err(|error| syntax(&error, kind))?;
    let check = Check {
        document: &document,
        kind,
    };
    check.operator_names()?;
    check.version()?;
    check.effects_and_dates()?;
    let resource_error = check.resource_formats()?;
    check.sids()?;
    check.actions_present()?;
    resource_error.map_or(Ok(()), Err)?;
    if kind == DocumentKind::TrustPolicy {
        check.action_names()?;
        check.trust()?;
    } else {
        check.resources_present()?;
        check.action_names()?;
        check.principals()?;
    }
    document.check_evaluable().map_err(|error| syntax(&error, kind))?;
    Ok(document)
}

fn syntax(error: &SyntaxError, kind: DocumentKind) -> MalformedPolicy {
    // Evidence: a recorded answer of AWS to CreateRole.
    let trust_json = error.is_invalid_json() && kind == DocumentKind::TrustPolicy;
    MalformedPolicy {
        message: if trust_json {
            "This policy contains invalid Json"
        } else {
            SYNTAX
        }
        .to_owned(),
        span: Some(error.span()),
    }
}

/// How many characters of the text are not whitespace: what the size quotas of IAM count.
pub fn non_whitespace_len(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

type Checked = Result<(), MalformedPolicy>;

struct Check<'a> {
    document: &'a Document,
    kind: DocumentKind,
}

impl Check<'_> {
    fn wrong(&self, message: impl Into<String>, text: &TextRef) -> MalformedPolicy {
        MalformedPolicy {
            message: message.into(),
            span: Some(self.document.span_of(text)),
        }
    }

    fn wrong_statement(&self, message: impl Into<String>, statement: &Statement) -> MalformedPolicy {
        let mut lines = Lines::new(&self.document.source);
        MalformedPolicy {
            message: message.into(),
            span: Some(lines.span(statement.start, statement.end)),
        }
    }

    fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.document.statements.iter()
    }

    /// Decisions read operators in any case; to save a policy they must be spelt as documented.
    fn operator_names(&self) -> Checked {
        for condition in &self.document.conditions {
            if self.document.resolve(&condition.operator_name) != condition.operator.to_string() {
                return Err(self.wrong(SYNTAX, &condition.operator_name));
            }
        }
        Ok(())
    }

    fn version(&self) -> Checked {
        // Evidence: AWS refuses older versions of managed policies; inline and trust policies have them.
        if self.kind == DocumentKind::ManagedPolicy && self.document.version != Version::V2012 {
            return Err(MalformedPolicy {
                message: "Policy document must be version 2012-10-17 or greater.".to_owned(),
                span: None,
            });
        }
        Ok(())
    }

    fn effects_and_dates(&self) -> Checked {
        for statement in self.statements() {
            if statement.effect == EffectWord::WrongCase {
                return Err(self.wrong_statement(LEGACY, statement));
            }
            for condition in statement.conditions.of(&self.document.conditions) {
                for value in condition.values.of(&self.document.values) {
                    if self.is_unreadable(condition.operator.comparison, self.document.resolve(value)) {
                        return Err(self.wrong(LEGACY, value));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether AWS refuses a value that its operator cannot compare.
    ///
    /// Evidence: recorded answers of AWS to such policies, of users and for sessions. Of a policy for a session only bytes
    /// are read.
    fn is_unreadable(&self, comparison: Comparison, text: &str) -> bool {
        let is_of_identity = self.kind.is_of_iam() && self.kind != DocumentKind::SessionPolicy;
        let may_vary = text.contains("${");
        match comparison {
            Comparison::Date(_) => self.kind != DocumentKind::SessionPolicy && Instant::parse(text).is_none(),
            Comparison::Binary => self.kind.is_of_iam() && !may_vary && value::base64_body(text).is_none(),
            _ if !is_of_identity || may_vary => false,
            Comparison::Numeric(_) => {
                value::compare_decimals(text, text).is_none() && !value::is_undocumented_number(text)
            }
            Comparison::IpAddress => Net::parse(text).is_none() && !value::is_odd_net(text),
            Comparison::Arn { .. } => !text.starts_with("arn:") && !text.starts_with(['*', '?']),
            _ => false,
        }
    }

    fn sids(&self) -> Checked {
        let mut seen: SmallVec<[(&str, TextRef); 16]> = self
            .statements()
            .filter_map(|statement| statement.sid)
            .map(|sid| (self.document.resolve(&sid), sid))
            .filter(|(text, _)| !text.is_empty())
            .collect();
        if self.kind.is_of_iam()
            && let Some((_, sid)) = seen
                .iter()
                .find(|(text, _)| !text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            return Err(self.wrong(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                 expression [0-9A-Za-z]*",
                sid,
            ));
        }
        seen.sort_by_key(|(text, _)| *text);
        for pair in seen.windows(2) {
            if let [(first, _), (second, sid)] = pair
                && first == second
            {
                return Err(self.wrong("Statement IDs (SID) in a single policy must be unique.", sid));
            }
        }
        Ok(())
    }

    fn resources_present(&self) -> Checked {
        for statement in self.statements() {
            if statement
                .resource
                .is_none_or(|resource| resource.values.is_empty())
            {
                return Err(self.wrong_statement("Policy statement must contain resources.", statement));
            }
        }
        Ok(())
    }

    /// Principals of everything but trust policies.
    fn principals(&self) -> Checked {
        for statement in self.statements() {
            match (&statement.principal, self.kind.has_principals()) {
                (Some(element), false) => {
                    return Err(self.wrong("Policy document should not specify a principal.", &element.name));
                }
                (None, true) => {
                    return Err(self.wrong_statement("Missing required field Principal", statement));
                }
                (Some(element), true) => {
                    // Evidence: AWS documentation, NotPrincipal: only together with a deny.
                    if element.negated && statement.effect != EffectWord::Deny {
                        return Err(self.wrong(SYNTAX, &element.name));
                    }
                    let values = element.values.of(&self.document.principals);
                    let everyone = |kind| kind == PrincipalKind::Everyone;
                    if self.kind == DocumentKind::ResourceControlPolicy
                        && (element.negated || !values.iter().all(|value| everyone(value.kind)))
                    {
                        return Err(self.wrong(SYNTAX, &element.name));
                    }
                }
                (None, false) => {}
            }
        }
        Ok(())
    }
}
