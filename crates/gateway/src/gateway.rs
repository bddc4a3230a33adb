//! The gateway as the server has it.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use lanyard_access::{Peer, RequestId};
use lanyard_mapping::Hosts;

use crate::answer::GatewayBody;
use crate::body::ReadBudget;
use crate::flow::{self, Conduct};
use crate::record::Sampler;
use crate::services::GatewayServices;
use crate::settings::{SettingsError, UpstreamSettings};
use crate::upstream::{Upstream, UpstreamStatus};

/// What all bodies that are read whole may hold in memory together.
const BODY_BYTES_HELD_MAX: usize = 64 << 20;

/// Guards one S3-compatible store.
pub struct Gateway {
    pub(crate) services: Arc<GatewayServices>,
    pub(crate) upstream: Upstream,
    pub(crate) conduct: Conduct,
    pub(crate) hosts: Hosts,
    pub(crate) budget: ReadBudget,
    pub(crate) sampler: Sampler,
}

impl Gateway {
    /// A gateway before these upstreams; `None` if there is none. Nothing is connected to yet.
    pub fn new(
        services: Arc<GatewayServices>,
        upstreams: Vec<UpstreamSettings>,
    ) -> Result<Option<Arc<Self>>, SettingsError> {
        let mut upstreams = upstreams.into_iter();
        let Some(mut settings) = upstreams.next() else {
            return Ok(None);
        };
        if let Some(second) = upstreams.next() {
            return Err(SettingsError::Second(second.origin.to_string()));
        }
        let hosts = Hosts::new(settings.domains())
            .map_err(|error| SettingsError::Word("domain".to_owned(), error.to_string().into()))?;
        Ok(Some(Arc::new(Self {
            services,
            conduct: Conduct {
                mode: settings.mode,
                data_events: settings.data_events,
            },
            upstream: Upstream::new(&mut settings)?,
            hosts,
            budget: ReadBudget::new(BODY_BYTES_HELD_MAX),
            sampler: Sampler::default(),
        })))
    }

    /// Whether a request that names no service in a signature is for the store behind, and not for the API of the same
    /// listener.
    pub fn is_for(&self, parts: &Parts) -> bool {
        flow::is_for_s3(parts, &self.hosts)
    }

    /// Answers one request. Never fails: every refusal is an answer. The body is not touched before the request has
    /// been allowed, so a client that waits for `100 Continue` sends nothing in vain.
    pub async fn handle<B>(&self, request: Request<B>, peer: Peer) -> Response<GatewayBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let id = RequestId::new();
        flow::handle(self, request, peer, id.as_str()).await
    }

    /// Whether a request would be let through, as far as its head tells: authenticated, understood, its bucket found,
    /// and every permission decided. Nothing is sent anywhere. A request whose body tells what it asks for is not.
    pub async fn decide(&self, parts: &Parts, peer: Peer) -> bool {
        let id = RequestId::new();
        flow::decide(self, parts, peer, id.as_str()).await.is_ok()
    }

    /// The upstreams and how they are, for metrics.
    pub fn upstreams(&self) -> Vec<UpstreamStatus> {
        vec![self.upstream.status()]
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("upstream", &self.upstream)
            .finish_non_exhaustive()
    }
}
