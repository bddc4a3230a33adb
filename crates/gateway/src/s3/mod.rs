//! What Lanyard answers itself.

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use http_body::Body;
use jiff::Timestamp;
use lanyard_access::Peer;
use lanyard_mapping::Mapped;

use crate::answer::{Answer, GatewayBody};
use crate::error::{Code, S3Error};
use crate::flow::Call;
use crate::gateway::Gateway;

pub(crate) mod xml;

pub(crate) use xml::Element;

/// Answers what Lanyard answers itself, a batch delete, and the creation and deletion of buckets. Every permission
/// was decided, except those of a batch delete: its keys are decided here, one by one, with [`Call::decide`].
pub(crate) async fn answer(_call: &Call<'_>, _body: Bytes) -> Result<Answer, S3Error> {
    Err(S3Error::new(Code::NOT_IMPLEMENTED))
}

/// Answers a browser's form: its fields are authenticated, mapped and decided, and the file goes upstream.
pub(crate) async fn post_form<B>(
    _gateway: &Gateway,
    _parts: &Parts,
    _mapped: &Mapped,
    _body: B,
    _peer: Peer,
    _request_id: &str,
    _now: Timestamp,
) -> Result<Response<GatewayBody>, S3Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    Err(S3Error::new(Code::NOT_IMPLEMENTED))
}
