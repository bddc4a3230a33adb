//! Typed outputs and errors into XML.

use jiff::Timestamp;

use crate::error_code::ErrorCode;
use crate::operation::Operation;
use crate::query::xml::Xml;
use crate::service::Service;
use crate::shape::{Kind, Shape};
use crate::value::{Structure, View};

/// The namespace of an error answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// That of the service.
    Service(Service),
    /// That of requests whose action or version is unknown, which no service
    /// has read yet. Evidence: probes against AWS, July 2026.
    Fault,
}

impl Namespace {
    /// The URI.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Service(service) => service.xml_namespace(),
            Self::Fault => "http://webservices.amazon.com/AWSFault/2005-15-09",
        }
    }
}

/// The answer of operation `O` to request `request_id`.
pub fn encode<O: Operation>(output: &O::Output, request_id: &str) -> Vec<u8> {
    let facts = O::ID.facts();
    let mut xml = Xml::with_capacity(1024);
    xml.open_root(facts.name, "Response", facts.service.xml_namespace());
    if facts.has_result {
        xml.open_joined(facts.name, "Result");
        write_members(&mut xml, output);
        xml.close_joined(facts.name, "Result");
    }
    xml.open("ResponseMetadata");
    xml.text_element("RequestId", request_id);
    xml.close("ResponseMetadata");
    xml.close_joined(facts.name, "Response");
    xml.into_bytes()
}

/// The answer to a request that failed.
pub fn encode_error(
    namespace: Namespace,
    code: ErrorCode,
    message: Option<&str>,
    request_id: &str,
) -> Vec<u8> {
    let mut xml = Xml::with_capacity(512);
    xml.open_root("Error", "Response", namespace.uri());
    xml.open("Error");
    xml.text_element("Type", code.fault().as_str());
    xml.text_element("Code", code.code());
    if let Some(message) = message {
        xml.text_element("Message", message);
    }
    xml.close("Error");
    xml.text_element("RequestId", request_id);
    xml.close_joined("Error", "Response");
    xml.into_bytes()
}

fn write_members(xml: &mut Xml, structure: &dyn Structure) {
    for (index, member) in structure.shape().members.iter().enumerate() {
        write_element(xml, member.name, member.shape, structure.member(index));
    }
}

/// Absent members leave no element; an empty list leaves an empty one.
fn write_element(xml: &mut Xml, name: &str, shape: &Shape, view: View<'_>) {
    match view {
        View::Absent => {}
        View::Text(text) => xml.text_element(name, text),
        View::Integer(integer) => xml.display_element(name, &integer),
        View::Boolean(boolean) => xml.display_element(name, &boolean),
        View::Timestamp(timestamp) => {
            // To the second, as AWS writes them; a time between seconds is cut.
            let seconds = Timestamp::from_second(timestamp.as_second()).unwrap_or(timestamp);
            xml.display_element(name, &seconds);
        }
        View::Blob(bytes) => xml.base64_element(name, bytes),
        View::Structure(structure) => {
            xml.open(name);
            write_members(xml, structure);
            xml.close(name);
        }
        View::List(list) => {
            xml.open(name);
            for index in 0..list.count() {
                match &shape.kind {
                    Kind::Map { key, value, .. } => write_entry(xml, key, value, list.at(index)),
                    Kind::List { member, .. } => write_element(xml, "member", member, list.at(index)),
                    _ => {}
                }
            }
            xml.close(name);
        }
        // Entries are written by their map.
        View::Entry(..) => {}
    }
}

fn write_entry(xml: &mut Xml, key: &Shape, value: &Shape, entry: View<'_>) {
    if let View::Entry(name, item) = entry {
        xml.open("entry");
        write_element(xml, "key", key, name.look());
        write_element(xml, "value", value, item.look());
        xml.close("entry");
    }
}
