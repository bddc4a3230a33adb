//! SetSecurityTokenServicePreferences. AWS's two versions of tokens differ in the regions that accept them. Tokens of
//! this server are accepted in every region, so that the choice is kept, and changes nothing about them.
// Differs from AWS: see `docs/differences-from-aws.md`.

use lanyard_aws_api::iam::{self, GlobalEndpointTokenVersion, SetSecurityTokenServicePreferencesInput};
use lanyard_directory::TokenVersion;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct SetSecurityTokenServicePreferences;

impl Described for SetSecurityTokenServicePreferences {
    type Model = iam::SetSecurityTokenServicePreferences;

    fn subject(_: &SetSecurityTokenServicePreferencesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Write for SetSecurityTokenServicePreferences {
    fn run(input: &SetSecurityTokenServicePreferencesInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change
            .edit
            .set_global_endpoint_tokens(match input.global_endpoint_token_version {
                GlobalEndpointTokenVersion::V1Token => TokenVersion::V1,
                GlobalEndpointTokenVersion::V2Token => TokenVersion::V2,
            });
        Ok(())
    }
}
