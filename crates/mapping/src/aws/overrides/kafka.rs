//! Kafka: topics, whose ARNs are made of the ARN of their cluster.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CreateTopic", TOPIC),
        ("DeleteTopic", TOPIC),
        ("DescribeTopic", TOPIC),
        ("DescribeTopicPartitions", TOPIC),
        ("UpdateTopic", TOPIC),
    ],
};

const TOPIC: Resolve = Resolve::Custom(topic, "topic {TopicName} of the cluster {ClusterArn}");

/// Evidence: the service authorization reference: name and id of the cluster stand before the name of the topic.
fn topic(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = request.checked_arn("cluster", request.required("ClusterArn")?)?;
    let name = request.required("TopicName")?;
    let topics = cluster.replacen(":cluster/", ":topic/", 1);
    // No separator in the name: it would move the border between the two.
    if name.contains(['/', ':']) || topics == cluster {
        return Err(MappingError::InvalidMember {
            member: "TopicName".to_owned(),
            reason: "it is no name of a topic",
        });
    }
    let arn = request.checked_arn("topic", &format!("{topics}/{name}"))?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
