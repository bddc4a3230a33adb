//! Trust in issuers that many organizations share.
//!
//! Whoever has a repository at GitHub gets tokens of the same issuer as everybody else; a role that trusts the issuer
//! alone trusts all of them. AWS knows some such issuers and lets no trust policy be saved that does not look at the
//! claim that tells organizations apart. Evidence: the IAM user guide's page on identity-provider controls for shared
//! OIDC providers, with the issuers and claims below; its text of the refusal is not published.
//!
//! An issuer that stands nowhere here is taken for somebody's own, as AWS takes it.

use super::{Check, Checked};
use crate::document::{Condition, EffectWord, PrincipalKind, Statement};
use crate::fold;
use crate::operator::Comparison;

/// Issuers whose subjects name the organization, each as the end of its provider's ARN.
const BY_SUBJECT: [&str; 12] = [
    "agent.buildkite.com",
    "app.terraform.io",
    "gitlab.com",
    "oidc-configuration.audit-log.githubusercontent.com",
    "oidc.codefresh.io",
    "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb",
    "proidc.upbound.io",
    "scalr.io",
    "studio.datachain.ai/api",
    "token.actions.githubusercontent.com",
    "tokens.cloud.shisho.dev",
    "vstoken.actions.githubusercontent.com",
];

/// Issuers whose audience names the organization.
const BY_AUDIENCE: [&str; 4] = [
    "api.pulumi.com/oidc",
    "cognito-identity.amazonaws.com",
    "oidc.vercel.com",
    "sandboxes.cloud",
];

/// An issuer whose tokens say nothing of the organization, so that the name of the session has to.
const BY_SESSION_NAME: &str = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";

impl Check<'_> {
    /// Refuses a statement that opens a role to all users of a shared issuer.
    pub(super) fn shared_issuers(&self, statement: &Statement) -> Checked {
        let (EffectWord::Allow, Some(element)) = (statement.effect, &statement.principal) else {
            return Ok(());
        };
        for value in element.values.of(&self.document.principals) {
            if value.kind != PrincipalKind::Federated {
                continue;
            }
            let issuer = issuer(self.document.resolve(&value.text));
            let Some(key) = claim_that_tells(issuer) else {
                continue;
            };
            let mut conditions = statement.conditions.of(&self.document.conditions).iter();
            if !conditions.any(|condition| self.narrows(condition, &key)) {
                let message = format!(
                    "The trust policy must evaluate the condition key {key} for the shared OpenID Connect provider \
                     {issuer}."
                );
                return Err(self.wrong(message, &value.text));
            }
        }
        Ok(())
    }

    /// Whether a condition lets only some values of a key through.
    fn narrows(&self, condition: &Condition, key: &str) -> bool {
        let operator = condition.operator;
        let compares_text = matches!(
            operator.comparison,
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike
        );
        let mut values = condition.values.of(&self.document.values).iter();
        compares_text
            && !operator.negated
            && fold::same(self.document.resolve(&condition.key), key)
            && values.all(|value| !is_anything(self.document.resolve(value)))
    }
}

/// The issuer that a principal names, by its provider's ARN or by itself.
fn issuer(principal: &str) -> &str {
    match principal.split_once(":oidc-provider/") {
        Some((_, url)) => url,
        None => principal,
    }
}

fn claim_that_tells(issuer: &str) -> Option<String> {
    if issuer == BY_SESSION_NAME {
        return Some("sts:RoleSessionName".to_owned());
    }
    if BY_SUBJECT.contains(&issuer) {
        return Some(format!("{issuer}:sub"));
    }
    BY_AUDIENCE.contains(&issuer).then(|| format!("{issuer}:aud"))
}

/// Whether a value consists of nothing but wildcards.
fn is_anything(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b'*' | b'?'))
}
