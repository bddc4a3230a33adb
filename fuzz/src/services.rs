//! A request to a service other than S3, and what is sent upstream in its place.
//!
//! The input is the service's signing name in the first line, then a request as it stands on the wire: method and
//! target, headers, an empty line, and the body.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{Completed, Known, Scope, ServiceCall, ServiceMapping};
use lanyard_names::AccountId;

/// Those whose protocols differ.
const SERVICES: [&str; 10] = [
    "apigateway",
    "dynamodb",
    "ec2",
    "elasticloadbalancing",
    "kinesis",
    "lambda",
    "monitoring",
    "route53",
    "sns",
    "sqs",
];

static MAPPINGS: LazyLock<Mutex<HashMap<&'static str, &'static ServiceMapping>>> =
    LazyLock::new(Mutex::default);

/// - A request is mapped or refused.
/// - What goes upstream means what was decided on.
pub fn services(data: &[u8]) {
    let end = data
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .unwrap_or(data.len());
    let (head, body) = data.split_at(end);
    let body = body.get(2..).unwrap_or_default();
    let Ok(head) = std::str::from_utf8(head) else {
        return;
    };
    let mut lines = head.lines();
    let service = lines.next().unwrap_or_default();
    let Some(service) = SERVICES.iter().find(|known| **known == service) else {
        return;
    };
    let Some((method, target)) = lines.next().and_then(|line| line.split_once(' ')) else {
        return;
    };
    let Ok(method) = method.parse::<Method>() else {
        return;
    };
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    let mapping = mapping(service);
    let Some(call) = map(mapping, &method, target, &headers, body) else {
        return;
    };
    assert!(!call.permissions.is_empty(), "{call:?}");
    let headers: HeaderMap = call.headers.iter().cloned().collect();
    let body = call.body.as_deref().unwrap_or(body);
    let again =
        map(mapping, &call.method, &call.target, &headers, body).expect("what goes upstream is mapped");
    assert_eq!(said(&call), said(&again), "{call:?}");
    assert_eq!(call.target, again.target, "{call:?}");
}

fn mapping(service: &'static str) -> &'static ServiceMapping {
    let mut mappings = MAPPINGS.lock().expect("no panic before");
    mappings
        .entry(service)
        .or_insert_with(|| Box::leak(Box::new(ServiceMapping::new(service).expect("a service"))))
}

fn map(
    mapping: &ServiceMapping,
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Box<ServiceCall>> {
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let incoming = Incoming {
        method,
        path,
        query,
        headers,
        host: "localhost",
    };
    mapping.protocol_of(&incoming);
    let scope = Scope {
        region: "us-east-1",
        account: AccountId::parse("111122223333").expect("an account"),
        upstream_account: None,
    };
    match mapping
        .begin(&incoming)
        .ok()?
        .complete(body, &scope, &Known::new())
        .ok()?
    {
        Completed::Call(call) => Some(call),
        Completed::Needs(_) => None,
    }
}

fn said(call: &ServiceCall) -> Vec<String> {
    let line = |asked: &lanyard_mapping::aws::Permission| {
        let keys: Vec<_> = asked.context.iter().collect();
        format!("{} {} {keys:?}", asked.action, asked.resource)
    };
    std::iter::once(call.operation.name().to_owned())
        .chain(call.permissions.iter().map(line))
        .collect()
}
