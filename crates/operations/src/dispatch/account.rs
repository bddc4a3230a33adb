//! The account as one, and what of it is handed to others.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, Reading, Writing};
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
use crate::iam::delegation_request::{
    accept_delegation_request::AcceptDelegationRequest,
    associate_delegation_request::AssociateDelegationRequest,
    create_delegation_request::CreateDelegationRequest, get_delegation_request::GetDelegationRequest,
    list_delegation_requests::ListDelegationRequests, reject_delegation_request::RejectDelegationRequest,
    send_delegation_token::SendDelegationToken, update_delegation_request::UpdateDelegationRequest,
};
use crate::iam::human_readable_summary::get_human_readable_summary::GetHumanReadableSummary;
use crate::iam::role_template::{
    acquire_role::AcquireRole, get_role_template_version::GetRoleTemplateVersion,
};

/// The account itself.
pub(super) fn account(operation: OperationId) -> Option<&'static dyn Handler> {
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
pub(super) fn delegation(operation: OperationId) -> Option<&'static dyn Handler> {
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
