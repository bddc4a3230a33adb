//! CloudWatch Logs: log groups are decided on with their streams, by name or by ARN.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "AssociateKmsKey",
            Resolve::Custom(
                kms_key,
                "the log group that is named, with its streams; every one for the results of queries",
            ),
        ),
        (
            "CreateDelivery",
            Resolve::Custom(
                create_delivery,
                "every delivery, since it has no id yet; {deliverySourceName} and {deliveryDestinationArn}",
            ),
        ),
        ("CreateExportTask", GROUP),
        (
            "CreateLogAnomalyDetector",
            Resolve::Custom(anomaly_detector, "each of {logGroupArnList}, with its streams"),
        ),
        ("CreateLogGroup", GROUP),
        ("CreateLogStream", STREAM),
        ("DeleteDataProtectionPolicy", GROUP),
        ("DeleteDelivery", DELIVERY),
        ("DeleteLogGroup", GROUP),
        ("DeleteLogStream", STREAM),
        ("DeleteMetricFilter", GROUP),
        ("DeleteRetentionPolicy", GROUP),
        ("DeleteScheduledQuery", SCHEDULED_QUERY),
        ("DeleteSubscriptionFilter", GROUP),
        ("DeleteSyslogConfiguration", GROUP),
        ("DeleteTransformer", GROUP),
        (
            "DescribeFieldIndexes",
            Resolve::Custom(
                field_indexes,
                "each log group of {logGroupIdentifiers}, without its streams",
            ),
        ),
        (
            "DescribeLogGroups",
            Resolve::Custom(describe_log_groups, "the log group and the stream without names"),
        ),
        ("DescribeLogStreams", GROUP),
        ("DescribeMetricFilters", GROUP_OR_ANY),
        ("DescribeSubscriptionFilters", GROUP),
        (
            "DisassociateKmsKey",
            Resolve::Custom(
                kms_key,
                "the log group that is named, with its streams; every one for the results of queries",
            ),
        ),
        ("FilterLogEvents", GROUP),
        ("GetDataProtectionPolicy", GROUP),
        ("GetDelivery", DELIVERY),
        ("GetLogEvents", STREAM),
        ("GetLogGroupFields", GROUP),
        ("GetLogRecord", ANY_GROUP),
        ("GetQueryResults", ANY_GROUP),
        ("GetScheduledQuery", SCHEDULED_QUERY),
        ("GetScheduledQueryHistory", SCHEDULED_QUERY),
        ("GetTransformer", GROUP),
        ("ListTagsForResource", TAGGED),
        ("ListTagsLogGroup", GROUP),
        ("PutBearerTokenAuthentication", GROUP),
        ("PutDataProtectionPolicy", GROUP),
        ("PutLogEvents", STREAM),
        ("PutLogGroupDeletionProtection", GROUP),
        ("PutMetricFilter", GROUP),
        ("PutRetentionPolicy", GROUP),
        (
            "PutSubscriptionFilter",
            Resolve::Custom(
                put_subscription_filter,
                "the log group that is named, with its streams; {destinationArn}, if it is one of this service",
            ),
        ),
        ("PutSyslogConfiguration", GROUP),
        ("PutTransformer", GROUP),
        (
            "StartLiveTail",
            Resolve::Custom(
                groups,
                "each log group that is searched, with its streams; every one where the query may name others",
            ),
        ),
        (
            "StartQuery",
            Resolve::Custom(
                groups,
                "each log group that is searched, with its streams; every one where the query may name others",
            ),
        ),
        ("TagLogGroup", GROUP),
        ("TagResource", TAGGED),
        (
            "UntagLogGroup",
            Resolve::Custom(untag_log_group, "log group {logGroupName}, with its streams"),
        ),
        ("UntagResource", TAGGED),
        (
            "UpdateDeliveryConfiguration",
            Resolve::Custom(
                update_delivery,
                "delivery {id}, and every source and destination, since which it has is not known",
            ),
        ),
        ("UpdateScheduledQuery", SCHEDULED_QUERY),
    ],
};

const GROUP: Resolve = Resolve::Custom(
    group,
    "the log group that is named, with its streams; also to unmask, if the request asks for that",
);
const GROUP_OR_ANY: Resolve = Resolve::Custom(
    group_or_any,
    "the log group that is named, with its streams; every one where none is",
);
const STREAM: Resolve = Resolve::Custom(
    stream,
    "stream {logStreamName} of the log group; also to unmask, if the request asks for that",
);
const TAGGED: Resolve = Resolve::Custom(
    tagged,
    "what {resourceArn} is the ARN of, without anything behind it",
);
/// Fails closed: what a query or a record belongs to stands in an id that only CloudWatch Logs can read.
const ANY_GROUP: Resolve = Resolve::Custom(
    any_group,
    "every log group, since which one is meant stands in an id alone",
);
const SCHEDULED_QUERY: Resolve = Resolve::On(&[OnType {
    resource_type: "scheduled-query",
    named: Named::ArnOrBy("ScheduledQueryId", "identifier"),
    absent: Absent::Missing,
}]);
const DELIVERY: Resolve = Resolve::On(&[OnType {
    resource_type: "delivery",
    named: Named::By(&[("DeliveryName", "id")]),
    absent: Absent::Missing,
}]);

/// Members that can name the one log group of a request. Services refuse several of them in one request.
const GROUP_MEMBERS: [&str; 3] = ["logGroupName", "logGroupIdentifier", "resourceIdentifier"];

/// The ARN of a log group without anything behind its name.
fn group_arn(request: &Request<'_>, path: &str, text: &str) -> Result<String, MappingError> {
    let text = text
        .strip_suffix(":*")
        .filter(|arn| arn.starts_with("arn:"))
        .unwrap_or(text);
    let name = match text.strip_prefix("arn:") {
        None => text,
        Some(_) => text.splitn(7, ':').nth(6).unwrap_or_default(),
    };
    // Evidence: the API reference; letters, digits and these.
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-/.#".contains(&byte));
    if !is_name {
        return Err(MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "it names no log group",
        });
    }
    request.arn_or_name("log-group", "LogGroupName", text)
}

/// Evidence: a recorded denial, which names the log group without its streams.
fn field_indexes(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let path = "logGroupIdentifiers";
    let permissions: Vec<_> = request
        .texts(path)?
        .into_iter()
        .map(|text| {
            let arn = group_arn(request, path, text)?;
            Ok(request.permission(own_action(request), arn))
        })
        .collect::<Result<_, MappingError>>()?;
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// The log group of a request, if it names one.
fn named_group(request: &Request<'_>) -> Result<Option<String>, MappingError> {
    let mut found = None;
    for path in GROUP_MEMBERS {
        let Some(text) = request.text(path)? else { continue };
        let arn = group_arn(request, path, text)?;
        if found.is_some_and(|known| known != arn) {
            return Err(MappingError::InvalidMember {
                member: path.to_owned(),
                reason: "two log groups are named",
            });
        }
        found = Some(arn);
    }
    Ok(found)
}

fn missing() -> MappingError {
    MappingError::MissingMember {
        member: "logGroupName".to_owned(),
    }
}

/// Evidence: recorded responses. Requests about a group are decided on it with an empty stream behind it, which
/// `log-group:NAME:*` in policies matches and `log-group:NAME` does not, as the user guide says.
fn on_group(request: &Request<'_>, arn: &str) -> Permission {
    let mut permission = request.permission(own_action(request), format!("{arn}:log-stream:"));
    permission.resource_type = Some("log-group");
    permission
}

/// The permissions of a request, and the one to see what masks hide, if the request asks for that.
///
/// Evidence: the user guide; who may not gets an error instead of masked text.
fn and_unmask(request: &Request<'_>, arn: &str, permission: Permission) -> Result<Resolved, MappingError> {
    let mut permissions = vec![permission];
    if request.text("unmask")?.is_some_and(|unmask| unmask != "false") {
        permissions.push(unmask(request, arn));
    }
    Ok(Resolved::Permissions(permissions))
}

fn unmask(request: &Request<'_>, arn: &str) -> Permission {
    let mut permission = request.permission("logs:Unmask", format!("{arn}:log-stream:"));
    permission.resource_type = Some("log-group");
    permission
}

fn group(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = named_group(request)?.ok_or_else(missing)?;
    let permission = on_group(request, &arn);
    and_unmask(request, &arn, permission)
}

/// What is called `tags` there are keys.
fn untag_log_group(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = named_group(request)?.ok_or_else(missing)?;
    let permission = on_group(request, &arn).with_many("aws:TagKeys", request.texts("tags")?);
    Ok(Resolved::Permissions(vec![permission]))
}

fn any_group(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let any = request.arn("log-group", &[("LogGroupName", "*")])?;
    let permission = on_group(request, &any);
    and_unmask(request, &any, permission)
}

fn group_or_any(request: &Request<'_>) -> Result<Resolved, MappingError> {
    match named_group(request)? {
        Some(arn) => Ok(Resolved::Permissions(vec![on_group(request, &arn)])),
        None => any_group(request),
    }
}

fn stream(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = named_group(request)?.ok_or_else(missing)?;
    let name = request.required("logStreamName")?;
    // Evidence: the API reference; a name has neither colons nor asterisks.
    if name.contains([':', '*', '?']) || name.chars().any(char::is_control) {
        return Err(MappingError::InvalidMember {
            member: "logStreamName".to_owned(),
            reason: "it names no log stream",
        });
    }
    let mut permission = request.permission(own_action(request), format!("{arn}:log-stream:{name}"));
    permission.resource_type = Some("log-stream");
    and_unmask(request, &arn, permission)
}

/// Evidence: the user guide; operations on tags are decided on the ARN without anything behind it.
fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("resourceArn")?;
    let kind = text.split(':').nth(5).unwrap_or_default();
    let arn = match kind {
        "log-group" => group_arn(request, "resourceArn", text)?,
        "anomaly-detector"
        | "delivery"
        | "delivery-destination"
        | "delivery-source"
        | "destination"
        | "lookup-table"
        | "scheduled-query" => request.checked_arn(kind, text)?,
        _ => {
            return Err(MappingError::InvalidMember {
                member: "resourceArn".to_owned(),
                reason: "it is no ARN of something with tags",
            });
        }
    };
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

/// Every group that is searched. Evidence: the API reference; the members exclude each other, and a query in a
/// language that names its groups itself must not be sent without them.
fn groups(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = Vec::new();
    for path in ["logGroupName", "logGroupNames", "logGroupIdentifiers"] {
        for text in request.texts(path)? {
            arns.push(group_arn(request, path, text)?);
        }
    }
    // Fails closed: text that names its sources itself could name any group.
    let names_sources = request.text("queryString")?.is_some_and(names_sources);
    let speaks_otherwise = request
        .text("queryLanguage")?
        .is_some_and(|language| language != "CWLI");
    if arns.is_empty() || names_sources || speaks_otherwise {
        arns.push(request.arn("log-group", &[("LogGroupName", "*")])?);
    }
    let mut permissions: Vec<Permission> = arns.iter().map(|arn| on_group(request, arn)).collect();
    // Fails closed: the word may stand there as a text, too.
    let unmasks = |query: &str| query.to_ascii_lowercase().contains("unmask");
    if request.text("queryString")?.is_some_and(unmasks) {
        permissions.extend(arns.iter().map(|arn| unmask(request, arn)));
    }
    Ok(Resolved::Permissions(permissions))
}

/// Whether one of a query's commands says where to search.
fn names_sources(query: &str) -> bool {
    query.split(['|', '\n', '\r', '(', ';']).any(|command| {
        let command = command.trim_start();
        command
            .get(..6)
            .is_some_and(|word| word.eq_ignore_ascii_case("source"))
            && command
                .get(6..)
                .is_none_or(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
    })
}

/// A key is given to a group, or to something else that has one: results of queries, for the whole account.
fn kms_key(request: &Request<'_>) -> Result<Resolved, MappingError> {
    match request.text("resourceIdentifier")? {
        Some(text) if text.ends_with(":query-result:*") => any_group(request),
        _ => group(request),
    }
}

/// The delivery, which has no id yet, and what it is from and to.
fn create_delivery(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let source = request.required("deliverySourceName")?;
    let arns = [
        request.arn("delivery", &[("DeliveryName", "*")])?,
        request.arn("delivery-source", &[("DeliverySourceName", source)])?,
        request.checked_arn(
            "delivery-destination",
            request.required("deliveryDestinationArn")?,
        )?,
    ];
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

/// Fails closed: what a delivery is from and to only the service knows.
fn update_delivery(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arns = [
        request.arn("delivery", &[("DeliveryName", request.required("id")?)])?,
        request.arn("delivery-source", &[("DeliverySourceName", "*")])?,
        request.arn("delivery-destination", &[("DeliveryDestinationName", "*")])?,
    ];
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

/// Evidence: recorded responses; any group, any stream.
fn describe_log_groups(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let (region, account) = (request.scope.region, request.scope.account);
    let mut permission = request.permission(
        "logs:DescribeLogGroups",
        format!("arn:aws:logs:{region}:{account}:log-group::log-stream:"),
    );
    permission.resource_type = Some("log-group");
    Ok(Resolved::Permissions(vec![permission]))
}

fn anomaly_detector(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let path = "logGroupArnList";
    let permissions = request
        .texts(path)?
        .into_iter()
        .map(|text| Ok(on_group(request, &group_arn(request, path, text)?)))
        .collect::<Result<Vec<_>, MappingError>>()?;
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// Evidence: the API reference; a destination of CloudWatch Logs must be allowed, too. Streams and functions are
/// written to with the role that is passed, or by their own policies.
fn put_subscription_filter(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let group = named_group(request)?.ok_or_else(missing)?;
    let mut permissions = vec![on_group(request, &group)];
    let destination = request.required("destinationArn")?;
    if destination.split(':').nth(2) == Some("logs") {
        let arn = request.checked_arn("destination", destination)?;
        permissions.push(request.permission("logs:PutSubscriptionFilter", arn));
    }
    Ok(Resolved::Permissions(permissions))
}

#[cfg(test)]
mod tests {
    use super::names_sources;

    #[test]
    fn a_query_names_its_sources_with_a_command_of_that_name_alone() {
        for (query, expected) in [
            ("fields @message", false),
            ("filter eventSource = 'ec2'", false),
            ("fields source", false),
            ("sources | limit 1", false),
            ("SOURCE logGroups()", true),
            ("source logGroups() | fields @message", true),
            ("fields @message\n| Source logGroups()", true),
            ("# first\nSOURCE logGroups()", true),
        ] {
            assert_eq!(names_sources(query), expected, "{query}");
        }
    }
}
