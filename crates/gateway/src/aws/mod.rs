//! The life of one request to a service other than S3: authenticate → map → read → complete the mapping → decide → send
//! on → record.
//!
//! Which services these are is data: how their requests look and what they need is `lanyard_mapping::aws`, and here is
//! nothing that knows one of them but for a table of data events.
//!
//! Invariants:
//! - Nothing of a request that is not allowed reaches the upstream, and what reaches it is what was decided on.
//! - A body that the decision needs is read whole, bounded, for the holder of a key that is known; every other one
//!   streams, and is checked meanwhile.
//! - An upstream's resources are of one account. Whoever is of another one gets at what its ARN says is of that account
//!   and both accounts allow, and at nothing else.
//! - What cannot be mapped is refused in every mode.
//!
//! Deliberately absent: resources that Lanyard owns itself. What the upstream has is there, whoever made it.

mod authentication;
mod call;
mod concerned;
mod data_events;
mod decide;
mod forward;
mod forward_access;
mod limits;
mod long_answers;
mod lookups;
mod mappings;
mod on_its_way;
mod one_reading;
mod outcome;
mod queue_addresses;
mod receive;
mod record;
mod refusal;
mod response;
mod speaks;
mod tags;
mod unconfigured;
mod upstreams;
mod words;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use lanyard_access::{Peer, RequestFacts};
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{Begun, Completed, Known, Scope, ServiceCall};
use lanyard_service_models::ServiceModel;
use lanyard_sigv4::Head;

use crate::answer::GatewayBody;
use crate::arrival;
use crate::error::{Kind, ServiceError};

use call::Call;
use queue_addresses::Origin;
use speaks::Speaks;
pub use unconfigured::{knows_service, refuse_unconfigured_service, service_of_target};
pub(crate) use upstreams::AwsGateway;

/// How many things are looked up for one request.
const LOOKUPS_MAX: usize = 32;

/// Answers one request.
pub(crate) async fn handle<B>(
    gateway: &AwsGateway,
    signing_name: &str,
    request: Request<B>,
    peer: Peer,
    request_id: &str,
) -> Response<GatewayBody>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    let (mut parts, body) = request.into_parts();
    let Some(signing_name) = gateway.mappings.known(signing_name) else {
        return refuse_unconfigured_service(signing_name, &parts);
    };
    let settled = arrival::settle_host(&mut parts);
    let Some(mut speaks) = Speaks::of(signing_name, &parts) else {
        return refuse_unconfigured_service(signing_name, &parts);
    };
    let arrival = Arrival {
        gateway,
        signing_name,
        parts: &parts,
        peer,
        request_id,
    };
    let answered = match settled {
        Ok(()) => arrival.answer(body, &mut speaks).await,
        Err(refused) => Err(refused.into()),
    };
    let mut response = answered.unwrap_or_else(|error| {
        outcome::log_cause(&error, request_id);
        outcome::refused(&error, speaks, &parts.method, request_id)
    });
    response::finish(&mut response, request_id);
    response
}

/// A request before anything is known of it.
struct Arrival<'a> {
    gateway: &'a AwsGateway,
    signing_name: &'static str,
    parts: &'a Parts,
    peer: Peer,
    request_id: &'a str,
}

impl<'a> Arrival<'a> {
    async fn answer<B>(&self, body: B, speaks: &mut Speaks) -> Result<Response<GatewayBody>, ServiceError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let now = self.gateway.services.now();
        let head = self.head();
        let authenticator = &self.gateway.services.authenticator;
        let identified = authentication::identify(authenticator, &head, self.signing_name, now).await?;
        let signed_region = identified.region().to_owned();
        let holder = identified.account();
        let mapping = self.gateway.mappings.get(self.signing_name).await;
        let mapping = mapping.ok_or_else(|| ServiceError::not_configured(self.signing_name))?;
        let incoming = self.incoming();
        speaks.protocol = mapping.protocol_of(&incoming);
        let begun = mapping.begin(&incoming)?;
        speaks.service = begun.service().unwrap_or(speaks.service);
        let identified = identified
            .for_operation(begun.operation(), begun.body(), &head)
            .await?;
        let guarded = self.gateway.upstream_of(self.signing_name, holder)?;
        // Invariant: the region that is decided on is the one in which it is carried out, whatever the caller signed for.
        let region = guarded.region.as_deref().unwrap_or(&signed_region);
        let (caller, received) = receive::receive(self, &begun, identified, &head, body).await?;
        let facts = self.facts(region, now);
        let call = Call::new(self, guarded, caller, facts).await?;
        let scope = Scope {
            region,
            account: call.caller.account,
            upstream_account: guarded.upstream_account.map(|id| (id, guarded.account)),
        };
        let mut known = Known::new();
        let (service, bytes) = (speaks.service, received.bytes());
        let mapped = match complete(&call, &begun, service, bytes, &scope, &mut known).await {
            Ok(mapped) => mapped,
            Err(refused) => {
                let refused = call.recorded_unmapped(&begun, *speaks, refused).await;
                return Err(call.discreet(refused, &known));
            }
        };
        speaks.service = mapped.service;
        speaks.protocol = begun.protocol();
        one_reading::check(&mapped, speaks.protocol, &self.parts.headers)?;
        let outcome = call.act(&mapped, *speaks, received).await;
        let outcome = call.recorded(&mapped, *speaks, outcome).await;
        let answer = outcome.map_err(|error| call.discreet(error, &known))?;
        let origin = Origin::new(self.peer.is_secure, arrival::host(self.parts));
        queue_addresses::name_origin(answer, &mapped, speaks.protocol, origin).await
    }

    fn head(&self) -> Head<'a> {
        Head {
            method: &self.parts.method,
            path: self.parts.uri.path(),
            query: self.parts.uri.query(),
            headers: &self.parts.headers,
        }
    }

    fn incoming(&self) -> Incoming<'a> {
        Incoming {
            method: &self.parts.method,
            path: self.parts.uri.path(),
            query: self.parts.uri.query(),
            headers: &self.parts.headers,
            host: arrival::host(self.parts),
        }
    }

    fn facts<'f>(&'f self, region: &'f str, now: jiff::Timestamp) -> RequestFacts<'f> {
        let text = |name| {
            let value = self.parts.headers.get(name);
            value.and_then(|value| value.to_str().ok())
        };
        RequestFacts {
            source_ip: Some(self.peer.ip),
            is_secure: self.peer.is_secure,
            now,
            region,
            user_agent: text(http::header::USER_AGENT),
            referer: text(http::header::REFERER),
        }
    }
}

/// Completes the mapping. What only the upstream or the directory knows is looked up, so many times at most.
async fn complete(
    call: &Call<'_>,
    begun: &Begun<'_>,
    service: &'static ServiceModel,
    body: &[u8],
    scope: &Scope<'_>,
    known: &mut Known,
) -> Result<ServiceCall, ServiceError> {
    let inquiry = call.inquiry(service);
    for _ in 0..LOOKUPS_MAX {
        match begun.complete(body, scope, known)? {
            Completed::Call(mapped) => return Ok(*mapped),
            Completed::Needs(lookup) => inquiry.look_up(&lookup, known).await?,
        }
    }
    // Fails closed: what needs more than that is none that anybody meant.
    Err(ServiceError::new(
        Kind::Invalid,
        "The request names more resources than are looked up for one.",
    ))
}
