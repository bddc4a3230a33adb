//! AWS's own managed policies, held against all checks.
//!
//! They work, so a rule that is too strict shows here. Whatever is an error in one of them is listed with the reason;
//! an entry that is no longer needed fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;

use lanyard_policy_findings::{FindingType, IssueCode, PolicyType, findings};

/// Errors in AWS's policies: the code, why it is right to report it, and the policies.
const ERRORS: &[(&str, &str, &[&str])] = &[
    (
        "INVALID_ACTION",
        "The service knows no such action. Some were meant for other services, some have been renamed, some are of \
         AWS's own and not published. AWS says of its policies that some name actions that do not exist.",
        &[
            "AWSCodeStarFullAccess",
            "AWSIAMIdentityCenterAllowListForIdentityContext",
            "AWSManagedSettingsAdminAccess",
            "AmazonRoute53RecoveryControlConfigReadOnlyAccess",
            "MemoryDBServiceRolePolicy",
            "RDSCloudHsmAuthorizationRole",
            "SecurityAgentWebAppAPIPolicy",
        ],
    ),
    (
        "INVALID_ARN_RESOURCE",
        "The resource is written in another case, with another hyphen or with another colon or slash than the form \
         that AWS documents, or lacks its last part.",
        &[
            "AWSElasticBeanstalkRoleCore",
            "AWSManagedServices_DetectiveControlsConfig_ServiceRolePolicy",
            "AWSWAFConsoleFullAccess",
            "AWSWAFConsoleReadOnlyAccess",
            "AdministratorAccess-AWSElasticBeanstalk",
            "AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary",
            "AmazonDevOpsGuruOrganizationsAccess",
            "AmazonSageMakerFullAccess",
            "AmazonSageMakerHyperPodInferenceAccess",
            "AmazonSageMakerQuickSightVPCPolicy",
            "AppIntegrationsServiceLinkedRolePolicy",
            "CloudFrontFullAccess",
            "DBModProvisioningAndMigration",
        ],
    ),
    (
        "INVALID_SERVICE_CONDITION_KEY",
        "AWS documents no such key.",
        &["AmazonDataZoneGlueManageAccessRolePolicy"],
    ),
    (
        "MISSING_QUALIFIER",
        "AWS documents events:detail-type as a key of several values.",
        &[
            "AWSAuditManagerAdministratorAccess",
            "CloudTrailEventContext",
            "SageMakerStudioProjectProvisioningRolePolicy",
        ],
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AWS documents the key for other actions of the service, but not for this one.",
        &[
            "AWSDeadlineCloud-UserAccessFarms",
            "AWSDeadlineCloud-UserAccessFleets",
            "AWSLakeFormationCrossAccountManager",
            "AWSServiceRoleForAmazonEKSNodegroup",
            "AmazonCodeGuruReviewerFullAccess",
            "AmazonNimbleStudio-StudioUser",
            "AmazonSageMakerSpacesControllerPolicy",
            "AmazonSecurityLakeAdministrator",
            "DBModProvisioningAndMigration",
            "DynamoDBGlobalTableSettingsManagementServiceRolePolicy",
            "KafkaConnectServiceRolePolicy",
            "SageMakerStudioProjectUserRolePermissionsBoundary",
            "SageMakerStudioProjectUserRolePolicy",
        ],
    ),
];

/// Policies that AWS documents, among others long gone, as those with the finding; and one of the same kind that is
/// newer than the list.
const DOCUMENTED: &[(&str, &[&str])] = &[
    (
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        &[
            "AWSMcpServiceActionsFullAccess",
            "AdministratorAccess",
            "IAMFullAccess",
        ],
    ),
    (
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        &[
            "AWSMcpServiceActionsFullAccess",
            "AdministratorAccess",
            "IAMFullAccess",
        ],
    ),
    (
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        &[
            "AWSOrganizationsServiceTrustPolicy",
            "AdministratorAccess-Amplify",
            "PowerUserAccess",
        ],
    ),
    (
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        &[
            "AWSElasticBeanstalkService",
            "AdministratorAccess-Amplify",
            "AmazonDynamoDBFullAccesswithDataPipeline",
            "AmazonElasticMapReduceFullAccess",
            "AmazonElasticMapReduceRole",
        ],
    ),
];

/// Codes and the names of the policies that they are found in.
fn all_findings() -> BTreeSet<(IssueCode, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/aws-managed-policies.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let codes = findings(fields[5], PolicyType::Identity.into());
        found.extend(
            codes
                .iter()
                .map(|finding| (finding.issue_code, fields[0].to_owned())),
        );
    }
    found
}

fn listed(code: &str, policies: &[&str]) -> BTreeSet<(IssueCode, String)> {
    let code = IssueCode::ALL
        .iter()
        .find(|known| known.as_str() == code)
        .unwrap();
    policies
        .iter()
        .map(|policy| (*code, (*policy).to_owned()))
        .collect()
}

#[test]
fn policies_of_aws_have_no_errors_but_known_ones() {
    let mut found = all_findings();
    let documented = found.clone();
    found.retain(|(code, _)| code.finding_type() == FindingType::Error);
    let known: BTreeSet<_> = ERRORS
        .iter()
        .flat_map(|(code, _, policies)| listed(code, policies))
        .collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    let needless: Vec<_> = known.difference(&found).collect();
    assert!(
        unknown.is_empty() && needless.is_empty(),
        "not listed: {unknown:#?}\nnot found: {needless:#?}"
    );

    for (code, policies) in DOCUMENTED {
        let expected = listed(code, policies);
        let found: BTreeSet<_> = documented
            .iter()
            .filter(|(found, _)| found.as_str() == *code)
            .cloned()
            .collect();
        assert_eq!(found, expected, "{code}");
    }
}
