//! Chapter: layers.
//!
//! Identity policies, boundary and session policies are of the caller. SCPs govern everybody of a member
//! account, RCPs everybody who asks for a resource of one; neither touches service-linked roles. At each
//! level of the organization some policy must allow. All policies of one level, of one identity, or of one
//! session are taken together.
//! Evidence: AWS documentation, policy types; Organizations, SCPs and RCPs.

use serde_json::Value;

use crate::decision::Layer;
use crate::document::{Document, DocumentKind, Effect, Statement};
use crate::principals::{self, Level};
use crate::request::{Principal, Request};
use crate::truth::Truth;
use crate::{QuestionError, conditions, matching};

/// The policies that take part. Nothing stands for "there is none of this kind".
#[derive(Debug)]
pub(crate) struct Layers {
    identity: Vec<Document>,
    boundary: Option<Vec<Document>>,
    session: Option<Vec<Document>>,
    service_control: Option<Vec<Vec<Document>>>,
    resource_control: Option<Vec<Vec<Document>>>,
    resource: Option<Document>,
    endpoint: Option<Vec<Document>>,
}

impl Layers {
    /// Reads those of the question that apply to the caller.
    pub(crate) fn read(question: &Value, request: &Request) -> Result<Self, QuestionError> {
        let is_service_linked = request.principal.is_service_linked();
        let has_account = request.principal.account().is_some();
        let resource_kind = if request.is_about_trust() {
            DocumentKind::OfRole
        } else {
            DocumentKind::OfResource
        };
        let mut layers = Self {
            identity: documents(question, "identity_policies", DocumentKind::OfCaller)?.unwrap_or_default(),
            boundary: documents(question, "boundary", DocumentKind::OfCaller)?,
            session: documents(question, "session_policies", DocumentKind::OfCaller)?,
            service_control: levels(question, "scps", DocumentKind::ServiceControl)?,
            resource_control: levels(question, "rcps", DocumentKind::ResourceControl)?,
            resource: stated(question, "resource_policy")
                .map(|policy| Document::read(policy, resource_kind))
                .transpose()?,
            endpoint: documents(question, "endpoint_policies", DocumentKind::OfEndpoint)?,
        };
        if !has_account || is_service_linked {
            layers.service_control = None;
        }
        if is_service_linked {
            layers.resource_control = None;
        }
        Ok(layers)
    }

    pub(crate) fn has_session_policy(&self) -> bool {
        self.session.is_some()
    }

    /// The layers with a Deny that matches.
    pub(crate) fn denying(&self, request: &Request) -> Vec<Layer> {
        let denies = |documents: &[Document]| documents.iter().any(|document| self.denies(document, request));
        let any_denies =
            |levels: &Option<Vec<Vec<Document>>>| levels.iter().flatten().any(|level| denies(level));
        let optional_denies = |documents: &Option<Vec<Document>>| documents.iter().any(|list| denies(list));
        [
            (any_denies(&self.resource_control), Layer::ResourceControl),
            (any_denies(&self.service_control), Layer::ServiceControl),
            (optional_denies(&self.endpoint), Layer::Endpoint),
            (
                self.resource.iter().any(|policy| self.denies(policy, request)),
                Layer::of_resource(request),
            ),
            (denies(&self.identity), Layer::Identity),
            (optional_denies(&self.boundary), Layer::Boundary),
            (optional_denies(&self.session), Layer::Session),
        ]
        .into_iter()
        .filter_map(|(denies, layer)| denies.then_some(layer))
        .collect()
    }

    /// Whether the layer stands in nobody's way: there is no policy of the kind, or one allows.
    pub(crate) fn allows(&self, layer: Layer, request: &Request) -> bool {
        let all_allow = |levels: &Option<Vec<Vec<Document>>>| {
            // An organization without any level allows nothing.
            levels.as_ref().is_none_or(|levels| {
                !levels.is_empty() && levels.iter().all(|level| self.any_allows(level, request))
            })
        };
        let optional_allows = |documents: &Option<Vec<Document>>| {
            documents
                .as_ref()
                .is_none_or(|documents| self.any_allows(documents, request))
        };
        match layer {
            Layer::Identity => {
                // The root user needs no policy.
                matches!(request.principal, Principal::Root { .. })
                    || self.any_allows(&self.identity, request)
            }
            Layer::Boundary => optional_allows(&self.boundary),
            Layer::Session => optional_allows(&self.session),
            Layer::ServiceControl => all_allow(&self.service_control),
            Layer::ResourceControl => all_allow(&self.resource_control),
            Layer::Endpoint => optional_allows(&self.endpoint),
            Layer::Resource | Layer::Trust => self
                .resource
                .iter()
                .any(|policy| self.any_allows(std::slice::from_ref(policy), request)),
        }
    }

    /// The levels at which the resource's policy names the caller in an Allow that matches.
    pub(crate) fn granted_levels(&self, request: &Request) -> Vec<Level> {
        let mut levels = Vec::new();
        if let Some(document) = &self.resource {
            for statement in &document.statements {
                if statement.effect == Effect::Allow
                    && self.matches(statement, document, request) == Truth::Yes
                    && let Some(principal) = &statement.principal
                {
                    if principal.is_negated {
                        levels.push(Level::Everyone);
                    } else {
                        levels.extend(principals::levels(&principal.value, &request.principal));
                    }
                }
            }
        }
        levels
    }

    fn denies(&self, document: &Document, request: &Request) -> bool {
        document.statements.iter().any(|statement| {
            statement.effect == Effect::Deny && self.matches(statement, document, request) != Truth::No
        })
    }

    fn any_allows(&self, documents: &[Document], request: &Request) -> bool {
        documents.iter().any(|document| {
            document.statements.iter().any(|statement| {
                statement.effect == Effect::Allow && self.matches(statement, document, request) == Truth::Yes
            })
        })
    }

    fn matches(&self, statement: &Statement, document: &Document, request: &Request) -> Truth {
        let has_boundary = self.boundary.is_some();
        Truth::all([
            principals::named(
                statement.principal.as_ref(),
                statement.effect,
                request,
                has_boundary,
                document.kind,
            ),
            matching::action(&statement.action, request),
            matching::resource(statement.resource.as_ref(), statement.effect, request, document),
            conditions::hold(&statement.conditions, request, document.has_variables),
        ])
    }
}

fn stated<'a>(question: &'a Value, field: &str) -> Option<&'a Value> {
    question.get(field).filter(|value| !value.is_null())
}

fn list<T>(
    value: &Value,
    field: &str,
    read: impl Fn(&Value) -> Result<T, QuestionError>,
) -> Result<Vec<T>, QuestionError> {
    match value.as_array() {
        Some(items) => items.iter().map(read).collect(),
        None => Err(QuestionError(format!("{field} is not a list"))),
    }
}

fn documents(
    question: &Value,
    field: &str,
    kind: DocumentKind,
) -> Result<Option<Vec<Document>>, QuestionError> {
    let read = |document: &Value| Document::read(document, kind);
    stated(question, field)
        .map(|value| list(value, field, read))
        .transpose()
}

fn levels(
    question: &Value,
    field: &str,
    kind: DocumentKind,
) -> Result<Option<Vec<Vec<Document>>>, QuestionError> {
    let read = |document: &Value| Document::read(document, kind);
    stated(question, field)
        .map(|value| list(value, field, |level| list(level, field, read)))
        .transpose()
}
