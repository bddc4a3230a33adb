//! What is mapped, and how: one row for each operation of a service.

use std::borrow::Cow;

use lanyard_service_models::{OperationModel, ServiceModel};

/// How one operation is mapped.
#[derive(Debug, Clone)]
pub struct CoverageRow {
    /// The service.
    pub service: &'static ServiceModel,
    /// The operation.
    pub operation: &'static OperationModel,
    /// How its resources are found.
    pub how: How,
    /// The actions it is decided on. None where it is refused before an action is known.
    pub actions: Vec<Cow<'static, str>>,
    /// What it is decided on: the form of each ARN with the members that fill it, `*` for actions without resources.
    pub resources: Vec<String>,
    /// The service's condition keys that the request gives, and `aws:RequestTag/…`, `aws:TagKeys`.
    pub keys: Vec<&'static str>,
    /// The members with which it gives a role to a service.
    pub passed_roles: Vec<String>,
}

/// How the resources of an operation are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// By rules, from the model and the catalogue.
    Rule,
    /// By a table or code of its own.
    Override,
    /// It has none: the action takes no resource.
    Wildcard,
    /// Not at all: the operation is refused, and this is why.
    Refused(Cow<'static, str>),
}
