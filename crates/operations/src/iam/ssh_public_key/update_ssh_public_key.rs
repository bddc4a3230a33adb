//! UpdateSSHPublicKey, which makes a key active or inactive.

use lanyard_aws_api::iam::{self, UpdateSSHPublicKeyInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UpdateSSHPublicKey;

impl Described for UpdateSSHPublicKey {
    type Model = iam::UpdateSSHPublicKey;

    fn subject(input: &UpdateSSHPublicKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for UpdateSSHPublicKey {
    fn run(input: &UpdateSSHPublicKeyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let status = parameter::status(&input.status)?;
        let id = &input.ssh_public_key_id;
        Ok(change.edit.update_ssh_public_key(&input.user_name, id, status)?)
    }
}
