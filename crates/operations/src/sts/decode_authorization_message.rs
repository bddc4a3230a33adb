//! DecodeAuthorizationMessage. Opens a message that was sealed for the caller's account; or, given the request id of
//! a denial that is remembered, tells why that was denied.
//!
//! A message of another account is answered like one that is none.

use lanyard_access::{DecodedMessage, EncodedMessage};
use lanyard_aws_api::sts::{self, DecodeAuthorizationMessageInput, DecodeAuthorizationMessageOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DecodeAuthorizationMessage;

impl Described for DecodeAuthorizationMessage {
    type Model = sts::DecodeAuthorizationMessage;

    fn subject(_: &DecodeAuthorizationMessageInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for DecodeAuthorizationMessage {
    fn run(
        input: &DecodeAuthorizationMessageInput,
        view: &View<'_>,
    ) -> Result<DecodeAuthorizationMessageOutput, Refusal> {
        let text = &input.encoded_message;
        let sealed = EncodedMessage::open(&view.services.keyring, text).ok();
        let message = sealed.or_else(|| remembered(text, view));
        let message = message.filter(|message| message.account() == view.account.id());
        let message = message.ok_or_else(Refusal::invalid_authorization_message)?;
        Ok(DecodeAuthorizationMessageOutput {
            decoded_message: Some(message.to_json()),
        })
    }
}

/// Why the request with this id was denied, if it was, not long ago.
// Differs from AWS: there a request id tells nothing.
fn remembered(request_id: &str, view: &View<'_>) -> Option<DecodedMessage> {
    let decisions = view.services.decisions.find(request_id);
    decisions.last().map(|evidence| DecodedMessage::of(evidence))
}
