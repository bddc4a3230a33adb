//! Whether an upstream is there, takes the credentials it was configured with, and knows what it is asked: for
//! `lanyard doctor`.
//!
//! Only what changes nothing is tried. That a store knows a sub-resource when it is read says that it does when it is
//! written, but proves it as little as anything can.

use std::error::Error as StdError;

use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use jiff::Timestamp;
use lanyard_service_models::service_models;

use crate::error::S3Error;
use crate::settings::{Serves, SettingsError, UpstreamSettings};
use crate::upstream::{Upstream, UpstreamRequest, target};
use crate::xml::Element;

/// The longest list of buckets that is looked into.
const LIST_BYTES_MAX: usize = 1 << 20;

/// What an upstream answers when it is asked for its buckets, as every S3 store can be; or, of other services, for
/// nothing in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeOutcome {
    /// It lists them.
    Accepted,
    /// It answers. It is no store, and nothing can be asked of every service that changes nothing and needs no
    /// permission.
    Answers(StatusCode),
    /// It lists them, but takes a request for a sub-resource, such as the tags of an object, for one for the thing
    /// itself. What is decided as the one would be done as the other.
    PassesOver {
        /// `?tagging` of a bucket or of an object.
        sub_resource: &'static str,
    },
    /// It does not accept the credentials, or they may not list buckets.
    Refused(StatusCode),
    /// It answers something else; it may be no S3 store.
    Unexpected(StatusCode),
    /// It does not answer.
    Unreachable(String),
}

/// Asks an upstream whether it is there; a store for its buckets, and if it has any, for the tags of one and of an object in it.
pub async fn probe(mut settings: UpstreamSettings) -> Result<ProbeOutcome, SettingsError> {
    let upstream = Upstream::new(&mut settings)?;
    let response = match ask(&upstream, &settings).await {
        Ok(response) => response,
        Err(error) => {
            let cause = error.cause.as_deref().map(|cause| deepest(cause));
            let cause = cause.unwrap_or_else(|| "no answer in time".to_owned());
            return Ok(ProbeOutcome::Unreachable(cause));
        }
    };
    Ok(match response.status() {
        status if !settings.is_s3() => ProbeOutcome::Answers(status),
        status if status.is_success() => match passed_over(&upstream, response).await {
            Some(sub_resource) => ProbeOutcome::PassesOver { sub_resource },
            None => ProbeOutcome::Accepted,
        },
        status @ (StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) => ProbeOutcome::Refused(status),
        status => ProbeOutcome::Unexpected(status),
    })
}

/// The sub-resource that the store takes for the thing itself, if one was found. A store that has nothing in it, or
/// does not answer, cannot be found out.
async fn passed_over(upstream: &Upstream, buckets: Response<Incoming>) -> Option<&'static str> {
    const TAGGING: [(&str, &str); 1] = [("tagging", "")];
    let buckets = document(buckets, "ListAllMyBucketsResult").await?;
    let bucket = first_text(&buckets, &["Buckets", "Bucket", "Name"])?;
    let tags = get(upstream, target(&bucket, None, TAGGING)).await.ok()?;
    if tags.status().is_success() && document(tags, "Tagging").await.is_none() {
        return Some("?tagging of a bucket");
    }
    let list = target(&bucket, None, [("list-type", "2"), ("max-keys", "1")]);
    let list = document(get(upstream, list).await.ok()?, "ListBucketResult").await?;
    let key = first_text(&list, &["Contents", "Key"])?;
    let tags = get(upstream, target(&bucket, Some(&key), TAGGING)).await.ok()?;
    let is_other = tags.status().is_success() && document(tags, "Tagging").await.is_none();
    is_other.then_some("?tagging of an object")
}

/// The first question to an upstream.
async fn ask(upstream: &Upstream, settings: &UpstreamSettings) -> Result<Response<Incoming>, S3Error> {
    let request = UpstreamRequest::new(Method::GET, "/".to_owned());
    let service = match &settings.serves {
        Serves::S3 => None,
        Serves::Services(names) => names.first().map(String::as_str),
        Serves::EveryOther => Some("sts"),
    };
    let service = service.and_then(|name| service_models().signed_as(name).first());
    let request = match service {
        Some(service) => {
            let region = settings.region.as_deref().unwrap_or("us-east-1");
            request.signed_for(service.signing_name(), region)
        }
        None => request,
    };
    upstream.send(request, Timestamp::now()).await
}

async fn get(upstream: &Upstream, target: String) -> Result<Response<Incoming>, S3Error> {
    let request = UpstreamRequest::new(Method::GET, target);
    upstream.send(request, Timestamp::now()).await
}

/// The document of an answer, if it is of this kind.
async fn document(response: Response<Incoming>, root: &str) -> Option<Element> {
    let body = Limited::new(response.into_body(), LIST_BYTES_MAX).collect();
    let body = tokio::time::timeout(std::time::Duration::from_secs(10), body).await;
    Element::parse(&body.ok()?.ok()?.to_bytes(), root).ok()
}

/// The text of the first element at the end of a path.
fn first_text(document: &Element, path: &[&str]) -> Option<String> {
    let mut element = document;
    for name in path {
        element = element.all(name).next()?;
    }
    Some(element.text.clone()).filter(|text| !text.is_empty())
}

/// The innermost cause says what is wrong; those around it only where it happened.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
