//! GetSAMLProvider. Of private keys, only their ids and dates are shown.

use lanyard_aws_api::iam::{self, GetSAMLProviderInput, GetSAMLProviderOutput, SAMLPrivateKey};
use lanyard_directory::SamlPrivateKey;

use super::provider;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetSAMLProvider;

impl Described for GetSAMLProvider {
    type Model = iam::GetSAMLProvider;

    fn subject(input: &GetSAMLProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.saml_provider_arn, view).into())
    }
}

impl Read for GetSAMLProvider {
    fn run(input: &GetSAMLProviderInput, view: &View<'_>) -> Result<GetSAMLProviderOutput, Refusal> {
        let found = provider::find(&input.saml_provider_arn, view)?;
        let key = |key: &SamlPrivateKey| SAMLPrivateKey {
            key_id: Some(key.id.to_string()),
            timestamp: Some(key.added),
        };
        Ok(GetSAMLProviderOutput {
            saml_provider_uuid: Some(found.id.to_string()),
            saml_metadata_document: Some(found.metadata.to_string()),
            create_date: Some(found.created),
            valid_until: found.valid_until,
            tags: Some(shapes::listed_tags(&found.tags)),
            assertion_encryption_mode: Some(provider::encryption_shown(found.encryption)),
            private_key_list: Some(found.private_keys.iter().map(key).collect()),
        })
    }
}
