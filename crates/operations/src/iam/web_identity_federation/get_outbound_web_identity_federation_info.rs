//! GetOutboundWebIdentityFederationInfo. While it is switched off there is nothing to tell.

use lanyard_aws_api::iam::{self, GetOutboundWebIdentityFederationInfoOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetOutboundWebIdentityFederationInfo;

impl Described for GetOutboundWebIdentityFederationInfo {
    type Model = iam::GetOutboundWebIdentityFederationInfo;

    fn subject((): &(), view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetOutboundWebIdentityFederationInfo {
    fn run((): &(), view: &View<'_>) -> Result<GetOutboundWebIdentityFederationInfoOutput, Refusal> {
        let issuer = view.account.web_identity_issuer();
        let issuer = issuer
            .filter(|issuer| issuer.is_enabled)
            .ok_or_else(|| Refusal::outbound_federation_not_told(view.account.id()))?;
        Ok(GetOutboundWebIdentityFederationInfoOutput {
            issuer_identifier: Some(view.services.federation.token_issuer(issuer.id)),
            jwt_vending_enabled: Some(true),
        })
    }
}
