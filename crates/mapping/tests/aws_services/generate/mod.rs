//! Requests made from the models: every member filled, or only those that a request cannot be without.

mod rest;

use std::fmt::Write;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_service_models::{
    List, Location, Map, Member, OperationModel, Protocol, ServiceModel, Shape, Structure,
};
use rest::rest;

/// Shapes may hold themselves.
const DEPTH_MAX: usize = 6;

/// A value of a request, before it is written in a protocol.
pub(crate) enum Value {
    Text(String),
    Number,
    Boolean,
    Blob,
    Timestamp,
    Document,
    List(&'static List, Vec<Value>),
    Map(&'static Map, Value1),
    Structure(Vec<(&'static Member, Value)>),
}

/// The one entry of a map, or none.
pub(crate) type Value1 = Option<Box<Value>>;

/// What is filled in, and with what.
pub(crate) struct Filling<'a> {
    pub(crate) is_whole: bool,
    /// What stands in the place of a member with this path; nothing to leave it out.
    pub(crate) text: &'a dyn Fn(&str) -> Option<String>,
}

impl Filling<'_> {
    pub(crate) fn input(&self, operation: &OperationModel) -> Value {
        match operation.input() {
            Some(structure) => self.structure(structure, "", 0),
            None => Value::Structure(Vec::new()),
        }
    }

    fn structure(&self, structure: &'static Structure, path: &str, depth: usize) -> Value {
        let mut members = Vec::new();
        for member in structure.members() {
            let path = if path.is_empty() {
                member.name().to_owned()
            } else {
                format!("{path}.{}", member.name())
            };
            // What stands in the path of the request is always there.
            let is_needed = member.is_required() || member.location() == Location::Uri;
            if !is_needed && (!self.is_whole || depth >= DEPTH_MAX) {
                continue;
            }
            if let Some(value) = self.value(member.shape(), &path, depth + 1) {
                members.push((member, value));
            }
        }
        Value::Structure(members)
    }

    fn value(&self, shape: &'static Shape, path: &str, depth: usize) -> Option<Value> {
        let text = (self.text)(path)?;
        Some(match shape {
            Shape::Text => Value::Text(text),
            Shape::Number => Value::Number,
            Shape::Boolean => Value::Boolean,
            Shape::Blob => Value::Blob,
            Shape::Timestamp => Value::Timestamp,
            Shape::Document => Value::Document,
            Shape::List(list) => Value::List(
                list,
                if depth > DEPTH_MAX {
                    Vec::new()
                } else {
                    self.value(list.member(), path, depth + 1).into_iter().collect()
                },
            ),
            Shape::Map(map) if depth > DEPTH_MAX => Value::Map(map, None),
            Shape::Map(map) => Value::Map(map, self.value(map.value(), path, depth + 1).map(Box::new)),
            Shape::Structure(structure) => self.structure(structure, path, depth),
        })
    }
}

/// A request as it comes over the wire.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    fn new(method: &str) -> Self {
        Self {
            method: method.parse().unwrap(),
            path: "/".to_owned(),
            query: None,
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    fn header(&mut self, name: &str, value: &str) {
        self.headers.append(
            HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
}

/// The request in a protocol of the service.
pub(crate) fn written(
    service: &ServiceModel,
    operation: &OperationModel,
    protocol: Protocol,
    input: &Value,
) -> Request {
    match protocol {
        Protocol::Query | Protocol::Ec2 => form(service, operation, protocol, input),
        Protocol::Json10 | Protocol::Json11 => {
            let mut request = Request::new("POST");
            let version = if protocol == Protocol::Json10 {
                "1.0"
            } else {
                "1.1"
            };
            request.header("content-type", &format!("application/x-amz-json-{version}"));
            let prefix = service.target_prefix().unwrap();
            request.header("x-amz-target", &format!("{prefix}.{}", operation.name()));
            request.body = json(input).into_bytes();
            request
        }
        Protocol::Cbor => {
            let mut request = Request::new("POST");
            request.header("content-type", "application/cbor");
            request.header("smithy-protocol", "rpc-v2-cbor");
            let name = service.target_prefix().unwrap();
            request.path = format!("/service/{name}/operation/{}", operation.name());
            cbor(input, &mut request.body);
            request
        }
        Protocol::RestJson | Protocol::RestXml => rest(operation, protocol, input),
    }
}

fn json(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Value::Number => "1".to_owned(),
        Value::Boolean => "true".to_owned(),
        Value::Blob => "\"AAAA\"".to_owned(),
        Value::Timestamp => "1700000000".to_owned(),
        Value::Document => "{}".to_owned(),
        Value::List(_, items) => {
            let items: Vec<String> = items.iter().map(json).collect();
            format!("[{}]", items.join(","))
        }
        Value::Map(_, None) => "{}".to_owned(),
        Value::Map(_, Some(value)) => format!("{{\"k\":{}}}", json(value)),
        Value::Structure(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(member, value)| format!("\"{}\":{}", member.wire_name(), json(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

fn cbor_head(major: u8, length: usize, out: &mut Vec<u8>) {
    if length < 24 {
        out.push((major << 5) | u8::try_from(length).unwrap());
    } else {
        out.push((major << 5) | 25);
        out.extend(u16::try_from(length).unwrap().to_be_bytes());
    }
}

fn cbor_text(text: &str, out: &mut Vec<u8>) {
    cbor_head(3, text.len(), out);
    out.extend(text.as_bytes());
}

fn cbor(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => cbor_text(text, out),
        Value::Number => out.push(1),
        Value::Boolean => out.push(0xf5),
        Value::Blob => out.extend([0x43, 0, 0, 0]),
        Value::Timestamp => out.extend([0xc1, 0x1a, 0x65, 0x53, 0xf1, 0x00]),
        Value::Document | Value::Map(_, None) => out.push(0xa0),
        Value::List(_, items) => {
            cbor_head(4, items.len(), out);
            items.iter().for_each(|item| cbor(item, out));
        }
        Value::Map(_, Some(value)) => {
            cbor_head(5, 1, out);
            cbor_text("k", out);
            cbor(value, out);
        }
        Value::Structure(members) => {
            cbor_head(5, members.len(), out);
            for (member, value) in members {
                cbor_text(member.wire_name(), out);
                cbor(value, out);
            }
        }
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
    }
    out
}

fn form(service: &ServiceModel, operation: &OperationModel, protocol: Protocol, input: &Value) -> Request {
    let mut request = Request::new("POST");
    request.header("content-type", "application/x-www-form-urlencoded");
    let mut out = format!("Action={}&Version={}", operation.name(), service.api_version());
    parameters("", input, false, protocol, &mut out);
    request.body = out.into_bytes();
    request
}

fn parameters(name: &str, value: &Value, is_flattened: bool, protocol: Protocol, out: &mut String) {
    let is_flattened = is_flattened || protocol == Protocol::Ec2;
    match value {
        Value::List(list, items) => {
            for (number, item) in items.iter().enumerate() {
                let name = if is_flattened {
                    format!("{name}.{}", number + 1)
                } else {
                    format!("{name}.{}.{}", list.member_name(), number + 1)
                };
                parameters(&name, item, false, protocol, out);
            }
        }
        Value::Map(map, value) => {
            let Some(value) = value else { return };
            let entry = if is_flattened {
                String::new()
            } else {
                ".entry".to_owned()
            };
            write!(out, "&{name}{entry}.1.{}=k", map.key_name()).unwrap();
            parameters(
                &format!("{name}{entry}.1.{}", map.value_name()),
                value,
                false,
                protocol,
                out,
            );
        }
        Value::Structure(members) => {
            for (member, value) in members {
                let own = member.query_name();
                let inner = if name.is_empty() {
                    own.to_owned()
                } else {
                    format!("{name}.{own}")
                };
                parameters(&inner, value, member.is_flattened(), protocol, out);
            }
        }
        plain => write!(out, "&{name}={}", encoded(&plain_text(plain))).unwrap(),
    }
}

fn plain_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number => "1".to_owned(),
        Value::Boolean => "true".to_owned(),
        Value::Blob => "AAAA".to_owned(),
        Value::Timestamp => "2026-01-01T00:00:00Z".to_owned(),
        _ => panic!("no value of a form"),
    }
}
