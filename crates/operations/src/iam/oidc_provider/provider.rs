//! A provider by its ARN, which is how every operation but two names it.

use std::sync::Arc;

use lanyard_directory::{DirectoryError, OidcProvider};
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use crate::error::Refusal;
use crate::subject::Ask;
use crate::view::View;

/// An action on a provider, which may not exist. It is asked for under the very ARN that the request names, and under
/// the account in it.
pub(super) fn ask(action: &'static str, arn: &str, view: &View<'_>) -> Ask {
    let mut ask = Ask::on(action, arn.to_owned(), view);
    if let Some(provider) = view.account.oidc_provider(arn) {
        ask = ask.resource_tags(&provider.tags);
    }
    if let Some(account) = Arn::parse(arn)
        .ok()
        .and_then(|arn| AccountId::parse(arn.account).ok())
    {
        ask.resource_account = account;
    }
    ask
}

/// Refuses what is not the ARN of a provider. Evidence: answers of AWS collected by an open-source server's tests.
pub(super) fn check_arn(arn: &str) -> Result<(), Refusal> {
    let parsed = Arn::parse(arn).map_err(|_| Refusal::invalid_provider_arn(arn))?;
    if parsed.service != "iam" || AccountId::parse(parsed.account).is_err() {
        return Err(Refusal::invalid_provider_arn(arn));
    }
    match parsed.resource.split_once('/') {
        Some(("oidc-provider", url)) if !url.is_empty() => Ok(()),
        Some((_, name)) if !name.is_empty() => Err(Refusal::wrong_provider_arn()),
        _ => Err(Refusal::invalid_provider_arn(arn)),
    }
}

/// Finds a provider.
pub(super) fn find<'a>(arn: &str, view: &View<'a>) -> Result<&'a Arc<OidcProvider>, Refusal> {
    check_arn(arn)?;
    let missing = || DirectoryError::NoSuchOidcProvider(arn.into());
    Ok(view.account.oidc_provider(arn).ok_or_else(missing)?)
}

/// Finds a provider for the operations on its tags and the one that deletes it, which say in other words that it is
/// not there.
pub(super) fn find_named<'a>(arn: &str, view: &View<'a>) -> Result<&'a Arc<OidcProvider>, Refusal> {
    check_arn(arn)?;
    let missing = || Refusal::no_such_oidc_provider(arn);
    view.account.oidc_provider(arn).ok_or_else(missing)
}

/// Thumbprints as they are kept: in lower case, as often as they are given. Evidence: recorded answers of IAM, where
/// those that are not hexadecimal are accepted as well.
pub(super) fn thumbprints(given: &[String]) -> Vec<Arc<str>> {
    let kept = |thumbprint: &String| thumbprint.to_ascii_lowercase().into();
    given.iter().map(kept).collect()
}
