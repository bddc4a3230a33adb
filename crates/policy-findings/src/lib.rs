//! Findings about policies, in the form of IAM Access Analyzer's policy validation: what is wrong with a
//! policy, or better written differently, and where in its text.
//!
//! [`findings()`] reads the text leniently into a tree whose nodes know where they stand (`tree`), views that
//! as a policy as far as it is one (`view`), and shows it to every check. A check is one function; a file
//! holds the checks of one theme. Issue codes and types of findings are AWS's; the texts are our own.
//!
//! Invariants:
//! - No text makes it panic, and time and memory are linear in the text, whatever it is: depth, size and number
//!   of findings are bounded.
//! - A check sees also policies that are partly wrong. What is not of its kind it passes over; another check
//!   reports that.
//!
//! Deliberately absent: whatever needs to know an account (which roles exist, whether an account is in an
//! organization), and any consequence. Findings never decide whether a policy can be saved or what it allows.

mod catalogue_checks;
mod checks;
mod excerpt;
mod finding;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "test code"
)]
mod hostile;
mod issue_code;
mod kind;
mod locate;
mod sink;
mod tree;
mod view;
mod work;

pub use excerpt::Excerpt;
pub use finding::{Finding, FindingType, Location, PathElement, Position, Span};
pub use issue_code::IssueCode;
pub use kind::{PolicyKind, PolicyType, ResourceType};

use sink::Sink;
use view::Document;

/// Larger texts are not read. The largest policies that any API accepts are half as long.
const BYTES_MAX: usize = 1 << 18;

/// Everything there is to say about a policy, in the order of the text.
pub fn findings(text: &str, kind: PolicyKind) -> Vec<Finding> {
    let mut sink = Sink::new();
    if text.len() > BYTES_MAX {
        sink.report(
            IssueCode::JsonSyntaxError,
            &[],
            format!("The text is too long to be read as a policy: it has more than {BYTES_MAX} bytes."),
        );
        return sink.finish(text, None);
    }
    let root = match tree::read(text) {
        Ok(root) => root,
        Err(error) => {
            checks::report_syntax_error(&error, &mut sink);
            return sink.finish(text, None);
        }
    };
    let document = Document::new(text, &root, kind);
    check_all(&document, &mut sink);
    sink.finish(text, Some(&root))
}

/// Shows a document to every check.
fn check_all(document: &Document<'_>, sink: &mut Sink) {
    for check in checks::DOCUMENT_CHECKS
        .iter()
        .chain(catalogue_checks::DOCUMENT_CHECKS)
    {
        check(document, sink);
    }
    for statement in &document.statements {
        if sink.is_full() {
            break;
        }
        for check in checks::STATEMENT_CHECKS
            .iter()
            .chain(catalogue_checks::STATEMENT_CHECKS)
        {
            check(statement, document, sink);
        }
    }
}
