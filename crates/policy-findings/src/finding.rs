//! Findings, in the form in which Access Analyzer's `ValidatePolicy` returns them.

use serde::Serialize;

use crate::IssueCode;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingType {
    /// Some part of the policy does not work.
    Error,
    /// The policy allows what is likely too much.
    SecurityWarning,
    /// Not about security, but against good practice.
    Warning,
    /// A matter of style; access does not change.
    Suggestion,
}

impl FindingType {
    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
        }
    }
}

/// One thing that is wrong with a policy or could be better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How much it matters.
    pub finding_type: FindingType,
    /// What it is.
    pub issue_code: IssueCode,
    /// What it is, for people.
    #[serde(rename = "findingDetails")]
    pub details: String,
    /// Where it is. Empty if no place can be named.
    pub locations: Vec<Location>,
}

/// A place in a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The way from the whole policy to the place. Names of more than 200 characters are cut.
    pub path: Vec<PathElement>,
    /// The place in the text.
    pub span: Span,
}

/// One step on the way to a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PathElement {
    /// To an element of a list, from 0.
    Index(usize),
    /// To the name of a member, not its value.
    Key(String),
    /// To a part of a string, both in characters.
    Substring {
        /// The first character, from 0.
        start: usize,
        /// How many characters.
        length: usize,
    },
    /// To the value of a member.
    Value(String),
}

/// A stretch of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Its first character.
    pub start: Position,
    /// The character behind it.
    pub end: Position,
}

/// A position in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// In characters, from 0.
    pub column: u32,
    /// In bytes, from 0.
    pub offset: u32,
}
