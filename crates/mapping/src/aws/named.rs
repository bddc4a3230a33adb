//! Members whose names say too little for the rules, by hand.

/// Prefix, type (`*`: any), placeholder, and the members that stand for it, the first that an operation has. One may
/// stand deeper: `pipeline.name`.
///
/// Evidence: the API reference of each service, where it says what a member names.
const MEMBERS: &[(&str, &str, &str, &[&str])] = &[
    ("appsync", "*", "GraphQLAPIId", &["apiId"]),
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
    ("bedrock", "foundation-model", "ResourceId", &["modelIdentifier"]),
    (
        "bedrock-agentcore",
        "browser-profile",
        "BrowserProfileId",
        &["profileId"],
    ),
    (
        "bedrock-agentcore",
        "configuration-bundle",
        "ConfigurationBundleId",
        &["bundleId"],
    ),
    ("bedrock-agentcore", "harness-endpoint", "Name", &["endpointName"]),
    ("bedrock-agentcore", "runtime", "RuntimeId", &["agentRuntimeId"]),
    ("bedrock-agentcore", "runtime-endpoint", "Name", &["endpointName"]),
    (
        "bedrock-agentcore",
        "runtime-endpoint",
        "RuntimeId",
        &["agentRuntimeId"],
    ),
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
        "cloudhsm",
        "backup",
        "CloudHsmBackupInstanceName",
        &["BackupId", "SourceBackupId"],
    ),
    (
        "cloudhsm",
        "cluster",
        "CloudHsmClusterInstanceName",
        &["ClusterId"],
    ),
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
        "comprehend",
        "entity-recognizer",
        "EntityRecognizerName",
        &["RecognizerName"],
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
    ("connect-campaigns", "campaign", "CampaignId", &["id"]),
    ("databrew", "Dataset", "ResourceId", &["Name"]),
    ("databrew", "Job", "ResourceId", &["Name"]),
    ("databrew", "Project", "ResourceId", &["Name"]),
    ("databrew", "Recipe", "ResourceId", &["Name"]),
    ("databrew", "Ruleset", "ResourceId", &["Name"]),
    ("databrew", "Schedule", "ResourceId", &["Name"]),
    ("ds", "directory", "DirectoryId", &["DirectoryId", "ResourceId"]),
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
    ("glue", "blueprint", "BlueprintName", &["Names"]),
    ("glue", "devendpoint", "DevEndpointName", &["EndpointName"]),
    ("glue", "workflow", "WorkflowName", &["Names"]),
    ("identitystore", "User", "UserId", &["UserId", "MemberId.UserId"]),
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
    (
        "mediaconnect",
        "VpcInterface",
        "VpcInterfaceName",
        &["VpcInterfaceName", "VpcInterfaces.Name"],
    ),
    (
        "memorydb",
        "multiregioncluster",
        "ClusterName",
        &["MultiRegionClusterName"],
    ),
    (
        "memorydb",
        "snapshot",
        "SnapshotName",
        &["SnapshotName", "FinalSnapshotName"],
    ),
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
    (
        "ses",
        "configuration-set",
        "ConfigurationSetName",
        &["ConfigurationSetName", "ConfigurationSet.Name"],
    ),
    ("workspaces", "connectionalias", "ConnectionAliasId", &["AliasId"]),
    (
        "workspaces",
        "directoryid",
        "DirectoryId",
        &["DirectoryId", "ResourceId", "ResourceIds"],
    ),
    (
        "workspaces",
        "workspaceapplication",
        "WorkSpaceApplicationId",
        &["ApplicationId"],
    ),
    (
        "workspaces",
        "workspaceid",
        "WorkspaceId",
        &[
            "WorkspaceId",
            "SourceWorkspaceId",
            "StartWorkspaceRequests.WorkspaceId",
            "StopWorkspaceRequests.WorkspaceId",
        ],
    ),
];

/// Prefix, type (`*`: any), and the members that hold its ARN and nothing else, the first that an operation has.
///
/// An ARN checks itself: one of another type is refused, or is of another type of the same action.
///
/// Evidence: the API reference of each service.
const ARNS: &[(&str, &str, &[&str])] = &[
    ("bedrock", "advanced-prompt-optimization-job", &["jobIdentifier"]),
    (
        "bedrock",
        "application-inference-profile",
        &["inferenceProfileIdentifier"],
    ),
    ("bedrock", "automated-reasoning-policy", &["policyArn"]),
    ("bedrock", "automated-reasoning-policy-version", &["policyArn"]),
    ("bedrock", "blueprint-optimization-invocation", &["invocationArn"]),
    ("bedrock", "custom-model", &["modelIdentifier"]),
    ("bedrock", "data-automation-invocation-job", &["invocationArn"]),
    ("bedrock", "data-automation-library", &["libraryArn"]),
    ("bedrock", "default-prompt-router", &["promptRouterArn"]),
    ("bedrock", "evaluation-job", &["jobIdentifier"]),
    ("bedrock", "imported-model", &["modelIdentifier"]),
    ("bedrock", "inference-profile", &["inferenceProfileIdentifier"]),
    ("bedrock", "model-customization-job", &["jobIdentifier"]),
    ("bedrock", "model-import-job", &["jobIdentifier"]),
    ("bedrock", "prompt-router", &["promptRouterArn"]),
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
    ("datasync", "location", &["SourceLocationArn"]),
    ("dax", "application", &["ResourceName"]),
    ("devicefarm", "testgrid-project", &["projectArn"]),
    ("devicefarm", "testgrid-session", &["sessionArn"]),
    // Their names stand in no policy: the ARNs have ids.
    ("dms", "DataProvider", &["DataProviderIdentifier"]),
    ("dms", "InstanceProfile", &["InstanceProfileIdentifier"]),
    ("dms", "MigrationProject", &["MigrationProjectIdentifier"]),
    ("elasticache", "*", &["ResourceName"]),
    ("iot", "cert", &["principal", "target"]),
    ("iot", "thing", &["targets"]),
    (
        "iot",
        "thinggroup",
        &["target", "targets", "securityProfileTargetArn"],
    ),
    ("lambda", "*", &["Resource", "resource"]),
    ("mediastore", "container", &["Resource"]),
    ("ram", "customer-managed-permission", &["permissionArn"]),
    ("ram", "permission", &["permissionArn"]),
    ("ram", "resource-share", &["resourceShareArn"]),
    ("rds", "*", &["ResourceName"]),
    ("redshift", "*", &["ResourceName"]),
    ("sagemaker", "cluster", &["ClusterName"]),
    (
        "securityhub",
        "automation-rule",
        &["UpdateAutomationRulesRequestItems.RuleArn"],
    ),
    ("securityhub", "product", &["Findings.ProductArn"]),
    ("sso", "*", &["ResourceArn"]),
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
/// Differs from AWS, which knows them: a policy that spells such a part out grants nothing, and denies every resource
/// that may be meant.
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

/// Prefix and type of what a request is about as a whole: the star of its ARN is no placeholder.
///
/// Evidence: the service authorization reference has such types beside those of single resources.
const WHOLE: &[(&str, &str)] = &[
    ("identitystore", "AllGroupMemberships"),
    ("identitystore", "AllGroups"),
    ("identitystore", "AllUsers"),
    ("mobiletargeting", "apps"),
];

/// Prefix, operation and type that the action has for another service of the prefix: where a request has no member for
/// it, there is none.
///
/// Evidence: the API reference of DocumentDB, which knows no option groups.
const ELSEWHERE: &[(&str, &str, &str)] = &[("rds", "CreateDBCluster", "og")];

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

/// Whether a request is about all that there is of a type.
pub(super) fn is_whole(prefix: &str, resource_type: &str) -> bool {
    WHOLE.contains(&(prefix, resource_type))
}

/// Whether another service of the prefix alone has this type of the action.
pub(super) fn is_elsewhere(prefix: &str, operation: &str, resource_type: &str) -> bool {
    ELSEWHERE.contains(&(prefix, operation, resource_type))
}

/// Whether a part of an ARN is one that no request tells.
pub(super) fn is_unknown(prefix: &str, resource_type: &str, placeholder: &str) -> bool {
    UNKNOWN.contains(&(prefix, resource_type, placeholder))
}
