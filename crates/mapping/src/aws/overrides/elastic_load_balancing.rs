//! Elastic Load Balancing: the kind of a load balancer is a part of its ARN, and of the ARNs of what belongs to it.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("AddListenerCertificates", LISTENER),
        ("AddTags", TAGGED),
        (
            "CreateListener",
            Resolve::Custom(
                create_listener,
                "the load balancer {LoadBalancerArn}, with {Protocol} as a condition key",
            ),
        ),
        (
            "CreateLoadBalancer",
            Resolve::Custom(
                create_load_balancer,
                "the load balancer {Name} of the kind {Type}, which is application unless said; or {LoadBalancerName}",
            ),
        ),
        ("CreateRule", LISTENER),
        ("CreateTargetGroup", TARGET_GROUP),
        ("CreateTrustStore", TRUST_STORE),
        ("DeleteListener", LISTENER),
        (
            "DeleteRule",
            Resolve::Custom(
                |request| by_kind(request, "listener-rule", "RuleArn"),
                "the rule {RuleArn}, of the type that its ARN tells",
            ),
        ),
        (
            "DeleteSharedTrustStoreAssociation",
            Resolve::On(&[OnType {
                resource_type: "truststore",
                named: Named::Arn("TrustStoreArn"),
                absent: Absent::Missing,
            }]),
        ),
        ("ModifyCapacityReservation", BALANCER),
        ("ModifyIpPools", BALANCER),
        ("ModifyListener", LISTENER),
        ("ModifyListenerAttributes", LISTENER),
        (
            "ModifyRule",
            Resolve::Custom(
                |request| by_kind(request, "listener-rule", "RuleArn"),
                "the rule {RuleArn}, of the type that its ARN tells",
            ),
        ),
        ("RemoveListenerCertificates", LISTENER),
        ("RemoveTags", TAGGED),
        ("SetIpAddressType", BALANCER),
        (
            "SetRulePriorities",
            Resolve::Custom(
                |request| by_kind(request, "listener-rule", "RulePriorities.RuleArn"),
                "each rule {RulePriorities.RuleArn}, of the type that its ARN tells",
            ),
        ),
        ("SetSecurityGroups", BALANCER),
        ("SetSubnets", BALANCER),
    ],
};

const LISTENER: Resolve = Resolve::Custom(
    |request| by_kind(request, "listener", "ListenerArn"),
    "the listener {ListenerArn}, of the type that its ARN tells",
);
const BALANCER: Resolve = Resolve::Custom(
    |request| by_kind(request, "loadbalancer", "LoadBalancerArn"),
    "the load balancer {LoadBalancerArn}, of the type that its ARN tells",
);
const TAGGED: Resolve = Resolve::Custom(
    tagged,
    "each of {ResourceArns}, of the type that its ARN tells; or each of {LoadBalancerNames}",
);
const TARGET_GROUP: Resolve = Resolve::Custom(target_group, "target group {Name}, with any id");
const TRUST_STORE: Resolve = Resolve::Custom(trust_store, "trust store {Name}, with any id");

/// The types of the service whose names begin so, by the kind of load balancer.
const KINDS: [(&str, &str, &str); 8] = [
    ("listener", "app", "listener/app"),
    ("listener", "gwy", "listener/gwy"),
    ("listener", "net", "listener/net"),
    ("listener-rule", "app", "listener-rule/app"),
    ("listener-rule", "net", "listener-rule/net"),
    ("loadbalancer", "app", "loadbalancer/app/"),
    ("loadbalancer", "gwy", "loadbalancer/gwy/"),
    ("loadbalancer", "net", "loadbalancer/net/"),
];

/// Whatever an ARN is of.
const ANY: &str = "";

/// What an ARN is of: the beginning of its resource, and the type that its kind makes it.
fn type_of(arn: &str) -> Option<(&'static str, &'static str)> {
    let mut parts = arn.splitn(6, ':').nth(5)?.split('/');
    let (begin, kind) = (parts.next()?, parts.next()?);
    if let Some(own) = ["targetgroup", "truststore"].iter().find(|own| **own == begin) {
        return Some((own, own));
    }
    let mut kinds = KINDS.iter();
    let (begin, _, resource_type) = kinds.find(|(known, of_kind, _)| *known == begin && *of_kind == kind)?;
    Some((begin, resource_type))
}

/// One permission for each ARN, of the type that its kind makes it.
fn by_kind(request: &Request<'_>, family: &str, path: &str) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for text in request.texts(path)? {
        let known = type_of(text).filter(|(of, _)| *of == family || family == ANY);
        let Some((_, resource_type)) = known else {
            return Err(MappingError::InvalidMember {
                member: path.to_owned(),
                reason: "it is no ARN of such a resource",
            });
        };
        let mut permission =
            request.permission(own_action(request), request.checked_arn(resource_type, text)?);
        permission.resource_type = Some(resource_type);
        permissions.push(permission);
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// Whether a request is of the first version of the service, whose balancers have names alone.
fn is_classic(request: &Request<'_>) -> bool {
    request.service.id() == "elb"
}

fn classic(request: &Request<'_>, path: &str) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for name in request.texts(path)? {
        let arn = request.arn("loadbalancer", &[("LoadBalancerName", name)])?;
        permissions.push(request.permission(own_action(request), arn));
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if is_classic(request) {
        classic(request, "LoadBalancerNames")
    } else {
        by_kind(request, ANY, "ResourceArns")
    }
}

/// Evidence: recorded responses; its kind is a part of the ARN, and its id is made by the service. The API reference:
/// without a type it is one for applications.
fn create_load_balancer(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if is_classic(request) {
        return classic(request, "LoadBalancerName");
    }
    let resource_type = match request.text("Type")?.unwrap_or("application") {
        "application" => "loadbalancer/app/",
        "gateway" => "loadbalancer/gwy/",
        "network" => "loadbalancer/net/",
        _ => {
            return Err(MappingError::InvalidMember {
                member: "Type".to_owned(),
                reason: "there is no such kind",
            });
        }
    };
    let values = [
        ("LoadBalancerName", request.required("Name")?),
        ("LoadBalancerId", "*"),
    ];
    let mut permission = request.permission(own_action(request), request.arn(resource_type, &values)?);
    permission.resource_type = Some(resource_type);
    Ok(Resolved::Permissions(vec![permission]))
}

/// The protocol of the listener is a condition key of another name.
fn create_listener(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let resolved = by_kind(request, "loadbalancer", "LoadBalancerArn")?;
    let (Resolved::Permissions(permissions), Some(protocol)) = (resolved, request.text("Protocol")?) else {
        return by_kind(request, "loadbalancer", "LoadBalancerArn");
    };
    let permissions = permissions
        .into_iter()
        .map(|permission| permission.with("elasticloadbalancing:ListenerProtocol", protocol));
    Ok(Resolved::Permissions(permissions.collect()))
}

/// Evidence: recorded responses; its id is made by the service.
fn target_group(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request.required("Name")?;
    let arn = request.arn(
        "targetgroup",
        &[("TargetGroupName", name), ("TargetGroupId", "*")],
    )?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

fn trust_store(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request.required("Name")?;
    let arn = request.arn("truststore", &[("TrustStoreName", name), ("TrustStoreId", "*")])?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
