//! Requests whose meaning is written by hand, and what they are decided on, whole: the files beside this one.
//!
//! A case is a signing name with an operation, the request (JSON for services with a target, `Name=value` lines for
//! forms), a line `=>`, and the permissions or why it is refused. What is looked up is answered from [`answer`]; what
//! a form says upstream in place of a part of itself follows `sends:`. Cases are separated by `---`. With `LANYARD_WRITE_EXPECTED=1` the files are written anew, to be read before they are
//! committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod ec2_world;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use http::{HeaderMap, HeaderValue, Method};
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{
    Completed, DefaultSubnet, KeySchema, Known, Lookup, Permission, Scope, ServiceCall, ServiceMapping,
};
use lanyard_policy::ContextValue;
use lanyard_service_models::service_models;

const ACCOUNT: &str = "111122223333";

/// What the upstream and the directory of these cases know.
fn answer(known: &mut Known, lookup: Lookup) {
    let own = |text: &str| text.replace("ACCOUNT", ACCOUNT);
    match lookup {
        Lookup::KeySchema { table } => {
            let schema = table.ends_with("/Music").then(|| KeySchema {
                partition_key: "Artist".to_owned(),
                sort_key: Some("Song".to_owned()),
                indexes: vec![(
                    "ByGenre".to_owned(),
                    "Genre".to_owned(),
                    Some("Artist".to_owned()),
                )],
            });
            known.insert_key_schema(table, schema);
        }
        Lookup::InstanceProfileRole { profile } => {
            let role = profile
                .ends_with("web")
                .then(|| own("arn:aws:iam::ACCOUNT:role/service/web-role"));
            known.insert_instance_profile_role(profile, role);
        }
        Lookup::KeyOfAlias { alias } => {
            let key = match alias.rsplit_once('/').unwrap().1 {
                "one" => Some(own("arn:aws:kms:eu-west-1:ACCOUNT:key/1111-aaaa")),
                "two" => Some(own("arn:aws:kms:eu-west-1:ACCOUNT:key/2222-bbbb")),
                _ => None,
            };
            known.insert_key_of_alias(alias, key);
        }
        Lookup::DefaultSubnets => known.insert_default_subnets(
            [("subnet-0a", "a", "1"), ("subnet-0b", "b", "2")]
                .map(|(subnet, zone, id)| DefaultSubnet {
                    subnet: subnet.to_owned(),
                    vpc: "vpc-0d".to_owned(),
                    availability_zone: format!("eu-west-1{zone}"),
                    availability_zone_id: Some(format!("euw1-az{id}")),
                })
                .into(),
        ),
        Lookup::VpcOfSubnet { subnet } => {
            let vpc = (subnet == "subnet-0c").then(|| "vpc-0c".to_owned());
            known.insert_vpc_of_subnet(subnet, vpc);
        }
        Lookup::DefaultSecurityGroup { vpc } => {
            let group = vpc.replace("vpc", "sg");
            known.insert_default_security_group(vpc, Some(group));
        }
        Lookup::Described(question) => {
            let answer = ec2_world::answer(&question);
            known.insert_described(question, answer);
        }
        other => panic!("{other:?} is not asked for by these services"),
    }
}

/// A case's request as it would come in.
fn complete(text: &str, mappings: &mut BTreeMap<String, ServiceMapping>) -> Result<ServiceCall, String> {
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let (name, operation) = head.split_once(' ').unwrap();
    let mapping = mappings
        .entry(name.to_owned())
        .or_insert_with(|| ServiceMapping::new(name).unwrap());
    let models = service_models().signed_as(name);
    let model = models
        .iter()
        .find(|model| model.operation(operation).is_some())
        .unwrap();
    let mut headers = HeaderMap::new();
    let body = match model.target_prefix() {
        Some(prefix) => {
            let target = format!("{prefix}.{operation}");
            headers.insert("x-amz-target", HeaderValue::from_str(&target).unwrap());
            headers.insert(
                "content-type",
                HeaderValue::from_static("application/x-amz-json-1.1"),
            );
            if model.id().starts_with("dynamodb") {
                headers.insert(
                    "content-type",
                    HeaderValue::from_static("application/x-amz-json-1.0"),
                );
            }
            if body.is_empty() {
                "{}".to_owned()
            } else {
                body.to_owned()
            }
        }
        None => {
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert("content-type", kind);
            let mut form = format!("Action={operation}&Version={}", model.api_version());
            for line in body.lines() {
                let (name, value) = line.split_once('=').unwrap();
                let value: String = value
                    .bytes()
                    .map(|byte| match byte {
                        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                        byte => format!("%{byte:02X}"),
                    })
                    .collect();
                write!(form, "&{name}={value}").unwrap();
            }
            form
        }
    };
    let incoming = Incoming {
        method: &Method::POST,
        path: "/",
        query: None,
        headers: &headers,
        host: "localhost",
    };
    let begun = mapping.begin(&incoming).map_err(|error| error.to_string())?;
    let scope = Scope {
        region: "eu-west-1",
        account: ACCOUNT.parse().unwrap(),
        upstream_account: Some(("000000000000".parse().unwrap(), ACCOUNT.parse().unwrap())),
    };
    let mut known = Known::new();
    for _ in 0..32 {
        match begun
            .complete(body.as_bytes(), &scope, &known)
            .map_err(|error| error.to_string())?
        {
            Completed::Call(call) => return Ok(*call),
            Completed::Needs(lookup) => answer(&mut known, lookup),
        }
    }
    Err("it never has enough".to_owned())
}

fn shown(permission: &Permission) -> String {
    let mut text = format!("{} on {}", permission.action, permission.resource);
    if permission.takes_resource_tags {
        text.push_str(" (tags)");
    }
    text.push('\n');
    let mut keys: Vec<String> = permission
        .context
        .iter()
        .map(|(name, value)| match value {
            ContextValue::Single(value) => format!("  {name} = {}", value.as_str()),
            ContextValue::Many(values) => {
                let values: Vec<_> = values.iter().map(|value| value.as_str()).collect();
                format!("  {name} = [{}]", values.join(", "))
            }
            ContextValue::Unknown => format!("  {name} is not known"),
        })
        .collect();
    keys.sort();
    for key in keys {
        writeln!(text, "{key}").unwrap();
    }
    let mut unknown: Vec<_> = permission
        .unknown_keys
        .iter()
        .filter(|key| !key.starts_with("kms:RecipientAttestation:PCR") && !key.contains(":NitroTPM"))
        .copied()
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        writeln!(text, "  unknown: {}", unknown.join(" ")).unwrap();
    }
    text
}

/// What a form says upstream in place of what it said, if it does.
fn rewritten(request: &str, call: &ServiceCall) -> String {
    let Some(body) = &call.body else {
        return String::new();
    };
    let sent = String::from_utf8(body.clone()).unwrap();
    let said: Vec<&str> = request
        .lines()
        .skip(1)
        .map(|line| line.split_once('=').unwrap().0)
        .collect();
    let sent: Vec<&str> = sent
        .split('&')
        .filter(|parameter| !parameter.starts_with("Action=") && !parameter.starts_with("Version="))
        .collect();
    let names: Vec<&str> = sent
        .iter()
        .map(|parameter| parameter.split_once('=').unwrap().0)
        .collect();
    let is_same = names.len() == said.len() && names.iter().all(|name| said.contains(name));
    if is_same {
        return String::new();
    }
    format!("sends: {}\n", sent.join(" "))
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/aws_overrides")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut actual, mut mappings) = (Vec::new(), BTreeMap::new());
    for case in text.trim_end().split("\n---\n") {
        let request = case.split("\n=>").next().unwrap();
        let meaning = match complete(request, &mut mappings) {
            Ok(call) => {
                let permissions: String = call.permissions.iter().map(shown).collect();
                permissions + &rewritten(request, &call)
            }
            Err(reason) => format!("refused: {reason}\n"),
        };
        actual.push(format!("{request}\n=>\n{meaning}"));
    }
    let actual = actual.join("---\n");
    if std::env::var_os("LANYARD_WRITE_EXPECTED").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    assert!(text == actual, "{name} is not as it says; it would be:\n{actual}");
}

#[test]
fn dynamodb_is_decided_on_rows_and_attributes() {
    check("dynamodb.txt");
}

#[test]
fn statements_of_dynamodb_are_decided_one_by_one() {
    check("partiql.txt");
}

#[test]
fn ec2_is_decided_on_every_resource() {
    check("ec2.txt");
}

#[test]
fn ec2_is_decided_on_what_it_is_asked_for() {
    check("ec2_lookups.txt");
}

#[test]
fn kms_is_decided_on_the_key_by_any_name() {
    check("kms.txt");
}

#[test]
fn a_role_that_is_given_to_a_service_is_passed() {
    check("pass_role.txt");
}
