//! UntagSAMLProvider. Keys that are not there are ignored.

use lanyard_aws_api::iam::{self, UntagSAMLProviderInput};
use lanyard_directory::Taggable;

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UntagSAMLProvider;

impl Described for UntagSAMLProvider {
    type Model = iam::UntagSAMLProvider;

    fn subject(input: &UntagSAMLProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.saml_provider_arn, view)
            .tag_keys(&input.tag_keys)
            .into())
    }
}

impl Write for UntagSAMLProvider {
    fn run(input: &UntagSAMLProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = &input.saml_provider_arn;
        provider::find(arn, &change.view())?;
        if input.tag_keys.is_empty() {
            return Err(Refusal::no_tag_keys());
        }
        tags::remove(Taggable::SamlProvider(arn), &input.tag_keys, change)
    }
}
