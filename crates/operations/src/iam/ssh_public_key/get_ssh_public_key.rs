//! GetSSHPublicKey, which shows a key in the form that is asked for, whichever it was uploaded in, and nothing of what
//! stood around it. Evidence for the latter: a recorded answer about a key with a comment.

use lanyard_aws_api::iam::{self, EncodingType, GetSSHPublicKeyInput, GetSSHPublicKeyOutput};

use super::rsa_key::RsaKey;
use super::shown;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetSSHPublicKey;

impl Described for GetSSHPublicKey {
    type Model = iam::GetSSHPublicKey;

    fn subject(input: &GetSSHPublicKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Read for GetSSHPublicKey {
    fn run(input: &GetSSHPublicKeyInput, view: &View<'_>) -> Result<GetSSHPublicKeyOutput, Refusal> {
        let (name, key) = shown::find(&input.user_name, &input.ssh_public_key_id, view.account)?;
        let rsa = RsaKey::from_base64(&key.key).map_err(Refusal::failure)?;
        let body = match input.encoding {
            EncodingType::Ssh => rsa.line(),
            EncodingType::Pem => rsa.pem(),
        };
        Ok(GetSSHPublicKeyOutput {
            ssh_public_key: Some(shown::whole(key, &rsa, name, body)),
        })
    }
}
