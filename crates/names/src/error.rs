//! What is wrong with a text that was meant to be a name.

/// A text that is not the name it was meant to be. Says which kind of name and what is wrong; the text itself
/// is left to the caller, who knows whether it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {problem}")]
pub struct NameError {
    kind: &'static str,
    problem: Problem,
}

impl NameError {
    pub(crate) const fn new(kind: &'static str, problem: Problem) -> Self {
        Self { kind, problem }
    }

    /// The kind of name in plain words, such as `user name`.
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// What is wrong with it.
    pub const fn problem(&self) -> Problem {
        self.problem
    }
}

/// The ways in which a name can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Fewer characters than allowed.
    #[error("shorter than {min} characters")]
    TooShort {
        /// The least number of characters.
        min: usize,
    },
    /// More characters than allowed.
    #[error("longer than {max} characters")]
    TooLong {
        /// The greatest number of characters.
        max: usize,
    },
    /// A character that this kind of name cannot contain.
    #[error("contains {0:?}, which is not allowed")]
    Character(char),
    /// The right characters in a wrong arrangement.
    #[error("{0}")]
    Form(&'static str),
}
