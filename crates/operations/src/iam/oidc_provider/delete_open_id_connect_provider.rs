//! DeleteOpenIDConnectProvider. Roles that trust it stay, and nobody can assume them through it any more. Deleting it
//! again is refused, whatever the API reference says. Evidence: an answer of AWS collected by an open-source server's
//! tests, 2026.

use lanyard_aws_api::iam::{self, DeleteOpenIDConnectProviderInput};

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteOpenIDConnectProvider;

impl Described for DeleteOpenIDConnectProvider {
    type Model = iam::DeleteOpenIDConnectProvider;

    fn subject(input: &DeleteOpenIDConnectProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view).into())
    }
}

impl Write for DeleteOpenIDConnectProvider {
    fn run(input: &DeleteOpenIDConnectProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        provider::find_named(&input.open_id_connect_provider_arn, &change.view())?;
        change
            .edit
            .delete_oidc_provider(&input.open_id_connect_provider_arn)?;
        Ok(())
    }
}
