//! Deciding, and sending on what was allowed.

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use http_body::Body;
use http_body_util::BodyExt;
use lanyard_mapping::aws::ServiceCall;
use lanyard_service_models::Protocol;

use super::call::Call;
use super::on_its_way::OnItsWay;
use super::receive::Received;
use super::speaks::Speaks;
use super::{long_answers, one_reading, response};
use crate::answer::GatewayBody;
use crate::body::{CheckedBody, Plan};
use crate::error::{S3Error, ServiceError};
use crate::upstream::{OutgoingBody, UpstreamRequest};

impl Call<'_> {
    /// Decides on a request that was mapped, and sends it on.
    pub(super) async fn act<B>(
        &self,
        mapped: &ServiceCall,
        speaks: Speaks,
        received: Received<B>,
    ) -> Result<Response<GatewayBody>, ServiceError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        self.decide_all(mapped, speaks).await?;
        // Also of a call that fails: nobody knows what of it was done.
        let _changing = self.guarded.knowledge.changing(mapped);
        let on_its_way = OnItsWay::new(self, mapped, speaks);
        let outcome = self.forward(mapped, speaks.protocol, received).await;
        on_its_way.arrived();
        outcome
    }

    async fn forward<B>(
        &self,
        mapped: &ServiceCall,
        protocol: Protocol,
        received: Received<B>,
    ) -> Result<Response<GatewayBody>, ServiceError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let mut request = self.upstream_request(mapped);
        self.enter_forward_access(&mut request)?;
        match (received, &mapped.body) {
            (Received::Whole(_), Some(written)) => {
                let written = Bytes::copy_from_slice(written);
                let written = one_reading::body(mapped, protocol, written)?;
                self.send(request.with_bytes(written)).await
            }
            (Received::Whole(whole), None) if whole.bytes.is_empty() => self.send(request).await,
            (Received::Whole(whole), None) => {
                let mut request = request;
                let mut framing = std::mem::take(&mut request.headers);
                whole.apply(&mut framing);
                let bytes = one_reading::body(mapped, protocol, whole.bytes.clone())?;
                let mut request = request.with_bytes(bytes);
                framing.remove(CONTENT_LENGTH);
                request.headers.extend(framing);
                self.send(request).await
            }
            (Received::Streams { body, plan }, None) => self.stream(request, body, plan).await,
            // Fails closed: a body that nobody has read is not written anew.
            (Received::Streams { .. }, Some(_)) => Err(ServiceError::internal(WrittenUnread)),
        }
    }

    /// The request that was decided on, without its body.
    fn upstream_request(&self, mapped: &ServiceCall) -> UpstreamRequest {
        let request = UpstreamRequest::new(mapped.method.clone(), one_reading::target(mapped));
        let mut request = request
            .signed_for(self.signing_name, self.upstream_region())
            .answered_within(long_answers::usual(self.signing_name, mapped.operation.name()));
        for (name, value) in &mapped.headers {
            request.headers.append(name.clone(), value.clone());
        }
        request
    }

    /// Sends the request on with a body that is checked while it streams.
    async fn stream<B>(
        &self,
        mut request: UpstreamRequest,
        body: B,
        plan: Plan,
    ) -> Result<Response<GatewayBody>, ServiceError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        plan.apply(&mut request.headers);
        let payload = plan.payload;
        let body = CheckedBody::open(body, plan, self.guarded.upstream.idle_max()).await?;
        let failure = body.failure();
        let body = OutgoingBody::new(body.map_err(|error| S3Error::from(error).into()));
        let sent = self.send(request.with_stream(body, payload)).await;
        // Whatever the upstream says of a body that was not right: that it was not is what is answered.
        match failure.reason() {
            Some(reason) => Err(reason.into()),
            None => sent,
        }
    }

    async fn send(&self, request: UpstreamRequest) -> Result<Response<GatewayBody>, ServiceError> {
        let upstream = &self.guarded.upstream;
        let answered = upstream.send(request, self.now()).await?;
        response::pass_on(answered, upstream.idle_max(), self.signing_name).await
    }
}

/// The mapping wrote a body in place of one that it had not seen.
#[derive(Debug, thiserror::Error)]
#[error("a body that streams was to be written anew")]
struct WrittenUnread;
