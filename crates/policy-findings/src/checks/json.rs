//! The text as JSON.

use std::collections::HashSet;

use lanyard_policy::SyntaxError;

use crate::IssueCode;
use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::tree::{Node, Value};
use crate::view::Document;

/// The text is no JSON.
pub(crate) fn report_syntax_error(error: &SyntaxError, sink: &mut Sink) {
    let span = error.span();
    sink.report(
        IssueCode::JsonSyntaxError,
        &[Place::stretch(span.start, span.end)],
        format!(
            "This is not valid JSON: {}, at index {}, line {}, column {}.",
            error.problem(),
            span.start,
            span.line,
            span.column
        ),
    );
}

/// A name that is there twice in one object: of which member it is the name depends on who reads.
pub(super) fn duplicate_names(document: &Document<'_>, sink: &mut Sink) {
    duplicates_below(document.root, sink);
}

/// The depth of the tree is bounded.
fn duplicates_below(node: &Node<'_>, sink: &mut Sink) {
    match &node.value {
        Value::Object(members) => {
            let mut seen = HashSet::new();
            for member in members {
                if !seen.insert(member.name()) {
                    let details = format!("The name {} is there twice in one object.", quoted(member.name()));
                    sink.at(IssueCode::JsonSyntaxError, &member.name, details);
                }
                duplicates_below(&member.value, sink);
            }
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| duplicates_below(element, sink)),
        Value::String(_) | Value::Scalar(_) | Value::Null => {}
    }
}
