//! Checks that need nothing but the policy. A file holds one theme.

use lanyard_policy::SyntaxError;

use crate::IssueCode;
use crate::locate::Place;
use crate::sink::Sink;
use crate::view::{Document, Statement};

/// A check of the policy as a whole.
pub(crate) type DocumentCheck = fn(&Document<'_>, &mut Sink);

/// A check of each statement.
pub(crate) type StatementCheck = fn(&Statement<'_>, &Document<'_>, &mut Sink);

/// Checks of the policy as a whole.
pub(crate) const DOCUMENT_CHECKS: &[DocumentCheck] = &[];

/// Checks of each statement.
pub(crate) const STATEMENT_CHECKS: &[StatementCheck] = &[];

/// The text is no JSON.
pub(crate) fn report_syntax_error(error: &SyntaxError, sink: &mut Sink) {
    let span = error.span();
    sink.report(
        IssueCode::JsonSyntaxError,
        &[Place::stretch(span.start, span.end)],
        format!("The text is no valid JSON: {error}."),
    );
}
