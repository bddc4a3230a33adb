//! Whether what the server stands in front of is there, and takes the credentials that are configured.

use lanyard_gateway::{ProbeOutcome, UpstreamSettings, probe};

use super::Finding;

pub(super) const NAME: &str = "upstream s3";

/// Asks one upstream for its buckets, within the times of its own configuration.
pub(super) fn check(upstream: UpstreamSettings) -> Finding {
    let origin = upstream.origin().to_string();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Finding::bad(NAME, format!("{origin}: cannot be asked: {error}")),
    };
    match runtime.block_on(probe(upstream)) {
        Ok(ProbeOutcome::Accepted) => {
            Finding::good(NAME, format!("{origin} answers and accepts the credentials"))
        }
        Ok(ProbeOutcome::PassesOver { sub_resource }) => Finding::bad(
            NAME,
            format!(
                "{origin} passes over {sub_resource} and answers with the thing itself: it would do other things than \
                 were decided; see \"What the store must do\" in docs/gateway.md"
            ),
        ),
        Ok(ProbeOutcome::Refused(status)) => Finding::bad(
            NAME,
            format!(
                "{origin} answers {}: it does not accept the credentials, or they may not list buckets",
                status.as_u16()
            ),
        ),
        Ok(ProbeOutcome::Unexpected(status)) => Finding::doubtful(
            NAME,
            format!("{origin} answers {}; is it an S3 store?", status.as_u16()),
        ),
        Ok(ProbeOutcome::Unreachable(cause)) => {
            Finding::bad(NAME, format!("{origin} does not answer: {cause}"))
        }
        Err(error) => Finding::bad(NAME, error.to_string()),
    }
}
