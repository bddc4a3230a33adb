//! From a request whose head was understood, and its body, to the call that it is.

use http::{HeaderName, HeaderValue, Method};
use lanyard_service_models::{OperationModel, PayloadKind, Protocol, ServiceModel};

use super::begin::ServiceMapping;
use super::call::{BodyUse, Completed, Known, Scope, ServiceCall};
use super::compile::{CompiledOperation, CompiledService};
use super::input::Node;
use super::owner;
use super::packed;
use super::pin::{Pin, pinned};
use super::read::form::Form;
use super::read::rest::Head;
use super::read::{Members, Place, cbor, json, xml};
use super::request::{Request, Resolved};
use super::resolve;
use crate::MappingError;

/// A request whose head was understood.
#[derive(Debug)]
pub struct Begun<'a> {
    pub(super) mapping: &'a ServiceMapping,
    pub(super) protocol: Protocol,
    pub(super) asked: Asked<'a>,
    pub(super) path: &'a str,
    pub(super) method: &'a Method,
    pub(super) headers: Vec<(&'a HeaderName, &'a HeaderValue)>,
    /// Whether the body is packed by gzip.
    pub(super) is_packed: bool,
}

/// Which operation is asked for, and where the rest of the request stands.
#[derive(Debug)]
pub(super) enum Asked<'a> {
    /// A form in the body.
    Form,
    /// A form in the query string.
    QueryString(&'a str),
    /// A structure in the body.
    Body(&'a CompiledService, &'a CompiledOperation),
    /// In path, query, headers and body.
    Rest(&'a CompiledService, &'a CompiledOperation, Head<'a>),
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
        let unpacked;
        let body = if self.is_packed {
            unpacked = packed::unpacked(body)?;
            unpacked.as_slice()
        } else {
            body
        };
        match &self.asked {
            Asked::Body(service, operation) => {
                let name = operation.model.name();
                let input = match self.protocol {
                    Protocol::Cbor => cbor::read(body, operation.model.input(), name)?,
                    _ => json::read(body, operation.model.input(), Members::All, name)?,
                };
                let upstream = Upstream {
                    target: self.path.to_owned(),
                    body: self.is_packed.then(|| body.to_vec()),
                };
                read(service, operation, &input, upstream)
            }
            Asked::Form | Asked::QueryString(_) => {
                let form = self.form(body)?;
                let (service, operation, dialect) = self.mapping.of_form(&form)?;
                if self.is_packed && !operation.model.is_compressible() {
                    return Err(MappingError::Malformed("the operation takes no packed body"));
                }
                let input = form.input(operation.model.input(), dialect, operation.model.name())?;
                let written = form.written(operation.model.name(), service.model.api_version());
                read(service, operation, &input, self.written(written))
            }
            Asked::Rest(service, operation, head) => {
                let document = self.document(body)?;
                let mut input = match (&document, self.protocol) {
                    _ if matches!(self.body(), BodyUse::Streams) => Node::EMPTY,
                    (Some(document), _) => rest_xml(operation.model, document)?,
                    (None, Protocol::RestXml) => Node::EMPTY,
                    (None, _) => rest_json(operation.model, body)?,
                };
                if let Node::Map(members) = &mut input {
                    let of_head = head
                        .members
                        .iter()
                        .map(|(name, node)| ((*name).into(), node.borrowed()));
                    members.extend(of_head);
                }
                let upstream = Upstream {
                    target: head.target.clone(),
                    body: None,
                };
                read(service, operation, &input, upstream)
            }
        }
    }

    /// The form, which stands in the body or in the query string and not in both.
    fn form<'b>(&'b self, body: &'b [u8]) -> Result<Form<'b>, MappingError> {
        match &self.asked {
            Asked::QueryString(_) if !body.is_empty() => Err(MappingError::Malformed(
                "parameters both in the address and in the body",
            )),
            Asked::QueryString(query) => Form::of_query(query),
            _ => Form::of_body(body),
        }
    }

    /// What goes upstream of a form, in its own place.
    fn written(&self, form: String) -> Upstream {
        match &self.asked {
            Asked::QueryString(_) => Upstream {
                target: format!("{}?{form}", self.path),
                body: None,
            },
            _ => Upstream {
                target: self.path.to_owned(),
                body: Some(form.into_bytes()),
            },
        }
    }

    /// The body as XML, if it is some.
    fn document(&self, body: &[u8]) -> Result<Option<crate::xml::Element>, MappingError> {
        let is_none = self.protocol != Protocol::RestXml || body.is_empty();
        if is_none || matches!(self.body(), BodyUse::Streams) {
            return Ok(None);
        }
        crate::xml::read_any(body).map(Some)
    }

    /// What goes upstream, saying what was decided on. Only a form can be written anew.
    fn pinned(&self, upstream: Upstream, pins: &[Pin]) -> Option<Upstream> {
        match (&self.asked, upstream) {
            (Asked::QueryString(_), Upstream { target, body: None }) => {
                let (path, form) = target.split_once('?')?;
                let target = format!("{path}?{}", pinned(form, pins));
                Some(Upstream { target, body: None })
            }
            (
                Asked::Form,
                Upstream {
                    target,
                    body: Some(form),
                },
            ) => {
                let form = String::from_utf8(form).ok()?;
                let body = Some(pinned(&form, pins).into_bytes());
                Some(Upstream { target, body })
            }
            _ => None,
        }
    }

    fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let headers = self.headers.iter();
        headers.map(|(name, value)| ((*name).clone(), (*value).clone()))
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
        let scope = &owner::scope(service.owner, input, scope)?;
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
        let (permissions, pins) = match resolve::permissions(&request)? {
            Resolved::Needs(lookup) => return Ok(Completed::Needs(lookup)),
            Resolved::Permissions(permissions) => (permissions, Vec::new()),
            Resolved::Pinned(permissions, pins) => (permissions, pins),
        };
        let upstream = if pins.is_empty() {
            upstream
        } else {
            self.pinned(upstream, &pins)
                .ok_or_else(|| request.unmapped("what it was decided on cannot be written into it"))?
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
            headers: self.headers().collect(),
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
