//! ListSAMLProviders: all of them, not in pages.

use lanyard_aws_api::iam::{self, ListSAMLProvidersInput, ListSAMLProvidersOutput, SAMLProviderListEntry};
use lanyard_directory::SamlProvider;

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListSAMLProviders;

impl Described for ListSAMLProviders {
    type Model = iam::ListSAMLProviders;

    fn subject(_: &ListSAMLProvidersInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for ListSAMLProviders {
    fn run(_: &ListSAMLProvidersInput, view: &View<'_>) -> Result<ListSAMLProvidersOutput, Refusal> {
        let entry = |provider: &SamlProvider| SAMLProviderListEntry {
            arn: Some(provider.arn().to_string()),
            valid_until: provider.valid_until,
            create_date: Some(provider.created),
        };
        let providers = view.account.saml_providers();
        Ok(ListSAMLProvidersOutput {
            saml_provider_list: Some(providers.map(|provider| entry(provider)).collect()),
        })
    }
}
