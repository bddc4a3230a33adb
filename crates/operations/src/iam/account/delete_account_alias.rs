//! DeleteAccountAlias, which takes the account its name at sign-in.

use lanyard_aws_api::iam::{self, DeleteAccountAliasInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteAccountAlias;

impl Described for DeleteAccountAlias {
    type Model = iam::DeleteAccountAlias;

    fn subject(_: &DeleteAccountAliasInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Write for DeleteAccountAlias {
    fn run(input: &DeleteAccountAliasInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change.edit.delete_alias(&input.account_alias)?;
        Ok(())
    }
}
