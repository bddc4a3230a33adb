//! Whether an upstream is there and takes the credentials it was configured with: for `lanyard doctor`.

use std::error::Error as StdError;

use http::{Method, StatusCode};
use jiff::Timestamp;

use crate::settings::{SettingsError, UpstreamSettings};
use crate::upstream::{Upstream, UpstreamRequest};

/// What an upstream answers when it is asked for its buckets, as every S3 store can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeOutcome {
    /// It lists them.
    Accepted,
    /// It does not accept the credentials, or they may not list buckets.
    Refused(StatusCode),
    /// It answers something else; it may be no S3 store.
    Unexpected(StatusCode),
    /// It does not answer.
    Unreachable(String),
}

/// Asks an upstream for its buckets.
pub async fn probe(mut settings: UpstreamSettings) -> Result<ProbeOutcome, SettingsError> {
    let upstream = Upstream::new(&mut settings)?;
    let request = UpstreamRequest::new(Method::GET, "/".to_owned());
    Ok(match upstream.send(request, Timestamp::now()).await {
        Ok(response) => match response.status() {
            status if status.is_success() => ProbeOutcome::Accepted,
            status @ (StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) => ProbeOutcome::Refused(status),
            status => ProbeOutcome::Unexpected(status),
        },
        Err(error) => {
            let cause = error.cause.as_deref().map(|cause| deepest(cause));
            ProbeOutcome::Unreachable(cause.unwrap_or_else(|| "no answer in time".to_owned()))
        }
    })
}

/// The innermost cause says what is wrong; those around it only where it happened.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
