//! Authorization messages: why a request was denied, for the eyes of whoever may decode it.
//!
//! A denial tells its caller little. The message tells all, but sealed: the caller hands it on to somebody who may
//! `sts:DecodeAuthorizationMessage` in the account that it is about. Nothing of it is stored; it can be opened for as
//! long as the ring keeps its key, which is a day and a half at least.
//!
//! Invariant: a message is never longer than what STS takes back. What does not fit is left out, the least telling
//! part first, and the message says so.

mod decoded;

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use lanyard_names::AccountId;

pub use decoded::DecodedMessage;

use crate::{Evidence, Keyring, TokenError};

/// The longest message, as text. Evidence: the public service model.
pub const MESSAGE_CHARACTERS_MAX: usize = 10_240;
const PURPOSE: &str = "authorization message";
/// What a message may unpack to: compressed JSON grows by a thousand at most, and none of ours by that.
const UNPACKED_BYTES_MAX: u64 = 1 << 20;

/// An authorization message as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedMessage(String);

impl EncodedMessage {
    /// Seals why something was decided, for the account of whoever was decided on.
    pub fn seal(keyring: &Keyring, evidence: &Evidence) -> Result<Self, TokenError> {
        let mut message = DecodedMessage::of(evidence);
        loop {
            let text = sealed(keyring, evidence, &message)?;
            if text.len() <= MESSAGE_CHARACTERS_MAX {
                return Ok(Self(text));
            }
            if !message.shorten() {
                return Err(TokenError::TooLong);
            }
        }
    }

    /// Opens a message. That the one who asks may see it, by [`DecodedMessage::account`], is for the caller to check.
    pub fn open(keyring: &Keyring, text: &str) -> Result<DecodedMessage, TokenError> {
        open(keyring, text).ok_or(TokenError::Invalid)
    }

    /// The message as text, which is safe in URLs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn sealed(keyring: &Keyring, evidence: &Evidence, message: &DecodedMessage) -> Result<String, TokenError> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    let deflated = deflated
        .write_all(message.to_json().as_bytes())
        .and_then(|()| deflated.finish())
        .map_err(|_| TokenError::NoKey)?;
    let mut body = message.account().to_string().into_bytes();
    body.extend_from_slice(&deflated);
    let text = keyring.seal_for(PURPOSE, &body, evidence.time)?;
    Ok(text.expose().to_owned())
}

fn open(keyring: &Keyring, text: &str) -> Option<DecodedMessage> {
    if text.len() > MESSAGE_CHARACTERS_MAX {
        return None;
    }
    let body = keyring.open_for(PURPOSE, text).ok()?;
    let (account, deflated) = body.expose().split_first_chunk::<12>()?;
    let account = AccountId::parse(str::from_utf8(account).ok()?).ok()?;
    let mut json = String::new();
    let mut decoder = DeflateDecoder::new(deflated).take(UNPACKED_BYTES_MAX);
    decoder.read_to_string(&mut json).ok()?;
    DecodedMessage::from_json(account, &json)
}
