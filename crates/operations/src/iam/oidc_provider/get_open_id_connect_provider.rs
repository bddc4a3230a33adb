//! GetOpenIDConnectProvider. The URL is shown without its scheme.

use lanyard_aws_api::iam::{self, GetOpenIDConnectProviderInput, GetOpenIDConnectProviderOutput};

use super::provider;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetOpenIDConnectProvider;

impl Described for GetOpenIDConnectProvider {
    type Model = iam::GetOpenIDConnectProvider;

    fn subject(input: &GetOpenIDConnectProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view).into())
    }
}

impl Read for GetOpenIDConnectProvider {
    fn run(
        input: &GetOpenIDConnectProviderInput,
        view: &View<'_>,
    ) -> Result<GetOpenIDConnectProviderOutput, Refusal> {
        let found = provider::find(&input.open_id_connect_provider_arn, view)?;
        Ok(GetOpenIDConnectProviderOutput {
            url: Some(found.url.to_string()),
            client_id_list: Some(found.client_ids.iter().map(ToString::to_string).collect()),
            thumbprint_list: Some(found.thumbprints.iter().map(ToString::to_string).collect()),
            create_date: Some(found.created),
            tags: Some(shapes::listed_tags(&found.tags)),
        })
    }
}
