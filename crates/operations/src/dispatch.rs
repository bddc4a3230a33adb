//! Which code answers which operation. An operation that is not here stands in `not_implemented.txt`.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, Issuing, LoggingIn, LoginHandler, LongReading, Reading, Writing};
use crate::iam::access_key::{
    create_access_key::CreateAccessKey, delete_access_key::DeleteAccessKey,
    get_access_key_last_used::GetAccessKeyLastUsed, list_access_keys::ListAccessKeys,
    update_access_key::UpdateAccessKey,
};
use crate::iam::account::{
    create_account_alias::CreateAccountAlias, delete_account_alias::DeleteAccountAlias,
    list_account_aliases::ListAccountAliases,
    set_security_token_service_preferences::SetSecurityTokenServicePreferences,
};
use crate::iam::account_properties::{
    get_account_properties::GetAccountProperties, put_account_properties::PutAccountProperties,
};
use crate::iam::account_report::{
    get_account_authorization_details::GetAccountAuthorizationDetails, get_account_summary::GetAccountSummary,
};
use crate::iam::credential_report::{
    generate_credential_report::GenerateCredentialReport, get_credential_report::GetCredentialReport,
};
use crate::iam::delegation_request::{
    accept_delegation_request::AcceptDelegationRequest,
    associate_delegation_request::AssociateDelegationRequest,
    create_delegation_request::CreateDelegationRequest, get_delegation_request::GetDelegationRequest,
    list_delegation_requests::ListDelegationRequests, reject_delegation_request::RejectDelegationRequest,
    send_delegation_token::SendDelegationToken, update_delegation_request::UpdateDelegationRequest,
};
use crate::iam::group::{
    add_user_to_group::AddUserToGroup, attach_group_policy::AttachGroupPolicy, create_group::CreateGroup,
    delete_group::DeleteGroup, delete_group_policy::DeleteGroupPolicy,
    detach_group_policy::DetachGroupPolicy, get_group::GetGroup, get_group_policy::GetGroupPolicy,
    list_attached_group_policies::ListAttachedGroupPolicies, list_group_policies::ListGroupPolicies,
    list_groups::ListGroups, list_groups_for_user::ListGroupsForUser, put_group_policy::PutGroupPolicy,
    remove_user_from_group::RemoveUserFromGroup, update_group::UpdateGroup,
};
use crate::iam::human_readable_summary::get_human_readable_summary::GetHumanReadableSummary;
use crate::iam::instance_profile::{
    add_role_to_instance_profile::AddRoleToInstanceProfile, create_instance_profile::CreateInstanceProfile,
    delete_instance_profile::DeleteInstanceProfile, get_instance_profile::GetInstanceProfile,
    list_instance_profile_tags::ListInstanceProfileTags, list_instance_profiles::ListInstanceProfiles,
    list_instance_profiles_for_role::ListInstanceProfilesForRole,
    remove_role_from_instance_profile::RemoveRoleFromInstanceProfile,
    tag_instance_profile::TagInstanceProfile, untag_instance_profile::UntagInstanceProfile,
};
use crate::iam::login_profile::{
    change_password::ChangePassword, create_login_profile::CreateLoginProfile,
    delete_login_profile::DeleteLoginProfile, get_login_profile::GetLoginProfile,
    update_login_profile::UpdateLoginProfile,
};
use crate::iam::mfa_device::{
    create_virtual_mfa_device::CreateVirtualMFADevice, deactivate_mfa_device::DeactivateMFADevice,
    delete_virtual_mfa_device::DeleteVirtualMFADevice, enable_mfa_device::EnableMFADevice,
    get_mfa_device::GetMFADevice, list_mfa_device_tags::ListMFADeviceTags, list_mfa_devices::ListMFADevices,
    list_virtual_mfa_devices::ListVirtualMFADevices, resync_mfa_device::ResyncMFADevice,
    tag_mfa_device::TagMFADevice, untag_mfa_device::UntagMFADevice,
};
use crate::iam::oidc_provider::{
    add_client_id_to_open_id_connect_provider::AddClientIDToOpenIDConnectProvider,
    create_open_id_connect_provider::CreateOpenIDConnectProvider,
    delete_open_id_connect_provider::DeleteOpenIDConnectProvider,
    get_open_id_connect_provider::GetOpenIDConnectProvider,
    list_open_id_connect_provider_tags::ListOpenIDConnectProviderTags,
    list_open_id_connect_providers::ListOpenIDConnectProviders,
    remove_client_id_from_open_id_connect_provider::RemoveClientIDFromOpenIDConnectProvider,
    tag_open_id_connect_provider::TagOpenIDConnectProvider,
    untag_open_id_connect_provider::UntagOpenIDConnectProvider,
    update_open_id_connect_provider_thumbprint::UpdateOpenIDConnectProviderThumbprint,
};
use crate::iam::password_policy::{
    delete_account_password_policy::DeleteAccountPasswordPolicy,
    get_account_password_policy::GetAccountPasswordPolicy,
    update_account_password_policy::UpdateAccountPasswordPolicy,
};
use crate::iam::policy::{
    create_policy::CreatePolicy, create_policy_version::CreatePolicyVersion, delete_policy::DeletePolicy,
    delete_policy_version::DeletePolicyVersion, get_policy::GetPolicy, get_policy_version::GetPolicyVersion,
    list_entities_for_policy::ListEntitiesForPolicy, list_policies::ListPolicies,
    list_policies_granting_service_access::ListPoliciesGrantingServiceAccess,
    list_policy_tags::ListPolicyTags, list_policy_versions::ListPolicyVersions,
    set_default_policy_version::SetDefaultPolicyVersion, tag_policy::TagPolicy, untag_policy::UntagPolicy,
};
use crate::iam::role::{
    attach_role_policy::AttachRolePolicy, create_role::CreateRole, delete_role::DeleteRole,
    delete_role_permissions_boundary::DeleteRolePermissionsBoundary, delete_role_policy::DeleteRolePolicy,
    detach_role_policy::DetachRolePolicy, get_role::GetRole, get_role_policy::GetRolePolicy,
    list_attached_role_policies::ListAttachedRolePolicies, list_role_policies::ListRolePolicies,
    list_role_tags::ListRoleTags, list_roles::ListRoles,
    put_role_permissions_boundary::PutRolePermissionsBoundary, put_role_policy::PutRolePolicy,
    tag_role::TagRole, untag_role::UntagRole, update_assume_role_policy::UpdateAssumeRolePolicy,
    update_role::UpdateRole, update_role_description::UpdateRoleDescription,
};
use crate::iam::role_template::{
    acquire_role::AcquireRole, get_role_template_version::GetRoleTemplateVersion,
};
use crate::iam::saml_provider::{
    create_saml_provider::CreateSAMLProvider, delete_saml_provider::DeleteSAMLProvider,
    get_saml_provider::GetSAMLProvider, list_saml_provider_tags::ListSAMLProviderTags,
    list_saml_providers::ListSAMLProviders, tag_saml_provider::TagSAMLProvider,
    untag_saml_provider::UntagSAMLProvider, update_saml_provider::UpdateSAMLProvider,
};
use crate::iam::server_certificate::{
    delete_server_certificate::DeleteServerCertificate, get_server_certificate::GetServerCertificate,
    list_server_certificate_tags::ListServerCertificateTags,
    list_server_certificates::ListServerCertificates, tag_server_certificate::TagServerCertificate,
    untag_server_certificate::UntagServerCertificate, update_server_certificate::UpdateServerCertificate,
    upload_server_certificate::UploadServerCertificate,
};
use crate::iam::service_last_accessed::{
    generate_service_last_accessed_details::GenerateServiceLastAccessedDetails,
    get_service_last_accessed_details::GetServiceLastAccessedDetails,
    get_service_last_accessed_details_with_entities::GetServiceLastAccessedDetailsWithEntities,
};
use crate::iam::service_linked_role::{
    create_service_linked_role::CreateServiceLinkedRole, delete_service_linked_role::DeleteServiceLinkedRole,
    get_service_linked_role_deletion_status::GetServiceLinkedRoleDeletionStatus,
};
use crate::iam::service_specific_credential::{
    create_service_specific_credential::CreateServiceSpecificCredential,
    delete_service_specific_credential::DeleteServiceSpecificCredential,
    list_service_specific_credentials::ListServiceSpecificCredentials,
    reset_service_specific_credential::ResetServiceSpecificCredential,
    update_service_specific_credential::UpdateServiceSpecificCredential,
};
use crate::iam::signing_certificate::{
    delete_signing_certificate::DeleteSigningCertificate, list_signing_certificates::ListSigningCertificates,
    update_signing_certificate::UpdateSigningCertificate,
    upload_signing_certificate::UploadSigningCertificate,
};
use crate::iam::simulation::{
    get_context_keys_for_custom_policy::GetContextKeysForCustomPolicy,
    get_context_keys_for_principal_policy::GetContextKeysForPrincipalPolicy,
    simulate_custom_policy::SimulateCustomPolicy, simulate_principal_policy::SimulatePrincipalPolicy,
};
use crate::iam::ssh_public_key::{
    delete_ssh_public_key::DeleteSSHPublicKey, get_ssh_public_key::GetSSHPublicKey,
    list_ssh_public_keys::ListSSHPublicKeys, update_ssh_public_key::UpdateSSHPublicKey,
    upload_ssh_public_key::UploadSSHPublicKey,
};
use crate::iam::user::{
    attach_user_policy::AttachUserPolicy, create_user::CreateUser, delete_user::DeleteUser,
    delete_user_permissions_boundary::DeleteUserPermissionsBoundary, delete_user_policy::DeleteUserPolicy,
    detach_user_policy::DetachUserPolicy, get_user::GetUser, get_user_policy::GetUserPolicy,
    list_attached_user_policies::ListAttachedUserPolicies, list_user_policies::ListUserPolicies,
    list_user_tags::ListUserTags, list_users::ListUsers,
    put_user_permissions_boundary::PutUserPermissionsBoundary, put_user_policy::PutUserPolicy,
    tag_user::TagUser, untag_user::UntagUser, update_user::UpdateUser,
};
use crate::iam::web_identity_federation::{
    disable_outbound_web_identity_federation::DisableOutboundWebIdentityFederation,
    enable_outbound_web_identity_federation::EnableOutboundWebIdentityFederation,
    get_outbound_web_identity_federation_info::GetOutboundWebIdentityFederationInfo,
};
use crate::sts::{
    AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity, DecodeAuthorizationMessage, GetAccessKeyInfo,
    GetCallerIdentity, GetDelegatedAccessToken, GetFederationToken, GetSessionToken, GetWebIdentityToken,
};

/// Whether an operation does what AWS does, rather than answering that it is not implemented.
pub fn is_implemented(operation: OperationId) -> bool {
    handler(operation).is_some() || login(operation).is_some()
}

/// The code of an operation by which somebody without a key assumes a role.
pub(crate) fn login(operation: OperationId) -> Option<&'static dyn LoginHandler> {
    Some(match operation {
        Id::StsAssumeRoleWithSAML => &LoggingIn::<AssumeRoleWithSAML>::NEW,
        Id::StsAssumeRoleWithWebIdentity => &LoggingIn::<AssumeRoleWithWebIdentity>::NEW,
        _ => return None,
    })
}

/// The code of an operation.
pub(crate) fn handler(operation: OperationId) -> Option<&'static dyn Handler> {
    let by_subject = [
        users,
        groups,
        roles,
        instance_profiles,
        policies,
        credentials,
        last_uses,
        service_credentials,
        identity_providers,
        account,
        delegation,
        simulation,
        sts,
    ];
    by_subject.iter().find_map(|handler| handler(operation))
}

/// The policy simulator.
fn simulation(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamGetContextKeysForCustomPolicy => &LongReading::<GetContextKeysForCustomPolicy>::NEW,
        Id::IamGetContextKeysForPrincipalPolicy => &LongReading::<GetContextKeysForPrincipalPolicy>::NEW,
        Id::IamSimulateCustomPolicy => &LongReading::<SimulateCustomPolicy>::NEW,
        Id::IamSimulatePrincipalPolicy => &LongReading::<SimulatePrincipalPolicy>::NEW,
        _ => return None,
    })
}

/// Users, their policies, boundaries and tags.
fn users(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAttachUserPolicy => &Writing::<AttachUserPolicy>::NEW,
        Id::IamCreateUser => &Writing::<CreateUser>::NEW,
        Id::IamDeleteUser => &Writing::<DeleteUser>::NEW,
        Id::IamDeleteUserPermissionsBoundary => &Writing::<DeleteUserPermissionsBoundary>::NEW,
        Id::IamDeleteUserPolicy => &Writing::<DeleteUserPolicy>::NEW,
        Id::IamDetachUserPolicy => &Writing::<DetachUserPolicy>::NEW,
        Id::IamGetUser => &Reading::<GetUser>::NEW,
        Id::IamGetUserPolicy => &Reading::<GetUserPolicy>::NEW,
        Id::IamListAttachedUserPolicies => &Reading::<ListAttachedUserPolicies>::NEW,
        Id::IamListUserPolicies => &Reading::<ListUserPolicies>::NEW,
        Id::IamListUserTags => &Reading::<ListUserTags>::NEW,
        Id::IamListUsers => &Reading::<ListUsers>::NEW,
        Id::IamPutUserPermissionsBoundary => &Writing::<PutUserPermissionsBoundary>::NEW,
        Id::IamPutUserPolicy => &Writing::<PutUserPolicy>::NEW,
        Id::IamTagUser => &Writing::<TagUser>::NEW,
        Id::IamUntagUser => &Writing::<UntagUser>::NEW,
        Id::IamUpdateUser => &Writing::<UpdateUser>::NEW,
        _ => return None,
    })
}

/// Groups, their members and policies.
fn groups(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAddUserToGroup => &Writing::<AddUserToGroup>::NEW,
        Id::IamAttachGroupPolicy => &Writing::<AttachGroupPolicy>::NEW,
        Id::IamCreateGroup => &Writing::<CreateGroup>::NEW,
        Id::IamDeleteGroup => &Writing::<DeleteGroup>::NEW,
        Id::IamDeleteGroupPolicy => &Writing::<DeleteGroupPolicy>::NEW,
        Id::IamDetachGroupPolicy => &Writing::<DetachGroupPolicy>::NEW,
        Id::IamGetGroup => &Reading::<GetGroup>::NEW,
        Id::IamGetGroupPolicy => &Reading::<GetGroupPolicy>::NEW,
        Id::IamListAttachedGroupPolicies => &Reading::<ListAttachedGroupPolicies>::NEW,
        Id::IamListGroupPolicies => &Reading::<ListGroupPolicies>::NEW,
        Id::IamListGroups => &Reading::<ListGroups>::NEW,
        Id::IamListGroupsForUser => &Reading::<ListGroupsForUser>::NEW,
        Id::IamPutGroupPolicy => &Writing::<PutGroupPolicy>::NEW,
        Id::IamRemoveUserFromGroup => &Writing::<RemoveUserFromGroup>::NEW,
        Id::IamUpdateGroup => &Writing::<UpdateGroup>::NEW,
        _ => return None,
    })
}

/// Roles, their policies, boundaries and tags.
fn roles(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAttachRolePolicy => &Writing::<AttachRolePolicy>::NEW,
        Id::IamCreateRole => &Writing::<CreateRole>::NEW,
        Id::IamDeleteRole => &Writing::<DeleteRole>::NEW,
        Id::IamDeleteRolePermissionsBoundary => &Writing::<DeleteRolePermissionsBoundary>::NEW,
        Id::IamDeleteRolePolicy => &Writing::<DeleteRolePolicy>::NEW,
        Id::IamDetachRolePolicy => &Writing::<DetachRolePolicy>::NEW,
        Id::IamGetRole => &Reading::<GetRole>::NEW,
        Id::IamGetRolePolicy => &Reading::<GetRolePolicy>::NEW,
        Id::IamListAttachedRolePolicies => &Reading::<ListAttachedRolePolicies>::NEW,
        Id::IamListRolePolicies => &Reading::<ListRolePolicies>::NEW,
        Id::IamListRoleTags => &Reading::<ListRoleTags>::NEW,
        Id::IamListRoles => &Reading::<ListRoles>::NEW,
        Id::IamPutRolePermissionsBoundary => &Writing::<PutRolePermissionsBoundary>::NEW,
        Id::IamPutRolePolicy => &Writing::<PutRolePolicy>::NEW,
        Id::IamTagRole => &Writing::<TagRole>::NEW,
        Id::IamUntagRole => &Writing::<UntagRole>::NEW,
        Id::IamUpdateAssumeRolePolicy => &Writing::<UpdateAssumeRolePolicy>::NEW,
        Id::IamUpdateRole => &Writing::<UpdateRole>::NEW,
        Id::IamUpdateRoleDescription => &Writing::<UpdateRoleDescription>::NEW,
        Id::IamCreateServiceLinkedRole => &Writing::<CreateServiceLinkedRole>::NEW,
        Id::IamDeleteServiceLinkedRole => &Writing::<DeleteServiceLinkedRole>::NEW,
        Id::IamGetServiceLinkedRoleDeletionStatus => &Reading::<GetServiceLinkedRoleDeletionStatus>::NEW,
        _ => return None,
    })
}

/// Instance profiles, their roles and tags.
fn instance_profiles(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAddRoleToInstanceProfile => &Writing::<AddRoleToInstanceProfile>::NEW,
        Id::IamCreateInstanceProfile => &Writing::<CreateInstanceProfile>::NEW,
        Id::IamDeleteInstanceProfile => &Writing::<DeleteInstanceProfile>::NEW,
        Id::IamGetInstanceProfile => &Reading::<GetInstanceProfile>::NEW,
        Id::IamListInstanceProfileTags => &Reading::<ListInstanceProfileTags>::NEW,
        Id::IamListInstanceProfiles => &Reading::<ListInstanceProfiles>::NEW,
        Id::IamListInstanceProfilesForRole => &Reading::<ListInstanceProfilesForRole>::NEW,
        Id::IamRemoveRoleFromInstanceProfile => &Writing::<RemoveRoleFromInstanceProfile>::NEW,
        Id::IamTagInstanceProfile => &Writing::<TagInstanceProfile>::NEW,
        Id::IamUntagInstanceProfile => &Writing::<UntagInstanceProfile>::NEW,
        _ => return None,
    })
}

/// Managed policies.
fn policies(operation: OperationId) -> Option<&'static dyn Handler> {
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

/// Access keys, passwords, second factors and what else shows who a user is.
fn credentials(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamChangePassword => &Writing::<ChangePassword>::NEW,
        Id::IamCreateAccessKey => &Writing::<CreateAccessKey>::NEW,
        Id::IamCreateLoginProfile => &Writing::<CreateLoginProfile>::NEW,
        Id::IamCreateVirtualMFADevice => &Writing::<CreateVirtualMFADevice>::NEW,
        Id::IamDeactivateMFADevice => &Writing::<DeactivateMFADevice>::NEW,
        Id::IamDeleteAccessKey => &Writing::<DeleteAccessKey>::NEW,
        Id::IamDeleteAccountPasswordPolicy => &Writing::<DeleteAccountPasswordPolicy>::NEW,
        Id::IamDeleteLoginProfile => &Writing::<DeleteLoginProfile>::NEW,
        Id::IamDeleteVirtualMFADevice => &Writing::<DeleteVirtualMFADevice>::NEW,
        Id::IamEnableMFADevice => &Writing::<EnableMFADevice>::NEW,
        Id::IamGetAccessKeyLastUsed => &Reading::<GetAccessKeyLastUsed>::NEW,
        Id::IamGetAccountPasswordPolicy => &Reading::<GetAccountPasswordPolicy>::NEW,
        Id::IamGetLoginProfile => &Reading::<GetLoginProfile>::NEW,
        Id::IamGetMFADevice => &Reading::<GetMFADevice>::NEW,
        Id::IamListAccessKeys => &Reading::<ListAccessKeys>::NEW,
        Id::IamListMFADeviceTags => &Reading::<ListMFADeviceTags>::NEW,
        Id::IamListMFADevices => &Reading::<ListMFADevices>::NEW,
        Id::IamListVirtualMFADevices => &Reading::<ListVirtualMFADevices>::NEW,
        Id::IamResyncMFADevice => &Writing::<ResyncMFADevice>::NEW,
        Id::IamTagMFADevice => &Writing::<TagMFADevice>::NEW,
        Id::IamUntagMFADevice => &Writing::<UntagMFADevice>::NEW,
        Id::IamUpdateAccessKey => &Writing::<UpdateAccessKey>::NEW,
        Id::IamUpdateAccountPasswordPolicy => &Writing::<UpdateAccountPasswordPolicy>::NEW,
        Id::IamUpdateLoginProfile => &Writing::<UpdateLoginProfile>::NEW,
        _ => return None,
    })
}

/// What credentials and permissions were last used for.
fn last_uses(operation: OperationId) -> Option<&'static dyn Handler> {
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

/// What users have for single services.
fn service_credentials(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamDeleteSigningCertificate => &Writing::<DeleteSigningCertificate>::NEW,
        Id::IamListSigningCertificates => &Reading::<ListSigningCertificates>::NEW,
        Id::IamUpdateSigningCertificate => &Writing::<UpdateSigningCertificate>::NEW,
        Id::IamUploadSigningCertificate => &Writing::<UploadSigningCertificate>::NEW,
        Id::IamDeleteServerCertificate => &Writing::<DeleteServerCertificate>::NEW,
        Id::IamGetServerCertificate => &Reading::<GetServerCertificate>::NEW,
        Id::IamListServerCertificateTags => &Reading::<ListServerCertificateTags>::NEW,
        Id::IamListServerCertificates => &Reading::<ListServerCertificates>::NEW,
        Id::IamTagServerCertificate => &Writing::<TagServerCertificate>::NEW,
        Id::IamUntagServerCertificate => &Writing::<UntagServerCertificate>::NEW,
        Id::IamUpdateServerCertificate => &Writing::<UpdateServerCertificate>::NEW,
        Id::IamUploadServerCertificate => &Writing::<UploadServerCertificate>::NEW,
        Id::IamDeleteSSHPublicKey => &Writing::<DeleteSSHPublicKey>::NEW,
        Id::IamGetSSHPublicKey => &Reading::<GetSSHPublicKey>::NEW,
        Id::IamListSSHPublicKeys => &Reading::<ListSSHPublicKeys>::NEW,
        Id::IamUpdateSSHPublicKey => &Writing::<UpdateSSHPublicKey>::NEW,
        Id::IamUploadSSHPublicKey => &Writing::<UploadSSHPublicKey>::NEW,
        Id::IamCreateServiceSpecificCredential => &Writing::<CreateServiceSpecificCredential>::NEW,
        Id::IamDeleteServiceSpecificCredential => &Writing::<DeleteServiceSpecificCredential>::NEW,
        Id::IamListServiceSpecificCredentials => &Reading::<ListServiceSpecificCredentials>::NEW,
        Id::IamResetServiceSpecificCredential => &Writing::<ResetServiceSpecificCredential>::NEW,
        Id::IamUpdateServiceSpecificCredential => &Writing::<UpdateServiceSpecificCredential>::NEW,
        _ => return None,
    })
}

/// Identity providers, and the account as one.
fn identity_providers(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAddClientIDToOpenIDConnectProvider => &Writing::<AddClientIDToOpenIDConnectProvider>::NEW,
        Id::IamCreateOpenIDConnectProvider => &Writing::<CreateOpenIDConnectProvider>::NEW,
        Id::IamCreateSAMLProvider => &Writing::<CreateSAMLProvider>::NEW,
        Id::IamDeleteOpenIDConnectProvider => &Writing::<DeleteOpenIDConnectProvider>::NEW,
        Id::IamDeleteSAMLProvider => &Writing::<DeleteSAMLProvider>::NEW,
        Id::IamDisableOutboundWebIdentityFederation => &Writing::<DisableOutboundWebIdentityFederation>::NEW,
        Id::IamEnableOutboundWebIdentityFederation => &Writing::<EnableOutboundWebIdentityFederation>::NEW,
        Id::IamGetOpenIDConnectProvider => &Reading::<GetOpenIDConnectProvider>::NEW,
        Id::IamGetOutboundWebIdentityFederationInfo => &Reading::<GetOutboundWebIdentityFederationInfo>::NEW,
        Id::IamGetSAMLProvider => &Reading::<GetSAMLProvider>::NEW,
        Id::IamListOpenIDConnectProviderTags => &Reading::<ListOpenIDConnectProviderTags>::NEW,
        Id::IamListOpenIDConnectProviders => &Reading::<ListOpenIDConnectProviders>::NEW,
        Id::IamListSAMLProviderTags => &Reading::<ListSAMLProviderTags>::NEW,
        Id::IamListSAMLProviders => &Reading::<ListSAMLProviders>::NEW,
        Id::IamRemoveClientIDFromOpenIDConnectProvider => {
            &Writing::<RemoveClientIDFromOpenIDConnectProvider>::NEW
        }
        Id::IamTagOpenIDConnectProvider => &Writing::<TagOpenIDConnectProvider>::NEW,
        Id::IamTagSAMLProvider => &Writing::<TagSAMLProvider>::NEW,
        Id::IamUntagOpenIDConnectProvider => &Writing::<UntagOpenIDConnectProvider>::NEW,
        Id::IamUntagSAMLProvider => &Writing::<UntagSAMLProvider>::NEW,
        Id::IamUpdateOpenIDConnectProviderThumbprint => {
            &Writing::<UpdateOpenIDConnectProviderThumbprint>::NEW
        }
        Id::IamUpdateSAMLProvider => &Writing::<UpdateSAMLProvider>::NEW,
        _ => return None,
    })
}

/// The account itself.
fn account(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamCreateAccountAlias => &Writing::<CreateAccountAlias>::NEW,
        Id::IamDeleteAccountAlias => &Writing::<DeleteAccountAlias>::NEW,
        Id::IamGetAccountProperties => &Reading::<GetAccountProperties>::NEW,
        Id::IamGetAccountAuthorizationDetails => &Reading::<GetAccountAuthorizationDetails>::NEW,
        Id::IamGetAccountSummary => &Reading::<GetAccountSummary>::NEW,
        Id::IamListAccountAliases => &Reading::<ListAccountAliases>::NEW,
        Id::IamPutAccountProperties => &Writing::<PutAccountProperties>::NEW,
        Id::IamSetSecurityTokenServicePreferences => &Writing::<SetSecurityTokenServicePreferences>::NEW,
        _ => return None,
    })
}

/// What AWS's partners and services own.
fn delegation(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAcceptDelegationRequest => &Writing::<AcceptDelegationRequest>::NEW,
        Id::IamAcquireRole => &Writing::<AcquireRole>::NEW,
        Id::IamAssociateDelegationRequest => &Writing::<AssociateDelegationRequest>::NEW,
        Id::IamCreateDelegationRequest => &Writing::<CreateDelegationRequest>::NEW,
        Id::IamGetDelegationRequest => &Reading::<GetDelegationRequest>::NEW,
        Id::IamGetHumanReadableSummary => &Reading::<GetHumanReadableSummary>::NEW,
        Id::IamGetRoleTemplateVersion => &Reading::<GetRoleTemplateVersion>::NEW,
        Id::IamListDelegationRequests => &Reading::<ListDelegationRequests>::NEW,
        Id::IamRejectDelegationRequest => &Writing::<RejectDelegationRequest>::NEW,
        Id::IamSendDelegationToken => &Writing::<SendDelegationToken>::NEW,
        Id::IamUpdateDelegationRequest => &Writing::<UpdateDelegationRequest>::NEW,
        _ => return None,
    })
}

/// STS.
fn sts(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::StsAssumeRole => &Issuing::<AssumeRole>::NEW,
        Id::StsDecodeAuthorizationMessage => &Reading::<DecodeAuthorizationMessage>::NEW,
        Id::StsGetAccessKeyInfo => &Reading::<GetAccessKeyInfo>::NEW,
        Id::StsGetCallerIdentity => &Reading::<GetCallerIdentity>::NEW,
        Id::StsGetDelegatedAccessToken => &Reading::<GetDelegatedAccessToken>::NEW,
        Id::StsGetFederationToken => &Issuing::<GetFederationToken>::NEW,
        Id::StsGetSessionToken => &Issuing::<GetSessionToken>::NEW,
        Id::StsGetWebIdentityToken => &Issuing::<GetWebIdentityToken>::NEW,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_not_implemented_stands_in_the_list_and_nothing_else_does() {
        let listed: BTreeSet<&str> = include_str!("../not_implemented.txt").lines().collect();
        let missing: BTreeSet<&str> = OperationId::ALL
            .iter()
            .filter(|id| !is_implemented(**id))
            .map(|id| id.action())
            .collect();
        assert_eq!(missing, listed);
    }
}
