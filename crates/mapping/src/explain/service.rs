//! The same for every service but S3.

use std::fmt;

use http::{HeaderName, HeaderValue, Method};
use serde::Serialize;

use super::{Printable, Upstream, header_map, split, texts};
use crate::aws::{BodyUse, Completed, Known, Lookup, Permission, Scope, ServiceCall, ServiceMapping};
use crate::{Incoming, MappingError};

/// How many lookups a request may need.
const LOOKUPS_MAX: usize = 32;

/// How a request to a service would be mapped, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceExplanation {
    /// The method.
    pub method: String,
    /// The host, where the URL names one.
    pub host: Option<String>,
    /// Path and query as they were given.
    pub target: String,
    /// In which protocol an error would be told.
    pub protocol: Option<&'static str>,
    /// What the request means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<ServiceMeaning>,
    /// What only the upstream or the directory knows. The meaning is that of a request for which nothing is found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lookups: Vec<String>,
    /// Why the request is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What a request to a service means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceMeaning {
    /// The service, as AWS's SDK for Python calls it.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// Every permission it needs.
    pub permissions: Vec<NeededPermission>,
    /// What is read of its body before it is decided.
    pub body: String,
    /// Whether the body is written anew before it is sent on.
    pub is_body_rewritten: bool,
    /// The resources whose tags it changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retags: Vec<String>,
    /// What would go upstream if it is allowed.
    pub upstream: Upstream,
}

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededPermission {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The condition keys that the request gives, in order of name.
    pub condition_keys: Vec<(String, Vec<String>)>,
    /// The condition keys that nobody can tell: conditions on them do not hold in an Allow, and do in a Deny.
    pub unknown_keys: Vec<&'static str>,
    /// Whether policies may ask which tags the resource has.
    pub reads_resource_tags: bool,
}

/// Explains a request to a service: its method, its URL (or only path and query), its headers and its body.
pub fn explain_service(
    mapping: &ServiceMapping,
    (method, url): (&str, &str),
    headers: &[(String, String)],
    body: &[u8],
    scope: &Scope<'_>,
) -> ServiceExplanation {
    let (host, target) = split(url);
    let mut explanation = ServiceExplanation {
        method: method.to_owned(),
        host: host.map(str::to_owned),
        target: target.to_owned(),
        protocol: None,
        meaning: None,
        lookups: Vec::new(),
        refused: None,
    };
    match explanation.complete(mapping, headers, body, scope) {
        Ok(meaning) => explanation.meaning = Some(meaning),
        Err(error) => explanation.refused = Some(error.to_string()),
    }
    explanation
}

impl ServiceExplanation {
    /// Maps the request, and notes on the way what is known even of one that is refused.
    fn complete(
        &mut self,
        mapping: &ServiceMapping,
        headers: &[(String, String)],
        body: &[u8],
        scope: &Scope<'_>,
    ) -> Result<ServiceMeaning, MappingError> {
        let headers = header_map(headers)?;
        let method =
            Method::from_bytes(self.method.as_bytes()).map_err(|_| MappingError::MethodNotAllowed {
                method: self.method.clone(),
            })?;
        let target = self.target.clone();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target.as_str(), None),
        };
        let host = self.host.clone();
        let incoming = Incoming {
            method: &method,
            path,
            query,
            host: host.as_deref().unwrap_or("localhost"),
            headers: &headers,
        };
        self.protocol = Some(mapping.protocol_of(&incoming).name());
        let begun = mapping.begin(&incoming)?;
        self.protocol = Some(begun.protocol().name());
        let (read, bytes_read) = match begun.body() {
            BodyUse::Streams => (&[][..], "of any length".to_owned()),
            BodyUse::Whole { bytes_max } if body.len() > bytes_max => {
                return Err(MappingError::BodyTooLarge { max: bytes_max });
            }
            BodyUse::Whole { bytes_max } => (body, format!("read whole, at most {bytes_max} bytes")),
        };
        let mut known = Known::new();
        for _ in 0..=LOOKUPS_MAX {
            match begun.complete(read, scope, &known)? {
                Completed::Call(call) => return Ok(ServiceMeaning::of(&call, bytes_read)),
                Completed::Needs(lookup) => {
                    self.lookups.push(words(&lookup));
                    note_absence(&mut known, lookup);
                }
            }
        }
        Err(MappingError::Malformed("it needs too many lookups"))
    }
}

/// What a lookup asks.
fn words(lookup: &Lookup) -> String {
    match lookup {
        Lookup::KeySchema { table } => format!("the key attributes of {table}"),
        Lookup::InstanceProfileRole { profile } => format!("the role of the instance profile {profile}"),
        Lookup::KeyOfAlias { alias } => format!("the key that {alias} stands for"),
        Lookup::SecretArn { secret } => format!("the ARN of the secret {secret}"),
        Lookup::DefaultSubnets => "the default subnets".to_owned(),
        Lookup::VpcOfSubnet { subnet } => format!("the VPC of {subnet}"),
        Lookup::DefaultSecurityGroup { vpc } => format!("the default security group of {vpc}"),
        Lookup::Described(question) => format!("what {} tells", question.operation),
    }
}

/// Nobody is asked here, so nothing is found.
fn note_absence(known: &mut Known, lookup: Lookup) {
    match lookup {
        Lookup::KeySchema { table } => known.insert_key_schema(table, None),
        Lookup::InstanceProfileRole { profile } => known.insert_instance_profile_role(profile, None),
        Lookup::KeyOfAlias { alias } => known.insert_key_of_alias(alias, None),
        Lookup::SecretArn { secret } => known.insert_secret(secret, None),
        Lookup::DefaultSubnets => known.insert_default_subnets(Vec::new()),
        Lookup::VpcOfSubnet { subnet } => known.insert_vpc_of_subnet(subnet, None),
        Lookup::DefaultSecurityGroup { vpc } => known.insert_default_security_group(vpc, None),
        Lookup::Described(question) => known.insert_described(question, Vec::new()),
    }
}

impl ServiceMeaning {
    fn of(call: &ServiceCall, body: String) -> Self {
        let mut headers: Vec<(String, String)> = call.headers.iter().map(shown).collect();
        headers.sort();
        Self {
            service: call.service.id(),
            operation: call.operation.name(),
            permissions: call.permissions.iter().map(NeededPermission::new).collect(),
            body,
            is_body_rewritten: call.body.is_some(),
            retags: call.retags.clone(),
            upstream: Upstream {
                method: call.method.to_string(),
                target: call.target.clone(),
                headers,
            },
        }
    }
}

fn shown((name, value): &(HeaderName, HeaderValue)) -> (String, String) {
    let value = String::from_utf8_lossy(value.as_bytes());
    (name.to_string(), value.into_owned())
}

impl NeededPermission {
    fn new(permission: &Permission) -> Self {
        let mut condition_keys: Vec<(String, Vec<String>)> = permission
            .context
            .iter()
            .map(|(name, value)| (name.to_owned(), texts(value)))
            .collect();
        condition_keys.sort();
        Self {
            action: permission.action.to_string(),
            resource: permission.resource.clone(),
            condition_keys,
            unknown_keys: permission.unknown_keys.clone(),
            reads_resource_tags: permission.takes_resource_tags,
        }
    }
}

impl fmt::Display for ServiceExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_deref().unwrap_or_default();
        let separator = if host.is_empty() { "" } else { " " };
        let (method, target) = (Printable(&self.method), Printable(&self.target));
        writeln!(f, "{method}{separator}{} {target}", Printable(host))?;
        if let Some(protocol) = self.protocol {
            writeln!(f, "protocol: {protocol}")?;
        }
        for lookup in &self.lookups {
            writeln!(f, "looked up: {}", Printable(lookup))?;
        }
        if let Some(refused) = &self.refused {
            writeln!(f, "refused: {}", Printable(refused))?;
        }
        match &self.meaning {
            Some(meaning) => meaning.fmt(f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ServiceMeaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "operation: {} of {}", self.operation, self.service)?;
        for permission in &self.permissions {
            permission.fmt(f)?;
        }
        for arn in &self.retags {
            writeln!(f, "changes the tags of: {}", Printable(arn))?;
        }
        let rewritten = if self.is_body_rewritten {
            ", written anew"
        } else {
            ""
        };
        writeln!(f, "body: {}{rewritten}", self.body)?;
        let upstream = &self.upstream;
        writeln!(f, "upstream: {} {}", upstream.method, Printable(&upstream.target))?;
        for (name, value) in &upstream.headers {
            writeln!(f, "  {name}: {}", Printable(value))?;
        }
        Ok(())
    }
}

impl fmt::Display for NeededPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "needs: {} on {}", self.action, Printable(&self.resource))?;
        for (key, values) in &self.condition_keys {
            writeln!(f, "  {} = {}", Printable(key), Printable(&values.join(", ")))?;
        }
        if !self.unknown_keys.is_empty() {
            writeln!(f, "  unknown: {}", self.unknown_keys.join(", "))?;
        }
        if self.reads_resource_tags {
            writeln!(f, "  aws:ResourceTag/… can be asked about")?;
        }
        Ok(())
    }
}
