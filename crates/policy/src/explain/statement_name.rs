//! Which statement is meant, in a trace that is kept longer than its policy.

use std::fmt;

use serde::Serialize;

use crate::request::PolicySource;
use crate::{Span, StatementRef};

/// Which statement is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StatementName {
    /// Where its policy comes from.
    pub source: PolicySource,
    /// Its index in the policy, from 0.
    pub index: usize,
    /// Its Sid, if it has one.
    pub sid: Option<String>,
    /// Where it stands in the policy's text.
    pub span: Span,
}

impl StatementName {
    pub(super) fn of(statement: &StatementRef) -> Self {
        Self {
            source: statement.source.clone(),
            index: statement.index,
            sid: statement.sid().map(str::to_owned),
            span: statement.span(),
        }
    }
}

impl fmt::Display for StatementName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) if !sid.is_empty() => write!(f, "statement {sid} (number {})", self.index + 1)?,
            _ => write!(f, "statement {}", self.index + 1)?,
        }
        write!(f, " in {}, line {}", self.source, self.span.line)
    }
}
