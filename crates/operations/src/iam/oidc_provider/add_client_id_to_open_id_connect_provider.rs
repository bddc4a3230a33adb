//! AddClientIDToOpenIDConnectProvider. Adding one that is there changes nothing.

use lanyard_aws_api::iam::{self, AddClientIDToOpenIDConnectProviderInput};

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct AddClientIDToOpenIDConnectProvider;

impl Described for AddClientIDToOpenIDConnectProvider {
    type Model = iam::AddClientIDToOpenIDConnectProvider;

    fn subject(input: &AddClientIDToOpenIDConnectProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view).into())
    }
}

impl Write for AddClientIDToOpenIDConnectProvider {
    fn run(input: &AddClientIDToOpenIDConnectProviderInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let arn = &input.open_id_connect_provider_arn;
        provider::check_arn(arn)?;
        Ok(change.edit.add_client_id(arn, Change::shared(&input.client_id))?)
    }
}
