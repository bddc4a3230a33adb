//! Sending on what was allowed.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use lanyard_mapping::Body as Takes;
use lanyard_sigv4::{BodyCheck, sha256};

use super::{Authenticated, Call, OnItsWay, document, response};
use crate::answer::GatewayBody;
use crate::body::{BodyError, CheckedBody, ChecksumsOf, LastWord, Plan, WholeBody, plan};
use crate::error::{Code, S3Error};
use crate::s3::answered;
use crate::upstream::{OutgoingBody, UpstreamRequest, read_document};

/// Operations that tell whether an object is there.
const TELLS_WHAT_IS_THERE: [&str; 3] = ["GetObject", "HeadObject", "GetObjectAttributes"];

impl Call<'_> {
    /// Sends the request on with its body, which is checked while it streams.
    pub(crate) async fn forward<B>(
        &self,
        authenticated: &Authenticated,
        body: B,
    ) -> Result<Response<GatewayBody>, S3Error>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let length = body.size_hint().exact();
        let takes = self.mapped.operation.body();
        if takes == Takes::None {
            let (check, _) = authenticated.body_check(&self.parts.headers)?;
            check_empty(length, check)?;
            return self.send(UpstreamRequest::of(&self.mapped)).await;
        }
        let plan = self.body_plan(authenticated, length)?;
        if let Takes::Bounded(max) = takes
            && plan.content_length > max as u64
        {
            return Err(S3Error::new(Code::MAX_MESSAGE_LENGTH_EXCEEDED));
        }
        let mut request = UpstreamRequest::of(&self.mapped);
        plan.apply(&mut request.headers);
        let payload = plan.payload;
        let body = CheckedBody::open(body, plan, self.upstream.idle_max()).await?;
        let body = body.with_last_word(self.same_owner());
        let failure = body.failure();
        let body = OutgoingBody::new(body.map_err(|error| S3Error::from(error).into()));
        let sent = self.send(request.with_stream(body, payload)).await;
        // Whatever the upstream says of a body that was not right: that it was not is what is answered.
        match failure.reason() {
            Some(reason) => Err(reason.into()),
            None => sent,
        }
    }

    /// How the body comes, and everything that is said of it and can be checked.
    pub(super) fn body_plan(
        &self,
        authenticated: &Authenticated,
        length: Option<u64>,
    ) -> Result<Plan, S3Error> {
        let headers = &self.parts.headers;
        let (check, chunks) = authenticated.body_check(headers)?;
        // Evidence: the API reference of CompleteMultipartUpload.
        let about = match self.mapped.operation.name() {
            "CompleteMultipartUpload" => ChecksumsOf::Object,
            _ => ChecksumsOf::Body,
        };
        Ok(plan(headers, check, chunks, length)?.with_digests(headers, about)?)
    }

    /// Whether the bucket is still the one that was decided on, to be asked when a body has come: its sender may have
    /// given it away meanwhile, and what is in it then is decided by somebody else. That the sender's key was revoked
    /// does not count: a request that was let in is finished, as in AWS.
    pub(crate) fn same_owner(&self) -> LastWord {
        let directory = Arc::clone(&self.services.directory);
        let claim = self.bucket.as_ref().map(|bucket| Arc::clone(&bucket.claim));
        Box::new(move || {
            let global = directory.global();
            let is_same = claim.is_some_and(|claim| {
                let now = global.bucket(&claim.name);
                now.is_some_and(|now| now.generation == claim.generation)
            });
            if is_same {
                Ok(())
            } else {
                Err(BodyError::BucketChanged)
            }
        })
    }

    /// Sends the request on with a body that was read whole.
    pub(crate) async fn forward_whole(&self, whole: &WholeBody) -> Result<Response<GatewayBody>, S3Error> {
        let mut request = UpstreamRequest::of(&self.mapped);
        // Stores read documents each in their own way: they get what was read here, and not the client's bytes.
        if let Some(document) = self.mapped.canonical_body() {
            let request = request
                .with_document(document.into())
                .map_err(S3Error::internal)?;
            return self.send(request).await;
        }
        let mut framing = std::mem::take(&mut request.headers);
        whole.apply(&mut framing);
        let mut request = request.with_bytes(whole.bytes.clone());
        request.headers.extend(framing);
        self.send(request).await
    }

    async fn send(&self, request: UpstreamRequest) -> Result<Response<GatewayBody>, S3Error> {
        let on_its_way = OnItsWay::new(self);
        let outcome = self.sent(request).await;
        on_its_way.arrived();
        outcome
    }

    async fn sent(&self, request: UpstreamRequest) -> Result<Response<GatewayBody>, S3Error> {
        let response = self.upstream.send(request, self.now()).await?;
        let operation = self.mapped.operation;
        let idle_max = self.upstream.idle_max();
        if response.status() == StatusCode::NOT_FOUND && TELLS_WHAT_IS_THERE.contains(&operation.name()) {
            self.check_may_know_what_is_there().await?;
        }
        let mut passed = if response.status() == StatusCode::OK && document::is_checked(operation) {
            let (head, body) = response.into_parts();
            let body = read_document(body, document::BYTES_MAX, idle_max).await?;
            document::check(operation, &body)?;
            response::pass_on_whole(head, body)
        } else {
            response::pass_on(response, idle_max).await?
        };
        if operation.name() == "CompleteMultipartUpload" && passed.status() == StatusCode::OK {
            passed.headers_mut().remove(CONTENT_LENGTH);
            passed = passed.map(|body| body.relocated(self.address()));
        }
        answered::tell_region(self, &mut passed);
        Ok(passed)
    }
}

/// An operation without a body has none, and says nothing else.
fn check_empty(length: Option<u64>, check: BodyCheck) -> Result<(), S3Error> {
    if length != Some(0) {
        return Err(S3Error::with_message(
            Code::INVALID_REQUEST,
            "This operation takes no request body.",
        ));
    }
    match check {
        BodyCheck::Sha256(hash) if hash != sha256(b"") => {
            Err(S3Error::new(Code::X_AMZ_CONTENT_SHA256_MISMATCH))
        }
        BodyCheck::Sha256(_) | BodyCheck::Unsigned => Ok(()),
        BodyCheck::Streaming(_) => Err(S3Error::with_message(
            Code::INVALID_REQUEST,
            "This operation takes no request body.",
        )),
    }
}
