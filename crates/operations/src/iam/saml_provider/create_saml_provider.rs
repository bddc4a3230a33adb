//! CreateSAMLProvider. The metadata is read before it is kept: a provider whose assertions could never be verified is
//! not made. With tags, tagging it is decided on as well.

use jiff::Timestamp;
use lanyard_aws_api::iam::{
    self, AssertionEncryptionModeType, CreateSAMLProviderInput, CreateSAMLProviderOutput,
};
use lanyard_directory::{NewSamlProvider, SamlPrivateKey};
use lanyard_names::SamlProviderName;

use super::tag_saml_provider::TagSAMLProvider;
use super::{private_key, provider};
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::{parameter, shapes};
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct CreateSAMLProvider;

/// What is known of the provider before it is made.
pub(crate) struct Prepared {
    id: String,
    valid_until: Timestamp,
    private_key: Option<SamlPrivateKey>,
}

impl Described for CreateSAMLProvider {
    type Model = iam::CreateSAMLProvider;

    fn subject(input: &CreateSAMLProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let create = Ask::on(
            Self::ACTION,
            placed("saml-provider", None, &input.name, view),
            view,
        );
        Ok(Subject::creation(
            create,
            TagSAMLProvider::ACTION,
            input.tags.as_deref(),
        ))
    }
}

impl PreparedWrite for CreateSAMLProvider {
    type Prepared = Prepared;

    async fn prepare(
        input: &CreateSAMLProviderInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Prepared, Refusal> {
        let is_required = input.assertion_encryption_mode == Some(AssertionEncryptionModeType::Required);
        if is_required && input.add_private_key.is_none() {
            return Err(Refusal::encryption_without_key_given());
        }
        let valid_until = provider::read_metadata(&input.saml_metadata_document, view.now)?;
        let seal = |pem: &String| private_key::seal(pem, view.account.id(), &services.vault, view.now);
        let pem = input.add_private_key.as_ref();
        Ok(Prepared {
            id: private_key::new_id("SAMLSP")?,
            valid_until,
            private_key: pem.map(|pem| seal(pem.expose())).transpose()?,
        })
    }

    fn run(
        input: &CreateSAMLProviderInput,
        prepared: &Prepared,
        change: &mut Change<'_>,
    ) -> Result<CreateSAMLProviderOutput, Refusal> {
        let made = change.edit.create_saml_provider(NewSamlProvider {
            name: SamlProviderName::parse(&input.name).map_err(|_| parameter::invalid_name("name"))?,
            metadata: Change::shared(&input.saml_metadata_document),
            id: Change::shared(&prepared.id),
            created: change.now,
            valid_until: Some(prepared.valid_until),
            encryption: input.assertion_encryption_mode.map(provider::encryption),
            private_key: prepared.private_key.clone(),
            tags: tags::given(input.tags.as_deref())?,
        })?;
        Ok(CreateSAMLProviderOutput {
            saml_provider_arn: Some(made.arn().to_string()),
            tags: shapes::given_tags(input.tags.as_deref()),
        })
    }
}
