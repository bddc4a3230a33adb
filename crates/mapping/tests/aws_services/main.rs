//! The most used services: what a request of each operation is decided on is what the catalogue names.
//!
//! For every operation a request is made from its model, with every member and with those alone that it cannot be
//! without, in each protocol of the service. Its permissions must be those of the action with the operation's name
//! (or of the actions that the mapping gives it), on the resource types that the catalogue has for the action, with
//! none missing that is required. What is known to differ stands in `tests/aws/exceptions.txt` with its reason; a line
//! that is no longer needed fails. With `LANYARD_WRITE_EXPECTED=1` lines are added without a reason, which must be
//! written before they are committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod generate;
mod sample;

use std::collections::BTreeMap;
use std::path::Path;

use lanyard_catalogue::catalogue;
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{
    BodyUse, Completed, CoverageRow, DefaultSubnet, Described, Ec2Question, How, KeySchema, Known, Lookup,
    Permission, Scope, ServiceMapping,
};
use lanyard_names::AccountId;
use lanyard_service_models::Protocol;

use generate::{Filling, Request};

/// The services by the names for which their requests are signed.
const SERVICES: [&str; 25] = [
    "apigateway",
    "athena",
    "autoscaling",
    "cloudformation",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticloadbalancing",
    "events",
    "firehose",
    "glue",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "route53",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
];

/// Services of the same signing names that are others.
const OTHERS: [&str; 7] = [
    "docdb",
    "dynamodbstreams",
    "eventbridgev2",
    "lambda-core",
    "lambda-microvms",
    "lambda-web",
    "neptune",
];

fn complete(mapping: &ServiceMapping, request: &Request) -> Result<Vec<Permission>, String> {
    let incoming = Incoming {
        method: &request.method,
        path: &request.path,
        query: request.query.as_deref(),
        headers: &request.headers,
        host: "localhost",
    };
    let begun = mapping.begin(&incoming).map_err(|error| error.to_string())?;
    let body = match begun.body() {
        BodyUse::Streams => &[][..],
        BodyUse::Whole { .. } => request.body.as_slice(),
    };
    let scope = Scope {
        region: "us-east-1",
        account: AccountId::parse("111122223333").unwrap(),
        upstream_account: None,
    };
    let mut known = Known::new();
    for _ in 0..32 {
        match begun
            .complete(body, &scope, &known)
            .map_err(|error| error.to_string())?
        {
            Completed::Call(call) => return Ok(call.permissions),
            Completed::Needs(lookup) => answer(&mut known, lookup),
        }
    }
    Err("it never ends to ask".to_owned())
}

fn answer(known: &mut Known, lookup: Lookup) {
    match lookup {
        Lookup::KeySchema { table } => known.insert_key_schema(
            table,
            Some(KeySchema {
                partition_key: "k".to_owned(),
                sort_key: None,
                indexes: Vec::new(),
            }),
        ),
        Lookup::InstanceProfileRole { profile } => {
            known.insert_instance_profile_role(profile, Some("arn:aws:iam::111122223333:role/a".to_owned()));
        }
        Lookup::KeyOfAlias { alias } => known.insert_key_of_alias(
            alias,
            Some("arn:aws:kms:us-east-1:111122223333:key/0000aaaa-00aa-00aa-00aa-000000aaaaaa".to_owned()),
        ),
        Lookup::SecretArn { secret } => known.insert_secret(
            secret,
            Some("arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf".to_owned()),
        ),
        Lookup::DefaultSubnets => known.insert_default_subnets(vec![DefaultSubnet {
            subnet: "subnet-0a".to_owned(),
            vpc: "vpc-0a".to_owned(),
            availability_zone: "us-east-1a".to_owned(),
            availability_zone_id: None,
        }]),
        Lookup::VpcOfSubnet { subnet } => known.insert_vpc_of_subnet(subnet, Some("vpc-0a".to_owned())),
        Lookup::DefaultSecurityGroup { vpc } => {
            known.insert_default_security_group(vpc, Some("sg-0a".to_owned()));
        }
        Lookup::Described(question) => {
            let answer = vec![described(&question)];
            known.insert_described(question, answer);
        }
    }
}

/// Something that answers every question of EC2's: whatever is asked about is called so in it, at every place.
fn described(question: &Ec2Question) -> Described {
    const TOLD: [(&str, &str); 14] = [
        ("routeTableId", "rtb-0a"),
        ("networkAclId", "acl-0a"),
        ("subnetId", "subnet-0a"),
        ("allocationId", "eipalloc-0a"),
        ("networkInterfaceId", "eni-0a"),
        ("instanceId", "i-0a"),
        ("vpcId", "vpc-0a"),
        ("groupId", "sg-0a"),
        ("serviceId", "vpce-svc-0a"),
        ("trafficMirrorFilterId", "tmf-0a"),
        ("rootDeviceName", "/dev/xvda"),
        ("launchTemplateId", "lt-0a"),
        ("versionNumber", "1"),
        ("keyName", "a"),
    ];
    const NAMES: [&str; 13] = [
        "routeTableAssociationId",
        "networkAclAssociationId",
        "associationId",
        "attachmentId",
        "networkInterfacePermissionId",
        "vpcPeeringConnectionId",
        "trafficMirrorFilterRuleId",
        "connectionNotificationId",
        "publicIp",
        "launchTemplateName",
        "keyPairId",
        "groupName",
        "placementGroupId",
    ];
    let leaf = |name: &str, text: &str| Described {
        name: name.to_owned(),
        text: text.to_owned(),
        children: Vec::new(),
    };
    let within = |name: &str, children: Vec<Described>| Described {
        name: name.to_owned(),
        text: String::new(),
        children,
    };
    let asked = question
        .input
        .iter()
        .find(|(name, _)| *name != "Filter.1.Name")
        .map(|(_, value)| value.as_str());
    let ids = || {
        let asked = NAMES.iter().map(|name| leaf(name, asked.unwrap()));
        let told = TOLD.iter().map(|(name, text)| leaf(name, text));
        asked.chain(told).collect::<Vec<_>>()
    };
    let mut item = within("item", ids());
    for list in [
        "associationSet",
        "natGatewayAddressSet",
        "ipv6CidrBlockAssociationSet",
        "cidrBlockAssociationSet",
        "instancesSet",
    ] {
        item.children.push(within(list, vec![within("item", ids())]));
    }
    item.children.push(within("attachment", ids()));
    item.children.push(within("accepterVpcInfo", ids()));
    item.children.push(within(
        "launchTemplateData",
        vec![leaf("imageId", "ami-0a"), leaf("instanceType", "t3.micro")],
    ));
    item
}

/// What is wrong with the permissions of a request of an operation.
fn wrong(row: &CoverageRow, permissions: &[Permission], is_whole: bool) -> Option<String> {
    let service = catalogue().service(row.service.iam_prefix())?;
    let own = service
        .action(row.operation.name())
        .map(|action| format!("{}:{}", service.prefix(), action.name()));
    let expected: Vec<String> = match own {
        Some(own) => vec![own],
        None => row.actions.iter().map(|action| action.to_string()).collect(),
    };
    for action in &expected {
        if !permissions
            .iter()
            .any(|permission| permission.action.eq_ignore_ascii_case(action))
        {
            return Some(format!("{action} is not asked for"));
        }
    }
    for permission in permissions {
        let Some(action) = catalogue().action(&permission.action) else {
            return Some(format!("there is no {}", permission.action));
        };
        if action.is_wildcard_only() {
            // What AWS was seen to name all the same is in the coverage.
            if permission.resource != "*" && !row.resources.iter().any(|form| form.contains("${Account}")) {
                return Some(format!("{} takes no resource", permission.action));
            }
            continue;
        }
        let mut types = action.resources().iter().map(|resource| resource.resource_type());
        match permission.resource_type {
            Some(known) if types.any(|resource| resource.name() == known) => {}
            _ => {
                return Some(format!(
                    "{} on {}, which is of no type",
                    permission.action, permission.resource
                ));
            }
        }
    }
    for name in expected.iter().filter(|_| is_whole) {
        let action = catalogue().action(name)?;
        let has = |known: &str| {
            permissions.iter().any(|permission| {
                permission.action.eq_ignore_ascii_case(name) && permission.resource_type == Some(known)
            })
        };
        for resource in action
            .resources()
            .iter()
            .filter(|resource| resource.is_required())
        {
            let known = resource.resource_type().name();
            if !has(known) {
                return Some(format!("{name} is not asked for on {known}"));
            }
        }
    }
    None
}

/// The first thing that is wrong with an operation, in any form of its request.
fn check(mapping: &ServiceMapping, row: &CoverageRow) -> Option<String> {
    if let How::Refused(reason) = &row.how {
        return Some(format!("refused: {reason}"));
    }
    for protocol in row.service.protocols() {
        for is_whole in [true, false] {
            let text = |path: &str| sample::text(row, path, is_whole);
            let filling = Filling {
                is_whole,
                text: &text,
            };
            let input = filling.input(row.operation);
            let request = generate::written(row.service, row.operation, *protocol, &input);
            let found = match complete(mapping, &request) {
                Ok(permissions) => wrong(row, &permissions, is_whole),
                // What names a resource is often optional in the model alone.
                Err(error) if !is_whole && error.ends_with(" is missing") => None,
                Err(error) if !is_whole && error.ends_with("the request names no resource") => None,
                Err(error) => Some(error),
            };
            if let Some(found) = found {
                let form = if is_whole { "whole" } else { "bare" };
                return Some(format!("{form}, {}: {found}", protocol_name(*protocol)));
            }
        }
    }
    None
}

fn protocol_name(protocol: Protocol) -> &'static str {
    protocol.name()
}

#[test]
fn every_operation_is_decided_on_what_the_catalogue_names() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/exceptions.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let exceptions: BTreeMap<(&str, &str), &str> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            (
                (words.next().unwrap(), words.next().unwrap()),
                words.next().unwrap_or_default(),
            )
        })
        .collect();
    let mut failures = BTreeMap::new();
    for name in SERVICES {
        let mapping = ServiceMapping::new(name).unwrap();
        for row in mapping.coverage() {
            if OTHERS.contains(&row.service.id()) {
                continue;
            }
            if let Some(found) = check(&mapping, &row) {
                failures.insert((row.service.id(), row.operation.name()), found);
            }
        }
    }
    if std::env::var_os("LANYARD_WRITE_EXPECTED").is_some() {
        let mut out = String::from("# service operation why it is not decided on what the catalogue names\n");
        for ((service, operation), found) in &failures {
            let reason = exceptions.get(&(*service, *operation)).copied();
            let reason = reason.map_or_else(|| format!("UNEXPLAINED {found}"), str::to_owned);
            out.push_str(&format!("{service} {operation} {reason}\n"));
        }
        std::fs::write(&path, out).unwrap();
        return;
    }
    let new: Vec<String> = failures
        .iter()
        .filter(|(key, _)| !exceptions.contains_key(*key))
        .map(|((service, operation), found)| format!("{service} {operation}: {found}"))
        .collect();
    assert!(new.is_empty(), "{}", new.join("\n"));
    let unneeded: Vec<String> = exceptions
        .keys()
        .filter(|key| !failures.contains_key(*key))
        .map(|(service, operation)| format!("{service} {operation}"))
        .collect();
    assert!(unneeded.is_empty(), "no longer needed:\n{}", unneeded.join("\n"));
    let unexplained: Vec<&str> = exceptions
        .iter()
        .filter(|(_, reason)| reason.is_empty() || reason.starts_with("UNEXPLAINED"))
        .map(|((_, operation), _)| *operation)
        .collect();
    assert!(
        unexplained.is_empty(),
        "without a reason:\n{}",
        unexplained.join("\n")
    );
}
