//! DisableOutboundWebIdentityFederation. No more tokens are given out; those that are out stay valid until they expire,
//! so the public keys go on being shown.

use lanyard_aws_api::iam;
use lanyard_directory::DirectoryError;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DisableOutboundWebIdentityFederation;

impl Described for DisableOutboundWebIdentityFederation {
    type Model = iam::DisableOutboundWebIdentityFederation;

    fn subject((): &(), view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Write for DisableOutboundWebIdentityFederation {
    fn run((): &(), change: &mut Change<'_>) -> Result<(), Refusal> {
        let account = change.edit.view().id();
        let disabled = change.edit.disable_web_identity_issuer();
        disabled.map_err(|error| match error {
            DirectoryError::WebIdentityIssuerDisabled => {
                Refusal::outbound_federation_already_disabled(account)
            }
            other => other.into(),
        })
    }
}
