//! UntagOpenIDConnectProvider. Keys that are not there are ignored.

use lanyard_aws_api::iam::{self, UntagOpenIDConnectProviderInput};
use lanyard_directory::Taggable;

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UntagOpenIDConnectProvider;

impl Described for UntagOpenIDConnectProvider {
    type Model = iam::UntagOpenIDConnectProvider;

    fn subject(input: &UntagOpenIDConnectProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(
            provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view)
                .tag_keys(&input.tag_keys)
                .into(),
        )
    }
}

impl Write for UntagOpenIDConnectProvider {
    fn run(input: &UntagOpenIDConnectProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = &input.open_id_connect_provider_arn;
        provider::find_named(arn, &change.view())?;
        if input.tag_keys.is_empty() {
            return Err(Refusal::no_tag_keys());
        }
        tags::remove(Taggable::OidcProvider(arn), &input.tag_keys, change)
    }
}
