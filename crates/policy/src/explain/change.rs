//! What would have allowed a request, and how it is told.

use std::fmt;

use serde::Serialize;

use super::statement::ConditionTrace;
use super::statement_name::StatementName;
use crate::Layer;

/// What would have allowed a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "Type", rename_all = "PascalCase", rename_all_fields = "PascalCase")]
pub enum Change {
    /// Nothing: it is allowed.
    AlreadyAllowed,
    /// No allow helps: a statement denies.
    ExplicitDeny {
        /// The layer it stands in.
        layer: Layer,
        /// The statement.
        statement: StatementName,
    },
    /// One statement, changed in one place.
    EditStatement {
        /// The layer it stands in.
        layer: Layer,
        /// The statement.
        statement: StatementName,
        /// The change.
        edit: Edit,
    },
    /// A statement that is not there.
    AddStatement {
        /// The layer it belongs in.
        layer: Layer,
        /// For policies of an organization: the level, from the root.
        level: Option<usize>,
        /// The action to allow.
        action: String,
        /// The resource to allow it on.
        resource: String,
        /// Whom to allow it, in layers whose statements say so.
        principal: Option<String>,
    },
    /// No single change in the policies that apply is enough: each of these layers must allow.
    SeveralLayers {
        /// The layers.
        layers: Vec<Layer>,
    },
    /// No policy can allow it: root users cannot assume roles, partitions do not trust each other.
    Impossible,
}

/// A change of one place in a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "Type", rename_all = "PascalCase", rename_all_fields = "PascalCase")]
pub enum Edit {
    /// An element must list something more.
    List {
        /// The element.
        element: &'static str,
        /// What is missing in it.
        value: String,
    },
    /// An element of exceptions must no longer cover something.
    Unlist {
        /// The element.
        element: &'static str,
        /// What it must not cover.
        value: String,
    },
    /// A condition must hold: the policy must ask for what the request has, or the request bring what is asked.
    Condition {
        /// The condition as it was compared.
        condition: ConditionTrace,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyAllowed => f.write_str("none: it is allowed"),
            Self::ExplicitDeny { statement, .. } => write!(f, "none: explicit deny by {statement}"),
            Self::EditStatement { statement, edit, .. } => match edit {
                Edit::List { element, value } => write!(f, "add {value} to the {element} of {statement}"),
                Edit::Unlist { element, value } => {
                    write!(f, "let the {element} of {statement} no longer cover {value}")
                }
                Edit::Condition { condition } => write!(
                    f,
                    "meet the condition {} of {statement} on {}: it asks for {}, the request has {}",
                    condition.operator,
                    condition.key,
                    condition.expected.join(" or "),
                    condition
                        .actual
                        .as_ref()
                        .map_or_else(|| "no such key".to_owned(), |actual| actual.join(", ")),
                ),
            },
            Self::AddStatement {
                layer,
                action,
                resource,
                principal,
                ..
            } => {
                write!(
                    f,
                    "add a statement to the {layer} that allows {action} on {resource}"
                )?;
                principal
                    .as_ref()
                    .map_or(Ok(()), |principal| write!(f, " to {principal}"))
            }
            Self::SeveralLayers { layers } => {
                let names: Vec<String> = layers.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "no single change in the policies that apply: each of these must allow: {}",
                    names.join(", ")
                )
            }
            Self::Impossible => f.write_str("none: no policy can allow this"),
        }
    }
}
