//! ListOpenIDConnectProviderTags, in order of their keys.

use lanyard_aws_api::iam::{self, ListOpenIDConnectProviderTagsInput, ListOpenIDConnectProviderTagsOutput};

use super::provider;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListOpenIDConnectProviderTags;

impl Described for ListOpenIDConnectProviderTags {
    type Model = iam::ListOpenIDConnectProviderTags;

    fn subject(input: &ListOpenIDConnectProviderTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view).into())
    }
}

impl Read for ListOpenIDConnectProviderTags {
    fn run(
        input: &ListOpenIDConnectProviderTagsInput,
        view: &View<'_>,
    ) -> Result<ListOpenIDConnectProviderTagsOutput, Refusal> {
        let found = provider::find_named(&input.open_id_connect_provider_arn, view)?;
        let paged = tags::list(&found.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListOpenIDConnectProviderTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}
