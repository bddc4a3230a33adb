//! Errors as each protocol writes them.
//!
//! Evidence: recorded answers of CloudWatch in query, JSON and CBOR, of SQS, Lambda and API Gateway; the parsers of
//! AWS's SDK for Python, which read all of these.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response};
use lanyard_service_models::{Protocol, ServiceModel};

use super::{Kind, ServiceCode, ServiceError};
use crate::answer::{Answer, GatewayBody, GatewayOutcome};
use crate::error::xml::escape;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// An error as a service answers it in one of its protocols.
pub(crate) fn wire(
    error: &ServiceError,
    protocol: Protocol,
    service: &ServiceModel,
    request_id: &str,
) -> Response<GatewayBody> {
    let code = ServiceCode::of(error.kind, protocol, service);
    let text = error.text(protocol);
    // The older CBOR is spoken where the models know JSON alone.
    let is_old_cbor = protocol == Protocol::Cbor && !service.takes(Protocol::Cbor);
    let (content_type, body) = match protocol {
        Protocol::Query => ("text/xml", query(code, &text, service, request_id)),
        Protocol::RestXml => ("text/xml", query(code, &text, service, request_id)),
        Protocol::Ec2 => ("text/xml;charset=UTF-8", ec2(code, &text, request_id)),
        Protocol::Json10 => (
            "application/x-amz-json-1.0",
            json(NAMESPACE, code, error.kind, &text),
        ),
        Protocol::Json11 => ("application/x-amz-json-1.1", json("", code, error.kind, &text)),
        Protocol::RestJson => ("application/json", rest_json(error.kind, &text)),
        Protocol::Cbor if is_old_cbor => ("application/x-amz-cbor-1.1", cbor(code, &text)),
        Protocol::Cbor => ("application/cbor", cbor(code, &text)),
    };
    let mut answer = Answer::empty(code.status());
    answer.body = body;
    answer = answer.with_header(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        answer = answer.with_header(REQUEST_ID, id);
    }
    match protocol {
        Protocol::RestJson => answer = answer.with_header(ERROR_TYPE, HeaderValue::from_static(code.name)),
        Protocol::Cbor if !is_old_cbor => {
            answer = answer.with_header(SMITHY_PROTOCOL, HeaderValue::from_static("rpc-v2-cbor"));
        }
        _ => {}
    }
    let is_json = matches!(protocol, Protocol::Json10 | Protocol::Json11 | Protocol::Cbor);
    if is_json
        && service.is_query_compatible()
        && let Ok(value) = HeaderValue::from_str(&format!("{};{}", code.query_name, fault(code)))
    {
        answer = answer.with_header(QUERY_ERROR, value);
    }
    if let Some(seconds) = error.retry_after {
        answer = answer.with_header(RETRY_AFTER, HeaderValue::from(seconds));
    }
    let mut response = answer.into_response();
    response.extensions_mut().insert(GatewayOutcome {
        error: Some(code.name),
        ..GatewayOutcome::passed(service.signing_name())
    });
    response
}

/// Where the protocol of JSON 1.0 has the errors that all services share. Evidence: recorded answers of DynamoDB, SQS and
/// CloudWatch; Kinesis, with JSON 1.1, has none.
const NAMESPACE: &str = "com.amazon.coral.service#";

/// Whose fault it is, in the words of the protocol query.
fn fault(code: ServiceCode) -> &'static str {
    if code.status().is_server_error() {
        "Receiver"
    } else {
        "Sender"
    }
}

fn query(code: ServiceCode, text: &str, service: &ServiceModel, request_id: &str) -> Bytes {
    let mut xml = String::with_capacity(384);
    xml.push_str("<ErrorResponse");
    if let Some(namespace) = namespace(service) {
        xml.push_str(" xmlns=\"");
        xml.push_str(&escape(namespace));
        xml.push('"');
    }
    for part in [
        ">\n  <Error>\n    <Type>",
        fault(code),
        "</Type>\n    <Code>",
        code.name,
        "</Code>\n    <Message>",
        &escape(text),
        "</Message>\n",
        detail(service),
        "  </Error>\n  <RequestId>",
        &escape(request_id),
        "</RequestId>\n</ErrorResponse>\n",
    ] {
        xml.push_str(part);
    }
    Bytes::from(xml)
}

/// The namespace of errors in XML. Evidence: a recorded denial of SQS, whose model knows JSON alone; the models of the
/// other two, which have it with what is sent.
fn namespace(service: &ServiceModel) -> Option<&'static str> {
    match service.id() {
        "cloudfront" => Some("http://cloudfront.amazonaws.com/doc/2020-05-31/"),
        "route53" => Some("https://route53.amazonaws.com/doc/2013-04-01/"),
        "sqs" => Some("http://queue.amazonaws.com/doc/2012-11-05/"),
        _ => service.namespace(),
    }
}

/// What stands behind the text. Evidence: a recorded denial of SQS.
fn detail(service: &ServiceModel) -> &'static str {
    match service.id() {
        "sqs" => "    <Detail/>\n",
        _ => "",
    }
}

fn ec2(code: ServiceCode, text: &str, request_id: &str) -> Bytes {
    let parts = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>",
        code.name,
        "</Code><Message>",
        &escape(text),
        "</Message></Error></Errors><RequestID>",
        &escape(request_id),
        "</RequestID></Response>",
    ];
    Bytes::from(parts.concat())
}

fn json(namespace: &str, code: ServiceCode, kind: Kind, text: &str) -> Bytes {
    let name = serde_json::Value::from([namespace, code.name].concat());
    let text = serde_json::Value::from(text);
    Bytes::from(format!(
        "{{\"__type\":{name},\"{}\":{text}}}",
        message_member(kind)
    ))
}

fn rest_json(kind: Kind, text: &str) -> Bytes {
    let text = serde_json::Value::from(text);
    Bytes::from(format!("{{\"{}\":{text}}}", message_member(kind)))
}

/// What the text is called. Evidence: recorded denials of DynamoDB, SQS and Lambda, and refusals of DynamoDB, Kinesis
/// and API Gateway to take somebody for anybody: only the first have a capital.
fn message_member(kind: Kind) -> &'static str {
    match kind {
        Kind::Denied | Kind::Unmapped => "Message",
        _ => "message",
    }
}

fn cbor(code: ServiceCode, text: &str) -> Bytes {
    let mut bytes = Vec::with_capacity(64 + text.len());
    // A map of two.
    bytes.push(0xa2);
    for part in ["__type", &[NAMESPACE, code.name].concat(), "message", text] {
        cbor_text(&mut bytes, part);
    }
    Bytes::from(bytes)
}

/// A text with its length before it, in the shortest way.
pub(super) fn cbor_text(bytes: &mut Vec<u8>, text: &str) {
    const TEXT: u8 = 0x60;
    let length = text.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..24), _) => bytes.push(TEXT | length),
        (Ok(length), _) => bytes.extend([TEXT | 24, length]),
        (_, Ok(length)) => {
            bytes.push(TEXT | 25);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(TEXT | 27);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(text.as_bytes());
}
