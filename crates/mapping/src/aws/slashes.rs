//! Names with slashes in them, of things whose ARNs have slashes of their own.
//!
//! To a policy on `cluster/own-*`, a cluster `own-a/victim` would be one of its own. Servers that take what stands behind
//! the last slash for the name would do what was asked to `victim`; moto does so in many places. So what has a slash in
//! place of a name is no name, unless the service has such names.
//!
//! Evidence: the patterns of names in the public models, and the service authorization reference, which has one
//! placeholder for several parts of some ARNs.

/// Service, and what the resource's part of the form begins with. In order.
const WITH_SLASHES: &[(&str, &str)] = &[
    ("amplify", "apps/${AppId}/branches/"),
    ("app-integrations", "event-integration/"),
    ("appflow", "connectorprofile/"),
    ("autoscaling", "autoScalingGroup:"),
    ("autoscaling", "launchConfiguration:"),
    ("bedrock", "custom-model/"),
    ("bedrock", "model-customization-job/"),
    ("ecr", "repository/"),
    ("ecr-public", "repository/"),
    ("elasticbeanstalk", "platform/"),
    ("elasticloadbalancing", "loadbalancer/${LoadBalancerName}"),
    ("events", "event-bus/"),
    ("events", "event-source/"),
    ("events", "rule/"),
    ("execute-api", ""),
    ("iot", "topic/"),
    ("iot", "topicfilter/"),
    ("kms", "alias/"),
    ("mgh", "progressUpdateStream/"),
    ("profile", "domains/${DomainName}/integrations/"),
    ("proton", "repository/"),
    ("quicksight", ""),
    ("s3", ""),
    ("sagemaker", "hub-content/"),
    ("sagemaker", "model-package/"),
    ("ssm", "parameter/"),
    ("verifiedpermissions", "policy-store-alias/"),
];

/// How many slashes an ARN of a form has behind its account, if it is certain. `resource`: the form's part behind it.
pub(super) fn count(service: &str, resource: &str) -> Option<usize> {
    let count = resource.matches('/').count();
    let has_any = |(known, start): &(&str, &str)| *known == service && resource.starts_with(start);
    let is_certain = count > 0 && !resource.contains('*') && !WITH_SLASHES.iter().any(has_any);
    is_certain.then_some(count)
}

#[cfg(test)]
mod tests {
    use super::{WITH_SLASHES, count};

    #[test]
    fn the_table_is_in_order() {
        assert!(WITH_SLASHES.is_sorted());
    }

    #[test]
    fn names_have_slashes_where_the_service_has_such_names() {
        assert_eq!(count("ecs", "cluster/${ClusterName}"), Some(1));
        assert_eq!(count("ecs", "service/${ClusterName}/${ServiceName}"), Some(2));
        assert_eq!(count("ecr", "repository/${RepositoryName}"), None);
        assert_eq!(count("logs", "log-group:${LogGroupName}"), None);
    }
}
