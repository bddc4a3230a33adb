//! Names with separators of ARNs in them.
//!
//! To a policy on `cluster/own-*`, a cluster `own-a/victim` would be one of its own. Servers that take what stands behind
//! the last slash for the name would do what was asked to `victim`; moto does so in many places. So what has a slash in
//! place of a name is no name, unless the service has such names. Colons are letters of names in more services: they are
//! refused where it is known that names have none, and that a server cuts there.
//!
//! Evidence: the patterns of names in the public models, and the service authorization reference, which has one
//! placeholder for several parts of some ARNs.

/// Service, and what the resource's part of the form begins with. In order.
const WITH_SLASHES: &[(&str, &str)] = &[
    ("amplify", "apps/${AppId}/branches/"),
    ("app-integrations", "event-integration/"),
    ("appflow", "connectorprofile/"),
    ("athena", "datacatalog/"),
    ("autoscaling", "autoScalingGroup:"),
    ("autoscaling", "launchConfiguration:"),
    ("bedrock", "custom-model/"),
    ("bedrock", "model-customization-job/"),
    ("budgets", "budget/${BudgetName}"),
    ("cloudwatch", "insight-rule/"),
    ("comprehend", "document-classifier/"),
    ("comprehend", "entity-recognizer/"),
    ("ecr", "repository/"),
    ("ecr-public", "repository/"),
    ("ecs", "task/${TaskId}"),
    ("elasticbeanstalk", "platform/"),
    ("elasticloadbalancing", "loadbalancer/${LoadBalancerName}"),
    ("events", "event-bus/"),
    ("events", "event-source/"),
    ("events", "rule/"),
    ("execute-api", ""),
    ("glue", "schema/"),
    ("iot", "topic/"),
    ("iot", "topicfilter/"),
    ("kms", "alias/"),
    ("mgh", "progressUpdateStream/"),
    ("mpa", "session/"),
    ("profile", "domains/${DomainName}/integrations/"),
    ("proton", "repository/"),
    ("quicksight", ""),
    ("s3", ""),
    ("sagemaker", "hub-content/"),
    ("sagemaker", "model-package/"),
    ("ssm", "opsmetadata/"),
    ("ssm", "parameter/"),
    ("ssm", "servicesetting/"),
    ("sso", "applicationProvider/"),
    ("verifiedpermissions", "policy-store-alias/"),
];

/// Services whose names have no colons.
const WITHOUT_COLONS: [&str; 2] = ["codepipeline", "sagemaker"];

/// How many slashes and colons an ARN of a form has behind its account, where that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separators {
    slashes: Option<usize>,
    colons: Option<usize>,
}

impl Separators {
    /// `resource`: the form's part behind the account.
    pub(super) fn of(service: &str, resource: &str) -> Self {
        let has_none = WITHOUT_COLONS.contains(&service) && !resource.contains('*');
        Self {
            slashes: slashes(service, resource),
            colons: has_none.then(|| resource.matches(':').count()),
        }
    }

    /// Whether a name has one of them that no name has.
    pub(super) fn are_in_name(self, name: &str) -> bool {
        self.slashes.is_some() && name.contains('/') || self.colons.is_some() && name.contains(':')
    }

    /// Whether an ARN's part behind the account has more of them than the form.
    pub(super) fn are_more_in(self, rest: &str) -> bool {
        let has_more = |separator: u8, known: Option<usize>| {
            known.is_some_and(|known| rest.bytes().filter(|byte| *byte == separator).count() > known)
        };
        has_more(b'/', self.slashes) || has_more(b':', self.colons)
    }
}

fn slashes(service: &str, resource: &str) -> Option<usize> {
    let count = resource.matches('/').count();
    let has_any = |(known, start): &(&str, &str)| *known == service && resource.starts_with(start);
    let is_certain = count > 0 && !resource.contains('*') && !WITH_SLASHES.iter().any(has_any);
    is_certain.then_some(count)
}

#[cfg(test)]
mod tests {
    use super::{Separators, WITH_SLASHES, slashes};

    #[test]
    fn the_table_is_in_order() {
        assert!(WITH_SLASHES.is_sorted());
    }

    #[test]
    fn names_have_slashes_where_the_service_has_such_names() {
        assert_eq!(slashes("ecs", "cluster/${ClusterName}"), Some(1));
        assert_eq!(slashes("ecs", "service/${ClusterName}/${ServiceName}"), Some(2));
        assert_eq!(slashes("ecr", "repository/${RepositoryName}"), None);
        assert_eq!(slashes("logs", "log-group:${LogGroupName}"), None);
    }

    #[test]
    fn names_have_no_colons_where_a_server_would_cut_there() {
        let cluster = Separators::of("sagemaker", "cluster/${ClusterId}");
        assert!(cluster.are_in_name("own:victim"));
        assert!(cluster.are_more_in("cluster/own:victim"));
        assert!(!cluster.are_more_in("cluster/own"));
        assert!(!Separators::of("iot", "thing/${ThingName}").are_in_name("a:b"));
    }
}
