//! Managed policies, what they would decide, and what was used of what they allow.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, LongReading, Reading, Writing};
use crate::iam::credential_report::{
    generate_credential_report::GenerateCredentialReport, get_credential_report::GetCredentialReport,
};
use crate::iam::policy::{
    create_policy::CreatePolicy, create_policy_version::CreatePolicyVersion, delete_policy::DeletePolicy,
    delete_policy_version::DeletePolicyVersion, get_policy::GetPolicy, get_policy_version::GetPolicyVersion,
    list_entities_for_policy::ListEntitiesForPolicy, list_policies::ListPolicies,
    list_policies_granting_service_access::ListPoliciesGrantingServiceAccess,
    list_policy_tags::ListPolicyTags, list_policy_versions::ListPolicyVersions,
    set_default_policy_version::SetDefaultPolicyVersion, tag_policy::TagPolicy, untag_policy::UntagPolicy,
};
use crate::iam::service_last_accessed::{
    generate_service_last_accessed_details::GenerateServiceLastAccessedDetails,
    get_service_last_accessed_details::GetServiceLastAccessedDetails,
    get_service_last_accessed_details_with_entities::GetServiceLastAccessedDetailsWithEntities,
};
use crate::iam::simulation::{
    get_context_keys_for_custom_policy::GetContextKeysForCustomPolicy,
    get_context_keys_for_principal_policy::GetContextKeysForPrincipalPolicy,
    simulate_custom_policy::SimulateCustomPolicy, simulate_principal_policy::SimulatePrincipalPolicy,
};

/// Managed policies.
pub(super) fn policies(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamCreatePolicy => &Writing::<CreatePolicy>::NEW,
        Id::IamCreatePolicyVersion => &Writing::<CreatePolicyVersion>::NEW,
        Id::IamDeletePolicy => &Writing::<DeletePolicy>::NEW,
        Id::IamDeletePolicyVersion => &Writing::<DeletePolicyVersion>::NEW,
        Id::IamGetPolicy => &Reading::<GetPolicy>::NEW,
        Id::IamGetPolicyVersion => &Reading::<GetPolicyVersion>::NEW,
        Id::IamListEntitiesForPolicy => &Reading::<ListEntitiesForPolicy>::NEW,
        Id::IamListPolicies => &Reading::<ListPolicies>::NEW,
        Id::IamListPoliciesGrantingServiceAccess => &Reading::<ListPoliciesGrantingServiceAccess>::NEW,
        Id::IamListPolicyTags => &Reading::<ListPolicyTags>::NEW,
        Id::IamListPolicyVersions => &Reading::<ListPolicyVersions>::NEW,
        Id::IamSetDefaultPolicyVersion => &Writing::<SetDefaultPolicyVersion>::NEW,
        Id::IamTagPolicy => &Writing::<TagPolicy>::NEW,
        Id::IamUntagPolicy => &Writing::<UntagPolicy>::NEW,
        _ => return None,
    })
}

/// The policy simulator.
pub(super) fn simulation(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamGetContextKeysForCustomPolicy => &LongReading::<GetContextKeysForCustomPolicy>::NEW,
        Id::IamGetContextKeysForPrincipalPolicy => &LongReading::<GetContextKeysForPrincipalPolicy>::NEW,
        Id::IamSimulateCustomPolicy => &LongReading::<SimulateCustomPolicy>::NEW,
        Id::IamSimulatePrincipalPolicy => &LongReading::<SimulatePrincipalPolicy>::NEW,
        _ => return None,
    })
}

/// What credentials and permissions were last used for.
pub(super) fn last_uses(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamGenerateCredentialReport => &Reading::<GenerateCredentialReport>::NEW,
        Id::IamGenerateServiceLastAccessedDetails => &Reading::<GenerateServiceLastAccessedDetails>::NEW,
        Id::IamGetCredentialReport => &Reading::<GetCredentialReport>::NEW,
        Id::IamGetServiceLastAccessedDetails => &Reading::<GetServiceLastAccessedDetails>::NEW,
        Id::IamGetServiceLastAccessedDetailsWithEntities => {
            &Reading::<GetServiceLastAccessedDetailsWithEntities>::NEW
        }
        _ => return None,
    })
}
