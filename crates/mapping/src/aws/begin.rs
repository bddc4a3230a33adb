//! The mapping of the services of one signing name: from the head of a request to the call that it is.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_service_models::{OperationModel, PayloadKind, Protocol, ServiceModel, service_models};

use super::call::{BodyUse, Completed, Known, Scope, ServiceCall};
use super::compile::{CompiledOperation, CompiledService};
use super::coverage::CoverageRow;
use super::headers::{FORM, content_type, forwarded};
use super::input::Node;
use super::read::form::{Dialect, Form, is_of_signature};
use super::read::rest::{self, Head};
use super::read::{Members, Place, cbor, json, xml};
use super::request::{Request, Resolved};
use super::resolve;
use crate::{Incoming, MappingError};

/// All services of one signing name, ready to map requests. To be made once, at the start.
#[derive(Debug)]
pub struct ServiceMapping {
    /// The one that has the signing name itself first.
    services: Vec<CompiledService>,
}

/// A request whose head was understood.
#[derive(Debug)]
pub struct Begun<'a> {
    mapping: &'a ServiceMapping,
    protocol: Protocol,
    asked: Asked<'a>,
    path: &'a str,
    method: Method,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Which operation is asked for, and where the rest of the request stands.
#[derive(Debug)]
enum Asked<'a> {
    /// A form in the body.
    Form,
    /// A form in the query string.
    QueryString(&'a str),
    /// A structure in the body.
    Body(&'a CompiledService, &'a CompiledOperation),
    /// In path, query, headers and body.
    Rest(&'a CompiledService, &'a CompiledOperation, Head),
}

/// The header of the newer CBOR protocol, and its one value.
static SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
const CBOR: &str = "rpc-v2-cbor";
static TARGET: HeaderName = HeaderName::from_static("x-amz-target");

impl ServiceMapping {
    /// The mapping for requests that are signed for this name, if services are known under it.
    pub fn new(signing_name: &str) -> Option<Self> {
        let models = service_models().signed_as(signing_name);
        let mut services: Vec<CompiledService> =
            models.iter().map(|model| CompiledService::new(model)).collect();
        services.sort_by_key(|service| service.model.id() != signing_name);
        (!services.is_empty()).then_some(Self { services })
    }

    /// In which protocol a request speaks, as well as can be told of a broken one: the form of its error.
    pub fn protocol_of(&self, incoming: &Incoming<'_>) -> Protocol {
        let takes = |protocol| self.services.iter().any(|service| service.model.takes(protocol));
        let kind = content_type(incoming.headers).ok().flatten().unwrap_or_default();
        if incoming.headers.contains_key(&SMITHY_PROTOCOL) || kind == "application/x-amz-cbor-1.1" {
            return Protocol::Cbor;
        }
        if let Some(target) = incoming.headers.get(&TARGET) {
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
        let rest = self.services.iter().find(|service| {
            let routed = service
                .router
                .route(incoming.method.as_str(), incoming.path, incoming.query);
            matches!(routed, Ok(Some(_)))
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
        let kind = content_type(incoming.headers)?;
        let kind = kind.as_deref();
        let begun = |protocol, asked, operation| {
            Ok(Begun {
                mapping: self,
                protocol,
                asked,
                path: incoming.path,
                method: incoming.method.clone(),
                headers: forwarded(incoming.headers, operation)?,
            })
        };
        if let Some(value) = one(incoming.headers, &SMITHY_PROTOCOL)? {
            let (service, operation) = self.of_path(value, kind, incoming)?;
            return begun(
                Protocol::Cbor,
                Asked::Body(service, operation),
                Some(operation.model),
            );
        }
        if let Some(target) = one(incoming.headers, &TARGET)? {
            let (service, operation, protocol) = self.of_target(target, kind, incoming)?;
            return begun(protocol, Asked::Body(service, operation), Some(operation.model));
        }
        let is_get = incoming.method == Method::GET;
        let has_action = |query: &str| query.split('&').any(|pair| pair.starts_with("Action="));
        if let Some(protocol) = self.form_protocol() {
            let query = incoming.query.filter(|query| is_get && has_action(query));
            if let Some(query) = query {
                self.check_form_path(incoming.path)?;
                return begun(protocol, Asked::QueryString(query), None);
            }
            if incoming.method == Method::POST && kind == Some(FORM) {
                self.check_form_path(incoming.path)?;
                if has_parameters(incoming.query) {
                    return Err(MappingError::Malformed(
                        "parameters both in the address and in the body",
                    ));
                }
                return begun(protocol, Asked::Form, None);
            }
        }
        if kind == Some(FORM) {
            return Err(MappingError::Malformed("the body is no form in this protocol"));
        }
        let (service, number, routed) = self.of_place(incoming)?;
        let operation = service
            .operations
            .get(number)
            .ok_or(MappingError::MissingOperation)?;
        let head = rest::head(operation.model, &routed, incoming.query, incoming.headers)?;
        let rest = service
            .model
            .protocols()
            .iter()
            .find(|protocol| protocol.is_rest());
        let protocol = rest.copied().unwrap_or(Protocol::RestJson);
        check_type(operation.model, protocol, kind)?;
        begun(
            protocol,
            Asked::Rest(service, operation, head),
            Some(operation.model),
        )
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

    /// The newer CBOR protocol: `/service/NAME/operation/NAME`.
    fn of_path(
        &self,
        value: &str,
        kind: Option<&str>,
        incoming: &Incoming<'_>,
    ) -> Result<(&CompiledService, &CompiledOperation), MappingError> {
        if value != CBOR || incoming.headers.contains_key(&TARGET) {
            return Err(MappingError::Malformed(
                "it names two protocols, or one that is not known",
            ));
        }
        if incoming.method != Method::POST || has_parameters(incoming.query) {
            return Err(MappingError::Malformed(
                "the protocol knows no other method than POST, and no query",
            ));
        }
        if !matches!(kind, None | Some("application/cbor")) {
            return Err(MappingError::Malformed(
                "the body has another type than the protocol",
            ));
        }
        let rest = incoming.path.strip_prefix("/service/").unwrap_or_default();
        let (prefix, name) = rest.split_once("/operation/").unwrap_or_default();
        let known = self
            .services
            .iter()
            .filter(|service| service.model.takes(Protocol::Cbor));
        find(known, prefix, name)
    }

    /// JSON and the older CBOR: `X-Amz-Target: NAME.NAME`.
    fn of_target(
        &self,
        target: &str,
        kind: Option<&str>,
        incoming: &Incoming<'_>,
    ) -> Result<(&CompiledService, &CompiledOperation, Protocol), MappingError> {
        let protocol = match kind {
            Some("application/x-amz-json-1.0") => Protocol::Json10,
            Some("application/x-amz-json-1.1") => Protocol::Json11,
            Some("application/x-amz-cbor-1.1") => Protocol::Cbor,
            _ => {
                return Err(MappingError::Malformed(
                    "the body has another type than the protocol",
                ));
            }
        };
        if incoming.method != Method::POST || has_parameters(incoming.query) || incoming.path != "/" {
            return Err(MappingError::Malformed(
                "the protocol knows no method but POST, no path and no query",
            ));
        }
        let (prefix, name) = target.rsplit_once('.').unwrap_or_default();
        let takes_any = |service: &&CompiledService| {
            [Protocol::Json10, Protocol::Json11, Protocol::Cbor]
                .into_iter()
                .any(|known| service.model.takes(known))
        };
        let (service, operation) = find(self.services.iter().filter(takes_any), prefix, name)?;
        Ok((service, operation, protocol))
    }

    fn of_place(
        &self,
        incoming: &Incoming<'_>,
    ) -> Result<(&CompiledService, usize, rest::Routed), MappingError> {
        let mut found: Option<(&CompiledService, usize, rest::Routed)> = None;
        for service in &self.services {
            let routed = service
                .router
                .route(incoming.method.as_str(), incoming.path, incoming.query)?;
            let Some(routed) = routed else { continue };
            let number = routed.number;
            let name = |service: &CompiledService, number: usize| {
                service
                    .operations
                    .get(number)
                    .map(|operation| operation.model.name())
            };
            match &found {
                None => found = Some((service, number, routed)),
                // Fails closed: two services that share a name of signatures read the same request differently.
                Some((known, other, _)) if name(known, *other) != name(service, number) => {
                    return Err(MappingError::Malformed(
                        "two services know another operation at this place",
                    ));
                }
                Some(_) => {}
            }
        }
        found.ok_or_else(|| MappingError::UnknownOperation {
            name: incoming.path.chars().take(64).collect(),
        })
    }

    fn form_protocol(&self) -> Option<Protocol> {
        let takes = |protocol| self.services.iter().any(|service| service.model.takes(protocol));
        [Protocol::Ec2, Protocol::Query]
            .into_iter()
            .find(|protocol| takes(*protocol))
            .or_else(|| self.has_queues().then_some(Protocol::Query))
    }

    /// Whether it is the queues' mapping: their old protocol is spoken still, though their model has left it.
    fn has_queues(&self) -> bool {
        self.services.iter().any(|service| service.model.id() == "sqs")
    }

    /// Forms go to `/`; in the queues' protocol the path is the queue.
    fn check_form_path(&self, path: &str) -> Result<(), MappingError> {
        let is_plain = |part: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_letter)
        };
        let is_queue = || {
            path.strip_prefix('/')
                .is_some_and(|rest| rest.split('/').all(is_plain))
        };
        if path == "/" || (self.has_queues() && is_queue()) {
            Ok(())
        } else {
            Err(MappingError::InvalidUri("the protocol knows no such path"))
        }
    }

    /// The service and the operation that a form asks for.
    fn of_form(
        &self,
        form: &Form<'_>,
    ) -> Result<(&CompiledService, &CompiledOperation, Dialect), MappingError> {
        let speaks = |service: &&CompiledService| {
            service.model.takes(Protocol::Query)
                || service.model.takes(Protocol::Ec2)
                || service.model.id() == "sqs"
        };
        let of_version = |service: &&CompiledService| {
            form.version
                .as_deref()
                .is_none_or(|version| version == service.model.api_version())
        };
        let unknown = || MappingError::UnknownOperation {
            name: form.action.chars().take(64).collect(),
        };
        let mut found = self
            .services
            .iter()
            .filter(speaks)
            .filter(of_version)
            .filter_map(|service| Some((service, service.operation(&form.action)?)));
        let (service, operation) = found.next().ok_or_else(unknown)?;
        // Fails closed: without a version, services with several could mean different things.
        if form.version.is_none() && found.next().is_some() {
            return Err(MappingError::MissingMember {
                member: "Version".to_owned(),
            });
        }
        let dialect = match service.model.id() {
            "sqs" => Dialect::Queues,
            _ if service.model.takes(Protocol::Ec2) => Dialect::Ec2,
            _ => Dialect::Query,
        };
        Ok((service, operation, dialect))
    }
}

/// Services may share a prefix, and then have no operation in common.
fn find<'m>(
    services: impl Iterator<Item = &'m CompiledService>,
    prefix: &str,
    name: &str,
) -> Result<(&'m CompiledService, &'m CompiledOperation), MappingError> {
    let mut found = services
        .filter(|service| service.model.target_prefix() == Some(prefix))
        .filter_map(|service| Some((service, service.operation(name)?)));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        // Fails closed: nobody could tell which is meant.
        (Some(_), Some(_)) => Err(MappingError::Malformed("two services know this operation")),
        (None, _) => Err(MappingError::UnknownOperation {
            name: name.chars().take(64).collect(),
        }),
    }
}

fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, MappingError> {
    let wrong = |reason| MappingError::InvalidArgument {
        name: name.as_str().to_owned(),
        reason,
    };
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(wrong("it is given twice")),
        (Some(value), None) => value
            .to_str()
            .map(Some)
            .map_err(|_| wrong("it has letters outside ASCII")),
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

/// Whether a query says anything but a signature.
fn has_parameters(query: Option<&str>) -> bool {
    let names = query
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default());
    names
        .filter(|name| !name.is_empty())
        .any(|name| !is_of_signature(name))
}

impl<'a> Begun<'a> {
    /// The protocol, in whose form errors are told.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The service, as well as the head tells: of several with one signing name, the first.
    pub fn service(&self) -> Option<&'static ServiceModel> {
        match &self.asked {
            Asked::Body(service, _) | Asked::Rest(service, ..) => Some(service.model),
            Asked::Form | Asked::QueryString(_) => self.mapping.services.first().map(|service| service.model),
        }
    }

    /// The operation, unless only the body names it.
    pub fn operation(&self) -> Option<&'static OperationModel> {
        match &self.asked {
            Asked::Body(_, operation) | Asked::Rest(_, operation, _) => Some(operation.model),
            Asked::Form | Asked::QueryString(_) => None,
        }
    }

    /// What must be read of the body.
    pub fn body(&self) -> BodyUse {
        if let Asked::Rest(_, operation, _) = &self.asked {
            let payload = operation.model.payload().map(|payload| payload.kind());
            if matches!(payload, Some(PayloadKind::Blob | PayloadKind::Streaming)) {
                return BodyUse::Streams;
            }
        }
        let id = self.service().map_or("", ServiceModel::id);
        BodyUse::Whole {
            bytes_max: bytes_max(id),
        }
    }

    /// Maps the request, with its body as it came (no bytes if it streams). To be called again with more in `known`
    /// for as long as it [needs](Completed::Needs) something.
    ///
    /// # Errors
    /// A body that could be read in two ways or does not fit the model, an operation that is not mapped.
    pub fn complete(&self, body: &[u8], scope: &Scope<'_>, known: &Known) -> Result<Completed, MappingError> {
        let read = |service: &CompiledService, operation: &CompiledOperation, input: &Node<'_>, upstream| {
            self.call(service, operation, input, scope, known, upstream)
        };
        match &self.asked {
            Asked::Body(service, operation) => {
                let name = operation.model.name();
                let input = match self.protocol {
                    Protocol::Cbor => cbor::read(body, operation.model.input(), name)?,
                    _ => json::read(body, operation.model.input(), Members::All, name)?,
                };
                read(
                    service,
                    operation,
                    &input,
                    Upstream {
                        target: self.path.to_owned(),
                        body: None,
                    },
                )
            }
            Asked::Form | Asked::QueryString(_) => {
                let form = match &self.asked {
                    Asked::QueryString(_) if !body.is_empty() => {
                        return Err(MappingError::Malformed(
                            "parameters both in the address and in the body",
                        ));
                    }
                    Asked::QueryString(query) => Form::of_query(query)?,
                    _ => Form::of_body(body)?,
                };
                let (service, operation, dialect) = self.mapping.of_form(&form)?;
                let input = form.input(operation.model.input(), dialect, operation.model.name())?;
                let written = form.written(operation.model.name(), service.model.api_version());
                let upstream = match &self.asked {
                    Asked::QueryString(_) => Upstream {
                        target: format!("{}?{written}", self.path),
                        body: None,
                    },
                    _ => Upstream {
                        target: self.path.to_owned(),
                        body: Some(written.into_bytes()),
                    },
                };
                read(service, operation, &input, upstream)
            }
            Asked::Rest(service, operation, head) => {
                let document;
                let is_xml = self.protocol == Protocol::RestXml;
                let mut input = if matches!(self.body(), BodyUse::Streams) {
                    Node::EMPTY
                } else if is_xml && !body.is_empty() {
                    document = crate::xml::read_any(body)?;
                    rest_xml(operation.model, &document)?
                } else if is_xml {
                    Node::EMPTY
                } else {
                    rest_json(operation.model, body)?
                };
                if let Node::Map(members) = &mut input {
                    let of_head = head
                        .members
                        .iter()
                        .map(|(name, node)| ((*name).into(), node.clone()));
                    members.extend(of_head);
                }
                read(
                    service,
                    operation,
                    &input,
                    Upstream {
                        target: head.target.clone(),
                        body: None,
                    },
                )
            }
        }
    }

    fn call(
        &self,
        service: &CompiledService,
        operation: &CompiledOperation,
        input: &Node<'_>,
        scope: &Scope<'_>,
        known: &Known,
        upstream: Upstream,
    ) -> Result<Completed, MappingError> {
        let tags = operation.tags.read(input);
        let request = Request {
            service: service.model,
            operation: operation.model,
            input,
            scope,
            known,
            path: self.path,
            compiled: operation,
            tables: &service.tables,
            keys: resolve::keys(operation, input, &tags)?,
        };
        let permissions = match resolve::permissions(&request)? {
            Resolved::Needs(lookup) => return Ok(Completed::Needs(lookup)),
            Resolved::Permissions(permissions) => permissions,
        };
        let retags = if tags.is_empty() {
            Vec::new()
        } else {
            let resources = permissions.iter().map(|permission| permission.resource.clone());
            resources.filter(|resource| resource != "*").collect()
        };
        Ok(Completed::Call(Box::new(ServiceCall {
            service: service.model,
            operation: operation.model,
            permissions,
            method: self.method.clone(),
            target: upstream.target,
            headers: self.headers.clone(),
            body: upstream.body,
            retags,
        })))
    }
}

/// What goes upstream besides headers.
struct Upstream {
    target: String,
    body: Option<Vec<u8>>,
}

fn rest_json<'b>(operation: &'static OperationModel, body: &'b [u8]) -> Result<Node<'b>, MappingError> {
    let name = operation.name();
    let Some(payload) = operation.payload() else {
        return json::read(body, operation.input(), Members::OfBody, name);
    };
    let member = payload.member();
    if body.is_empty() {
        return Ok(Node::EMPTY);
    }
    let top = Place::top(name);
    let place = top.inner(member.name())?;
    let node = match payload.kind() {
        PayloadKind::Text => match std::str::from_utf8(body) {
            Ok(text) => Node::Text(text.into()),
            Err(_) => return Err(MappingError::Malformed("it is not UTF-8")),
        },
        _ => json::read_value(body, member.shape(), &place)?,
    };
    Ok(Node::Map(vec![(member.name().into(), node)]))
}

fn rest_xml<'e>(
    operation: &'static OperationModel,
    document: &'e crate::xml::Element,
) -> Result<Node<'e>, MappingError> {
    const ANOTHER: MappingError = MappingError::MalformedXml("another element than the operation takes");
    let top = Place::top(operation.name());
    let Some(payload) = operation.payload() else {
        let input = operation.input().ok_or(ANOTHER)?;
        let root = operation.xml_root().unwrap_or(input.name());
        return if document.name == root {
            xml::structure(document, input, &top)
        } else {
            Err(ANOTHER)
        };
    };
    let member = payload.member();
    let is_root = document.name == member.wire_name() || operation.xml_root() == Some(&document.name);
    if !is_root {
        return Err(ANOTHER);
    }
    let node = xml::value(document, member.shape(), &top.inner(member.name())?)?;
    Ok(Node::Map(vec![(member.name().into(), node)]))
}

/// How long a body can be that is read whole. What services take at most, and a little more for its form.
fn bytes_max(service: &str) -> usize {
    const MEGABYTE: usize = 1 << 20;
    match service {
        // Code in an archive, in base64.
        "lambda" => 72 * MEGABYTE,
        "dynamodb" => 17 * MEGABYTE,
        "ecr" => 28 * MEGABYTE,
        "kinesis" => 15 * MEGABYTE,
        _ => 8 * MEGABYTE,
    }
}
