//! ListSAMLProviderTags, in order of their keys.

use lanyard_aws_api::iam::{self, ListSAMLProviderTagsInput, ListSAMLProviderTagsOutput};

use super::provider;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListSAMLProviderTags;

impl Described for ListSAMLProviderTags {
    type Model = iam::ListSAMLProviderTags;

    fn subject(input: &ListSAMLProviderTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.saml_provider_arn, view).into())
    }
}

impl Read for ListSAMLProviderTags {
    fn run(
        input: &ListSAMLProviderTagsInput,
        view: &View<'_>,
    ) -> Result<ListSAMLProviderTagsOutput, Refusal> {
        let found = provider::find(&input.saml_provider_arn, view)?;
        let paged = tags::list(&found.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListSAMLProviderTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}
