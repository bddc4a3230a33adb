//! The policies of an entity as a summary tells of them.

use lanyard_directory::{Account, InlinePolicy};
use lanyard_names::PolicyArn;
use lanyard_policy::Document;
use lanyard_policy_words::{Summary, Words};

/// The words of a text; `None` if it cannot be read, as decisions do not read it either.
pub(super) fn words(text: &str, summary: &mut Summary) -> Option<Words> {
    let document = Document::parse(text).ok()?;
    Some(summary.words(&document))
}

/// Adds inline policies.
pub(super) fn add_inline<'a>(
    owner: &str,
    policies: impl IntoIterator<Item = &'a InlinePolicy>,
    summary: &mut Summary,
) {
    for policy in policies {
        let name = format!("{owner}inline policy {}", policy.name);
        add(&name, policy.document.text(), summary);
    }
}

/// Adds managed policies.
pub(super) fn add_attached(owner: &str, policies: &[PolicyArn], account: &Account, summary: &mut Summary) {
    for arn in policies {
        let name = format!("{owner}managed policy {arn}");
        match account.managed_policy_in_force(arn) {
            Some((_, text)) => add(&name, &text, summary),
            // Fails closed: as decisions take a policy that is not there.
            None => summary.add_unreadable(Some(&name)),
        }
    }
}

fn add(name: &str, text: &str, summary: &mut Summary) {
    match words(text, summary) {
        Some(words) => summary.add(Some(name), words),
        None => summary.add_unreadable(Some(name)),
    }
}

/// Adds a permissions boundary.
pub(super) fn add_boundary(boundary: Option<&PolicyArn>, account: &Account, summary: &mut Summary) {
    let Some(arn) = boundary else { return };
    let name = format!("the permissions boundary {arn}");
    let in_force = account.managed_policy_in_force(arn);
    match in_force.and_then(|(_, text)| words(&text, summary)) {
        Some(words) => summary.cap(&name, words),
        None => summary.add_unreadable(Some(&name)),
    }
}
