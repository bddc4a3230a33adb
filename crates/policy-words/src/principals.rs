//! Who it is about.

use lanyard_catalogue::catalogue;
use lanyard_policy::PrincipalKind;
use lanyard_policy::outline::Listed;

use crate::list::{joined, quoted};

/// The principals of a statement.
pub(crate) fn words(principals: &Listed<(PrincipalKind, &str)>) -> String {
    let names: Vec<String> = principals
        .values
        .iter()
        .map(|(kind, text)| name(*kind, text))
        .collect();
    if principals.negated {
        return format!(
            "everybody, with or without credentials, except {}",
            joined(&names, "and")
        );
    }
    if names.is_empty() {
        return "nobody (no principal is listed)".to_owned();
    }
    joined(&names, "and")
}

fn name(kind: PrincipalKind, text: &str) -> String {
    match kind {
        PrincipalKind::Everyone => EVERYBODY.to_owned(),
        PrincipalKind::Aws if text == "*" => EVERYBODY.to_owned(),
        PrincipalKind::Aws => aws(text),
        PrincipalKind::Service => service(text),
        PrincipalKind::Federated => federated(text),
        PrincipalKind::CanonicalUser => format!("the account of the canonical user {}", quoted(text)),
    }
}

const EVERYBODY: &str = "everybody, with or without credentials";

fn aws(text: &str) -> String {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account(text) {
        return format!("everybody in account {text}");
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let &[_, _, service, _, account, resource] = fields.as_slice() else {
        return format!("the principal {}", quoted(text));
    };
    let (kind, _) = resource.split_once('/').unwrap_or((resource, ""));
    match (service, kind) {
        ("iam", "root") if resource == "root" && is_account(account) => {
            format!("everybody in account {account}")
        }
        ("iam", "user") => format!("the user {}", quoted(text)),
        ("iam", "role") => format!("the role {}", quoted(text)),
        ("sts", "assumed-role") => format!("the role session {}", quoted(text)),
        ("sts", "federated-user") => format!("the federated user {}", quoted(text)),
        _ => format!("the principal {}", quoted(text)),
    }
}

fn service(text: &str) -> String {
    let known = text
        .strip_suffix(".amazonaws.com")
        .and_then(|prefix| catalogue().service(prefix));
    match known {
        Some(known) => format!("the service {} ({})", quoted(text), known.name()),
        None => format!("the service {}", quoted(text)),
    }
}

fn federated(text: &str) -> String {
    let provider = quoted(text);
    if text.contains(":saml-provider/") {
        format!("whoever shows an assertion of the SAML provider {provider}")
    } else {
        format!("whoever shows a token of the identity provider {provider}")
    }
}
