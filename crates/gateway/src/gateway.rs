//! The gateway as the server has it.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use lanyard_access::{Peer, RequestId};

use crate::answer::GatewayBody;
use crate::arrival;
use crate::aws::{self, AwsGateway};
use crate::body::ReadBudget;
use crate::s3::{self, Store};
use crate::services::GatewayServices;
use crate::settings::{SettingsError, UpstreamSettings};
use crate::unconfigured::refuse_unconfigured;
use crate::upstream::UpstreamStatus;

/// What all bodies that are read whole may hold in memory together, and as much again those whose senders are not known
/// before they are read.
const BODY_BYTES_HELD_MAX: usize = 64 << 20;

/// Guards whatever stands behind the server: a store for S3, and other services.
pub struct Gateway {
    store: Option<Store>,
    aws: AwsGateway,
}

impl Gateway {
    /// A gateway before these upstreams; `None` if there is none. Nothing is connected to yet.
    pub fn new(
        services: Arc<GatewayServices>,
        upstreams: Vec<UpstreamSettings>,
    ) -> Result<Option<Arc<Self>>, SettingsError> {
        if upstreams.is_empty() {
            return Ok(None);
        }
        let budget = ReadBudget::new(BODY_BYTES_HELD_MAX);
        let (stores, others): (Vec<_>, Vec<_>) = upstreams.into_iter().partition(UpstreamSettings::is_s3);
        let mut stores = stores.into_iter();
        let store = stores
            .next()
            .map(|settings| Store::new(Arc::clone(&services), settings, budget.clone()))
            .transpose()?;
        if let Some(second) = stores.next() {
            return Err(SettingsError::Second(second.origin.to_string()));
        }
        let unproven_budget = ReadBudget::new(BODY_BYTES_HELD_MAX);
        let aws = AwsGateway::new(services, others, budget, unproven_budget, store.is_some())?;
        Ok(Some(Arc::new(Self { store, aws })))
    }

    /// Whether a request that names no service in a signature is for the store behind, and not for the API of the same
    /// listener.
    pub fn is_for(&self, parts: &Parts) -> bool {
        let store = self.store.as_ref();
        store.is_some_and(|store| arrival::is_for_s3(parts, &store.hosts))
    }

    /// Whether something stands behind for requests that are signed for this name.
    pub fn serves(&self, signing_name: &str) -> bool {
        match signing_name {
            "s3" => self.store.is_some(),
            _ => self.aws.serves(signing_name),
        }
    }

    /// Answers one request for the store. Never fails: every refusal is an answer. The body is not touched before the
    /// request has been allowed, so a client that waits for `100 Continue` sends nothing in vain.
    pub async fn handle<B>(&self, request: Request<B>, peer: Peer) -> Response<GatewayBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Some(store) = &self.store else {
            let (parts, _unread) = request.into_parts();
            return refuse_unconfigured(&parts);
        };
        let id = RequestId::new();
        s3::handle(store, request, peer, id.as_str()).await
    }

    /// Answers one request that says that it is signed for this service, which is not S3. Never fails, either; a body is
    /// read before the request has been allowed only where what it asks for stands there.
    pub async fn handle_service<B>(
        &self,
        signing_name: &str,
        request: Request<B>,
        peer: Peer,
    ) -> Response<GatewayBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let id = RequestId::new();
        aws::handle(&self.aws, signing_name, request, peer, id.as_str()).await
    }

    /// Whether a request for the store would be let through, as far as its head tells: authenticated, understood, its
    /// bucket found, and every permission decided. Nothing is sent anywhere. A request whose body tells what it asks for
    /// is not.
    pub async fn decide(&self, parts: &Parts, peer: Peer) -> bool {
        let Some(store) = &self.store else { return false };
        let id = RequestId::new();
        s3::decide(store, parts, peer, id.as_str()).await.is_ok()
    }

    /// The upstreams and how they are, for metrics.
    pub fn upstreams(&self) -> Vec<UpstreamStatus> {
        let store = self.store.as_ref().map(|store| store.upstream.status());
        store.into_iter().chain(self.aws.upstreams()).collect()
    }

    /// Whose resources stand behind, and for which services, to be shown: each line of services with its account.
    pub fn accounts(&self) -> Vec<(String, lanyard_names::AccountId)> {
        self.aws.accounts()
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("store", &self.store.as_ref().map(|store| &store.upstream))
            .field("aws", &self.aws)
            .finish_non_exhaustive()
    }
}
