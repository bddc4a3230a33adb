//! A provider by its ARN, and its metadata as it comes in.

use std::sync::Arc;

use jiff::{Span, Timestamp, tz::TimeZone};
use lanyard_aws_api::iam::AssertionEncryptionModeType;
use lanyard_directory::{AssertionEncryption, DirectoryError, SamlProvider};
use lanyard_federation::saml;
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use crate::error::Refusal;
use crate::subject::Ask;
use crate::view::View;

/// For how long metadata counts that says nothing of it. Evidence: an answer of AWS quoted in a public issue, a hundred
/// years after the provider was made.
const YEARS_VALID: i64 = 100;

/// An action on a provider, which may not exist. It is asked for under the very ARN that the request names, and under
/// the account in it.
pub(super) fn ask(action: &'static str, arn: &str, view: &View<'_>) -> Ask {
    let mut ask = Ask::on(action, arn.to_owned(), view);
    if let Some(provider) = view.account.saml_provider(arn) {
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

/// Finds a provider. What is no ARN of one is told as AWS tells it for OpenID Connect providers.
pub(super) fn find<'a>(arn: &str, view: &View<'a>) -> Result<&'a Arc<SamlProvider>, Refusal> {
    let parsed = Arn::parse(arn).map_err(|_| Refusal::invalid_provider_arn(arn))?;
    if parsed.service != "iam" || AccountId::parse(parsed.account).is_err() {
        return Err(Refusal::invalid_provider_arn(arn));
    }
    match parsed.resource.split_once('/') {
        Some(("saml-provider", name)) if !name.is_empty() => {}
        Some((_, name)) if !name.is_empty() => return Err(Refusal::wrong_provider_arn()),
        _ => return Err(Refusal::invalid_provider_arn(arn)),
    }
    let missing = || DirectoryError::NoSuchSamlProvider(arn.into());
    Ok(view.account.saml_provider(arn).ok_or_else(missing)?)
}

/// Reads metadata, so that only what assertions can be verified against is kept; tells until when it counts.
pub(super) fn read_metadata(text: &str, now: Timestamp) -> Result<Timestamp, Refusal> {
    // What will be refused anyway need not be read.
    let limit = SamlProvider::METADATA_BYTES_MAX;
    if text.len() > limit {
        let what = "the metadata";
        return Err(DirectoryError::ProviderTextTooLong { what, limit }.into());
    }
    let metadata = saml::parse_metadata(text, now).map_err(Refusal::saml_metadata)?;
    match metadata.valid_until {
        Some(until) => Ok(until),
        None => in_years(now, YEARS_VALID).map_err(Refusal::failure),
    }
}

fn in_years(now: Timestamp, years: i64) -> Result<Timestamp, jiff::Error> {
    let later = now
        .to_zoned(TimeZone::UTC)
        .checked_add(Span::new().try_years(years)?)?;
    Ok(later.timestamp())
}

/// The encryption mode as it is kept.
pub(super) fn encryption(mode: AssertionEncryptionModeType) -> AssertionEncryption {
    match mode {
        AssertionEncryptionModeType::Required => AssertionEncryption::Required,
        AssertionEncryptionModeType::Allowed => AssertionEncryption::Allowed,
    }
}

/// The encryption mode as it is shown: a provider of which nobody said anything allows encryption. Evidence: an answer
/// of AWS quoted in a public issue.
pub(super) fn encryption_shown(mode: Option<AssertionEncryption>) -> AssertionEncryptionModeType {
    match mode {
        Some(AssertionEncryption::Required) => AssertionEncryptionModeType::Required,
        Some(AssertionEncryption::Allowed) | None => AssertionEncryptionModeType::Allowed,
    }
}
