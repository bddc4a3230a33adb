//! Kinesis Data Streams: a stream by name or by ARN, and its consumers.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("AddTagsToStream", STREAM),
        ("CreateChannel", ANY_CHANNEL),
        ("DecreaseStreamRetentionPeriod", STREAM),
        ("DeleteResourcePolicy", RESOURCE),
        ("DeleteStream", STREAM),
        ("DeregisterStreamConsumer", CONSUMER),
        ("DescribeStream", STREAM),
        ("DescribeStreamConsumer", CONSUMER),
        ("DescribeStreamSummary", STREAM),
        ("GetRecords", STREAM_OR_ANY),
        ("GetResourcePolicy", RESOURCE),
        ("GetShardIterator", STREAM),
        ("IncreaseStreamRetentionPeriod", STREAM),
        ("ListShards", STREAM_OR_ANY),
        ("ListStreamConsumers", STREAM),
        ("ListTagsForResource", RESOURCE),
        ("ListTagsForStream", STREAM),
        ("MergeShards", STREAM),
        ("PutRecord", STREAM),
        ("PutRecords", STREAM),
        ("PutResourcePolicy", RESOURCE),
        ("RegisterStreamConsumer", STREAM),
        ("RemoveTagsFromStream", STREAM),
        ("SplitShard", STREAM),
        ("StartStreamEncryption", ENCRYPTION),
        ("StopStreamEncryption", ENCRYPTION),
        ("SubscribeToShard", CONSUMER),
        ("TagResource", RESOURCE),
        ("UntagResource", RESOURCE),
        ("UpdateMaxRecordSize", STREAM),
        ("UpdateStreamRecordDistributionStrategy", STREAM),
        ("UpdateStreamWarmThroughput", STREAM),
    ],
};

const STREAM: Resolve = Resolve::Custom(stream, "stream {StreamARN} or {StreamName}");
const STREAM_OR_ANY: Resolve = Resolve::Custom(
    stream_or_any,
    "stream {StreamARN} or {StreamName}; every stream where neither is given",
);
const CONSUMER: Resolve = Resolve::Custom(
    consumer,
    "consumer {ConsumerARN}, or {ConsumerName} of the stream",
);
const RESOURCE: Resolve = Resolve::Custom(resource, "the stream, consumer or channel {ResourceARN}");
const ENCRYPTION: Resolve = Resolve::Custom(
    encryption,
    "stream {StreamARN} or {StreamName}, and the key {KeyId}; for an alias every key",
);
const ANY_CHANNEL: Resolve = Resolve::On(&[OnType {
    resource_type: "channel",
    named: Named::Any,
    absent: Absent::Any,
}]);

fn on(request: &Request<'_>, arns: impl IntoIterator<Item = String>) -> Resolved {
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Resolved::Permissions(permissions.collect())
}

/// The stream of a request, if it names one. By both name and ARN it must be the same.
fn named(request: &Request<'_>) -> Result<Option<String>, MappingError> {
    let invalid = |member: &str, reason| MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    };
    // Evidence: the API reference calls the member reserved. What it would mean beside a name is not known.
    if request.has("StreamId") {
        return Err(invalid("StreamId", "it is not known which stream it names"));
    }
    let by_arn = match request.text("StreamARN")? {
        Some(arn) => Some(request.checked_arn("stream", arn)?),
        None => None,
    };
    let by_name = match request.text("StreamName")? {
        Some(name) => Some(request.arn("stream", &[("StreamName", name)])?),
        None => None,
    };
    match (by_arn, by_name) {
        (Some(one), Some(other)) if one != other => Err(invalid("StreamName", "two streams are named")),
        (by_arn, by_name) => Ok(by_arn.or(by_name)),
    }
}

fn stream(request: &Request<'_>) -> Result<Resolved, MappingError> {
    match named(request)? {
        Some(arn) => Ok(on(request, [arn])),
        None => Err(MappingError::MissingMember {
            member: "StreamName".to_owned(),
        }),
    }
}

/// Fails closed: to which stream an iterator or the token of a page belongs only Kinesis can read.
fn stream_or_any(request: &Request<'_>) -> Result<Resolved, MappingError> {
    match named(request)? {
        Some(arn) => Ok(on(request, [arn])),
        None => Ok(on(request, [request.arn("stream", &[("StreamName", "*")])?])),
    }
}

/// A consumer by its ARN, or by its name and its stream. Its ARN ends with the time at which it was made, which its
/// name does not tell.
fn consumer(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let by_stream = named(request)?;
    let mut arns = Vec::new();
    if let Some(arn) = request.text("ConsumerARN")? {
        arns.push(request.checked_arn("consumer", arn)?);
    }
    match (by_stream, request.text("ConsumerName")?) {
        (Some(stream), Some(name)) => {
            let is_name = !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
            if !is_name {
                return Err(MappingError::InvalidMember {
                    member: "ConsumerName".to_owned(),
                    reason: "it names no consumer",
                });
            }
            arns.push(format!("{stream}/consumer/{name}:*"));
        }
        (None, None) if !arns.is_empty() => {}
        _ => {
            return Err(MappingError::MissingMember {
                member: "ConsumerARN".to_owned(),
            });
        }
    }
    let permissions = arns.into_iter().map(|arn| {
        let mut permission = request.permission(own_action(request), arn);
        permission.resource_type = Some("consumer");
        permission
    });
    Ok(Resolved::Permissions(permissions.collect()))
}

/// A stream, a consumer or a channel, by ARN.
fn resource(request: &Request<'_>) -> Result<Resolved, MappingError> {
    named(request)?;
    let text = request.required("ResourceARN")?;
    let rest = text.splitn(6, ':').nth(5).unwrap_or_default();
    let resource_type = match rest.split_once('/') {
        Some(("channel", _)) => "channel",
        Some((_, rest)) if rest.contains("/consumer/") => "consumer",
        _ => "stream",
    };
    let mut permission = request.permission(own_action(request), request.checked_arn(resource_type, text)?);
    permission.resource_type = Some(resource_type);
    Ok(Resolved::Permissions(vec![permission]))
}

/// The stream, and the key. Fails closed: which key an alias stands for only KMS knows.
fn encryption(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let Some(stream) = named(request)? else {
        return Err(MappingError::MissingMember {
            member: "StreamName".to_owned(),
        });
    };
    let key = request.required("KeyId")?;
    let is_alias = key.starts_with("alias/") || key.contains(":alias/");
    let key = request.arn_or_name("kmsKey", "KeyId", if is_alias { "*" } else { key })?;
    Ok(on(request, [stream, key]))
}
