//! DeleteSAMLProvider. Roles that trust it stay, and nobody can assume them through it any more.

use lanyard_aws_api::iam::{self, DeleteSAMLProviderInput};

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteSAMLProvider;

impl Described for DeleteSAMLProvider {
    type Model = iam::DeleteSAMLProvider;

    fn subject(input: &DeleteSAMLProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.saml_provider_arn, view).into())
    }
}

impl Write for DeleteSAMLProvider {
    fn run(input: &DeleteSAMLProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        provider::find(&input.saml_provider_arn, &change.view())?;
        change.edit.delete_saml_provider(&input.saml_provider_arn)?;
        Ok(())
    }
}
