//! The life of one request: authenticate → map → complete the mapping → decide → act → record.

mod call;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use lanyard_access::Peer;
use lanyard_mapping::Hosts;

use crate::answer::{GatewayBody, error_response};
use crate::error::{Code, S3Error};
use crate::gateway::Gateway;

pub(crate) use call::{Call, Conduct, OwnedBucket, account, owned_bucket};

impl Call<'_> {
    /// Decides one permission: allowed, or the answer to the client. The decision is kept for `explain`.
    pub(crate) async fn decide(&self, _asked: &lanyard_mapping::Asked) -> Result<(), S3Error> {
        Err(S3Error::new(Code::ACCESS_DENIED))
    }
}

/// Whether a request is for the store.
pub(crate) fn is_for_s3(_parts: &Parts, _hosts: &Hosts) -> bool {
    false
}

pub(crate) async fn handle<B>(
    _gateway: &Gateway,
    request: Request<B>,
    _peer: Peer,
    request_id: &str,
) -> Response<GatewayBody>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let error = S3Error::new(Code::ACCESS_DENIED);
    error_response(&error, request.method(), request.uri().path(), request_id)
}
