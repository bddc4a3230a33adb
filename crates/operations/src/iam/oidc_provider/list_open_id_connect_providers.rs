//! ListOpenIDConnectProviders: all of them, by their ARNs, not in pages.

use lanyard_aws_api::iam::{
    self, ListOpenIDConnectProvidersInput, ListOpenIDConnectProvidersOutput, OpenIDConnectProviderListEntry,
};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListOpenIDConnectProviders;

impl Described for ListOpenIDConnectProviders {
    type Model = iam::ListOpenIDConnectProviders;

    fn subject(_: &ListOpenIDConnectProvidersInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for ListOpenIDConnectProviders {
    fn run(
        _: &ListOpenIDConnectProvidersInput,
        view: &View<'_>,
    ) -> Result<ListOpenIDConnectProvidersOutput, Refusal> {
        let entry = |arn: String| OpenIDConnectProviderListEntry { arn: Some(arn) };
        let providers = view.account.oidc_providers();
        Ok(ListOpenIDConnectProvidersOutput {
            open_id_connect_provider_list: Some(
                providers
                    .map(|provider| entry(provider.arn().to_string()))
                    .collect(),
            ),
        })
    }
}
