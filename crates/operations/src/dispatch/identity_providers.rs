//! Those who vouch for others.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, Reading, Writing};
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
use crate::iam::saml_provider::{
    create_saml_provider::CreateSAMLProvider, delete_saml_provider::DeleteSAMLProvider,
    get_saml_provider::GetSAMLProvider, list_saml_provider_tags::ListSAMLProviderTags,
    list_saml_providers::ListSAMLProviders, tag_saml_provider::TagSAMLProvider,
    untag_saml_provider::UntagSAMLProvider, update_saml_provider::UpdateSAMLProvider,
};
use crate::iam::web_identity_federation::{
    disable_outbound_web_identity_federation::DisableOutboundWebIdentityFederation,
    enable_outbound_web_identity_federation::EnableOutboundWebIdentityFederation,
    get_outbound_web_identity_federation_info::GetOutboundWebIdentityFederationInfo,
};

/// Identity providers, and the account as one.
pub(super) fn identity_providers(operation: OperationId) -> Option<&'static dyn Handler> {
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
