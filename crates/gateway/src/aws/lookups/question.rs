//! A question to the upstream, as a request of its own.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method};
use lanyard_service_models::{OperationModel, Protocol, Segment, ServiceModel, service_models};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::one_reading;
use crate::upstream::UpstreamRequest;

/// Everything but what a signature leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// An operation that only reads, with what it is asked.
#[derive(Clone, Debug)]
pub(in crate::aws) struct Question {
    service: &'static ServiceModel,
    operation: &'static OperationModel,
    /// By the names of the protocol: of members in JSON and in paths, of parameters in forms.
    input: Vec<(&'static str, String)>,
}

impl Question {
    /// A question; `None` if the service or the operation is in no model.
    pub(in crate::aws) fn new(
        service: &str,
        operation: &str,
        input: Vec<(&'static str, String)>,
    ) -> Option<Self> {
        let service = service_models().service(service)?;
        let operation = service.operation(operation)?;
        Some(Self {
            service,
            operation,
            input,
        })
    }

    /// The same with one more member: where the next page begins.
    pub(in crate::aws) fn from(&self, name: &'static str, place: String) -> Self {
        let mut next = self.clone();
        next.input.retain(|(known, _)| *known != name);
        next.input.push((name, place));
        next
    }

    /// Whether the upstream of a service can be asked: it stands for all that is signed by the same name.
    pub(in crate::aws) fn is_for(&self, service: &ServiceModel) -> bool {
        self.service.signing_name() == service.signing_name()
    }

    /// What the operation is called.
    pub(in crate::aws) fn operation(&self) -> &'static str {
        self.operation.name()
    }

    /// The protocol it is asked in: the plainest that the service takes. `None` if there is none that is spoken here.
    pub(in crate::aws) fn protocol(&self) -> Option<Protocol> {
        const SPOKEN: [Protocol; 5] = [
            Protocol::Json10,
            Protocol::Json11,
            Protocol::Query,
            Protocol::Ec2,
            Protocol::RestJson,
        ];
        let takes = |protocol: &Protocol| self.service.takes(*protocol);
        // CloudWatch's JSON is so young that few servers know it.
        if self.service.is_query_compatible() && self.service.takes(Protocol::Query) {
            return Some(Protocol::Query);
        }
        SPOKEN.into_iter().find(takes)
    }

    /// The request for the upstream; `None` if it cannot be asked.
    pub(super) fn to_request(&self, region: &str) -> Option<UpstreamRequest> {
        let request = match self.protocol()? {
            Protocol::Json10 => self.json("application/x-amz-json-1.0")?,
            Protocol::Json11 => self.json("application/x-amz-json-1.1")?,
            Protocol::Query | Protocol::Ec2 => self.form(),
            Protocol::RestJson => UpstreamRequest::new(Method::GET, one_reading::address(self.path()?)),
            Protocol::RestXml | Protocol::Cbor => return None,
        };
        Some(request.signed_for(self.service.signing_name(), region))
    }

    fn json(&self, content_type: &'static str) -> Option<UpstreamRequest> {
        let target = format!("{}.{}", self.service.target_prefix()?, self.operation.name());
        let members = self.input.iter();
        let members: serde_json::Map<_, _> = members
            .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
            .collect();
        let request = UpstreamRequest::new(Method::POST, "/".to_owned())
            .with_header(CONTENT_TYPE, HeaderValue::from_static(content_type))
            .with_header(TARGET, HeaderValue::from_str(&target).ok()?);
        let written = Bytes::from(serde_json::Value::Object(members).to_string());
        Some(request.with_bytes(one_reading::json(written).ok()?))
    }

    fn form(&self) -> UpstreamRequest {
        let mut form = format!(
            "Action={}&Version={}",
            self.operation.name(),
            self.service.api_version()
        );
        for (name, value) in &self.input {
            form.push('&');
            form.push_str(name);
            form.push('=');
            form.extend(utf8_percent_encode(value, ENCODED));
        }
        const FORM: HeaderValue =
            HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        UpstreamRequest::new(Method::POST, "/".to_owned())
            .with_header(CONTENT_TYPE, FORM)
            .with_bytes(Bytes::from(form))
    }

    /// The path, with every member in its place.
    fn path(&self) -> Option<String> {
        if self.operation.method() != "GET" {
            return None;
        }
        let mut path = String::new();
        let mut named = 0;
        for segment in self.operation.uri().segments() {
            path.push('/');
            match segment {
                Segment::Literal(text) => path.push_str(text),
                Segment::Label(name) | Segment::Greedy(name) => {
                    let (_, value) = self.input.iter().find(|(known, _)| known == name)?;
                    path.extend(utf8_percent_encode(value, ENCODED));
                    named += 1;
                }
            }
        }
        (named == self.input.len()).then_some(path)
    }
}
