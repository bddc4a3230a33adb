//! Names of statements.

use std::collections::HashMap;

use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};
use crate::{IssueCode, PolicyKind, PolicyType};

/// Whether IAM or Organizations store it. Other services have their own rules for names of statements.
fn is_strict(kind: PolicyKind) -> bool {
    kind.policy_type != PolicyType::Resource || kind.is_role_trust()
}

pub(super) fn unique(document: &Document<'_>, sink: &mut Sink) {
    let mut first = HashMap::new();
    for sid in document.statements.iter().filter_map(|statement| statement.sid) {
        if sid.text.is_empty() {
            continue;
        }
        if let Some(earlier) = first.insert(sid.text, sid.node) {
            first.insert(sid.text, earlier);
            let code = if is_strict(document.kind) {
                IssueCode::UniqueSidsRequired
            } else {
                IssueCode::UniqueSidsRecommended
            };
            let details = format!("More than one statement has the Sid {}.", quoted(sid.text));
            sink.report(code, &[Place::of(sid.node), Place::of(earlier)], details);
        }
    }
}

pub(super) fn characters(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(sid) = statement.sid else { return };
    if sid.text.is_empty() {
        sink.at(
            IssueCode::EmptySidValue,
            sid.node,
            "The Sid is empty: name the statement or leave it out.",
        );
    }
    let unsupported = sid
        .text
        .char_indices()
        .find(|(_, character)| !character.is_ascii_alphanumeric());
    if let Some((at, character)) = unsupported
        && is_strict(document.kind)
    {
        sink.part(
            IssueCode::UnsupportedSid,
            sid.node,
            at..at + character.len_utf8(),
            "In this type of policy a Sid has only the letters a to z and A to Z and digits.",
        );
    }
}
