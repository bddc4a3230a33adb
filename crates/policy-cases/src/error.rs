//! Why a question cannot be answered.

use serde_json::Value;

/// A question cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct QuestionError {
    id: Option<Box<Value>>,
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

    pub(crate) fn of(mut self, id: Option<&Value>) -> Self {
        self.id = id.cloned().map(Box::new);
        self
    }

    /// The question's id, if that much could be read.
    pub fn id(&self) -> Option<&Value> {
        self.id.as_deref()
    }
}
