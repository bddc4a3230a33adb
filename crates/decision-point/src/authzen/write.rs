//! Answers as AuthZEN has them.

use http::StatusCode;
use lanyard_access::RequestId;

use crate::answer::{Decided, quote};
use crate::refusal::{Code, Refusal};

/// What became of one question.
pub(crate) type Outcome = Result<Decided, Refusal>;

/// Whether an outcome lets somebody in, if it is a decision. That somebody is not known is one.
// Fails closed: what is no decision to allow lets nobody in.
pub(crate) fn decision(outcome: &Outcome) -> Result<bool, &Refusal> {
    match outcome {
        Ok(decided) => Ok(decided.effect == lanyard_policy::Effect::Allow),
        Err(refusal) if refusal.code == Code::UnknownPrincipal => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// Writes what became of one question.
pub(crate) fn outcome(outcome: &Outcome, out: &mut String) {
    let is_allowed = matches!(decision(outcome), Ok(true));
    out.push_str(if is_allowed {
        "{\"decision\":true"
    } else {
        "{\"decision\":false"
    });
    out.push_str(",\"context\":{");
    match outcome {
        Ok(decided) => reasons(&decided.id, decided.reason.as_deref(), out),
        Err(refusal) if refusal.code == Code::UnknownPrincipal => {
            reasons(&RequestId::new(), Some(&refusal.message), out);
        }
        Err(refusal) => {
            out.push_str("\"error\":{\"status\":");
            out.push_str(status(refusal.code).as_str());
            out.push_str(",\"message\":");
            quote(&refusal.message, out);
            out.push('}');
        }
    }
    out.push_str("}}");
}

fn reasons(id: &RequestId, reason: Option<&str>, out: &mut String) {
    out.push_str("\"id\":");
    quote(id.as_str(), out);
    if let Some(reason) = reason {
        out.push_str(",\"reason_admin\":{\"en\":");
        quote(reason, out);
        out.push('}');
    }
}

/// An error's message: a string, as the specification has it.
pub(crate) fn message(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    quote(text, &mut out);
    out
}

/// The status of a refusal: who has not proven who they are is told so by 401 here.
pub(crate) fn status(code: Code) -> StatusCode {
    match code {
        Code::ExpiredToken
        | Code::IncompleteSignature
        | Code::InvalidSignature
        | Code::MissingAuthenticationToken
        | Code::UnrecognizedClient => StatusCode::UNAUTHORIZED,
        other => other.status(),
    }
}
