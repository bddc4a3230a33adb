//! The mapping of the services of one signing name: from the head of a request to the call that it is.

use http::Method;
use lanyard_service_models::{OperationModel, PayloadKind, Protocol, service_models};

use super::compile::CompiledService;
use super::complete::{Asked, Begun};
use super::coverage::CoverageRow;
use super::find::{form_protocol, has_parameters};
use super::headers::{FORM, Fields, SMITHY_PROTOCOL, TARGET, content_type, forwarded};
use super::read::rest;
use crate::{Incoming, MappingError};

/// All services of one signing name, ready to map requests. To be made once, at the start.
#[derive(Debug)]
pub struct ServiceMapping {
    /// The one that has the signing name itself first.
    pub(super) services: Vec<CompiledService>,
    /// The protocol of its forms, if it takes any.
    form_protocol: Option<Protocol>,
    /// Whether an operation takes packed bodies.
    has_compressible: bool,
}

/// The one value of the header of the newer CBOR protocol.
pub(super) const SMITHY_CBOR: &str = "rpc-v2-cbor";

impl ServiceMapping {
    /// The mapping for requests that are signed for this name, if services are known under it.
    pub fn new(signing_name: &str) -> Option<Self> {
        let models = service_models().signed_as(signing_name);
        let mut services: Vec<CompiledService> =
            models.iter().map(|model| CompiledService::new(model)).collect();
        services.sort_by_key(|service| service.model.id() != signing_name);
        let mut operations = services.iter().flat_map(|service| &service.operations);
        let has_compressible = operations.any(|operation| operation.model.is_compressible());
        (!services.is_empty()).then(|| Self {
            form_protocol: form_protocol(&services),
            has_compressible,
            services,
        })
    }

    /// In which protocol a request speaks, as well as can be told of a broken one: the form of its error.
    pub fn protocol_of(&self, incoming: &Incoming<'_>) -> Protocol {
        let takes = |protocol| self.services.iter().any(|service| service.model.takes(protocol));
        let kind = content_type(&Fields::of(incoming.headers))
            .ok()
            .flatten()
            .unwrap_or_default();
        if incoming.headers.contains_key(SMITHY_PROTOCOL) || kind == "application/x-amz-cbor-1.1" {
            return Protocol::Cbor;
        }
        if let Some(target) = incoming.headers.get(TARGET) {
            let prefix = target
                .to_str()
                .ok()
                .and_then(|target| target.split_once('.'))
                .map(|(prefix, _)| prefix);
            let service = self
                .services
                .iter()
                .find(|service| service.model.target_prefix() == prefix);
            let is_old = kind == "application/x-amz-json-1.0"
                || service.is_some_and(|service| service.model.takes(Protocol::Json10));
            return if is_old {
                Protocol::Json10
            } else {
                Protocol::Json11
            };
        }
        let form = [Protocol::Ec2, Protocol::Query]
            .into_iter()
            .find(|protocol| takes(*protocol));
        let is_form = kind == FORM || incoming.query.is_some_and(|query| query.contains("Action="));
        if is_form {
            return form.unwrap_or(Protocol::Query);
        }
        let path = rest::Path::read(incoming.path).ok();
        let rest = self.services.iter().find(|service| {
            let method = incoming.method.as_str();
            let routed = path
                .as_ref()
                .map(|path| service.router.route(method, path, incoming.query));
            matches!(routed, Some(Ok(Some(_))))
        });
        let service = rest.or(self.services.first());
        let first = service.and_then(|service| service.model.protocols().first());
        first.copied().unwrap_or(Protocol::Json10)
    }

    /// Reads the head of a request.
    ///
    /// # Errors
    /// An operation that is not known, a head that could be read in two ways.
    pub fn begin<'a>(&'a self, incoming: &Incoming<'a>) -> Result<Begun<'a>, MappingError> {
        crate::hosts::check_agreement(incoming.host, incoming.headers)?;
        let fields = Fields::of(incoming.headers);
        let (protocol, mut asked) = self.asked(incoming, &fields)?;
        let (operation, may_be_packed) = match &asked {
            Asked::Body(_, operation) => (Some(*operation), operation.model.is_compressible()),
            Asked::Rest(_, operation, _) => (Some(*operation), false),
            // Which operation it is stands in the body.
            Asked::Form => (None, self.has_compressible),
            Asked::QueryString(_) => (None, false),
        };
        let is_packed = fields.is_packed(may_be_packed)?;
        let headers = forwarded(incoming.headers, fields, operation)?;
        if let Asked::Rest(_, operation, head) = &mut asked {
            head.read_headers(operation.model, &operation.in_headers, &headers)?;
        }
        Ok(Begun {
            mapping: self,
            protocol,
            asked,
            is_packed,
            path: incoming.path,
            method: incoming.method,
            headers,
        })
    }

    /// Which operation is asked for, as far as the head says it, and in which protocol.
    fn asked<'a>(
        &'a self,
        incoming: &Incoming<'a>,
        fields: &Fields<'a>,
    ) -> Result<(Protocol, Asked<'a>), MappingError> {
        let kind = content_type(fields)?;
        let kind = kind.as_deref();
        if let Some(value) = fields.smithy_protocol()? {
            let (service, operation) = self.of_path(value, kind, incoming)?;
            return Ok((Protocol::Cbor, Asked::Body(service, operation)));
        }
        if let Some(target) = fields.target()? {
            let (service, operation, protocol) = self.of_target(target, kind, incoming)?;
            return Ok((protocol, Asked::Body(service, operation)));
        }
        if let Some(protocol) = self.form_protocol
            && let Some(asked) = self.form_asked(incoming, kind)?
        {
            return Ok((protocol, asked));
        }
        if kind == Some(FORM) {
            return Err(MappingError::Malformed("the body is no form in this protocol"));
        }
        self.rest_asked(incoming, kind)
    }

    /// The form that a request is, if it is one: in the query string or in the body.
    fn form_asked<'a>(
        &self,
        incoming: &Incoming<'a>,
        kind: Option<&str>,
    ) -> Result<Option<Asked<'a>>, MappingError> {
        let has_action = |query: &str| query.split('&').any(|pair| pair.starts_with("Action="));
        let is_get = incoming.method == Method::GET;
        if let Some(query) = incoming.query.filter(|query| is_get && has_action(query)) {
            self.check_form_path(incoming.path)?;
            return Ok(Some(Asked::QueryString(query)));
        }
        if incoming.method != Method::POST || kind != Some(FORM) {
            return Ok(None);
        }
        self.check_form_path(incoming.path)?;
        if has_parameters(incoming.query) {
            return Err(MappingError::Malformed(
                "parameters both in the address and in the body",
            ));
        }
        Ok(Some(Asked::Form))
    }

    /// The operation that method and path name, with what path and query say.
    fn rest_asked<'a>(
        &'a self,
        incoming: &Incoming<'a>,
        kind: Option<&str>,
    ) -> Result<(Protocol, Asked<'a>), MappingError> {
        let (service, number, routed) = self.of_place(incoming)?;
        let operation = service
            .operations
            .get(number)
            .ok_or(MappingError::MissingOperation)?;
        let head = rest::Head::read(operation.model, routed, incoming.query)?;
        let rest = service
            .model
            .protocols()
            .iter()
            .find(|protocol| protocol.is_rest());
        let protocol = rest.copied().unwrap_or(Protocol::RestJson);
        check_type(operation.model, protocol, kind)?;
        Ok((protocol, Asked::Rest(service, operation, head)))
    }

    /// Every operation, and how it is mapped.
    pub fn coverage(&self) -> Vec<CoverageRow> {
        let rows = self.services.iter().flat_map(|service| {
            service
                .operations
                .iter()
                .map(|operation| operation.coverage(service.model))
        });
        rows.collect()
    }
}

/// Fails closed: who reads a body as what it is said to be must find what was decided on.
fn check_type(
    operation: &'static OperationModel,
    protocol: Protocol,
    kind: Option<&str>,
) -> Result<(), MappingError> {
    let is_as_it_is = operation
        .payload()
        .is_some_and(|payload| payload.kind() != PayloadKind::Modelled);
    let is_known = match (protocol, kind) {
        (_, None | Some("binary/octet-stream" | "application/octet-stream")) => true,
        (Protocol::RestXml, Some(kind)) => matches!(kind, "application/xml" | "text/xml"),
        (_, Some(kind)) => matches!(
            kind,
            "application/json" | "application/x-amz-json-1.0" | "application/x-amz-json-1.1"
        ),
    };
    if is_as_it_is || is_known {
        Ok(())
    } else {
        Err(MappingError::Malformed(
            "the body has another type than the protocol",
        ))
    }
}
