//! Requests of services whose operations are found by method and path.

use std::fmt::Write;

use lanyard_service_models::{Location, Member, OperationModel, PayloadKind, Protocol, Segment};

use super::{Request, Value, encoded, json, plain_text};

pub(super) fn rest(operation: &OperationModel, protocol: Protocol, input: &Value) -> Request {
    let Value::Structure(members) = input else {
        panic!("an input is a structure")
    };
    let mut request = Request::new(operation.method());
    request.path = path(operation, members);
    let mut query: Vec<String> = operation
        .uri()
        .query()
        .iter()
        .map(|(name, value)| value.map_or_else(|| (*name).to_owned(), |value| format!("{name}={value}")))
        .collect();
    let mut body = Vec::new();
    for (member, value) in members {
        match member.location() {
            Location::Uri => {}
            Location::Query => match value {
                Value::List(_, items) => {
                    for item in items {
                        query.push(format!("{}={}", member.wire_name(), encoded(&plain_text(item))));
                    }
                }
                Value::Map(..) => {}
                plain => query.push(format!("{}={}", member.wire_name(), encoded(&plain_text(plain)))),
            },
            Location::Header => {
                let text = match value {
                    Value::List(_, items) => items.iter().map(plain_text).collect::<Vec<_>>().join(","),
                    Value::Timestamp => "Thu, 01 Jan 2026 00:00:00 GMT".to_owned(),
                    plain => plain_text(plain),
                };
                request.header(member.wire_name(), &text);
            }
            Location::HeaderPrefix => {}
            Location::Body => body.push((*member, value)),
        }
    }
    request.query = (!query.is_empty()).then(|| query.join("&"));
    write_body(&mut request, operation, protocol, &body);
    request
}

fn path(operation: &OperationModel, members: &[(&'static Member, Value)]) -> String {
    let text_of = |wire_name: &str| {
        let found = members
            .iter()
            .find(|(member, _)| member.location() == Location::Uri && member.wire_name() == wire_name);
        found.map_or_else(String::new, |(_, value)| plain_text(value))
    };
    let mut path = String::new();
    for segment in operation.uri().segments() {
        path.push('/');
        path.push_str(&match segment {
            Segment::Literal(text) => (*text).to_owned(),
            Segment::Label(name) => encoded(&text_of(name)),
            Segment::Greedy(name) => encoded(&text_of(name)).replace("%2F", "/"),
        });
    }
    path
}

fn write_body(
    request: &mut Request,
    operation: &OperationModel,
    protocol: Protocol,
    body: &[(&'static Member, &Value)],
) {
    let payload = operation.payload();
    let chosen = payload.and_then(|payload| {
        let found = body
            .iter()
            .find(|(member, _)| member.name() == payload.member().name());
        found.map(|(member, value)| (payload.kind(), *member, *value))
    });
    match (payload, chosen) {
        (Some(_), Some((PayloadKind::Modelled, member, value))) => {
            modelled(request, protocol, member.wire_name(), value);
        }
        (Some(_), Some(_)) => request.body = b"x".to_vec(),
        (Some(_), None) => {}
        (None, _) if !body.is_empty() => {
            if protocol == Protocol::RestJson {
                let members: Vec<String> = body
                    .iter()
                    .map(|(member, value)| format!("\"{}\":{}", member.wire_name(), json(value)))
                    .collect();
                request.body = format!("{{{}}}", members.join(",")).into_bytes();
                request.header("content-type", "application/json");
            } else {
                let mut out = String::new();
                for (member, value) in body {
                    xml(member.wire_name(), value, member.is_flattened(), &mut out);
                }
                let root = operation.xml_root().unwrap_or("Request");
                request.body = format!("<{root}>{out}</{root}>").into_bytes();
                request.header("content-type", "application/xml");
            }
        }
        (None, _) => {}
    }
}

fn modelled(request: &mut Request, protocol: Protocol, name: &str, value: &Value) {
    if protocol == Protocol::RestJson {
        request.body = json(value).into_bytes();
        request.header("content-type", "application/json");
    } else {
        let mut out = String::new();
        xml(name, value, false, &mut out);
        request.body = out.into_bytes();
        request.header("content-type", "application/xml");
    }
}

fn xml(name: &str, value: &Value, is_flattened: bool, out: &mut String) {
    match value {
        Value::List(_, items) if is_flattened => items.iter().for_each(|item| xml(name, item, false, out)),
        Value::List(list, items) => {
            write!(out, "<{name}>").unwrap();
            items
                .iter()
                .for_each(|item| xml(list.member_name(), item, false, out));
            write!(out, "</{name}>").unwrap();
        }
        Value::Map(map, value) => {
            write!(out, "<{name}>").unwrap();
            if let Some(value) = value {
                write!(out, "<entry><{0}>k</{0}>", map.key_name()).unwrap();
                xml(map.value_name(), value, false, out);
                out.push_str("</entry>");
            }
            write!(out, "</{name}>").unwrap();
        }
        Value::Structure(members) => {
            let attributes = members.iter().filter(|(member, _)| member.is_attribute());
            write!(out, "<{name}").unwrap();
            for (member, value) in attributes {
                write!(out, " {}=\"{}\"", member.wire_name(), plain_text(value)).unwrap();
            }
            out.push('>');
            for (member, value) in members.iter().filter(|(member, _)| !member.is_attribute()) {
                xml(member.wire_name(), value, member.is_flattened(), out);
            }
            write!(out, "</{name}>").unwrap();
        }
        plain => write!(out, "<{name}>{}</{name}>", plain_text(plain)).unwrap(),
    }
}
