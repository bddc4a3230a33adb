//! TagOpenIDConnectProvider. Keys of tags of providers differ by case.

use lanyard_aws_api::iam::{self, TagOpenIDConnectProviderInput};
use lanyard_directory::Taggable;

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct TagOpenIDConnectProvider;

impl Described for TagOpenIDConnectProvider {
    type Model = iam::TagOpenIDConnectProvider;

    fn subject(input: &TagOpenIDConnectProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(
            provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view)
                .request_tags(Some(&input.tags))
                .into(),
        )
    }
}

impl Write for TagOpenIDConnectProvider {
    fn run(input: &TagOpenIDConnectProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = &input.open_id_connect_provider_arn;
        provider::find_named(arn, &change.view())?;
        tags::put(Taggable::OidcProvider(arn), &input.tags, change)
    }
}
