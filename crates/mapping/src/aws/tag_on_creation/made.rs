//! What operations make that can have tags from the start, of services where all do alike, and of the smaller ones.
//!
//! Evidence: recorded responses of configurations of endpoints, of processing jobs, of spaces, of tenants, of
//! certificates, of user pools, of jobs of Glue and of namespaces that were refused for their tags; the developer guides
//! of SageMaker and SES, which say it of all of them; the API references of the others.

/// The operations of SageMaker, and the type of what each makes. In order.
const OF_SAGEMAKER: &[(&str, &str)] = &[
    ("CreateAIBenchmarkJob", "ai-benchmark-job"),
    ("CreateAIRecommendationJob", "ai-recommendation-job"),
    ("CreateAIWorkloadConfig", "ai-workload-config"),
    ("CreateAction", "action"),
    ("CreateAlgorithm", "algorithm"),
    ("CreateApp", "app"),
    ("CreateAppImageConfig", "app-image-config"),
    ("CreateArtifact", "artifact"),
    ("CreateAutoMLJob", "automl-job"),
    ("CreateAutoMLJobV2", "automl-job"),
    ("CreateCluster", "cluster"),
    ("CreateClusterSchedulerConfig", "cluster-scheduler-config"),
    ("CreateCodeRepository", "code-repository"),
    ("CreateCompilationJob", "compilation-job"),
    ("CreateComputeQuota", "compute-quota"),
    ("CreateContext", "context"),
    ("CreateDataQualityJobDefinition", "data-quality-job-definition"),
    ("CreateDeviceFleet", "device-fleet"),
    ("CreateDomain", "domain"),
    ("CreateEdgeDeploymentPlan", "edge-deployment"),
    ("CreateEdgePackagingJob", "edge-packaging-job"),
    ("CreateEndpoint", "endpoint"),
    ("CreateEndpointConfig", "endpoint-config"),
    ("CreateExperiment", "experiment"),
    ("CreateFeatureGroup", "feature-group"),
    ("CreateFlowDefinition", "flow-definition"),
    ("CreateHub", "hub"),
    ("CreateHumanTaskUi", "human-task-ui"),
    ("CreateHyperParameterTuningJob", "hyper-parameter-tuning-job"),
    ("CreateImage", "image"),
    ("CreateInferenceComponent", "inference-component"),
    ("CreateInferenceExperiment", "inference-experiment"),
    (
        "CreateInferenceRecommendationsJob",
        "inference-recommendations-job",
    ),
    ("CreateJob", "job"),
    ("CreateLabelingJob", "labeling-job"),
    ("CreateMlflowApp", "mlflow-app"),
    ("CreateMlflowTrackingServer", "mlflow-tracking-server"),
    ("CreateModel", "model"),
    ("CreateModelBiasJobDefinition", "model-bias-job-definition"),
    ("CreateModelCard", "model-card"),
    (
        "CreateModelExplainabilityJobDefinition",
        "model-explainability-job-definition",
    ),
    ("CreateModelPackage", "model-package"),
    ("CreateModelPackageGroup", "model-package-group"),
    ("CreateModelQualityJobDefinition", "model-quality-job-definition"),
    ("CreateMonitoringSchedule", "monitoring-schedule"),
    ("CreateNotebookInstance", "notebook-instance"),
    (
        "CreateNotebookInstanceLifecycleConfig",
        "notebook-instance-lifecycle-config",
    ),
    ("CreateOptimizationJob", "optimization-job"),
    ("CreatePartnerApp", "partner-app"),
    ("CreatePipeline", "pipeline"),
    ("CreateProcessingJob", "processing-job"),
    ("CreateProject", "project"),
    ("CreateSpace", "space"),
    ("CreateStudioLifecycleConfig", "studio-lifecycle-config"),
    ("CreateTrainingJob", "training-job"),
    ("CreateTrainingPlan", "training-plan"),
    ("CreateTrainingSession", "training-session"),
    ("CreateTransformJob", "transform-job"),
    ("CreateTrial", "experiment-trial"),
    ("CreateTrialComponent", "experiment-trial-component"),
    ("CreateUserProfile", "user-profile"),
    ("CreateWorkforce", "workforce"),
    ("CreateWorkteam", "workteam"),
    ("ImportHubContent", "hub-content"),
    ("UpdatePartnerApp", "partner-app"),
    ("UpdateProject", "project"),
];

/// The operations of SES. In order.
const OF_SES: &[(&str, &str)] = &[
    ("CreateConfigurationSet", "configuration-set"),
    ("CreateContactList", "contact-list"),
    (
        "CreateCustomVerificationEmailTemplate",
        "custom-verification-email-template",
    ),
    ("CreateDedicatedIpPool", "dedicated-ip-pool"),
    ("CreateEmailIdentity", "identity"),
    ("CreateEmailTemplate", "template"),
    ("CreateMultiRegionEndpoint", "multi-region-endpoint"),
    ("CreateTenant", "tenant"),
];

/// A service, the action that tags need there, and its operations with the type of what they make.
type Makes = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Of each service what it makes. Of what has no type, every one is meant.
const OF_SERVICES: [Makes; 13] = [
    (
        "acm",
        "AddTagsToCertificate",
        &[
            ("ImportCertificate", "certificate"),
            ("RequestCertificate", "certificate"),
        ],
    ),
    (
        "autoscaling",
        "CreateOrUpdateTags",
        &[("CreateAutoScalingGroup", "autoScalingGroup")],
    ),
    ("cognito-idp", "TagResource", &[("CreateUserPool", "")]),
    ("dsql", "TagResource", &[("CreateCluster", "Cluster")]),
    (
        "elasticfilesystem",
        "TagResource",
        &[
            ("CreateAccessPoint", "access-point"),
            ("CreateFileSystem", "file-system"),
        ],
    ),
    ("glue", "TagResource", OF_GLUE),
    (
        "organizations",
        "TagResource",
        &[("CreateAccount", "account"), ("CreateGovCloudAccount", "account")],
    ),
    (
        "rekognition",
        "TagResource",
        &[("CreateCollection", "collection")],
    ),
    (
        "s3tables",
        "TagResource",
        &[("CreateTable", "Table"), ("CreateTableBucket", "TableBucket")],
    ),
    (
        "s3vectors",
        "TagResource",
        &[("CreateVectorBucket", "VectorBucket")],
    ),
    ("sagemaker", "AddTags", OF_SAGEMAKER),
    (
        "servicediscovery",
        "TagResource",
        &[
            ("CreateHttpNamespace", "namespace"),
            ("CreatePrivateDnsNamespace", "namespace"),
            ("CreatePublicDnsNamespace", "namespace"),
            ("CreateService", "service"),
        ],
    ),
    ("ses", "TagResource", OF_SES),
];

const OF_GLUE: &[(&str, &str)] = &[
    ("CreateBlueprint", "blueprint"),
    ("CreateCrawler", "crawler"),
    ("CreateDataQualityRuleset", "dataQualityRuleset"),
    ("CreateJob", "job"),
    ("CreateRegistry", "registry"),
    ("CreateSession", "session"),
    ("CreateTrigger", "trigger"),
    ("CreateUsageProfile", "usageProfile"),
    ("CreateWorkflow", "workflow"),
];

/// The action that tags need, and the type that gets them.
pub(super) fn tagged(prefix: &str, operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    let (_, action, table) = OF_SERVICES.iter().find(|(known, ..)| *known == prefix)?;
    let place = table.binary_search_by(|(name, _)| (*name).cmp(operation)).ok()?;
    let (_, resource_type) = table.get(place)?;
    let types = match *resource_type {
        "" => &[][..],
        _ => std::slice::from_ref(resource_type),
    };
    Some((action, types))
}

#[cfg(test)]
mod tests {
    use super::OF_SERVICES;

    #[test]
    fn the_tables_are_in_order() {
        for (service, _, table) in OF_SERVICES {
            assert!(table.is_sorted_by(|one, next| one.0 < next.0), "{service}");
        }
    }
}
