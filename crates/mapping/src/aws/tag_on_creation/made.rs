//! What operations of SageMaker and of SES make that can have tags from the start.
//!
//! Evidence: recorded responses of configurations of endpoints, of processing jobs, of spaces and of tenants that were
//! refused for their tags, and the developer guides, which say it of all of them.

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

/// The action that tags need, and the type that gets them.
pub(super) fn tagged(prefix: &str, operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    let (action, table) = match prefix {
        "sagemaker" => ("AddTags", OF_SAGEMAKER),
        "ses" => ("TagResource", OF_SES),
        _ => return None,
    };
    let place = table.binary_search_by(|(name, _)| (*name).cmp(operation)).ok()?;
    let (_, resource_type) = table.get(place)?;
    Some((action, std::slice::from_ref(resource_type)))
}

#[cfg(test)]
mod tests {
    use super::{OF_SAGEMAKER, OF_SES};

    #[test]
    fn the_tables_are_in_order() {
        for table in [OF_SAGEMAKER, OF_SES] {
            assert!(table.is_sorted_by(|one, next| one.0 < next.0));
        }
    }
}
