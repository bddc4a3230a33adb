//! One request on its way: who calls, and whose resources stand behind.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Caller, InvalidCredentials, RequestFacts};
use lanyard_directory::Account;
use lanyard_mapping::aws::Known;
use lanyard_service_models::ServiceModel;

use super::lookups::Inquiry;
use super::upstreams::{AwsGateway, Guarded};
use super::{Arrival, record};
use crate::error::{Kind, ServiceError};
use crate::owners;
use crate::services::GatewayServices;

/// Who calls, under which circumstances, and what stands behind.
pub(crate) struct Call<'a> {
    /// The gateway.
    pub(crate) gateway: &'a AwsGateway,
    /// The upstream that the request is for.
    pub(crate) guarded: &'a Guarded,
    /// The service's name in signatures.
    pub(crate) signing_name: &'static str,
    /// The id of the request, which is the id of the decision.
    pub(crate) request_id: &'a str,
    /// Who calls.
    pub(crate) caller: Caller,
    /// The caller's account as it is now.
    pub(crate) account: Arc<Account>,
    /// The account whose resources stand behind, as it is now; `None` if there is no such account.
    pub(crate) owner: Option<Arc<Account>>,
    /// What policies can ask about any request.
    pub(crate) facts: RequestFacts<'a>,
    /// What was decided so far.
    pub(super) recording: record::Recording,
}

impl<'a> Call<'a> {
    /// A call of somebody who was authenticated. The accounts are looked at now, since a body may have taken its time,
    /// and a permission taken away meanwhile is gone.
    pub(super) async fn new(
        arrival: &Arrival<'a>,
        guarded: &'a Guarded,
        caller: Caller,
        facts: RequestFacts<'a>,
    ) -> Result<Self, ServiceError> {
        let services = &arrival.gateway.services;
        let account = owners::account(services, caller.account).await?;
        // Fails closed: whose account is gone is nobody.
        let account = account.ok_or_else(|| AuthenticationError::from(InvalidCredentials::IssuerGone))?;
        let owner = if guarded.account == caller.account {
            Some(Arc::clone(&account))
        } else {
            owners::account(services, guarded.account).await?
        };
        Ok(Self {
            gateway: arrival.gateway,
            guarded,
            signing_name: arrival.signing_name,
            request_id: arrival.request_id,
            caller,
            account,
            owner,
            facts,
            recording: record::Recording::default(),
        })
    }

    /// What the server is made of.
    pub(crate) fn services(&self) -> &'a GatewayServices {
        &self.gateway.services
    }

    /// A refusal, without what was looked up for it if whoever is refused is of another account: which key an alias
    /// stands for there, or whether there is such a secret, is told to those who may have it.
    pub(super) fn discreet(&self, refused: ServiceError, known: &Known) -> ServiceError {
        let is_told = self.caller.account == self.guarded.account || known.is_empty();
        let tells = matches!(
            refused.kind,
            Kind::Denied | Kind::Unmapped | Kind::Invalid | Kind::Missing | Kind::Absent(_)
        );
        if is_told || !tells {
            return refused;
        }
        let message = format!(
            "User: {} is not authorized to do this in account {}, or there is no such resource",
            self.caller.arn, self.guarded.account
        );
        ServiceError::new(Kind::Denied, message)
    }

    /// When the request arrived.
    pub(crate) fn now(&self) -> Timestamp {
        self.facts.now
    }

    /// This request's way to ask the upstream or the directory.
    pub(super) fn inquiry(&self, service: &'static ServiceModel) -> Inquiry<'_> {
        Inquiry {
            services: self.services(),
            upstream: &self.guarded.upstream,
            knowledge: &self.guarded.knowledge,
            caller: &self.caller,
            region: self.upstream_region(),
            owner: self.guarded.account,
            upstream_account: self.guarded.upstream_account,
            service,
        }
    }

    /// The region that requests to the upstream are signed for.
    pub(crate) fn upstream_region(&self) -> &str {
        self.guarded.region.as_deref().unwrap_or(self.facts.region)
    }
}
