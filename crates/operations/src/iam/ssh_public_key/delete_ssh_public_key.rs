//! DeleteSSHPublicKey.

use lanyard_aws_api::iam::{self, DeleteSSHPublicKeyInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteSSHPublicKey;

impl Described for DeleteSSHPublicKey {
    type Model = iam::DeleteSSHPublicKey;

    fn subject(input: &DeleteSSHPublicKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for DeleteSSHPublicKey {
    fn run(input: &DeleteSSHPublicKeyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let id = &input.ssh_public_key_id;
        Ok(change.edit.delete_ssh_public_key(&input.user_name, id)?)
    }
}
