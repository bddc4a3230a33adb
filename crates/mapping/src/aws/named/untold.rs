//! What no member names, since no request tells it.

/// Prefix, type and placeholder of parts that no request tells, beside a name that it does tell: `*` stands there.
///
/// Differs from AWS, which knows them: a policy that spells such a part out grants nothing, and denies every resource
/// that may be meant.
pub(super) const UNKNOWN: &[(&str, &str, &str)] = &[
    ("appconfig", "extension", "ExtensionVersionNumber"),
    ("artifact", "report", "Version"),
    ("autoscaling", "autoScalingGroup", "GroupId"),
    ("autoscaling", "launchConfiguration", "Id"),
    ("backup", "framework", "FrameworkId"),
    ("backup", "reportPlan", "ReportPlanId"),
    ("backup", "restoreTestingPlan", "RestoreTestingPlanId"),
    ("backup", "tieringConfiguration", "TieringConfigurationId"),
    ("cloudformation", "stack", "Id"),
    ("cloudformation", "stackset", "Id"),
    ("codebuild", "fleet", "FleetId"),
    ("config", "ConfigurationRecorder", "RecorderId"),
    ("config", "ConformancePack", "ConformancePackId"),
    ("config", "StoredQuery", "StoredQueryId"),
    ("ecs", "gateway", "GatewayId"),
    ("eks", "addon", "UUID"),
    ("eks", "capability", "CapabilityType"),
    ("eks", "capability", "UUID"),
    ("eks", "fargateprofile", "UUID"),
    ("eks", "identityproviderconfig", "UUID"),
    ("eks", "nodegroup", "UUID"),
    ("iot", "domainconfiguration", "Id"),
    ("kafka", "configuration", "Uuid"),
    ("kinesisvideo", "channel", "CreationTime"),
    ("kinesisvideo", "stream", "CreationTime"),
    ("lookoutequipment", "dataset", "DatasetId"),
    ("lookoutequipment", "inference-scheduler", "InferenceSchedulerId"),
    ("lookoutequipment", "model", "ModelId"),
    ("organizations", "account", "OrganizationId"),
    ("ses", "tenant", "TenantId"),
];

/// Prefix and type of what a request is about as a whole: the star of its ARN is no placeholder.
///
/// Evidence: the service authorization reference has such types beside those of single resources.
pub(super) const WHOLE: &[(&str, &str)] = &[
    ("identitystore", "AllGroupMemberships"),
    ("identitystore", "AllGroups"),
    ("identitystore", "AllUsers"),
    ("mobiletargeting", "apps"),
];

/// Prefix, operation and type that the action has for another service of the prefix: where a request has no member for
/// it, there is none.
///
/// Evidence: the API reference of DocumentDB, which knows no option groups.
pub(super) const ELSEWHERE: &[(&str, &str, &str)] = &[("rds", "CreateDBCluster", "og")];
