//! EventBridge: every event of a request is decided on its bus; rules stand on the default bus or on a named one.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "CreateApiDestination",
            Resolve::Custom(
                create_api_destination,
                "api-destination {Name}, and connection {ConnectionArn}",
            ),
        ),
        (
            "CreateArchive",
            Resolve::Custom(
                archive,
                "archive {ArchiveName}; the bus that it is of, and its key or alias, where they are named",
            ),
        ),
        ("CreateEndpoint", ENDPOINT),
        ("CreateEventBus", BUS),
        ("CreatePartnerEventSource", SOURCE),
        ("DeleteEventBus", BUS),
        ("DeletePartnerEventSource", SOURCE),
        ("DeleteRule", RULE),
        (
            "DescribeApiDestination",
            Resolve::Custom(
                describe_api_destination,
                "api-destination {Name}, and every connection, since which it uses is not known",
            ),
        ),
        ("DescribeEventBus", BUS),
        ("DescribeEventSource", SOURCE),
        ("DescribePartnerEventSource", SOURCE),
        ("DescribeRule", RULE),
        ("DisableRule", RULE),
        ("EnableRule", RULE),
        (
            "ListRules",
            Resolve::Custom(
                list_rules,
                "every rule of the default bus, whatever bus is asked about",
            ),
        ),
        (
            "ListTagsForResource",
            Resolve::Custom(tagged, "the rule, bus or other thing {ResourceARN}"),
        ),
        ("ListTargetsByRule", RULE),
        (
            "PutEvents",
            Resolve::Custom(
                put_events,
                "the bus of each of {Entries}, or the default one, with its source and type as condition keys",
            ),
        ),
        ("PutRule", RULE),
        ("PutTargets", RULE),
        ("RemoveTargets", RULE),
        (
            "StartReplay",
            Resolve::Custom(
                start_replay,
                "replay {ReplayName}, archive {EventSourceArn}, and event-bus {Destination.Arn}",
            ),
        ),
        (
            "TagResource",
            Resolve::Custom(tagged, "the rule, bus or other thing {ResourceARN}"),
        ),
        (
            "UntagResource",
            Resolve::Custom(tagged, "the rule, bus or other thing {ResourceARN}"),
        ),
        (
            "UpdateArchive",
            Resolve::Custom(
                archive,
                "archive {ArchiveName}; the bus that it is of, and its key or alias, where they are named",
            ),
        ),
        ("UpdateEndpoint", ENDPOINT),
        ("UpdateEventBus", BUS),
    ],
};

const RULE: Resolve = Resolve::Custom(
    rule,
    "the rule {Name} or {Rule} of {EventBusName}, or of the default bus",
);
const BUS: Resolve = Resolve::Custom(
    bus,
    "event-bus {Name}, by name or ARN; the default one where it may be left out",
);
const ENDPOINT: Resolve = Resolve::Custom(
    endpoint,
    "endpoint {Name}, with {EventBuses.EventBusArn} as a condition key",
);
const SOURCE: Resolve = Resolve::On(&[OnType {
    resource_type: "event-source",
    named: Named::By(&[("EventSourceName", "Name")]),
    absent: Absent::Missing,
}]);

fn on(request: &Request<'_>, arns: impl IntoIterator<Item = String>) -> Resolved {
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Resolved::Permissions(permissions.collect())
}

/// The ARN of a bus by name or ARN; without either it is the default one.
fn bus_arn(request: &Request<'_>, text: Option<&str>) -> Result<String, MappingError> {
    let arn = request.arn_or_name("event-bus", "EventBusName", text.unwrap_or("default"))?;
    check_slashes(arn)
}

/// The ARN, if it is one of a bus and slashes stand in the names of partners' buses alone.
///
/// Evidence: the API reference. Servers that take what stands behind the last slash would find another bus.
fn check_slashes(arn: String) -> Result<String, MappingError> {
    match arn.split_once(":event-bus/") {
        Some((_, name)) if name.contains('/') && !name.starts_with("aws.partner/") => {
            Err(MappingError::InvalidMember {
                member: name.chars().take(64).collect(),
                reason: "it is no name of a bus",
            })
        }
        _ => Ok(arn),
    }
}

fn bus(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = match request.operation.name() {
        "DescribeEventBus" | "UpdateEventBus" => request.text("Name")?,
        _ => Some(request.required("Name")?),
    };
    Ok(on(request, [bus_arn(request, name)?]))
}

/// Evidence: recorded responses, and the service authorization reference for the keys: of each event its own source
/// and type.
fn put_events(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for entry in request.nodes("Entries") {
        let text = |name: &str| entry.member(name).and_then(Node::as_text);
        let arn = bus_arn(request, text("EventBusName"))?;
        let mut permission = request.permission("events:PutEvents", arn);
        permission = match text("Source") {
            Some(source) => permission.with_many("events:source", [source]),
            None => permission.without("events:source"),
        };
        permission = match text("DetailType") {
            Some(kind) => permission.with_many("events:detail-type", [kind]),
            None => permission.without("events:detail-type"),
        };
        permissions.push(permission);
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Entries".to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// The ARN of a rule. Its bus may be named by ARN, and then the rule is in the account of the bus.
fn rule_arn(request: &Request<'_>, name: &str) -> Result<String, MappingError> {
    // Evidence: the API reference; with a slash in it, the name could be read as a bus and a rule.
    if name.contains(['/', ':']) {
        return Err(MappingError::InvalidMember {
            member: "Name".to_owned(),
            reason: "it names no rule",
        });
    }
    let bus = match request.text("EventBusName")? {
        None | Some("default") => return request.arn("rule-on-default-event-bus", &[("RuleName", name)]),
        Some(bus) => bus_arn(request, Some(bus))?,
    };
    let Some((place, bus)) = bus.split_once(":event-bus/") else {
        return Err(request.unmapped("the bus has no ARN"));
    };
    match bus {
        "default" => request.checked_arn("rule-on-default-event-bus", &format!("{place}:rule/{name}")),
        bus => request.checked_arn("rule-on-custom-event-bus", &format!("{place}:rule/{bus}/{name}")),
    }
}

/// What a rule matches is written in its pattern, which is not read here: its keys stay unknown, unless there is none.
fn rule(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let member = if request
        .operation
        .input()
        .is_some_and(|input| input.member("Rule").is_some())
    {
        "Rule"
    } else {
        "Name"
    };
    let arn = rule_arn(request, request.required(member)?)?;
    let mut permission = request.permission(own_action(request), arn);
    permission.resource_type = Some(if permission.resource.matches('/').count() == 1 {
        "rule-on-default-event-bus"
    } else {
        "rule-on-custom-event-bus"
    });
    if request.operation.name() == "PutRule" && !request.has("EventPattern") {
        for key in [
            "events:detail-type",
            "events:detail.eventTypeCode",
            "events:detail.service",
            "events:detail.userIdentity.principalId",
            "events:source",
        ] {
            permission = permission.without(key);
        }
    }
    let targets = request.texts("Targets.Arn")?;
    if !targets.is_empty() {
        permission = permission.with_many("events:TargetArn", targets);
    }
    Ok(Resolved::Permissions(vec![permission]))
}

/// Evidence: recorded responses; every rule, whatever bus is asked about.
fn list_rules(request: &Request<'_>) -> Result<Resolved, MappingError> {
    Ok(on(
        request,
        [request.arn("rule-on-default-event-bus", &[("RuleName", "*")])?],
    ))
}

fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("ResourceARN")?;
    let resource = text.splitn(6, ':').nth(5).unwrap_or_default();
    let resource_type = match resource.split_once('/') {
        Some(("rule", rest)) if rest.contains('/') => "rule-on-custom-event-bus",
        Some(("rule", _)) => "rule-on-default-event-bus",
        Some(("event-bus", _)) => "event-bus",
        Some(("event-busv2", _)) => "event-busv2",
        Some(("event-sourcev2", _)) => "event-sourcev2",
        Some(("subscriber", _)) => "subscriber",
        _ => {
            return Err(MappingError::InvalidMember {
                member: "ResourceARN".to_owned(),
                reason: "it is no ARN of something with tags",
            });
        }
    };
    let mut permission = request.permission(
        own_action(request),
        check_slashes(request.checked_arn(resource_type, text)?)?,
    );
    permission.resource_type = Some(resource_type);
    Ok(Resolved::Permissions(vec![permission]))
}

/// The destination by name, and the connection that it uses.
fn create_api_destination(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let destination = request.arn(
        "api-destination",
        &[("ApiDestinationName", request.required("Name")?)],
    )?;
    let connection = request.checked_arn("connection", request.required("ConnectionArn")?)?;
    Ok(on(request, [destination, connection]))
}

/// Fails closed: which connection a destination uses only the service knows.
fn describe_api_destination(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let destination = request.arn(
        "api-destination",
        &[("ApiDestinationName", request.required("Name")?)],
    )?;
    let connection = request.arn("connection", &[("ConnectionName", "*")])?;
    Ok(on(request, [destination, connection]))
}

/// The archive, the bus that it is of, and the key that it is encrypted with.
fn archive(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = vec![request.arn("archive", &[("ArchiveName", request.required("ArchiveName")?)])?];
    if request.operation.name() == "CreateArchive" {
        let bus = request.checked_arn("event-bus", request.required("EventSourceArn")?)?;
        arns.push(check_slashes(bus)?);
    }
    if let Some(key) = request.text("KmsKeyIdentifier")?.filter(|key| !key.is_empty()) {
        let is_alias = key.starts_with("alias/")
            || key
                .splitn(6, ':')
                .nth(5)
                .is_some_and(|rest| rest.starts_with("alias/"));
        arns.push(if is_alias {
            request.arn_or_name("alias", "Alias", key.strip_prefix("alias/").unwrap_or(key))?
        } else {
            request.arn_or_name("key", "KeyId", key)?
        });
    }
    Ok(on(request, arns))
}

fn start_replay(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let replay = request.arn("replay", &[("ReplayName", request.required("ReplayName")?)])?;
    let archive = request.checked_arn("archive", request.required("EventSourceArn")?)?;
    let bus = check_slashes(request.checked_arn("event-bus", request.required("Destination.Arn")?)?)?;
    Ok(on(request, [replay, archive, bus]))
}

/// An endpoint, and the buses behind it as a condition key.
fn endpoint(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.arn("endpoint", &[("EndpointName", request.required("Name")?)])?;
    let mut permission = request.permission(own_action(request), arn);
    let buses = request.texts("EventBuses.EventBusArn")?;
    if !buses.is_empty() {
        permission = permission.with_many("events:EventBusArn", buses);
    }
    Ok(Resolved::Permissions(vec![permission]))
}
