//! What the upstream answered in place of what it was asked for: an extension of the answer that is passed on.

use http::{HeaderMap, StatusCode};
use quick_xml::Reader;
use quick_xml::events::Event;

/// The longest code of an error that is taken over from the upstream.
const CODE_BYTES_MAX: usize = 128;
/// The longest text of an error that is taken over.
const MESSAGE_BYTES_MAX: usize = 1024;

/// An error of the upstream's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UpstreamRefusal {
    /// The status.
    pub(crate) status: StatusCode,
    code: Option<String>,
    message: Option<String>,
}

impl UpstreamRefusal {
    /// An error of which only the status is known.
    pub(super) fn unread(status: StatusCode) -> Self {
        Self {
            status,
            code: None,
            message: None,
        }
    }

    /// Reads an error, in whatever form the protocol has for it.
    pub(super) fn read(status: StatusCode, headers: &HeaderMap, document: &[u8]) -> Self {
        let (code, message) = if document.trim_ascii_start().starts_with(b"<") {
            (in_xml(document, "Code"), in_xml(document, "Message"))
        } else {
            in_json(document)
        };
        let header = headers
            .get("x-amzn-errortype")
            .and_then(|value| value.to_str().ok());
        let code = code.or_else(|| header.map(str::to_owned));
        Self {
            status,
            code: code
                .map(|code| bare(&code).to_owned())
                .filter(|code| is_code(code)),
            message: message.filter(|message| message.len() <= MESSAGE_BYTES_MAX),
        }
    }

    /// The code of the error; of one that has none, what its status says.
    pub(crate) fn code(&self) -> &str {
        self.code
            .as_deref()
            .unwrap_or_else(|| self.status.canonical_reason().unwrap_or("Error"))
    }

    /// What the upstream said of it.
    pub(crate) fn message(&self) -> &str {
        self.message
            .as_deref()
            .unwrap_or("The service refused the request.")
    }
}

/// The name of an error without the namespace before it and the address behind it.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

fn is_code(code: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=CODE_BYTES_MAX).contains(&code.len()) && code.bytes().all(is_letter)
}

fn in_json(document: &[u8]) -> (Option<String>, Option<String>) {
    let Ok(serde_json::Value::Object(error)) = serde_json::from_slice(document) else {
        return (None, None);
    };
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| error.get(*name)?.as_str());
        found.map(str::to_owned)
    };
    (text(&["__type", "code", "Code"]), text(&["message", "Message"]))
}

/// The text of the first element of this name.
fn in_xml(document: &[u8], wanted: &str) -> Option<String> {
    let mut reader = Reader::from_reader(document);
    let mut is_inside = false;
    let mut found = String::new();
    // Bounded by the document: each event takes some of it.
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => is_inside = element.local_name().as_ref() == wanted,
            Event::Text(text) if is_inside => {
                found.push_str(&text.xml10_content());
            }
            Event::End(_) if is_inside => {
                return Some(found.trim().to_owned()).filter(|text| !text.is_empty());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::UpstreamRefusal;

    #[track_caller]
    fn check(header: &str, document: &str, expected: (&str, &str)) {
        let mut headers = HeaderMap::new();
        if !header.is_empty() {
            headers.insert("x-amzn-errortype", header.parse().unwrap());
        }
        let refusal = UpstreamRefusal::read(StatusCode::BAD_REQUEST, &headers, document.as_bytes());
        assert_eq!((refusal.code(), refusal.message()), expected, "{document}");
    }

    #[test]
    fn the_code_is_found_in_every_form() {
        check(
            "",
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"none"}"#,
            ("ResourceNotFoundException", "none"),
        );
        check(
            "ResourceNotFoundException:http://internal/",
            r#"{"Message":"none"}"#,
            ("ResourceNotFoundException", "none"),
        );
        check(
            "",
            "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>none</Message></Error>\
             </ErrorResponse>",
            ("NotFound", "none"),
        );
        check(
            "",
            "<Response><Errors><Error><Code>InvalidID</Code><Message>none</Message></Error></Errors></Response>",
            ("InvalidID", "none"),
        );
        check("", "what", ("Bad Request", "The service refused the request."));
    }
}
