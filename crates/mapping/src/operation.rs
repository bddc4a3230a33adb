//! One operation: what the model says of it, and what no model says.

use crate::Needs;
use crate::action::Action;
use crate::model::{HeaderMember, ModelOperation, Payload, QueryMember};

/// An operation of a service behind the gateway.
#[derive(Debug)]
pub struct Operation {
    pub(crate) model: &'static ModelOperation,
    pub(crate) action: Action,
    /// The action when a version of the object is named, where that is another.
    pub(crate) version_action: Option<Action>,
    pub(crate) also: &'static [Also],
    needs: Needs,
    is_read_only: bool,
    answered_by: AnsweredBy,
    body: Body,
    refused: Option<&'static str>,
    /// Whether another operation answers the same request.
    pub(crate) is_superseded: bool,
    /// A parameter that tells it from another operation at the same place.
    pub(crate) told_by: Option<&'static str>,
    /// Whether it makes an object, for operations of which policies may ask that.
    pub(crate) creates_object: Option<bool>,
}

/// What a request also needs when it has one of these headers; without any, always.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Also {
    pub(crate) when: &'static [&'static str],
    pub(crate) action: Action,
    pub(crate) version_action: Option<Action>,
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

/// The most bytes of a document, unless an operation says otherwise.
const DOCUMENT_BYTES_MAX: usize = 1 << 20;

impl Operation {
    /// Every operation of every service.
    pub const ALL: &'static [Operation] = &crate::s3::OPERATIONS;

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
        self.action.name
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

    /// What must be read of its body before it can be decided.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Why it is never answered behind a gateway, if it is not.
    pub fn refused(&self) -> Option<&'static str> {
        self.refused
    }

    pub(crate) fn query_member(&self, name: &str) -> Option<&'static QueryMember> {
        self.model.query.iter().find(|member| member.name == name)
    }

    pub(crate) fn header_member(&self, name: &str) -> Option<&'static HeaderMember> {
        // One after the other, since most differ in length: faster than halving, which compares letters each time.
        self.model.headers.iter().find(|member| member.name == name)
    }
}

/// How the tables are written.
impl Operation {
    pub(crate) const fn new(model: &'static ModelOperation, action: Action) -> Self {
        Self {
            model,
            action,
            version_action: None,
            also: &[],
            needs: Needs::Nothing,
            // HEAD and GET.
            is_read_only: matches!(model.method.as_bytes(), [b'G' | b'H', ..]),
            answered_by: AnsweredBy::Upstream,
            body: match model.payload {
                Payload::None => Body::None,
                Payload::Document => Body::Bounded(DOCUMENT_BYTES_MAX),
                Payload::Streaming => Body::Streaming,
            },
            refused: None,
            is_superseded: false,
            told_by: None,
            creates_object: None,
        }
    }

    pub(crate) const fn or_of_version(mut self, action: Action) -> Self {
        self.version_action = Some(action);
        self
    }

    pub(crate) const fn also(mut self, also: &'static [Also]) -> Self {
        self.also = also;
        self
    }

    pub(crate) const fn needing(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    pub(crate) const fn reading(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    pub(crate) const fn by_lanyard(mut self) -> Self {
        self.answered_by = AnsweredBy::Lanyard;
        self
    }

    pub(crate) const fn body_up_to(mut self, bytes: usize) -> Self {
        self.body = Body::Bounded(bytes);
        self
    }

    pub(crate) const fn refused_because(mut self, reason: &'static str) -> Self {
        self.refused = Some(reason);
        self
    }

    pub(crate) const fn superseded(mut self) -> Self {
        self.is_superseded = true;
        self.refused_because("another operation answers the same request")
    }

    pub(crate) const fn told_by(mut self, parameter: &'static str) -> Self {
        self.told_by = Some(parameter);
        self
    }

    pub(crate) const fn creating_object(mut self, creates: bool) -> Self {
        self.creates_object = Some(creates);
        self
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.model.name == other.model.name
    }
}

impl Eq for Operation {}
