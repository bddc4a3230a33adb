//! Members whose names say too little for the rules, by hand.

/// Prefix, type (`*`: any), placeholder, and the members that stand for it, the first that an operation has. One may
/// stand deeper: `pipeline.name`.
///
/// Evidence: the API reference of each service, where it says what a member names.
const MEMBERS: &[(&str, &str, &str, &[&str])] = &[
    ("athena", "workgroup", "WorkGroupName", &["WorkGroup"]),
    (
        "autoscaling",
        "autoScalingGroup",
        "GroupFriendlyName",
        &["AutoScalingGroupName", "AutoScalingGroupNames"],
    ),
    (
        "backup",
        "restoreTestingPlan",
        "RestoreTestingPlanName",
        &[
            "RestoreTestingPlanName",
            "RestoreTestingPlan.RestoreTestingPlanName",
        ],
    ),
    (
        "backup",
        "tieringConfiguration",
        "TieringConfigurationName",
        &[
            "TieringConfigurationName",
            "TieringConfiguration.TieringConfigurationName",
        ],
    ),
    ("batch", "job", "JobId", &["jobId", "jobs"]),
    ("batch", "service-job", "JobId", &["jobId", "jobs"]),
    ("cloudfront", "cache-policy", "Id", &["Id"]),
    ("cloudfront", "continuous-deployment-policy", "Id", &["Id"]),
    (
        "cloudfront",
        "distribution-tenant",
        "Id",
        &["DistributionTenantId", "Id"],
    ),
    ("cloudfront", "field-level-encryption-config", "Id", &["Id"]),
    ("cloudfront", "field-level-encryption-profile", "Id", &["Id"]),
    ("cloudfront", "origin-access-control", "Id", &["Id"]),
    ("cloudfront", "origin-access-identity", "Id", &["Id"]),
    ("cloudfront", "origin-request-policy", "Id", &["Id"]),
    ("cloudfront", "response-headers-policy", "Id", &["Id"]),
    (
        "cloudfront",
        "distribution",
        "DistributionId",
        &[
            "DistributionId",
            "TargetDistributionId",
            "PrimaryDistributionId",
            "Id",
        ],
    ),
    ("cloudfront", "streaming-distribution", "DistributionId", &["Id"]),
    (
        "cloudtrail",
        "channel",
        "ChannelId",
        &["Channel", "ResourceId", "ResourceIdList"],
    ),
    (
        "cloudtrail",
        "dashboard",
        "DashboardName",
        &["DashboardId", "ResourceId", "ResourceIdList"],
    ),
    (
        "cloudtrail",
        "eventdatastore",
        "EventDataStoreId",
        &["EventDataStore", "ResourceId", "ResourceIdList"],
    ),
    (
        "cloudtrail",
        "trail",
        "TrailName",
        &["TrailName", "Name", "ResourceId", "ResourceIdList"],
    ),
    (
        "cloudwatch",
        "insight-rule",
        "InsightRuleName",
        &["RuleName", "RuleNames"],
    ),
    ("codebuild", "fleet", "FleetName", &["names", "name"]),
    (
        "codebuild",
        "project",
        "ProjectName",
        &["projectName", "names", "name"],
    ),
    (
        "codepipeline",
        "pipeline",
        "PipelineName",
        &["pipelineName", "name", "pipeline.name", "webhook.targetPipeline"],
    ),
    (
        "codepipeline",
        "webhook",
        "WebhookName",
        &["name", "webhookName", "webhook.name"],
    ),
    (
        "config",
        "AggregationAuthorization",
        "AggregatorAccount",
        &["AuthorizedAccountId"],
    ),
    (
        "config",
        "AggregationAuthorization",
        "AggregatorRegion",
        &["AuthorizedAwsRegion"],
    ),
    (
        "config",
        "ConfigurationRecorder",
        "RecorderName",
        &["ConfigurationRecorderName", "ConfigurationRecorder.name"],
    ),
    (
        "config",
        "StoredQuery",
        "StoredQueryName",
        &["QueryName", "StoredQuery.QueryName"],
    ),
    ("databrew", "Dataset", "ResourceId", &["Name"]),
    ("databrew", "Job", "ResourceId", &["Name"]),
    ("databrew", "Project", "ResourceId", &["Name"]),
    ("databrew", "Recipe", "ResourceId", &["Name"]),
    ("databrew", "Ruleset", "ResourceId", &["Name"]),
    ("databrew", "Schedule", "ResourceId", &["Name"]),
    ("eks", "cluster", "ClusterName", &["clusterName", "name"]),
    (
        "eks",
        "identityproviderconfig",
        "IdentityProviderConfigName",
        &["identityProviderConfig.name"],
    ),
    (
        "eks",
        "identityproviderconfig",
        "IdentityProviderType",
        &["identityProviderConfig.type"],
    ),
    ("eks", "podidentityassociation", "UUID", &["associationId"]),
    (
        "elasticache",
        "cluster",
        "CacheClusterId",
        &["CacheClusterId", "PrimaryClusterId"],
    ),
    (
        "elasticache",
        "replicationgroup",
        "ReplicationGroupId",
        &["ReplicationGroupId", "PrimaryReplicationGroupId"],
    ),
    (
        "elasticache",
        "snapshot",
        "SnapshotName",
        &["SnapshotName", "FinalSnapshotIdentifier"],
    ),
    (
        "elasticmapreduce",
        "cluster",
        "ClusterId",
        &["JobFlowId", "JobFlowIds"],
    ),
    ("es", "application", "AppId", &["id"]),
    (
        "geo",
        "geofence-collection",
        "GeofenceCollectionName",
        &["CollectionName"],
    ),
    ("iot", "cacert", "CACertificate", &["certificateId"]),
    ("iot", "fleetmetric", "FleetMetricName", &["metricName"]),
    ("iot", "mitigationaction", "MitigationActionName", &["actionName"]),
    (
        "iot",
        "provisioningtemplate",
        "ProvisioningTemplate",
        &["templateName"],
    ),
    ("iotfleetwise", "vehicle", "VehicleId", &["vehicleName"]),
    (
        "iotwireless",
        "NetworkAnalyzerConfiguration",
        "NetworkAnalyzerConfigurationName",
        &["ConfigurationName"],
    ),
    ("kafka", "configuration", "ConfigurationName", &["Name"]),
    ("mobiletargeting", "*", "AppId", &["ApplicationId"]),
    (
        "rds",
        "cluster",
        "DbClusterInstanceName",
        &["DBClusterIdentifier"],
    ),
    (
        "rds",
        "cluster-pg",
        "ClusterParameterGroupName",
        &["DBClusterParameterGroupName"],
    ),
    (
        "rds",
        "cluster-snapshot",
        "ClusterSnapshotName",
        &["DBClusterSnapshotIdentifier"],
    ),
    ("rds", "db", "DbInstanceName", &["DBInstanceIdentifier"]),
    ("rds", "pg", "ParameterGroupName", &["DBParameterGroupName"]),
    ("rds", "snapshot", "SnapshotName", &["DBSnapshotIdentifier"]),
    ("rds", "subgrp", "SubnetGroupName", &["DBSubnetGroupName"]),
    (
        "redshift",
        "eventsubscription",
        "EventSubscriptionName",
        &["SubscriptionName"],
    ),
    (
        "redshift",
        "subnetgroup",
        "SubnetGroupName",
        &["ClusterSubnetGroupName"],
    ),
    ("route53", "cidrcollection", "Id", &["Id", "CollectionId"]),
    ("route53", "delegationset", "Id", &["Id", "DelegationSetId"]),
    ("route53", "hostedzone", "Id", &["HostedZoneId", "Id"]),
    ("route53", "trafficpolicy", "Id", &["TrafficPolicyId", "Id"]),
    ("route53-recovery-readiness", "cell", "ResourceId", &["CellName"]),
    (
        "route53-recovery-readiness",
        "readinesscheck",
        "ResourceId",
        &["ReadinessCheckName"],
    ),
    (
        "route53-recovery-readiness",
        "recoverygroup",
        "ResourceId",
        &["RecoveryGroupName"],
    ),
    (
        "route53-recovery-readiness",
        "resourceset",
        "ResourceId",
        &["ResourceSetName"],
    ),
    ("rum", "AppMonitorResource", "Name", &["AppMonitorName", "Name"]),
    (
        "sagemaker",
        "data-quality-job-definition",
        "DataQualityJobDefinitionName",
        &["JobDefinitionName"],
    ),
    (
        "sagemaker",
        "inference-recommendations-job",
        "InferenceRecommendationsJobName",
        &["JobName"],
    ),
    (
        "sagemaker",
        "mlflow-tracking-server",
        "MlflowTrackingServerName",
        &["TrackingServerName"],
    ),
    (
        "sagemaker",
        "model-bias-job-definition",
        "ModelBiasJobDefinitionName",
        &["JobDefinitionName"],
    ),
    (
        "sagemaker",
        "model-explainability-job-definition",
        "ModelExplainabilityJobDefinitionName",
        &["JobDefinitionName"],
    ),
    (
        "sagemaker",
        "model-quality-job-definition",
        "ModelQualityJobDefinitionName",
        &["JobDefinitionName"],
    ),
    (
        "sagemaker",
        "monitoring-schedule-alert",
        "MonitoringScheduleAlertName",
        &["MonitoringAlertName"],
    ),
    (
        "servicediscovery",
        "namespace",
        "NamespaceId",
        &["NamespaceId", "Id"],
    ),
    (
        "ses",
        "dedicated-ip-pool",
        "DedicatedIPPool",
        &["PoolName", "DestinationPoolName"],
    ),
    ("ses", "export-job", "ExportJobId", &["JobId"]),
    ("ses", "identity", "IdentityName", &["EmailIdentity"]),
    ("ses", "import-job", "ImportJobId", &["JobId"]),
    ("sso", "Account", "AccountId", &["AccountId", "TargetId"]),
];

/// Prefix, type (`*`: any), and the members that hold its ARN and nothing else, the first that an operation has.
///
/// An ARN checks itself: one of another type is refused, or is of another type of the same action.
///
/// Evidence: the API reference of each service.
const ARNS: &[(&str, &str, &[&str])] = &[
    ("bedrock", "automated-reasoning-policy", &["policyArn"]),
    ("bedrock", "blueprint-optimization-invocation", &["invocationArn"]),
    ("bedrock", "data-automation-invocation-job", &["invocationArn"]),
    ("bedrock", "data-automation-library", &["libraryArn"]),
    ("cloudfront", "anycast-ip-list", &["Resource"]),
    ("cloudfront", "connection-function", &["Resource"]),
    ("cloudfront", "connection-group", &["Resource"]),
    ("cloudfront", "distribution", &["Resource"]),
    ("cloudfront", "distribution-tenant", &["Resource"]),
    ("cloudfront", "function", &["Resource"]),
    ("cloudfront", "key-value-store", &["Resource"]),
    ("cloudfront", "streaming-distribution", &["Resource"]),
    ("cloudfront", "trust-store", &["Resource"]),
    ("cloudfront", "vpcorigin", &["Resource"]),
    ("devicefarm", "testgrid-project", &["projectArn"]),
    ("devicefarm", "testgrid-session", &["sessionArn"]),
    // Their names stand in no policy: the ARNs have ids.
    ("dms", "DataProvider", &["DataProviderIdentifier"]),
    ("dms", "InstanceProfile", &["InstanceProfileIdentifier"]),
    ("dms", "MigrationProject", &["MigrationProjectIdentifier"]),
    ("iot", "cert", &["principal", "target"]),
    ("iot", "thing", &["targets"]),
    (
        "iot",
        "thinggroup",
        &["target", "targets", "securityProfileTargetArn"],
    ),
    (
        "storagegateway",
        "fs-association",
        &["FileSystemAssociationARN", "FileSystemAssociationARNList"],
    ),
    ("storagegateway", "share", &["FileShareARN", "FileShareARNList"]),
    ("wafv2", "webacl", &["LoggingConfiguration.ResourceArn"]),
];

/// Prefix, type and placeholder of parts that no request tells, beside a name that it does tell: `*` stands there.
///
/// Differs from AWS, which knows them: a policy that spells such a part out grants nothing, and denies nothing.
const UNKNOWN: &[(&str, &str, &str)] = &[
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

/// The members that stand for a placeholder.
pub(super) fn members(
    prefix: &str,
    resource_type: &str,
    placeholder: &str,
) -> Option<&'static [&'static str]> {
    let is_it = |entry: &&(&str, &str, &str, _)| {
        let is_type = entry.1 == resource_type || entry.1 == "*";
        is_type && (entry.0, entry.2) == (prefix, placeholder)
    };
    MEMBERS.iter().find(is_it).map(|(.., members)| *members)
}

/// The members that hold the ARN of a type.
pub(super) fn arns(prefix: &str, resource_type: &str) -> Option<&'static [&'static str]> {
    let is_it = |entry: &&(&str, &str, _)| entry.0 == prefix && (entry.1 == resource_type || entry.1 == "*");
    ARNS.iter().find(is_it).map(|(.., members)| *members)
}

/// Every member of a service's tables that stands deeper in a request than its top.
pub(super) fn deeper(prefix: &str) -> impl Iterator<Item = &'static str> {
    let named = MEMBERS.iter().map(|(known, .., members)| (*known, *members));
    let arns = ARNS.iter().map(|(known, _, members)| (*known, *members));
    let of_service = named.chain(arns).filter(move |(known, _)| *known == prefix);
    of_service
        .flat_map(|(_, members)| members.iter().copied())
        .filter(|member| member.contains('.'))
}

/// Whether a part of an ARN is one that no request tells.
pub(super) fn is_unknown(prefix: &str, resource_type: &str, placeholder: &str) -> bool {
    UNKNOWN.contains(&(prefix, resource_type, placeholder))
}
