//! TagSAMLProvider. Keys of tags of providers differ by case.

use lanyard_aws_api::iam::{self, TagSAMLProviderInput};
use lanyard_directory::Taggable;

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct TagSAMLProvider;

impl Described for TagSAMLProvider {
    type Model = iam::TagSAMLProvider;

    fn subject(input: &TagSAMLProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.saml_provider_arn, view)
            .request_tags(Some(&input.tags))
            .into())
    }
}

impl Write for TagSAMLProvider {
    fn run(input: &TagSAMLProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = &input.saml_provider_arn;
        provider::find(arn, &change.view())?;
        tags::put(Taggable::SamlProvider(arn), &input.tags, change)
    }
}
