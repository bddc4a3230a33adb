//! What is different about members that name roles, and to whom roles are passed.

/// How a member names a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By its ARN.
    Role,
    /// By its ARN, or by its name for a role of the caller's account.
    RoleName,
    /// By an ARN of any account: a role of another account is not passed but assumed by what the service does there.
    ForeignRole,
    /// Perhaps: if it is the ARN of a role.
    ByValue,
    /// By an instance profile that holds it.
    Profile,
}

/// Any operation, any member.
const ANY: &str = "*";

/// Members of names that the rule does not know, or that it knows otherwise: service, member, kind.
const KINDS: &[(&str, &str, Kind)] = &[
    ("apigateway", "credentials", Kind::ByValue),
    ("apigateway", "authorizerCredentials", Kind::ByValue),
    ("apigateway", "value", Kind::ByValue),
    ("apigatewayv2", "CredentialsArn", Kind::ByValue),
    ("apigatewayv2", "AuthorizerCredentialsArn", Kind::ByValue),
    ("autoscaling", "IamInstanceProfile", Kind::Profile),
    ("batch", "instanceRole", Kind::Profile),
    ("batch", "serviceRole", Kind::RoleName),
    ("codebuild", "fleetServiceRole", Kind::RoleName),
    ("codebuild", "resourceAccessRole", Kind::RoleName),
    ("codebuild", "serviceRole", Kind::RoleName),
    ("codebuild", "serviceRoleOverride", Kind::RoleName),
    // A pipeline's actions may run with roles of other accounts.
    ("codepipeline", "roleArn", Kind::ForeignRole),
    ("ec2", "DeliverLogsPermissionArn", Kind::Role),
    ("ec2", "RoleName", Kind::RoleName),
    ("ecs", "role", Kind::RoleName),
    ("eks", "nodeRole", Kind::RoleName),
    ("elasticbeanstalk", "CodeBuildServiceRole", Kind::RoleName),
    ("elasticbeanstalk", "OperationsRole", Kind::RoleName),
    ("elasticbeanstalk", "ServiceRole", Kind::RoleName),
    ("emr", "AutoScalingRole", Kind::RoleName),
    ("emr", "JobFlowRole", Kind::Profile),
    ("emr", "ServiceRole", Kind::RoleName),
    ("emr", "UserRole", Kind::RoleName),
    ("glue", "Role", Kind::RoleName),
    ("imagebuilder", "executionRole", Kind::RoleName),
    ("neptune", "DomainIAMRoleName", Kind::RoleName),
    ("rds", "DomainIAMRoleName", Kind::RoleName),
    ("redshift", "IamRole", Kind::ByValue),
    ("resiliencehub", "invokerRoleName", Kind::RoleName),
    ("resiliencehubv2", "invokerRoleName", Kind::RoleName),
    ("sns", "AttributeValue", Kind::ByValue),
    ("sns", "Attributes", Kind::ByValue),
    ("ssm", "IamRole", Kind::RoleName),
    (
        "ssm-quicksetup",
        "LocalDeploymentExecutionRoleName",
        Kind::RoleName,
    ),
];

/// Members that speak of a role and pass none: service, operation, member, reason.
const NONE: &[(&str, &str, &str, &str)] = &[
    ("ec2", "CreateLaunchTemplate", ANY, TEMPLATE),
    ("ec2", "CreateLaunchTemplateVersion", ANY, TEMPLATE),
    ("dms", ANY, "InstanceProfileArn", OTHER_PROFILE),
    ("dms", ANY, "InstanceProfileIdentifier", OTHER_PROFILE),
    ("dms", ANY, "InstanceProfileName", OTHER_PROFILE),
    ("devicefarm", ANY, "instanceProfileArn", OTHER_PROFILE),
    ("securityhub", "BatchImportFindings", ANY, FINDING),
    ("securityhub", "BatchUpdateFindings", ANY, FINDING),
    ("securityhub", "UpdateFindings", ANY, FINDING),
    ("securityhub", "CreateInsight", ANY, FINDING),
    ("securityhub", "UpdateInsight", ANY, FINDING),
    (
        "iot",
        ANY,
        "roleAlias",
        "an alias of a role: the role was passed when it was made",
    ),
    (
        "iot",
        ANY,
        "roleAliasArn",
        "an alias of a role: the role was passed when it was made",
    ),
    (
        "autoscaling",
        ANY,
        "ServiceLinkedRoleARN",
        "a service-linked role is passed to nobody",
    ),
    (
        "budgets",
        ANY,
        "Roles",
        "the action changes these roles: the role that does so is passed",
    ),
    ("cloudformation", ANY, "ExecutionRoleName", TARGETS),
    ("ssm", ANY, "ExecutionRoleName", TARGETS),
    (
        "organizations",
        ANY,
        "RoleName",
        "the role is made in the account that is made",
    ),
    ("workmail", ANY, "ImpersonationRoleId", NOT_IAM),
    ("workmail", ANY, "ImpersonationRoleIds", NOT_IAM),
    ("workmail", ANY, "NotImpersonationRoleIds", NOT_IAM),
    ("quicksight", ANY, "DatabaseAccessControlRole", NOT_IAM),
    ("quicksight", ANY, "GeographicRole", NOT_IAM),
    ("opensearch", ANY, "MasterBackendRole", NOT_IAM),
    ("opensearch", ANY, "RolesKey", NOT_IAM),
    ("es", ANY, "MasterBackendRole", NOT_IAM),
    ("es", ANY, "RolesKey", NOT_IAM),
    ("mq", ANY, "RoleBase", NOT_IAM),
    ("mq", ANY, "RoleName", NOT_IAM),
    ("mq", ANY, "RoleSearchMatching", NOT_IAM),
    ("mq", ANY, "UserRoleName", NOT_IAM),
    (
        "datazone",
        ANY,
        "environmentRolePermissionBoundary",
        "a boundary is no role",
    ),
    (
        "datazone",
        ANY,
        "rolePrincipalArn",
        "it is who uses the thing, and not a role that is passed",
    ),
    ("glue", ANY, "ExecutionRoleSessionPolicy", "a policy is no role"),
    ("glue", ANY, "RoleSessionName", NOT_IAM),
    (
        "fms",
        ANY,
        "SnsRoleName",
        "a service-linked role is passed to nobody",
    ),
    ("securityhub", ANY, "RoleName", FINDING),
];

const TEMPLATE: &str = "the role is passed when an instance is launched from the template";
const OTHER_PROFILE: &str = "another service's own instance profile holds no role";
const FINDING: &str = "a finding describes what is somewhere, and passes nothing";
const NOT_IAM: &str = "it is no role of IAM";
const TARGETS: &str = "the role of this name in each target account is assumed, and not passed";

/// Members that may name a role of any account: a part of the name, in lower case.
const FOREIGN: [&str; 4] = ["crossaccount", "consumeraccount", "targetrole", "assumablerole"];

/// To whom a service passes roles: service, member or any, principal. The first that fits counts.
///
/// Evidence: the trust policies in the services' own guides.
const PASSED_TO: &[(&str, &str, &str)] = &[
    ("acm-pca", ANY, "acm-pca.amazonaws.com"),
    ("amplify", ANY, "amplify.amazonaws.com"),
    ("apigateway", ANY, "apigateway.amazonaws.com"),
    ("apigatewayv2", ANY, "apigateway.amazonaws.com"),
    ("apprunner", "AccessRoleArn", "build.apprunner.amazonaws.com"),
    ("apprunner", "InstanceRoleArn", "tasks.apprunner.amazonaws.com"),
    ("appsync", ANY, "appsync.amazonaws.com"),
    ("autoscaling", "IamInstanceProfile", "ec2.amazonaws.com"),
    ("autoscaling", ANY, "autoscaling.amazonaws.com"),
    ("backup", ANY, "backup.amazonaws.com"),
    ("batch", "instanceRole", "ec2.amazonaws.com"),
    ("batch", "ec2InstanceProfileArn", "ec2.amazonaws.com"),
    ("batch", "serviceRole", "batch.amazonaws.com"),
    ("batch", "spotIamFleetRole", "spotfleet.amazonaws.com"),
    ("batch", "jobRoleArn", "ecs-tasks.amazonaws.com"),
    ("batch", "taskRoleArn", "ecs-tasks.amazonaws.com"),
    ("batch", "executionRoleArn", "ecs-tasks.amazonaws.com"),
    ("bedrock", ANY, "bedrock.amazonaws.com"),
    ("bedrock-agent", ANY, "bedrock.amazonaws.com"),
    ("cloudformation", ANY, "cloudformation.amazonaws.com"),
    ("cloudtrail", ANY, "cloudtrail.amazonaws.com"),
    ("codebuild", ANY, "codebuild.amazonaws.com"),
    ("codedeploy", ANY, "codedeploy.amazonaws.com"),
    ("codepipeline", ANY, "codepipeline.amazonaws.com"),
    ("cognito-identity", ANY, "cognito-identity.amazonaws.com"),
    ("cognito-idp", ANY, "cognito-idp.amazonaws.com"),
    ("comprehend", ANY, "comprehend.amazonaws.com"),
    ("config", ANY, "config.amazonaws.com"),
    ("databrew", ANY, "databrew.amazonaws.com"),
    ("datasync", ANY, "datasync.amazonaws.com"),
    ("dax", ANY, "dax.amazonaws.com"),
    ("dlm", ANY, "dlm.amazonaws.com"),
    ("dms", ANY, "dms.amazonaws.com"),
    ("ec2", "DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    ("ec2", "DeliverCrossAccountRole", "vpc-flow-logs.amazonaws.com"),
    ("ec2", "IamFleetRole", "spotfleet.amazonaws.com"),
    ("ec2", "RoleName", "vmie.amazonaws.com"),
    ("ec2", "Arn", "ec2.amazonaws.com"),
    ("ec2", "Name", "ec2.amazonaws.com"),
    ("ecs", "taskRoleArn", "ecs-tasks.amazonaws.com"),
    ("ecs", "executionRoleArn", "ecs-tasks.amazonaws.com"),
    ("ecs", "ec2InstanceProfileArn", "ec2.amazonaws.com"),
    ("ecs", ANY, "ecs.amazonaws.com"),
    ("eks", "nodeRole", "ec2.amazonaws.com"),
    ("eks", "podExecutionRoleArn", "eks-fargate-pods.amazonaws.com"),
    (
        "elasticbeanstalk",
        "OperationsRole",
        "elasticbeanstalk.amazonaws.com",
    ),
    ("emr", "JobFlowRole", "ec2.amazonaws.com"),
    ("emr", "AutoScalingRole", "application-autoscaling.amazonaws.com"),
    ("emr", "ServiceRole", "elasticmapreduce.amazonaws.com"),
    ("emr-serverless", ANY, "emr-serverless.amazonaws.com"),
    ("events", ANY, "events.amazonaws.com"),
    ("firehose", ANY, "firehose.amazonaws.com"),
    ("fis", ANY, "fis.amazonaws.com"),
    ("forecast", ANY, "forecast.amazonaws.com"),
    ("gamelift", ANY, "gamelift.amazonaws.com"),
    ("glue", ANY, "glue.amazonaws.com"),
    ("imagebuilder", "instanceProfileName", "ec2.amazonaws.com"),
    ("imagebuilder", ANY, "imagebuilder.amazonaws.com"),
    ("iot", ANY, "iot.amazonaws.com"),
    ("iotsitewise", ANY, "iotsitewise.amazonaws.com"),
    ("kendra", ANY, "kendra.amazonaws.com"),
    ("kinesisanalytics", ANY, "kinesisanalytics.amazonaws.com"),
    ("kinesisanalyticsv2", ANY, "kinesisanalytics.amazonaws.com"),
    ("lakeformation", ANY, "lakeformation.amazonaws.com"),
    ("lambda", ANY, "lambda.amazonaws.com"),
    ("logs", ANY, "logs.amazonaws.com"),
    ("mediaconvert", ANY, "mediaconvert.amazonaws.com"),
    ("medialive", ANY, "medialive.amazonaws.com"),
    ("mwaa", ANY, "airflow.amazonaws.com"),
    ("neptune", "MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    ("neptune", ANY, "rds.amazonaws.com"),
    ("osis", ANY, "osis-pipelines.amazonaws.com"),
    ("personalize", ANY, "personalize.amazonaws.com"),
    ("pipes", "TaskRoleArn", "ecs-tasks.amazonaws.com"),
    ("pipes", "ExecutionRoleArn", "ecs-tasks.amazonaws.com"),
    ("pipes", ANY, "pipes.amazonaws.com"),
    ("rds", "MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    ("rds", "CustomIamInstanceProfile", "ec2.amazonaws.com"),
    ("rds", ANY, "rds.amazonaws.com"),
    ("redshift", ANY, "redshift.amazonaws.com"),
    ("rekognition", ANY, "rekognition.amazonaws.com"),
    ("rolesanywhere", ANY, "rolesanywhere.amazonaws.com"),
    ("s3control", "RoleArn", "batchoperations.s3.amazonaws.com"),
    ("sagemaker", ANY, "sagemaker.amazonaws.com"),
    ("scheduler", ANY, "scheduler.amazonaws.com"),
    ("secretsmanager", ANY, "secretsmanager.amazonaws.com"),
    ("ses", ANY, "ses.amazonaws.com"),
    ("sesv2", ANY, "ses.amazonaws.com"),
    ("sns", ANY, "sns.amazonaws.com"),
    ("ssm", ANY, "ssm.amazonaws.com"),
    ("stepfunctions", ANY, "states.amazonaws.com"),
    ("storagegateway", ANY, "storagegateway.amazonaws.com"),
    ("swf", ANY, "swf.amazonaws.com"),
    ("synthetics", ANY, "lambda.amazonaws.com"),
    ("textract", ANY, "textract.amazonaws.com"),
    ("transcribe", ANY, "transcribe.amazonaws.com"),
    ("transfer", ANY, "transfer.amazonaws.com"),
    ("translate", ANY, "translate.amazonaws.com"),
];

/// Whether an operation reads, by its name.
pub(super) fn only_reads(operation: &str) -> bool {
    ["Get", "List", "Describe", "Search", "BatchGet", "Lookup", "Query"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

/// How the member at a path names a role; nothing if it names none.
pub(super) fn kind(service: &str, operation: &str, path: &[&str]) -> Option<Kind> {
    let last = last(path);
    if none(service, operation, last).is_some() {
        return None;
    }
    let by_hand = KINDS
        .iter()
        .find(|(known, member, _)| *known == service && *member == last);
    if let Some((_, _, kind)) = by_hand {
        return Some(*kind);
    }
    let lower = last.to_ascii_lowercase();
    if lower.contains("instanceprofile") {
        return Some(Kind::Profile);
    }
    if is_within_a_profile(path) {
        return matches!(last, "Arn" | "Name").then_some(Kind::Profile);
    }
    if !lower.contains("role") {
        return None;
    }
    if FOREIGN.iter().any(|part| lower.contains(part)) {
        return Some(Kind::ForeignRole);
    }
    // What is called an ARN of a role is one; of the others, what is one tells.
    Some(if lower.ends_with("rolearn") || lower.ends_with("rolearns") {
        Kind::Role
    } else {
        Kind::ByValue
    })
}

/// Why the member at a path passes nothing, where a table says so.
#[cfg(test)]
pub(super) fn reason(service: &str, operation: &str, path: &[&str]) -> Option<&'static str> {
    none(service, operation, last(path)).or_else(|| {
        let is_profile = is_within_a_profile(path);
        is_profile.then_some("of an instance profile only its name and its ARN count")
    })
}

/// Whether a name suggests a role.
#[cfg(test)]
pub(super) fn speaks_of_a_role(path: &[&str]) -> bool {
    let lower = last(path).to_ascii_lowercase();
    lower.contains("role") || lower.contains("instanceprofile") || is_within_a_profile(path)
}

/// Who gets the role, if it is known.
pub(super) fn passed_to(service: &str, member: &str, kind: Kind) -> Option<&'static str> {
    let found = PASSED_TO
        .iter()
        .find(|(known, named, _)| *known == service && (*named == ANY || *named == member));
    match (found, kind) {
        (Some((_, _, principal)), _) => Some(principal),
        (None, Kind::Profile) => Some("ec2.amazonaws.com"),
        (None, _) => None,
    }
}

fn none(service: &str, operation: &str, member: &str) -> Option<&'static str> {
    NONE.iter()
        .find(|(known, of, named, _)| {
            *known == service && (*of == ANY || *of == operation) && (*named == ANY || *named == member)
        })
        .map(|(_, _, _, reason)| *reason)
}

/// The last name on a path: of a map's value, the name of the map.
pub(super) fn last<'a>(path: &[&'a str]) -> &'a str {
    path.iter()
        .rev()
        .find(|name| **name != "*")
        .copied()
        .unwrap_or_default()
}

fn is_within_a_profile(path: &[&str]) -> bool {
    let mut names = path.iter().rev().filter(|name| **name != "*").skip(1);
    names
        .next()
        .is_some_and(|name| name.to_ascii_lowercase().contains("instanceprofile"))
}
