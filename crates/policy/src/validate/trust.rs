//! Checks of role trust policies.

use lanyard_names::{AccountId, IdKind, UniqueId};

use super::{Check, Checked};
use crate::document::{Element, PrincipalKind, PrincipalValue, Statement};

/// What trust policies may speak of.
const ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

impl Check<'_> {
    pub(super) fn trust(&self) -> Checked {
        self.statements()
            .try_for_each(|statement| self.trust_actions(statement))?;
        for statement in self.statements() {
            if let Some(resource) = &statement.resource {
                return Err(self.wrong("Has prohibited field Resource", &resource.name));
            }
        }
        // Principals last: next comes the question whether they exist, which is answered elsewhere.
        self.statements()
            .try_for_each(|statement| self.trust_principal(statement))?;
        self.statements()
            .try_for_each(|statement| self.shared_issuers(statement))
    }

    fn trust_principal(&self, statement: &Statement) -> Checked {
        let Some(element) = &statement.principal else {
            return Err(self.wrong_statement("Missing required field Principal", statement));
        };
        // Evidence: AWS documentation, NotPrincipal: not in trust policies.
        if element.negated {
            return Err(self.wrong("Has prohibited field NotPrincipal", &element.name));
        }
        for value in element.values.of(&self.document.principals) {
            self.trust_principal_value(element, value)?;
        }
        Ok(())
    }

    fn trust_principal_value(&self, element: &Element, value: &PrincipalValue) -> Checked {
        let text = self.document.resolve(&value.text);
        let (label, valid) = match value.kind {
            PrincipalKind::Everyone => {
                // Evidence: reported answers of AWS. `{"AWS": "*"}` is accepted.
                let message = "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".";
                return Err(self.wrong(message, &element.name));
            }
            PrincipalKind::Aws => ("AWS", is_aws_principal(text)),
            PrincipalKind::Service => ("SERVICE", is_domain(text)),
            PrincipalKind::Federated if is_provider(text) || is_domain(text) => ("FEDERATED", true),
            PrincipalKind::Federated => {
                let message = "Federated principals must be valid domain names or SAML metadata ARNs";
                return Err(self.wrong(message, &value.text));
            }
            PrincipalKind::CanonicalUser => ("CANONICALUSER", false),
        };
        if valid {
            return Ok(());
        }
        Err(self.wrong(
            format!("Invalid principal in policy: \"{label}\":\"{text}\""),
            &value.text,
        ))
    }

    fn trust_actions(&self, statement: &Statement) -> Checked {
        let Some(element) = &statement.action else {
            return Ok(());
        };
        for value in element.values.of(&self.document.values) {
            if element.negated || !is_trust_action(self.document.resolve(value)) {
                // Evidence: recorded answers of UpdateAssumeRolePolicy, here and for resources.
                let message = "AssumeRole policy may only specify STS AssumeRole actions.";
                return Err(self.wrong(message, value));
            }
        }
        Ok(())
    }
}

fn is_trust_action(action: &str) -> bool {
    if ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(action)) {
        return true;
    }
    // A pattern is accepted if what stands before its first wildcard can be the start of one of them.
    action.find(['*', '?']).is_some_and(|end| {
        let start = action.get(..end).unwrap_or_default();
        let begins = |known: &&str| {
            known
                .get(..end)
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        end >= "sts:".len() && ACTIONS.iter().any(begins)
    })
}

fn is_aws_principal(text: &str) -> bool {
    let principal_id = |id: UniqueId| matches!(id.kind(), IdKind::User | IdKind::Role);
    if text == "*" || AccountId::parse(text).is_ok() || UniqueId::parse(text).is_ok_and(principal_id) {
        return true;
    }
    let Some(["arn", _, service @ ("iam" | "sts"), "", account, resource]) =
        crate::compiled::arn_fields(text)
    else {
        return false;
    };
    let kinds: &[&str] = match service {
        "iam" => &["user/", "role/"],
        _ => &["assumed-role/", "federated-user/"],
    };
    let named = |kind: &&str| resource.strip_prefix(*kind).is_some_and(|name| !name.is_empty());
    AccountId::parse(account).is_ok()
        && !text.contains(['*', '?'])
        && (service == "iam" && resource == "root" || kinds.iter().any(named))
}

fn is_provider(text: &str) -> bool {
    let Some(["arn", _, "iam", "", account, resource]) = crate::compiled::arn_fields(text) else {
        return false;
    };
    let provider = resource
        .strip_prefix("saml-provider/")
        .or_else(|| resource.strip_prefix("oidc-provider/"));
    AccountId::parse(account).is_ok()
        && provider.is_some_and(|name| !name.is_empty() && !name.contains(['*', '?']))
}

/// Whether a text looks like a domain, such as `ec2.amazonaws.com`, perhaps with a path.
fn is_domain(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    host.contains('.') && host.split('.').all(label) && !text.contains(['*', '?', ' '])
}
