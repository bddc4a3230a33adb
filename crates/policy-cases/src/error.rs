//! Why a question cannot be answered.

use lanyard_policy::SyntaxError;

use crate::QuestionId;

/// A question cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct QuestionError {
    id: Option<QuestionId>,
    problem: String,
}

impl QuestionError {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self {
            id: None,
            problem: problem.into(),
        }
    }

    /// A problem with one field.
    pub(crate) fn in_field(field: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(format!("{field}: {problem}"))
    }

    pub(crate) fn of(mut self, id: Option<&QuestionId>) -> Self {
        self.id = id.cloned();
        self
    }

    /// The question's id, if that much could be read.
    pub fn id(&self) -> Option<&QuestionId> {
        self.id.as_ref()
    }
}

/// What is wrong with a policy, and where in its text: line and column from 1, as editors count.
pub(crate) fn in_policy(error: &SyntaxError) -> String {
    let (span, problem) = (error.span(), error.problem());
    format!(
        "{problem} at line {}, column {} of the policy",
        span.line,
        u64::from(span.column) + 1
    )
}

/// What is wrong with a text of JSON. The position is left out where it would count from the beginning of a part.
pub(crate) fn in_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}
