//! Whether a bucket keeps versions of its objects.
//!
//! The store knows, and is asked only when something would be refused otherwise.

use std::time::Duration;

use http::{Method, StatusCode};

use super::Call;
use crate::upstream::{UpstreamRequest, target};
use crate::xml::Element;

/// How long the store is waited for.
const WITHIN: Duration = Duration::from_secs(5);
const ANSWER_BYTES_MAX: usize = 4 << 10;

/// Whether the store says that it does.
// Fails closed: an answer that is late, strange or none says that it does not.
pub(super) async fn is_enabled(call: &Call<'_>, bucket: &str) -> bool {
    let query = [("versioning", "")];
    let request = UpstreamRequest::new(Method::GET, target(bucket, None, query));
    let asking = call.upstream.send_whole(request, ANSWER_BYTES_MAX, call.now());
    let Ok(Ok(answer)) = tokio::time::timeout(WITHIN, asking).await else {
        return false;
    };
    if answer.status != StatusCode::OK {
        return false;
    }
    let Ok(document) = Element::parse(&answer.body, "VersioningConfiguration") else {
        return false;
    };
    // Some stores leave parts of a bucket out, and say so in members of their own.
    document.check_children(&["Status", "MfaDelete"]).is_ok()
        && matches!(document.only_text("Status"), Ok(Some("Enabled")))
}
