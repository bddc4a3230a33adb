//! RemoveClientIDFromOpenIDConnectProvider. Removing one that is not there changes nothing.

use lanyard_aws_api::iam::{self, RemoveClientIDFromOpenIDConnectProviderInput};

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct RemoveClientIDFromOpenIDConnectProvider;

impl Described for RemoveClientIDFromOpenIDConnectProvider {
    type Model = iam::RemoveClientIDFromOpenIDConnectProvider;

    fn subject(
        input: &RemoveClientIDFromOpenIDConnectProviderInput,
        view: &View<'_>,
    ) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view).into())
    }
}

impl Write for RemoveClientIDFromOpenIDConnectProvider {
    fn run(
        input: &RemoveClientIDFromOpenIDConnectProviderInput,
        change: &mut Change<'_>,
    ) -> Result<(), Refusal> {
        let arn = &input.open_id_connect_provider_arn;
        provider::check_arn(arn)?;
        Ok(change.edit.remove_client_id(arn, &input.client_id)?)
    }
}
