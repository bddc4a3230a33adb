//! A browser's form on its way: fields, signature, policy, decision, file.
//!
//! Whoever sends a form is known only when its fields have been read, so this is where a stranger is listened to: for
//! forty kibibytes and a few seconds.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HOST, HeaderMap, HeaderName};
use http::request::Parts;
use http::{HeaderValue, Response};
use http_body::Body;
use http_body_util::BodyExt;
use jiff::Timestamp;
use lanyard_access::Peer;
use lanyard_mapping::{Mapped, map_post_object};
use lanyard_sigv4::PayloadHash;

use super::answer::Success;
use super::authentication::authenticate;
use super::content::FileContent;
use super::file_body::FileBody;
use super::head::{FormFields, FormHead, FormHeadReader};
use super::policy::FormPolicy;
use crate::answer::GatewayBody;
use crate::body::{ChecksumsOf, Digests, TimedBody};
use crate::error::{Code, S3Error};
use crate::s3::Store;
use crate::s3::answered::check_access_control;
use crate::s3::{Arrived, Call, OnItsWay, bucket_of, pass_on};
use crate::upstream::{OutgoingBody, UpstreamRequest};

/// How long the fields may take.
const HEAD_WITHIN: Duration = Duration::from_secs(20);
/// What an object is if nobody says. Evidence: recorded answers of S3.
const DEFAULT_TYPE: &str = "binary/octet-stream";
/// What the upstream says of the object that the browser is told too.
const TOLD: [&str; 2] = ["x-amz-version-id", "x-amz-expiration"];
const TOLD_PREFIXES: [&str; 2] = ["x-amz-checksum-", "x-amz-server-side-encryption"];

/// Answers a browser's form: its fields are authenticated, mapped and decided, and the file goes upstream.
pub(crate) async fn post_form<B>(
    gateway: &Store,
    arrived: Arrived<'_>,
    mapped: &Mapped,
    body: B,
) -> Result<Response<GatewayBody>, S3Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    let Arrived { parts, peer, now, .. } = arrived;
    let bucket = mapped.bucket.clone().unwrap_or_default();
    let length = body.size_hint().exact();
    let length = length.ok_or_else(|| S3Error::new(Code::MISSING_CONTENT_LENGTH))?;
    let mut body = TimedBody::new(body, gateway.upstream.idle_max());
    let head = tokio::time::timeout(HEAD_WITHIN, read_head(parts, &mut body));
    let head = head.await.map_err(|_| S3Error::new(Code::REQUEST_TIMEOUT))??;
    let content = FileContent::new(head.delimiter.clone(), head.content_start, length)?;

    let authenticated = authenticate(&gateway.services, parts, &head.fields, now).await?;
    if head.fields.get("key").is_none() {
        return Err(missing_key());
    }
    let form = map_post_object(&bucket, &fields_for_mapping(&head));
    // What cannot be understood is refused below, and recorded as far as it is.
    let (mapped, misunderstood) = match form {
        Ok(form) => (form, None),
        Err(error) => (mapped.clone(), Some(error)),
    };
    let owned = bucket_of(&gateway.services, &mapped, &authenticated).await?;
    let mut call = Call::new(gateway, &authenticated, arrived, mapped, owned);
    let checked = check_policy(&head.fields, &bucket, content.len(), now)
        .and_then(|()| misunderstood.map_or(Ok(()), |error| Err(error.into())))
        .and_then(|()| check_access_control(&call.mapped));
    if let Err(refused) = checked {
        return call.recorded(Err(refused)).await;
    }
    call.mapped.with_time(now);
    call.add_signature_keys(&authenticated);
    if let Err(refused) = decide(&call).await {
        return call.recorded(Err(refused)).await;
    }
    let request = UpstreamRequest::of(&call.mapped);
    let digests = Digests::read(&request.headers, ChecksumsOf::Body)?;
    let file = FileBody::open(body, content, head.rest, digests).await?;
    let file = file.with_last_word(call.same_owner());
    let sent = send(&call, request, file).await;
    let answered = match sent {
        Ok(response) if response.status().is_success() => {
            Ok(success(&call, &bucket_url(parts, peer), &response, &head.fields))
        }
        Ok(response) => pass_on(response, call.upstream.idle_max()).await,
        Err(failed) => Err(failed),
    };
    call.recorded(answered).await
}

/// Checks a form against the policy in it, if there is one.
fn check_policy(fields: &FormFields, bucket: &str, length: u64, now: Timestamp) -> Result<(), S3Error> {
    let Some(policy) = fields.get("policy") else {
        return Ok(());
    };
    FormPolicy::read(policy)?.check(fields, bucket, length, now)?;
    Ok(())
}

async fn decide(call: &Call<'_>) -> Result<(), S3Error> {
    call.decide_all().await?;
    call.check_expected_owners().await?;
    call.owned_bucket().map(drop)
}

async fn read_head<B>(parts: &Parts, body: &mut B) -> Result<FormHead, S3Error>
where
    B: Body<Data = Bytes> + Unpin,
    S3Error: From<B::Error>,
{
    let content_type = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let mut reader = FormHeadReader::new(content_type.unwrap_or_default())?;
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame?.into_data() else {
            continue;
        };
        // A frame may be larger than all that is read of it here: what follows the head is content.
        while !data.is_empty() {
            let piece = data.split_to(data.len().min(FormHeadReader::PIECE_BYTES));
            if let Some(mut head) = reader.feed(&piece)? {
                if !data.is_empty() {
                    head.rest = [head.rest, data].concat().into();
                }
                return Ok(head);
            }
        }
    }
    Err(reader.ended().into())
}

/// The fields as the mapping takes them: the file's name among them.
fn fields_for_mapping(head: &FormHead) -> Vec<(String, String)> {
    let fields = head
        .fields
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    fields
        .chain([("file".to_owned(), head.file_name.clone())])
        .collect()
}

/// Sends the file on. What is wrong with the form is answered, whatever the upstream says of the half it got.
async fn send<B>(
    call: &Call<'_>,
    request: UpstreamRequest,
    file: FileBody<B>,
) -> Result<Response<hyper::body::Incoming>, S3Error>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    S3Error: From<B::Error>,
{
    let mut request = request.with_header(CONTENT_LENGTH, file.len().into());
    if !request.headers.contains_key(CONTENT_TYPE) {
        request = request.with_header(CONTENT_TYPE, HeaderValue::from_static(DEFAULT_TYPE));
    }
    let body = OutgoingBody::new(file.map_err(Into::into));
    let on_its_way = OnItsWay::new(call);
    let request = request.with_stream(body, PayloadHash::Unsigned);
    let sent = call.upstream.send(request, call.now()).await;
    on_its_way.arrived();
    sent
}

fn success(
    call: &Call<'_>,
    bucket_url: &str,
    response: &Response<hyper::body::Incoming>,
    fields: &FormFields,
) -> Response<GatewayBody> {
    let etag = response.headers().get(ETAG).and_then(|value| value.to_str().ok());
    let success = Success {
        bucket_url,
        bucket: call.bucket_name(),
        key: call.mapped.key.as_deref().unwrap_or_default(),
        etag: etag.unwrap_or_default(),
    };
    let mut answer = success.answer(fields);
    copy_told(response.headers(), &mut answer.headers);
    answer.into_response()
}

fn copy_told(from: &HeaderMap, to: &mut HeaderMap) {
    let is_told = |name: &HeaderName| {
        TOLD.contains(&name.as_str())
            || TOLD_PREFIXES
                .iter()
                .any(|prefix| name.as_str().starts_with(prefix))
    };
    for (name, value) in from.iter().filter(|(name, _)| is_told(name)) {
        to.insert(name.clone(), value.clone());
    }
}

/// Where the bucket was asked for.
fn bucket_url(parts: &Parts, peer: Peer) -> String {
    let scheme = if peer.is_secure { "https" } else { "http" };
    let host = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let path = parts.uri.path().trim_end_matches('/');
    format!("{scheme}://{}{path}", host.unwrap_or_default())
}

/// Evidence: recorded answers of S3 to forms without a key, or with one behind the file.
fn missing_key() -> S3Error {
    let message = "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the \
                   fields.";
    S3Error::with_message(Code::INVALID_ARGUMENT, message)
        .and("ArgumentName", "key")
        .and("ArgumentValue", "")
}
