//! Errors as XML.

use std::borrow::Cow;

use super::S3Error;

/// Who answered, in AWS's sense; of no use to anybody, but clients expect it.
const HOST_ID: &str = "lanyard";

impl S3Error {
    /// The whole XML of the answer. `resource` is the path as the client sent it.
    pub(crate) fn to_xml(&self, resource: &str, request_id: &str) -> String {
        document(self, resource, request_id)
    }
}

fn document(error: &S3Error, resource: &str, request_id: &str) -> String {
    let mut xml = String::with_capacity(384);
    xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
    element(&mut xml, "Code", error.code.name);
    element(&mut xml, "Message", error.message());
    for (name, value) in &error.members {
        element(&mut xml, name, value);
    }
    element(&mut xml, "Resource", resource);
    element(&mut xml, "RequestId", request_id);
    element(&mut xml, "HostId", HOST_ID);
    xml.push_str("</Error>");
    xml
}

fn element(xml: &mut String, name: &str, text: &str) {
    for part in ["<", name, ">", &escape(text), "</", name, ">"] {
        xml.push_str(part);
    }
}

/// Text as it stands in XML. What XML cannot hold at all becomes a question mark.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !matches!(c, '&' | '<' | '>' | '"' | '\'') && is_allowed(c) && c != '\r';
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // A reader of XML would make a line feed of it.
            '\r' => escaped.push_str("&#13;"),
            c if is_allowed(c) => escaped.push(c),
            _ => escaped.push('?'),
        }
    }
    Cow::Owned(escaped)
}

/// What XML 1.0 can hold.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
