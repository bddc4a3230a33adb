//! The requests as they come in. Members that are not known are passed over, as the specification wants it; one that is
//! there twice is refused.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::entity::{Action, Entity, Optional};
use super::properties::Properties;
use crate::bounded::Bounded;
use crate::refusal::{Code, Refusal};

/// One question, as far as it is there.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Tuple {
    #[serde(default)]
    pub(crate) subject: Optional<Entity>,
    #[serde(default)]
    pub(crate) action: Optional<Action>,
    #[serde(default)]
    pub(crate) resource: Optional<Entity>,
    #[serde(default)]
    pub(crate) context: Optional<Properties>,
}

impl Tuple {
    /// One of many questions: what it leaves out is as the request has it for all of them. What it has itself takes its
    /// place whole, but for an id, a type or a name, which are needed.
    pub(crate) fn or(self, defaults: &Self) -> Self {
        let entity = |own: Optional<Entity>, default: &Optional<Entity>| {
            let default = default.0.as_ref();
            Optional(own.0.map(|own| own.or(default)).or_else(|| default.cloned()))
        };
        let action = defaults.action.0.as_ref();
        Self {
            subject: entity(self.subject, &defaults.subject),
            action: Optional(
                self.action
                    .0
                    .map(|own| own.or(action))
                    .or_else(|| action.cloned()),
            ),
            resource: entity(self.resource, &defaults.resource),
            context: Optional(self.context.0.or_else(|| defaults.context.0.clone())),
        }
    }
}

/// Many questions.
#[derive(Deserialize)]
pub(crate) struct Many<'a> {
    #[serde(default, borrow)]
    pub(crate) evaluations: Optional<Bounded<&'a RawValue>>,
    #[serde(default)]
    pub(crate) options: Optional<Options>,
}

/// How they are to be gone through.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Options {
    #[serde(default)]
    pub(crate) evaluations_semantic: Optional<Semantic>,
}

/// When to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Semantic {
    #[default]
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Semantic {
    /// Whether the questions after one that was decided like this are not asked any more.
    pub(crate) fn ends_at(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

/// A page of what a search finds.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paging {
    #[serde(default)]
    pub(crate) page: Optional<PageAsked>,
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PageAsked {
    #[serde(default)]
    pub(crate) token: Optional<String>,
    #[serde(default)]
    pub(crate) limit: Optional<u64>,
}

/// Reads a body, or one of the questions in it.
pub(crate) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    // A list would do for an object, by the order of its members.
    if !text.trim_start().starts_with('{') {
        return Err(Refusal::new(
            Code::Serialization,
            "The request cannot be read: it is no object.",
        ));
    }
    serde_json::from_str(text).map_err(|error| Refusal::unreadable(&error))
}

/// The text of a body.
pub(crate) fn text(body: &[u8]) -> Result<&str, Refusal> {
    str::from_utf8(body).map_err(|_| Refusal::validation("The request is not UTF-8."))
}
