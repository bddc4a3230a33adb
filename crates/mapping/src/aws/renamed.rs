//! Operations whose action has another name, in services without a table of their own.
//!
//! Only where AWS says so for the operation itself: that two names look alike is no evidence. What is not here stays
//! refused.

/// Prefix, operation and actions. In order. Each action is asked on the resources that it takes itself.
///
/// Evidence: the API reference of each operation, which names the action that it needs.
const RENAMED: &[(&str, &str, &[&str])] = &[
    // The second version of findings has the actions of the first.
    ("access-analyzer", "GetFindingV2", &["GetFinding"]),
    ("access-analyzer", "ListFindingsV2", &["ListFindings"]),
    // Batches have no action of their own, but that of each of their entries.
    ("batch", "CancelJobs", &["CancelJob"]),
    ("batch", "TerminateJobs", &["TerminateJob"]),
    ("batch", "TerminateServiceJobs", &["TerminateServiceJob"]),
    (
        "bcm-pricing-calculator",
        "BatchCreateBillScenarioCommitmentModification",
        &["CreateBillScenarioCommitmentModification"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchCreateBillScenarioUsageModification",
        &["CreateBillScenarioUsageModification"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchCreateWorkloadEstimateUsage",
        &["CreateWorkloadEstimateUsage"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchDeleteBillScenarioCommitmentModification",
        &["DeleteBillScenarioCommitmentModification"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchDeleteBillScenarioUsageModification",
        &["DeleteBillScenarioUsageModification"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchDeleteWorkloadEstimateUsage",
        &["DeleteWorkloadEstimateUsage"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchUpdateBillScenarioCommitmentModification",
        &["UpdateBillScenarioCommitmentModification"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchUpdateBillScenarioUsageModification",
        &["UpdateBillScenarioUsageModification"],
    ),
    (
        "bcm-pricing-calculator",
        "BatchUpdateWorkloadEstimateUsage",
        &["UpdateWorkloadEstimateUsage"],
    ),
    // The answer as a stream has the action of the answer as a whole.
    ("bedrock", "RetrieveAndGenerateStream", &["RetrieveAndGenerate"]),
    // What requests call describing and modifying, policies call listing and updating.
    ("dms", "DescribeDataProviders", &["ListDataProviders"]),
    (
        "dms",
        "DescribeExtensionPackAssociations",
        &["ListExtensionPacks"],
    ),
    ("dms", "DescribeInstanceProfiles", &["ListInstanceProfiles"]),
    (
        "dms",
        "DescribeMetadataModelAssessments",
        &["ListMetadataModelAssessments"],
    ),
    (
        "dms",
        "DescribeMetadataModelConversions",
        &["ListMetadataModelConversions"],
    ),
    (
        "dms",
        "DescribeMetadataModelExportsAsScript",
        &["ListMetadataModelExports"],
    ),
    (
        "dms",
        "DescribeMetadataModelExportsToTarget",
        &["ListMetadataModelExports"],
    ),
    ("dms", "DescribeMigrationProjects", &["ListMigrationProjects"]),
    (
        "dms",
        "ModifyConversionConfiguration",
        &["UpdateConversionConfiguration"],
    ),
    ("dms", "ModifyDataProvider", &["UpdateDataProvider"]),
    ("dms", "ModifyInstanceProfile", &["UpdateInstanceProfile"]),
    ("dms", "ModifyMigrationProject", &["UpdateMigrationProject"]),
    (
        "dms",
        "StartExtensionPackAssociation",
        &["AssociateExtensionPack"],
    ),
    (
        "dms",
        "StartMetadataModelExportAsScript",
        &["StartMetadataModelExportAsScripts"],
    ),
    ("neptune-graph", "GetQuery", &["GetQueryStatus"]),
    ("tax", "BatchGetTaxExemptions", &["GetExemptions"]),
    ("tax", "GetTaxExemptionTypes", &["GetExemptions"]),
    ("tax", "ListTaxExemptions", &["GetExemptions"]),
    ("tax", "PutTaxExemption", &["UpdateExemptions"]),
    // Batches have no action of their own, but that of each of their entries.
    ("verifiedpermissions", "BatchGetPolicy", &["GetPolicy"]),
    ("verifiedpermissions", "BatchIsAuthorized", &["IsAuthorized"]),
    (
        "verifiedpermissions",
        "BatchIsAuthorizedWithToken",
        &["IsAuthorizedWithToken"],
    ),
    ("vpc-lattice", "BatchUpdateRule", &["UpdateRule"]),
];

/// The names of the actions of an operation, without their prefix.
pub(super) fn actions(prefix: &str, operation: &str) -> &'static [&'static str] {
    let place = RENAMED.binary_search_by(|(known, name, _)| (*known, *name).cmp(&(prefix, operation)));
    let found = place.ok().and_then(|place| RENAMED.get(place));
    found.map_or(&[], |(.., actions)| actions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(RENAMED.is_sorted_by(|one, other| (one.0, one.1) < (other.0, other.1)));
    }
}
