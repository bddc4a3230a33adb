//! A policy document that was read: its text, and where each element of it stands.

use std::sync::Arc;

use crate::{Span, SyntaxError};

/// A policy document that was read and can be evaluated.
#[derive(Debug, Clone)]
pub struct Document {
    text: Arc<str>,
}

/// The kinds of entries that a `Principal` element can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// `"Principal": "*"`
    Everyone,
    /// `AWS`: an account, user, role, session, unique id, or `*`.
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`
    CanonicalUser,
}

/// One value of a `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrincipalRef<'a> {
    /// Under which key it stands.
    pub kind: PrincipalKind,
    /// The value, escapes resolved.
    pub text: &'a str,
    /// Where the value stands in the document, quotes included.
    pub span: Span,
    /// The statement's index.
    pub statement: usize,
    /// Whether it stands in a `NotPrincipal`.
    pub negated: bool,
}

impl Document {
    /// Reads a document: everything that can be evaluated is accepted, whatever kind of policy it is.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let _ = text;
        todo!()
    }

    /// The text as it was given, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every principal named in the document, in order.
    pub fn principals(&self) -> impl Iterator<Item = PrincipalRef<'_>> {
        std::iter::empty()
    }
}
