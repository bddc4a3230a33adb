//! Answers in JSON, written as they are found.

use std::fmt::Write;

use lanyard_access::EncodedMessage;
use lanyard_policy::{Effect, Trace};

use crate::refusal::Refusal;

/// One decision, as it is answered.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) effect: Effect,
    /// The id under which a denial can be explained for a while.
    pub(crate) id: lanyard_access::RequestId,
    /// AWS's text for a denial.
    pub(crate) reason: Option<String>,
    pub(crate) trace: Option<Box<Trace>>,
    /// Why, sealed for whoever may decode it.
    pub(crate) encoded_message: Option<EncodedMessage>,
}

impl Decided {
    /// The words for what was decided. Evidence: IAM's policy simulator has them for its decisions.
    fn word(&self) -> &'static str {
        match self.effect {
            Effect::Allow => "Allowed",
            Effect::ImplicitDeny => "ImplicitlyDenied",
            Effect::ExplicitDeny => "ExplicitlyDenied",
        }
    }

    /// Writes the decision as an object.
    pub(crate) fn write(&self, out: &mut String) {
        out.push_str("{\"decision\":\"");
        out.push_str(self.word());
        out.push_str("\",\"decisionId\":\"");
        out.push_str(self.id.as_str());
        out.push('"');
        if let Some(reason) = &self.reason {
            out.push_str(",\"reason\":");
            quote(reason, out);
        }
        if let Some(message) = &self.encoded_message {
            out.push_str(",\"encodedAuthorizationMessage\":");
            quote(message.as_str(), out);
        }
        if let Some(trace) = &self.trace {
            // A trace serializes to plain JSON; there is nothing in it that could fail.
            let trace = serde_json::to_string(trace).unwrap_or_else(|_| "null".to_owned());
            out.push_str(",\"trace\":");
            out.push_str(&trace);
        }
        out.push('}');
    }
}

/// Writes a refusal as the object that AWS's services with JSON answer.
pub(crate) fn write_refusal(refusal: &Refusal, out: &mut String) {
    out.push_str("{\"__type\":\"");
    out.push_str(refusal.code.name());
    out.push_str("\",\"message\":");
    quote(&refusal.message, out);
    out.push('}');
}

/// Writes a text as a JSON string.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // What has to be escaped is ASCII, so that cutting there never cuts a character.
    while let Some(at) = rest
        .bytes()
        .position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some(quoted @ ('"' | '\\')) => out.extend(['\\', quoted]),
            // Writing to a string does not fail.
            Some(control) => {
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_json() {
        let text = "a\"b\\c\nd\u{1}é";
        let mut out = String::new();
        quote(text, &mut out);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
