//! SNS: a message goes to a topic, to a device's endpoint or to a telephone number.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    // Evidence: the developer guide; a batch needs the permission of its single form.
    actions: &[("PublishBatch", &["sns:Publish"])],
    operations: &[
        (
            "CreateTopic",
            Resolve::On(&[OnType {
                resource_type: "topic",
                named: Named::By(&[("TopicName", "Name")]),
                absent: Absent::Missing,
            }]),
        ),
        ("CreatePlatformEndpoint", APPLICATION),
        ("DeleteEndpoint", ENDPOINT),
        ("DeletePlatformApplication", APPLICATION),
        ("GetEndpointAttributes", ENDPOINT),
        ("GetPlatformApplicationAttributes", APPLICATION),
        ("GetSubscriptionAttributes", SUBSCRIPTION),
        ("ListEndpointsByPlatformApplication", APPLICATION),
        (
            "Publish",
            Resolve::Custom(
                publish,
                "topic {TopicArn}, the topic or endpoint {TargetArn}, or * for a telephone number",
            ),
        ),
        ("SetEndpointAttributes", ENDPOINT),
        ("SetPlatformApplicationAttributes", APPLICATION),
        ("SetSubscriptionAttributes", SUBSCRIPTION),
        ("Subscribe", Resolve::Custom(subscribe, "topic {TopicArn}")),
        ("Unsubscribe", SUBSCRIPTION),
    ],
};

const APPLICATION: Resolve = Resolve::Custom(application, "the application {PlatformApplicationArn}");
const ENDPOINT: Resolve = Resolve::Custom(endpoint, "the application that the endpoint {EndpointArn} is of");
const SUBSCRIPTION: Resolve = Resolve::Custom(subscription, "the topic in {SubscriptionArn}");

/// Evidence: the service authorization reference knows no resource but topics. Recorded responses name the telephone
/// number itself as the resource, which no ARN in a policy matches: only `*` does.
fn publish(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let targets = ["TopicArn", "TargetArn", "PhoneNumber"];
    let mut given = targets.iter().filter(|target| request.has(target));
    let (Some(target), None) = (given.next(), given.next()) else {
        return Err(MappingError::MissingMember {
            member: "TopicArn".to_owned(),
        });
    };
    let resource = match *target {
        "PhoneNumber" => "*".to_owned(),
        "TopicArn" => request.checked_arn("topic", request.required("TopicArn")?)?,
        _ => target_arn(request, request.required("TargetArn")?)?,
    };
    Ok(Resolved::Permissions(vec![
        request.permission("sns:Publish", resource),
    ]))
}

/// A topic, or the endpoint of an application on a device: `endpoint/APNS/shop/ID`. The catalogue knows no such
/// resource, but its ARN is one of the service's and account's.
fn target_arn(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    let arn = request.checked_arn("topic", text)?;
    let is_endpoint = |rest: &str| rest.starts_with("endpoint/") && rest.split('/').count() == 4;
    let is_known = arn
        .rsplit(':')
        .next()
        .is_some_and(|rest| !rest.contains('/') || is_endpoint(rest));
    is_known
        .then_some(arn)
        .ok_or_else(|| MappingError::InvalidMember {
            member: "TargetArn".to_owned(),
            reason: "it is no topic and no endpoint",
        })
}

/// Evidence: recorded responses; what is done with a subscription is decided on its topic.
fn subscription(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("SubscriptionArn")?;
    let topic = match text.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", _, _, _, _, topic, id] if !topic.is_empty() && !id.is_empty() => {
            text.strip_suffix(id).and_then(|rest| rest.strip_suffix(':'))
        }
        _ => None,
    };
    let Some(topic) = topic else {
        return Err(MappingError::InvalidMember {
            member: "SubscriptionArn".to_owned(),
            reason: "it is no ARN of a subscription",
        });
    };
    let arn = request.checked_arn("topic", topic)?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

/// Without an endpoint the key of that name is absent for certain.
fn subscribe(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.checked_arn("topic", request.required("TopicArn")?)?;
    let mut permission = request.permission("sns:Subscribe", arn);
    if !request.has("Endpoint") {
        permission = permission.without("sns:Endpoint");
    }
    Ok(Resolved::Permissions(vec![permission]))
}

/// The application that devices are registered with, by a platform's name: `app/GCM/shop`. The catalogue knows no such
/// resource. Evidence: recorded responses.
fn application(request: &Request<'_>) -> Result<Resolved, MappingError> {
    of_application(request, "PlatformApplicationArn", "app/", 3)
}

/// Evidence: recorded responses; what is done with a device's endpoint is decided on its application.
fn endpoint(request: &Request<'_>) -> Result<Resolved, MappingError> {
    of_application(request, "EndpointArn", "endpoint/", 4)
}

fn of_application(
    request: &Request<'_>,
    member: &str,
    begin: &str,
    parts: usize,
) -> Result<Resolved, MappingError> {
    // The name of a topic may be anything, to the one form that the catalogue has.
    let arn = request.checked_arn("topic", request.required(member)?)?;
    let (head, rest) = arn.rsplit_once(':').unwrap_or_default();
    let parted: Vec<&str> = rest.split('/').collect();
    let (true, [_, platform, name, ..]) = (
        rest.starts_with(begin) && parted.len() == parts && parted.iter().all(|part| !part.is_empty()),
        parted.as_slice(),
    ) else {
        return Err(MappingError::InvalidMember {
            member: member.to_owned(),
            reason: "it is no ARN of such a resource",
        });
    };
    let arn = format!("{head}:app/{platform}/{name}");
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
