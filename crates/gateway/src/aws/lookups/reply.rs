//! What the upstream answers to a question.

use http::StatusCode;
use lanyard_service_models::Protocol;
use serde_json::Value;

use crate::error::says_not_there;
use crate::upstream::WholeAnswer;
use crate::xml::Element;

/// An answer that was read.
#[derive(Debug)]
pub(in crate::aws) enum Reply {
    /// A document of JSON.
    Json(Value),
    /// A document of XML: what stands in the answer's outermost element.
    Xml(Element),
    /// There is no such thing.
    NotThere,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::aws) enum NoReplyError {
    /// The upstream refused to tell.
    #[error("the upstream does not tell by {operation}: status {status}, {code}")]
    Refused {
        /// What it was asked.
        operation: &'static str,
        /// The status.
        status: StatusCode,
        /// What it calls the error, as far as that could be read.
        code: String,
    },
    /// What it answered is not what the operation answers.
    #[error("the upstream's answer to {0} cannot be read")]
    Unreadable(&'static str),
    /// There is no end to what it answers.
    #[error("the upstream's answer to {0} does not end")]
    Endless(&'static str),
    /// It did not answer in time.
    #[error("the upstream did not answer {0} in time")]
    TooSlow(&'static str),
    /// There is no way to ask.
    #[error("the upstream cannot be asked: {0}")]
    NoWay(&'static str),
}

impl Reply {
    /// Reads an answer.
    // Fails closed: what is not understood is no answer. That something is not there has to be said in so many words; a
    // server that does not know the question must not look like one that knows the answer.
    pub(super) fn read(
        answer: &WholeAnswer,
        protocol: Protocol,
        operation: &'static str,
    ) -> Result<Self, NoReplyError> {
        if answer.status != StatusCode::OK {
            let (code, message) = error_of(answer);
            if answer.status.is_client_error() && says_not_there(&code, &message) {
                return Ok(Self::NotThere);
            }
            return Err(NoReplyError::Refused {
                operation,
                status: answer.status,
                code: code.chars().take(64).collect(),
            });
        }
        let unreadable = NoReplyError::Unreadable(operation);
        match protocol {
            Protocol::Query | Protocol::Ec2 => {
                let root = format!("{operation}Response");
                let document = Element::parse(&answer.body, &root);
                document.map(Self::Xml).map_err(|_| unreadable)
            }
            _ => match serde_json::from_slice(&answer.body) {
                Ok(document @ Value::Object(_)) => Ok(Self::Json(document)),
                _ => Err(unreadable),
            },
        }
    }

    /// A text at a path of members.
    pub(in crate::aws) fn text(&self, path: &[&str]) -> Option<&str> {
        match self {
            Self::Json(document) => {
                let found = path.iter().try_fold(document, |value, member| value.get(member));
                found.and_then(Value::as_str)
            }
            Self::Xml(document) => {
                let found = path
                    .iter()
                    .try_fold(document, |element, name| element.only(name).ok().flatten());
                found.map(|element| element.text.as_str())
            }
            Self::NotThere => None,
        }
    }
}

/// The code of an error, from the header or from a body of JSON or XML, and in XML its text.
fn error_of(answer: &WholeAnswer) -> (String, String) {
    let header = answer.headers.get("x-amzn-errortype");
    let header = header
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(':').next());
    if let Some(code) = header {
        return (code.to_owned(), String::new());
    }
    if let Ok(document) = serde_json::from_slice::<Value>(&answer.body) {
        let code = document.get("__type").or_else(|| document.get("code"));
        let code = code.and_then(Value::as_str).unwrap_or_default();
        return (code.rsplit('#').next().unwrap_or(code).to_owned(), String::new());
    }
    let found = ["ErrorResponse", "Response"].into_iter().find_map(|root| {
        let document = Element::parse(&answer.body, root).ok()?;
        let errors = document.only("Errors").ok().flatten().unwrap_or(&document);
        let error = errors.only("Error").ok().flatten()?;
        let code = error.only_text("Code").ok().flatten()?;
        let message = error.only_text("Message").ok().flatten().unwrap_or_default();
        Some((code.to_owned(), message.to_owned()))
    });
    found.unwrap_or_default()
}
