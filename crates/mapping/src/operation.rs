//! One operation: what the model says of it, and what no model says.

use crate::model::{HeaderMember, ModelOperation, QueryMember};

/// An operation of a service behind the gateway.
#[derive(Debug)]
pub struct Operation {
    pub(crate) model: &'static ModelOperation,
    pub(crate) action: &'static str,
    pub(crate) version_action: Option<&'static str>,
    pub(crate) keys: &'static [crate::condition_keys::Key],
    pub(crate) also: &'static [crate::s3::Also],
    pub(crate) needs: crate::Needs,
    pub(crate) reads_object_tags: bool,
    pub(crate) is_read_only: bool,
    pub(crate) answered_by: AnsweredBy,
    pub(crate) body: Body,
    pub(crate) refused: Option<&'static str>,
}

/// At which place of the service an operation works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The service as a whole.
    Service,
    /// A bucket.
    Bucket,
    /// An object in a bucket.
    Object,
}

/// Who answers an operation that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    /// Lanyard itself: policies, ownership, access control.
    Lanyard,
    /// The store behind it.
    Upstream,
}

/// What an operation takes as its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing: a body of more than no bytes is refused.
    None,
    /// A document of at most so many bytes.
    Bounded(usize),
    /// Content of any length.
    Streaming,
}

impl Operation {
    /// Every operation, in order of name within its service.
    pub const ALL: &'static [Operation] = crate::s3::OPERATIONS;

    /// The operation's name, as the public model has it: `GetObject`.
    pub fn name(&self) -> &'static str {
        self.model.name
    }

    /// The method that the operation is asked for with.
    pub fn method(&self) -> &'static str {
        self.model.method
    }

    /// The action it is decided on when no version of an object is named: `s3:GetObject`.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// Whether it changes nothing.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// The place at which it works.
    pub fn level(&self) -> Level {
        self.model.level
    }

    /// Who answers it.
    pub fn answered_by(&self) -> AnsweredBy {
        self.answered_by
    }

    /// What it takes as its body.
    pub fn body(&self) -> Body {
        self.body
    }

    /// Why it is never answered behind a gateway, if it is not.
    pub fn refused(&self) -> Option<&'static str> {
        self.refused
    }

    pub(crate) fn query_member(&self, name: &str) -> Option<&'static QueryMember> {
        self.model.query.iter().find(|member| member.name == name)
    }

    pub(crate) fn header_member(&self, name: &str) -> Option<&'static HeaderMember> {
        let headers = self.model.headers;
        headers
            .binary_search_by(|member| member.name.cmp(name))
            .ok()
            .and_then(|at| headers.get(at))
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.model.name == other.model.name
    }
}

impl Eq for Operation {}
