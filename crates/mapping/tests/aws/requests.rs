//! Requests made up from the models.

use http::{HeaderMap, HeaderValue, Method};
use lanyard_catalogue::catalogue;
use lanyard_mapping::Incoming;
use lanyard_mapping::MappingError;
use lanyard_mapping::aws::{Completed, CoverageRow, Known, Scope, ServiceMapping};
use lanyard_names::AccountId;
use lanyard_service_models::{
    Location, Member, OperationModel, Protocol, Segment, ServiceModel, Shape, Structure,
};

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "111122223333";

/// A request as it stands on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wire {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(method: Method, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            method,
            target: target.to_owned(),
            headers: headers.collect(),
            body: body.to_vec(),
        }
    }

    pub(crate) fn map(&self, mapping: &ServiceMapping) -> Result<Completed, MappingError> {
        self.map_in(mapping, &scope())
    }

    pub(crate) fn map_in(
        &self,
        mapping: &ServiceMapping,
        scope: &Scope<'_>,
    ) -> Result<Completed, MappingError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(
                name.parse::<http::HeaderName>().unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        };
        let incoming = Incoming {
            method: &self.method,
            path,
            query,
            headers: &headers,
            host: "localhost",
        };
        // It answers for anything.
        mapping.protocol_of(&incoming);
        mapping
            .begin(&incoming)?
            .complete(&self.body, scope, &Known::new())
    }
}

pub(crate) fn scope() -> Scope<'static> {
    Scope {
        region: REGION,
        account: AccountId::parse(ACCOUNT).unwrap(),
        upstream_account: None,
    }
}

/// A request for an operation that says as much as it can.
pub(crate) fn request(service: &'static ServiceModel, row: &CoverageRow, protocol: Protocol) -> Option<Wire> {
    let operation = row.operation;
    let values = Values { row };
    let input = operation.input();
    match protocol {
        Protocol::Json10 | Protocol::Json11 => {
            let version = if protocol == Protocol::Json10 {
                "1.0"
            } else {
                "1.1"
            };
            let target = format!("{}.{}", service.target_prefix()?, operation.name());
            let headers = [
                (
                    "content-type".to_owned(),
                    format!("application/x-amz-json-{version}"),
                ),
                ("x-amz-target".to_owned(), target),
            ];
            let body = input.map_or("{}".to_owned(), |input| values.json(input, 0, false));
            Some(Wire {
                method: Method::POST,
                target: "/".to_owned(),
                headers: headers.into(),
                body: body.into(),
            })
        }
        Protocol::Query | Protocol::Ec2 => {
            let mut body = format!("Action={}&Version={}", operation.name(), service.api_version());
            if let Some(input) = input {
                values.form(input, "", 0, protocol == Protocol::Ec2, &mut body);
            }
            let headers = [("content-type", "application/x-www-form-urlencoded")];
            Some(Wire::new(Method::POST, "/", &headers, body.as_bytes()))
        }
        Protocol::RestJson | Protocol::RestXml => values.rest(operation, protocol == Protocol::RestXml),
        Protocol::Cbor => None,
    }
}

struct Values<'r> {
    row: &'r CoverageRow,
}

const DEPTH_MAX: usize = 3;
/// How the names of members end that say whose something is.
const OWNERS: [&str; 5] = ["accountid", "owneraccount", "owner", "ownerid", "registryid"];

impl Values<'_> {
    /// A text that a member could have: an ARN of what it is, where it is one.
    fn text(&self, member: &str) -> String {
        let as_arn = self.row.resources.iter().find_map(|known| {
            let (path, form) = known.strip_prefix('{')?.split_once("} as ")?;
            (path.rsplit('.').next() == Some(member)).then(|| form.to_owned())
        });
        let folded = member.to_ascii_lowercase();
        let first_form = || {
            let action = catalogue().action(self.row.actions.first()?)?;
            let forms = action
                .resources()
                .iter()
                .flat_map(|resource| resource.resource_type().arns());
            forms
                .copied()
                .find(|form| form.starts_with("arn:"))
                .map(str::to_owned)
        };
        match as_arn {
            Some(form) => filled(&form),
            None if folded.ends_with("rolearn") => format!("arn:aws:iam::{ACCOUNT}:role/r"),
            None if folded.ends_with("arn") || folded.ends_with("arns") => {
                first_form().map_or_else(|| "name".to_owned(), |form| filled(&form))
            }
            None if self.row.service.iam_prefix() == "cloudformation" && folded.ends_with("url") => {
                "https://s3.amazonaws.com/templates/a".to_owned()
            }
            None if OWNERS.iter().any(|end| folded.ends_with(end)) => ACCOUNT.to_owned(),
            None => "name-1".to_owned(),
        }
    }

    fn scalar(&self, member: &str, shape: &'static Shape) -> Option<String> {
        Some(match shape {
            Shape::Text => self.text(member),
            Shape::Number => "1".to_owned(),
            Shape::Boolean => "true".to_owned(),
            Shape::Timestamp => "2026-11-22T00:00:00Z".to_owned(),
            Shape::Blob => "Zm9v".to_owned(),
            _ => return None,
        })
    }

    fn json(&self, structure: &'static Structure, depth: usize, only_body: bool) -> String {
        let mut out = String::from("{");
        for member in structure.members() {
            if (only_body && member.location() != Location::Body) || (depth > 0 && !member.is_required()) {
                continue;
            }
            if let Some(value) = self.json_value(member.name(), member.shape(), depth) {
                if out.len() > 1 {
                    out.push(',');
                }
                out.push_str(&format!("\"{}\":{value}", member.wire_name()));
            }
        }
        out.push('}');
        out
    }

    fn json_value(&self, name: &str, shape: &'static Shape, depth: usize) -> Option<String> {
        if depth > DEPTH_MAX {
            return None;
        }
        Some(match shape {
            Shape::Number | Shape::Boolean => self.scalar(name, shape)?,
            Shape::Structure(structure) => self.json(structure, depth + 1, false),
            Shape::List(list) => format!("[{}]", self.json_value(name, list.member(), depth + 1)?),
            Shape::Map(map) => format!("{{\"k\":{}}}", self.json_value(name, map.value(), depth + 1)?),
            Shape::Document => "{}".to_owned(),
            _ => format!("\"{}\"", self.scalar(name, shape)?),
        })
    }

    fn form(
        &self,
        structure: &'static Structure,
        prefix: &str,
        depth: usize,
        is_ec2: bool,
        out: &mut String,
    ) {
        for member in structure.members() {
            if depth > 0 && !member.is_required() {
                continue;
            }
            let name = format!("{prefix}{}", member.query_name());
            self.form_value(member, member.shape(), &name, depth, is_ec2, out);
        }
    }

    fn form_value(
        &self,
        member: &Member,
        shape: &'static Shape,
        name: &str,
        depth: usize,
        is_ec2: bool,
        out: &mut String,
    ) {
        if depth > DEPTH_MAX {
            return;
        }
        match shape {
            Shape::Structure(structure) => self.form(structure, &format!("{name}."), depth + 1, is_ec2, out),
            Shape::List(list) => {
                let name = match is_ec2 || member.is_flattened() {
                    true => format!("{name}.1"),
                    false => format!("{name}.{}.1", list.member_name()),
                };
                self.form_value(member, list.member(), &name, depth + 1, is_ec2, out);
            }
            Shape::Map(_) | Shape::Document => {}
            _ => {
                let value = self.scalar(member.name(), shape).unwrap();
                out.push_str(&format!("&{name}={}", encoded(&value)));
            }
        }
    }

    fn rest(&self, operation: &'static OperationModel, is_xml: bool) -> Option<Wire> {
        let members = operation.input().map_or(&[][..], Structure::members);
        let label = |name: &str| {
            let member = members
                .iter()
                .find(|member| member.wire_name() == name && member.location() == Location::Uri)?;
            self.scalar(member.name(), member.shape())
        };
        let mut target = String::new();
        for segment in operation.uri().segments() {
            target.push('/');
            match segment {
                Segment::Literal(text) => target.push_str(text),
                Segment::Label(name) => target.push_str(&encoded(&label(name)?)),
                Segment::Greedy(name) => target.push_str(&encoded(&label(name)?).replace("%2F", "/")),
            }
        }
        let mut query: Vec<String> = Vec::new();
        for (name, value) in operation.uri().query() {
            query.push(value.map_or((*name).to_owned(), |value| format!("{name}={value}")));
        }
        let mut headers = vec![(
            "content-type".to_owned(),
            if is_xml {
                "application/xml"
            } else {
                "application/json"
            }
            .to_owned(),
        )];
        for member in members {
            let shape = member.shape().list().map_or(member.shape(), |list| list.member());
            let Some(value) = self.scalar(member.name(), shape) else {
                continue;
            };
            match member.location() {
                Location::Query
                    if !operation
                        .uri()
                        .query()
                        .iter()
                        .any(|(name, _)| *name == member.wire_name()) =>
                {
                    query.push(format!("{}={}", encoded(member.wire_name()), encoded(&value)));
                }
                Location::Header if !member.wire_name().eq_ignore_ascii_case("content-type") => {
                    headers.push((member.wire_name().to_owned(), value));
                }
                _ => {}
            }
        }
        let body = match (operation.payload(), operation.input()) {
            _ if is_xml => String::new(),
            (Some(payload), _) => match payload.member().shape() {
                Shape::Blob => String::new(),
                Shape::Text => "text".to_owned(),
                shape => self.json_value(payload.member().name(), shape, 0)?,
            },
            (None, Some(input)) => self.json(input, 0, true),
            (None, None) => String::new(),
        };
        if !query.is_empty() {
            target.push('?');
            target.push_str(&query.join("&"));
        }
        Some(Wire {
            method: operation.method().parse().unwrap(),
            target,
            headers,
            body: body.into_bytes(),
        })
    }
}

/// An ARN of a form.
fn filled(form: &str) -> String {
    let mut parts: Vec<String> = form.splitn(6, ':').map(str::to_owned).collect();
    for (place, value) in [(1, "aws"), (3, REGION), (4, ACCOUNT)] {
        if parts.get(place).is_some_and(|part| part.contains(['$', '*'])) {
            parts[place] = value.to_owned();
        }
    }
    let mut rest = parts.pop().unwrap_or_default();
    while let Some((before, inside)) = rest.clone().split_once("${") {
        let (name, behind) = inside.split_once('}').unwrap();
        let value = match name {
            "Account" | "AccountId" => ACCOUNT,
            "Region" => REGION,
            _ => "name-1",
        };
        rest = format!("{before}{value}{behind}");
    }
    parts.push(rest.replace('*', "name-1"));
    parts.join(":")
}

pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
