//! Chapter: the document.
//!
//! A policy has a `Version` and a `Statement`, which is one statement or a list of them. A statement has an
//! `Effect`, exactly one of `Action` and `NotAction`, at most one of `Resource` and `NotResource` (a trust
//! policy has neither), at most one of `Principal` and `NotPrincipal`, and maybe conditions. Every list may
//! be written as a single value. Numbers and booleans in conditions mean their text.
//! Evidence: AWS documentation, grammar of the IAM JSON policy language.

use serde_json::{Map, Value};

use crate::QuestionError;

/// A policy as it was written.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) kind: DocumentKind,
    /// Variables exist since version 2012-10-17; before, `${` is just text.
    pub(crate) has_variables: bool,
    pub(crate) statements: Vec<Statement>,
}

/// To what a policy is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// To an identity, as its permissions, its boundary, or its session's policy.
    OfCaller,
    OfResource,
    /// To a VPC endpoint.
    OfEndpoint,
    /// To a role, as its trust policy.
    OfRole,
    ServiceControl,
    ResourceControl,
}

#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    pub(crate) principal: Option<Negatable<Principals>>,
    pub(crate) action: Negatable<Vec<String>>,
    pub(crate) resource: Option<Negatable<Vec<String>>>,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// An element that may be written `Element` or `NotElement`.
#[derive(Debug)]
pub(crate) struct Negatable<T> {
    pub(crate) is_negated: bool,
    pub(crate) value: T,
}

/// Whom a statement names.
#[derive(Debug)]
pub(crate) enum Principals {
    Everyone,
    /// The kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) and the name.
    Named(Vec<(String, String)>),
}

/// One key of one operator.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

impl Document {
    pub(crate) fn read(value: &Value, kind: DocumentKind) -> Result<Self, QuestionError> {
        let object = object(value, "a policy")?;
        let statements = match object.get("Statement") {
            Some(Value::Array(list)) => list.iter().map(Statement::read).collect::<Result<_, _>>()?,
            Some(one) => vec![Statement::read(one)?],
            None => return Err(QuestionError("a policy has no Statement".to_owned())),
        };
        if statements.is_empty() {
            return Err(QuestionError("a policy has no statement".to_owned()));
        }
        let has_variables = match object.get("Version").map(Value::as_str) {
            None | Some(Some("2008-10-17")) => false,
            Some(Some("2012-10-17")) => true,
            Some(_) => return Err(QuestionError("there is no such version".to_owned())),
        };
        Ok(Self {
            kind,
            has_variables,
            statements,
        })
    }
}

impl Statement {
    fn read(value: &Value) -> Result<Self, QuestionError> {
        let object = object(value, "a statement")?;
        let effect = match object.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => {
                return Err(QuestionError(
                    "a statement's Effect is neither Allow nor Deny".to_owned(),
                ));
            }
        };
        let Some(action) = element(object, "Action", "NotAction", texts)? else {
            return Err(QuestionError("a statement has no Action".to_owned()));
        };
        let resource = element(object, "Resource", "NotResource", texts)?;
        let principal = element(object, "Principal", "NotPrincipal", principals)?;
        // IAM wants a statement to contain actions and resources. An empty list would otherwise be "all but none".
        for list in [Some(&action), resource.as_ref()].into_iter().flatten() {
            if list.is_negated && list.value.is_empty() {
                return Err(QuestionError("NotAction or NotResource lists nothing".to_owned()));
            }
        }
        if let Some(Negatable {
            is_negated: true,
            value: Principals::Named(named),
        }) = &principal
            && named.is_empty()
        {
            return Err(QuestionError("NotPrincipal lists nobody".to_owned()));
        }
        Ok(Self {
            effect,
            principal,
            action,
            resource,
            conditions: object
                .get("Condition")
                .map(conditions)
                .transpose()?
                .unwrap_or_default(),
        })
    }
}

fn element<T>(
    statement: &Map<String, Value>,
    name: &str,
    negated_name: &str,
    read: fn(&Value) -> Result<T, QuestionError>,
) -> Result<Option<Negatable<T>>, QuestionError> {
    let (value, is_negated) = match (statement.get(name), statement.get(negated_name)) {
        (None, None) => return Ok(None),
        (Some(value), None) => (value, false),
        (None, Some(value)) => (value, true),
        (Some(_), Some(_)) => return Err(QuestionError(format!("both {name} and {negated_name}"))),
    };
    Ok(Some(Negatable {
        is_negated,
        value: read(value)?,
    }))
}

fn principals(value: &Value) -> Result<Principals, QuestionError> {
    if value.as_str() == Some("*") {
        return Ok(Principals::Everyone);
    }
    let mut named = Vec::new();
    for (kind, names) in object(value, "a principal")? {
        named.extend(texts(names)?.into_iter().map(|name| (kind.clone(), name)));
    }
    Ok(Principals::Named(named))
}

fn conditions(value: &Value) -> Result<Vec<Condition>, QuestionError> {
    let mut conditions = Vec::new();
    for (operator, keys) in object(value, "a condition")? {
        for (key, values) in object(keys, "the keys of a condition")? {
            conditions.push(Condition {
                operator: operator.clone(),
                key: key.clone(),
                values: texts(values)?,
            });
        }
    }
    Ok(conditions)
}

/// A value or a list of values, as texts.
pub(crate) fn texts(value: &Value) -> Result<Vec<String>, QuestionError> {
    match value {
        Value::Array(list) => list.iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}

fn text(value: &Value) -> Result<String, QuestionError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(QuestionError(
            "a value is neither text, number nor boolean".to_owned(),
        )),
    }
}

pub(crate) fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, QuestionError> {
    value
        .as_object()
        .ok_or_else(|| QuestionError(format!("{what} is not an object")))
}
