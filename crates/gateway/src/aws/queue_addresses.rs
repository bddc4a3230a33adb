//! The addresses of queues in the answers of SQS.
//!
//! Several SDKs send what they do with a queue to the host in its address, and not to their endpoint: the one for
//! JavaScript does if the endpoint stands in the environment, those for PHP and Ruby always. With the address by which the
//! upstream knows itself they would pass the gateway by. So an address names scheme and host by which the client has
//! come here, as the location of a finished upload to S3 does.
//!
//! Invariant: nothing else of an answer is changed. What is not understood is passed on as it is.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use lanyard_mapping::aws::ServiceCall;
use lanyard_service_models::Protocol;
use serde_json::Value;

use crate::answer::GatewayBody;
use crate::error::ServiceError;

/// The operations whose answers have addresses of queues.
const OPERATIONS: [&str; 4] = [
    "CreateQueue",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "ListQueues",
];
/// A page of a thousand queues has a tenth of it.
const DOCUMENT_BYTES_MAX: usize = 4 << 20;
const OPEN: &str = "<QueueUrl>";
const CLOSE: &str = "</QueueUrl>";

/// Scheme and host by which a client has come: `https://lanyard.example:4260`.
pub(super) struct Origin(String);

impl Origin {
    /// `None` if the host is not one that could stand in an address.
    pub(super) fn new(is_secure: bool, host: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        let scheme = if is_secure { "https" } else { "http" };
        (!host.is_empty() && host.bytes().all(is_plain)).then(|| Self(format!("{scheme}://{host}")))
    }

    /// The address with this origin; `None` if it is no address.
    fn instead(&self, address: &str) -> Option<String> {
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))?;
        let path = rest.get(rest.find('/')?..)?;
        Some([self.0.as_str(), path].concat())
    }
}

/// The answer, in whose addresses of queues the client finds us again.
pub(super) async fn name_origin(
    answer: Response<GatewayBody>,
    mapped: &ServiceCall,
    protocol: Protocol,
    origin: Option<Origin>,
) -> Result<Response<GatewayBody>, ServiceError> {
    let has_addresses =
        mapped.service.signing_name() == "sqs" && OPERATIONS.contains(&mapped.operation.name());
    let is_readable = answer.status() == StatusCode::OK && !answer.headers().contains_key(CONTENT_ENCODING);
    let Some(origin) = origin.filter(|_| has_addresses && is_readable) else {
        return Ok(answer);
    };
    let (mut head, body) = answer.into_parts();
    let read = Limited::new(body, DOCUMENT_BYTES_MAX).collect().await;
    let read = read.map_err(|error| ServiceError::unavailable(Unreadable(error)))?;
    let document = read.to_bytes();
    let written = match protocol {
        Protocol::Query => in_xml(&document, &origin),
        _ => in_json(&document, &origin),
    };
    let document = written.map_or(document, Bytes::from);
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(document.len()));
    Ok(Response::from_parts(head, GatewayBody::whole(document)))
}

/// An address stands as `QueueUrl`, a list of them as `QueueUrls` or, of one operation, `queueUrls`.
fn in_json(document: &[u8], origin: &Origin) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(document).ok()?;
    for (name, value) in document.as_object_mut()? {
        let addresses = match value {
            Value::Array(listed) if name.eq_ignore_ascii_case("QueueUrls") => listed.as_mut_slice(),
            one if name == "QueueUrl" => std::slice::from_mut(one),
            _ => continue,
        };
        for address in addresses {
            if let Some(ours) = address.as_str().and_then(|address| origin.instead(address)) {
                *address = Value::String(ours);
            }
        }
    }
    serde_json::to_vec(&document).ok()
}

fn in_xml(document: &[u8], origin: &Origin) -> Option<Vec<u8>> {
    let mut rest = std::str::from_utf8(document).ok()?;
    let mut written = String::with_capacity(rest.len());
    while let Some((before, from_address)) = rest.split_once(OPEN) {
        let (address, after) = from_address.split_once(CLOSE)?;
        let ours = origin.instead(address);
        written.extend([before, OPEN, ours.as_deref().unwrap_or(address), CLOSE]);
        rest = after;
    }
    written.push_str(rest);
    Some(written.into_bytes())
}

/// The upstream broke off in the middle of an answer that was to be read, or it is larger than any.
#[derive(Debug, thiserror::Error)]
#[error("the addresses of queues that the upstream answered cannot be read")]
struct Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>);

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin::new(true, "lanyard.test:4260").unwrap()
    }

    fn check_json(document: &str, expected: &str) {
        let written = in_json(document.as_bytes(), &origin()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    fn check_xml(document: &str, expected: &str) {
        let written = in_xml(document.as_bytes(), &origin()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn addresses_in_json_name_us() {
        check_json(
            r#"{"QueueUrl":"http://10.0.0.1:9324/1/a"}"#,
            r#"{"QueueUrl":"https://lanyard.test:4260/1/a"}"#,
        );
        check_json(
            r#"{"NextToken":"http://h/t","QueueUrls":["https://h/1/a","http:\/\/h\/1\/b"]}"#,
            r#"{"NextToken":"http://h/t","QueueUrls":["https://lanyard.test:4260/1/a","https://lanyard.test:4260/1/b"]}"#,
        );
        check_json(
            r#"{"queueUrls":["http://h/queue/eu-west-1/1/a"]}"#,
            r#"{"queueUrls":["https://lanyard.test:4260/queue/eu-west-1/1/a"]}"#,
        );
    }

    #[test]
    fn addresses_in_xml_name_us() {
        check_xml(
            "<R><QueueUrl>http://h/1/a</QueueUrl><QueueUrl>http://h/1/b</QueueUrl><NextToken>http://h/t</NextToken></R>",
            "<R><QueueUrl>https://lanyard.test:4260/1/a</QueueUrl>\
             <QueueUrl>https://lanyard.test:4260/1/b</QueueUrl><NextToken>http://h/t</NextToken></R>",
        );
    }

    #[test]
    fn what_is_no_address_stays() {
        for kept in [
            r#"{"QueueUrl":"jobs"}"#,
            r#"{"QueueUrl":"http://h"}"#,
            r#"{"QueueUrls":[1]}"#,
        ] {
            check_json(kept, kept);
        }
        check_xml(
            "<R><QueueUrl>jobs</QueueUrl></R>",
            "<R><QueueUrl>jobs</QueueUrl></R>",
        );
        assert_eq!(in_json(b"[]", &origin()), None);
        assert_eq!(in_xml(b"<R><QueueUrl>http://h/1/a", &origin()), None);
    }

    #[test]
    fn a_host_that_could_not_stand_in_an_address_is_none() {
        for host in ["", "a/b", "a<b", "a b", "a\"b"] {
            assert!(Origin::new(false, host).is_none(), "{host}");
        }
        assert_eq!(Origin::new(false, "[::1]:80").unwrap().0, "http://[::1]:80");
    }
}
