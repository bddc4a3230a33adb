//! UpdateOpenIDConnectProviderThumbprint, which replaces all of them. None are not accepted here, while a provider can
//! be made without any.

use lanyard_aws_api::iam::{self, UpdateOpenIDConnectProviderThumbprintInput};

use super::provider;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UpdateOpenIDConnectProviderThumbprint;

impl Described for UpdateOpenIDConnectProviderThumbprint {
    type Model = iam::UpdateOpenIDConnectProviderThumbprint;

    fn subject(
        input: &UpdateOpenIDConnectProviderThumbprintInput,
        view: &View<'_>,
    ) -> Result<Subject, Refusal> {
        Ok(provider::ask(Self::ACTION, &input.open_id_connect_provider_arn, view).into())
    }
}

impl Write for UpdateOpenIDConnectProviderThumbprint {
    fn run(
        input: &UpdateOpenIDConnectProviderThumbprintInput,
        change: &mut Change<'_>,
    ) -> Result<(), Refusal> {
        let arn = &input.open_id_connect_provider_arn;
        provider::check_arn(arn)?;
        let thumbprints = provider::thumbprints(&input.thumbprint_list);
        if thumbprints.is_empty() {
            return Err(Refusal::no_thumbprints());
        }
        Ok(change.edit.set_thumbprints(arn, thumbprints)?)
    }
}
