//! DeleteAccountPasswordPolicy. The account follows AWS's rules again. It takes no resource.

use lanyard_aws_api::iam;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, InputOf, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteAccountPasswordPolicy;

impl Described for DeleteAccountPasswordPolicy {
    type Model = iam::DeleteAccountPasswordPolicy;

    fn subject(_: &InputOf<Self>, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Write for DeleteAccountPasswordPolicy {
    fn run(_: &InputOf<Self>, change: &mut Change<'_>) -> Result<(), Refusal> {
        // Evidence: a recorded answer. It names the policy otherwise than GetAccountPasswordPolicy.
        let missing =
            |_| Refusal::no_such_entity("The account policy with name PasswordPolicy cannot be found.");
        change.edit.delete_password_policy().map_err(missing)
    }
}
