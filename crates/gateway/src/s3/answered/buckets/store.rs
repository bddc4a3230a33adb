//! What the store behind says of a bucket.

use http::{Method, StatusCode};

use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::upstream::{UpstreamRequest, WholeAnswer, target};
use crate::xml::Element;

/// The longest answer that is read: these have at most an error in them.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Whether the store has the bucket, whoever owns it there.
// Fails closed: a store that will not tell has it.
pub(super) async fn has_bucket(call: &Call<'_>) -> Result<bool, S3Error> {
    let request = UpstreamRequest::new(Method::HEAD, target(call.bucket_name(), None, []));
    let answer = call
        .upstream
        .send_whole(request, ANSWER_BYTES_MAX, call.now())
        .await?;
    if answer.status.is_server_error() {
        return Err(S3Error::new(Code::SERVICE_UNAVAILABLE).because(Refused::of(&answer)));
    }
    if !answer.status.is_success() && answer.status != StatusCode::NOT_FOUND {
        let status = answer.status.as_u16();
        tracing::warn!(
            bucket = call.bucket_name(),
            status,
            "the store does not say whether it has a bucket"
        );
    }
    Ok(answer.status != StatusCode::NOT_FOUND)
}

/// Refuses if the store has anything in the bucket: some stores delete what is in it with the bucket, and nobody
/// decided on that.
// Fails closed: a store that will not list the bucket has something in it.
pub(super) async fn check_empty(call: &Call<'_>) -> Result<(), S3Error> {
    let list = async |parameter: (&str, &str)| {
        let query = [parameter, ("max-keys", "1")];
        let request = UpstreamRequest::new(Method::GET, target(call.bucket_name(), None, query));
        ask(call, request).await
    };
    let current = list(("list-type", "2")).await?;
    if current.status == StatusCode::NOT_FOUND {
        return Ok(());
    }
    if !current.status.is_success() {
        return Err(refusal(&current));
    }
    let document = Element::parse(&current.body, "ListBucketResult").map_err(S3Error::unavailable)?;
    let is_empty = |document: &Element| {
        let mut entries = ["Contents", "CommonPrefixes", "Version", "DeleteMarker"].into_iter();
        entries.all(|name| document.all(name).next().is_none())
    };
    if !is_empty(&document) {
        return Err(S3Error::new(Code::BUCKET_NOT_EMPTY));
    }
    // A store without versions has another answer, and nothing that was not listed above.
    let versions = list(("versions", "")).await?;
    match Element::parse(&versions.body, "ListVersionsResult") {
        Ok(document) if versions.status.is_success() && !is_empty(&document) => {
            Err(S3Error::new(Code::BUCKET_NOT_EMPTY))
        }
        _ => Ok(()),
    }
}

/// Sends a request about the bucket and gives the answer.
pub(super) async fn ask(call: &Call<'_>, request: UpstreamRequest) -> Result<WholeAnswer, S3Error> {
    call.upstream
        .send_whole(request, ANSWER_BYTES_MAX, call.now())
        .await
}

/// A refusal of the store's, as the client is told it. What is about the gateway's own credentials is not.
pub(in crate::s3::answered) fn refusal(answer: &WholeAnswer) -> S3Error {
    let refused = Refused::of(answer);
    let code = match refused.code.as_str() {
        "BucketNotEmpty" => Code::BUCKET_NOT_EMPTY,
        "InvalidBucketName" => Code::INVALID_BUCKET_NAME,
        "MalformedXML" => Code::MALFORMED_XML,
        "NoSuchBucket" => Code::NO_SUCH_BUCKET,
        code if code == Code::NOT_IMPLEMENTED.name => Code::NOT_IMPLEMENTED,
        "OperationAborted" => Code::OPERATION_ABORTED,
        "SlowDown" => Code::SLOW_DOWN,
        "TooManyBuckets" => Code::TOO_MANY_BUCKETS,
        _ if answer.status.is_server_error() => Code::SERVICE_UNAVAILABLE,
        _ => Code::INTERNAL_ERROR,
    };
    S3Error::new(code).because(refused)
}

/// The store refused.
#[derive(Debug, thiserror::Error)]
#[error("the store answered {status} {code}")]
struct Refused {
    status: StatusCode,
    code: String,
}

impl Refused {
    fn of(answer: &WholeAnswer) -> Self {
        let error = Element::parse(&answer.body, "Error").unwrap_or_default();
        let code = error.only_text("Code").ok().flatten().unwrap_or_default();
        Self {
            status: answer.status,
            code: code.chars().take(64).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::refusal;
    use crate::upstream::WholeAnswer;

    fn check(status: u16, body: &'static str, expected: &str) {
        let answer = WholeAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        };
        assert_eq!(refusal(&answer).code.name, expected, "{status} {body}");
    }

    #[test]
    fn only_what_is_about_the_bucket_is_passed_on() {
        check(
            409,
            "<Error><Code>BucketNotEmpty</Code></Error>",
            "BucketNotEmpty",
        );
        check(404, "<Error><Code>NoSuchBucket</Code></Error>", "NoSuchBucket");
        check(
            403,
            "<Error><Code>InvalidAccessKeyId</Code></Error>",
            "InternalError",
        );
        check(400, "not xml", "InternalError");
        check(503, "", "ServiceUnavailable");
        check(503, "<Error><Code>SlowDown</Code></Error>", "SlowDown");
    }
}
