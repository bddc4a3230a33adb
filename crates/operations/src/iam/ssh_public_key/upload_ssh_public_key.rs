//! UploadSSHPublicKey, which takes RSA keys of 2,048 bits or more, as a line of OpenSSH or as PEM.

use lanyard_aws_api::iam::{self, UploadSSHPublicKeyInput, UploadSSHPublicKeyOutput};
use lanyard_directory::NewSshPublicKey;
use lanyard_names::IdKind;

use super::rsa_key::{RsaKey, RsaKeyError};
use super::shown;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UploadSSHPublicKey;

impl Described for UploadSSHPublicKey {
    type Model = iam::UploadSSHPublicKey;

    fn subject(input: &UploadSSHPublicKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for UploadSSHPublicKey {
    fn run(
        input: &UploadSSHPublicKeyInput,
        change: &mut Change<'_>,
    ) -> Result<UploadSSHPublicKeyOutput, Refusal> {
        let body = &input.ssh_public_key_body;
        let rsa = RsaKey::read(body).map_err(|error| match error {
            RsaKeyError::Unrecognized => Refusal::public_key_unrecognized(),
            RsaKeyError::Invalid => Refusal::public_key_invalid(),
        })?;
        let new = NewSshPublicKey {
            id: change.new_id(IdKind::PublicKey),
            body: Change::shared(body),
            key: rsa.base64().into(),
            uploaded: change.now,
        };
        let id = change.edit.upload_ssh_public_key(&input.user_name, new)?.id;
        let (name, key) = shown::find(&input.user_name, id.as_str(), change.edit.view())?;
        Ok(UploadSSHPublicKeyOutput {
            ssh_public_key: Some(shown::whole(key, &rsa, name, body.clone())),
        })
    }
}
