//! What can be wrong with the text of a policy.

use std::fmt;

use crate::Span;

/// The text is not a policy: it cannot be evaluated at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at line {}, column {}", .span.line, .span.column)]
pub struct SyntaxError {
    pub(crate) problem: &'static str,
    pub(crate) span: Span,
    pub(crate) json: bool,
}

impl SyntaxError {
    /// Whether the text is not even JSON (or nested deeper than any policy is).
    pub fn is_invalid_json(&self) -> bool {
        self.json
    }

    /// What is wrong, for people.
    pub fn problem(&self) -> &'static str {
        self.problem
    }

    /// Where it is wrong.
    pub fn span(&self) -> Span {
        self.span
    }
}

/// The document was refused: AWS's `MalformedPolicyDocument`, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedPolicy {
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
}

impl MalformedPolicy {
    /// The text AWS answers with.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where the cause stands in the document, if one place can be named.
    pub fn span(&self) -> Option<Span> {
        self.span
    }
}

impl fmt::Display for MalformedPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for MalformedPolicy {}
