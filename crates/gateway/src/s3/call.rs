//! One request to S3 on its way through the gateway: who calls, what it means, whose bucket it is about.

use std::sync::Arc;

use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use jiff::Timestamp;
use lanyard_access::{Caller, Peer, RequestFacts};
use lanyard_directory::Account;
use lanyard_mapping::Mapped;
use tokio::sync::OnceCell;

use super::recording::Recording;
use super::store::Store;
use super::{Authenticated, SignedBy};
use crate::arrival::host;
use crate::error::S3Error;
use crate::owners::{OwnedBucket, account, owned_bucket};
use crate::services::GatewayServices;
use crate::settings::Conduct;
use crate::upstream::Upstream;

/// Who calls, what for, and under which circumstances.
pub(crate) struct Call<'a> {
    /// What the server is made of.
    pub(crate) services: &'a GatewayServices,
    /// The store behind.
    pub(crate) upstream: &'a Upstream,
    /// What the operator set.
    pub(crate) conduct: Conduct,
    /// The id of the request, which is the id of the decision.
    pub(crate) request_id: &'a str,
    /// Who calls; perhaps nobody in particular.
    pub(crate) caller: Caller,
    /// The caller's account as it was when the request was looked at; `None` for an anonymous caller.
    pub(crate) account: Option<Arc<Account>>,
    /// What policies can ask about any request.
    pub(crate) facts: RequestFacts<'a>,
    /// The version of TLS that it came over, as far as it is known.
    pub(crate) tls_version: Option<&'static str>,
    /// Where its signature stands; `None` for what nobody signed.
    pub(crate) signed_by: Option<SignedBy>,
    /// The head of the request.
    pub(crate) parts: &'a Parts,
    /// What the request means. Complete, its body included, by the time it is decided.
    pub(crate) mapped: Mapped,
    /// The bucket it works on, if somebody owns it.
    pub(crate) bucket: Option<OwnedBucket>,
    /// What the trail knows of it already.
    pub(crate) recording: Recording<'a>,
    /// Whether the store keeps versions in that bucket, once it was asked.
    pub(super) keeps_versions: OnceCell<bool>,
}

/// A request as it came.
#[derive(Clone, Copy)]
pub(crate) struct Arrived<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) peer: Peer,
    pub(crate) request_id: &'a str,
    pub(crate) now: Timestamp,
}

impl<'a> Arrived<'a> {
    fn facts(&self, region: &'a str) -> RequestFacts<'a> {
        let headers = &self.parts.headers;
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        RequestFacts {
            source_ip: Some(self.peer.ip),
            is_secure: self.peer.is_secure,
            now: self.now,
            region,
            user_agent: text(USER_AGENT),
            referer: text(REFERER),
        }
    }
}

impl<'a> Call<'a> {
    /// A call of somebody who was authenticated, with the bucket it is about.
    pub(crate) fn new(
        gateway: &'a Store,
        authenticated: &'a Authenticated,
        arrived: Arrived<'a>,
        mapped: Mapped,
        bucket: Option<OwnedBucket>,
    ) -> Self {
        Self {
            services: &gateway.services,
            upstream: &gateway.upstream,
            conduct: gateway.conduct,
            request_id: arrived.request_id,
            caller: authenticated.caller.clone(),
            account: authenticated.account.clone(),
            facts: arrived.facts(&authenticated.region),
            tls_version: arrived.peer.tls_version,
            signed_by: authenticated.signed_by,
            parts: arrived.parts,
            mapped,
            bucket,
            recording: Recording::new(&gateway.sampler),
            keeps_versions: OnceCell::new(),
        }
    }
}

impl Call<'_> {
    /// Looks at the accounts anew: reading a body can take its time, and a permission taken away meanwhile is gone.
    pub(crate) async fn refresh(&mut self) -> Result<(), S3Error> {
        if self.account.is_some() {
            self.account = account(self.services, self.caller.account).await?;
        }
        if let Some(name) = &self.mapped.bucket {
            self.bucket = owned_bucket(self.services, name).await?;
        }
        Ok(())
    }

    /// Where the client asked for what it asks for.
    pub(super) fn address(&self) -> String {
        let scheme = if self.facts.is_secure { "https" } else { "http" };
        format!("{scheme}://{}{}", host(self.parts), self.parts.uri.path())
    }

    /// When the request arrived.
    pub(crate) fn now(&self) -> Timestamp {
        self.facts.now
    }

    /// The bucket that the request names; empty for requests about no bucket.
    pub(crate) fn bucket_name(&self) -> &str {
        self.mapped.bucket.as_deref().unwrap_or_default()
    }

    /// The bucket with its owner, or what is answered if nobody owns it.
    pub(crate) fn owned_bucket(&self) -> Result<&OwnedBucket, S3Error> {
        self.bucket
            .as_ref()
            .ok_or_else(|| S3Error::no_such_bucket(self.bucket_name()))
    }
}

/// The bucket that a request is about, if it is about one and somebody owns it. An owner who is the caller is as it was
/// when it was found out who calls.
pub(crate) async fn bucket_of(
    services: &GatewayServices,
    mapped: &Mapped,
    authenticated: &Authenticated,
) -> Result<Option<OwnedBucket>, S3Error> {
    let Some(name) = &mapped.bucket else {
        return Ok(None);
    };
    let global = services.directory.global();
    let claim = global.bucket(name);
    match (claim, &authenticated.account) {
        (Some(claim), Some(account)) if account.id() == claim.account => Ok(Some(OwnedBucket {
            claim: Arc::clone(claim),
            owner: Arc::clone(account),
        })),
        (None, _) => Ok(None),
        (Some(_), _) => owned_bucket(services, name).await,
    }
}
