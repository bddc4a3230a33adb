//! UpdateSAMLProvider. What is not given stays. Keys come and go one at a time, and a provider that requires encryption
//! keeps one. Evidence for what is refused, and how: recorded answers of IAM.

use jiff::Timestamp;
use lanyard_aws_api::iam::{self, UpdateSAMLProviderInput, UpdateSAMLProviderOutput};
use lanyard_directory::{AssertionEncryption, SamlPrivateKey, SamlProvider, SamlProviderUpdate};

use super::{private_key, provider};
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UpdateSAMLProvider;

/// What the provider gets.
pub(crate) struct Prepared {
    /// Until when the new metadata counts.
    valid_until: Option<Timestamp>,
    private_key: Option<SamlPrivateKey>,
}

impl Described for UpdateSAMLProvider {
    type Model = iam::UpdateSAMLProvider;

    fn subject(input: &UpdateSAMLProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.saml_provider_arn, view).into())
    }
}

impl PreparedWrite for UpdateSAMLProvider {
    type Prepared = Prepared;

    async fn prepare(
        input: &UpdateSAMLProviderInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Prepared, Refusal> {
        check(input, provider::find(&input.saml_provider_arn, view)?)?;
        let metadata = input.saml_metadata_document.as_deref();
        let read = |text| provider::read_metadata(text, view.now);
        let seal = |pem: &String| private_key::seal(pem, view.account.id(), &services.vault, view.now);
        let pem = input.add_private_key.as_ref();
        Ok(Prepared {
            valid_until: metadata.map(read).transpose()?,
            private_key: pem.map(|pem| seal(pem.expose())).transpose()?,
        })
    }

    fn run(
        input: &UpdateSAMLProviderInput,
        prepared: &Prepared,
        change: &mut Change<'_>,
    ) -> Result<UpdateSAMLProviderOutput, Refusal> {
        let arn = &input.saml_provider_arn;
        check(input, provider::find(arn, &change.view())?)?;
        let metadata = input.saml_metadata_document.as_deref();
        change.edit.update_saml_provider(
            arn,
            SamlProviderUpdate {
                metadata: metadata.map(|text| (Change::shared(text), prepared.valid_until)),
                encryption: input.assertion_encryption_mode.map(provider::encryption),
                add_private_key: prepared.private_key.clone(),
                remove_private_key: input.remove_private_key.as_deref().map(Change::shared),
                ..SamlProviderUpdate::default()
            },
        )?;
        Ok(UpdateSAMLProviderOutput {
            saml_provider_arn: Some(arn.clone()),
        })
    }
}

/// Refuses what would leave assertions that nobody can open, and requests that are not one change.
fn check(input: &UpdateSAMLProviderInput, provider: &SamlProvider) -> Result<(), Refusal> {
    let (adds, removes) = (
        input.add_private_key.is_some(),
        input.remove_private_key.as_deref(),
    );
    if adds && removes.is_some() {
        return Err(Refusal::keys_added_and_removed());
    }
    let mode = input.assertion_encryption_mode;
    if !adds && removes.is_none() && mode.is_none() && input.saml_metadata_document.is_none() {
        return Err(Refusal::saml_provider_unchanged());
    }
    let stays = |key: &&SamlPrivateKey| removes != Some(&*key.id);
    let has_key = adds || provider.private_keys.iter().any(|key| stays(&key));
    let mode = mode.map(provider::encryption);
    if mode == Some(AssertionEncryption::Required) && !has_key {
        return Err(Refusal::encryption_without_key());
    }
    let requires = mode.or(provider.encryption) == Some(AssertionEncryption::Required);
    if requires && removes.is_some() && !has_key {
        return Err(Refusal::last_key_removed());
    }
    Ok(())
}
