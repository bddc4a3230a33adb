//! Whether what the server stands in front of is there, and takes the credentials that are configured.

use lanyard_gateway::{ProbeOutcome, UpstreamSettings, probe};

use super::finding::Finding;
use crate::admin::client::ask;
use crate::admin::protocol::{AccountList, AdminRequest};
use crate::data_dir::DataDir;

pub(super) const NAME: &str = "upstream";
/// The check of a store.
const STORE: &str = "upstream s3";

/// Whether the accounts are there whose resources are said to be behind. Only a server that runs is asked.
pub(super) fn accounts(dir: &DataDir, upstreams: &[UpstreamSettings]) -> Vec<Finding> {
    let said: Vec<_> = upstreams
        .iter()
        .filter_map(|upstream| Some((upstream, upstream.account()?)))
        .collect();
    if said.is_empty() {
        return Vec::new();
    }
    let Ok(known) = ask::<AccountList>(dir, &AdminRequest::AccountList) else {
        return Vec::new();
    };
    let is_unknown = |id: &String| !known.accounts.iter().any(|account| account.account_id == *id);
    let missing = said.into_iter().map(|(upstream, id)| (upstream, id.to_string()));
    missing
        .filter(|(_, id)| is_unknown(id))
        .map(|(upstream, id)| {
            Finding::doubtful(
                NAME,
                format!(
                    "{}: there is no account {id}, so nobody reaches what is behind; to make it: lanyard account \
                     create NAME --id {id}",
                    upstream.services()
                ),
            )
        })
        .collect()
}

/// Asks one upstream, a store for its buckets, within the times of its own configuration.
pub(super) fn check(upstream: UpstreamSettings) -> Finding {
    let name = if upstream.is_s3() { STORE } else { NAME };
    let origin = if upstream.is_s3() {
        upstream.origin().to_string()
    } else {
        format!("{} at {}", upstream.services(), upstream.origin())
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Finding::bad(name, format!("{origin}: cannot be asked: {error}")),
    };
    match runtime.block_on(probe(upstream)) {
        Ok(ProbeOutcome::Accepted) => {
            Finding::good(name, format!("{origin} answers and accepts the credentials"))
        }
        Ok(ProbeOutcome::Answers(_)) => Finding::good(
            name,
            format!("{origin} answers; whether it accepts the credentials, only requests will show"),
        ),
        Ok(ProbeOutcome::PassesOver { sub_resource }) => Finding::bad(
            name,
            format!(
                "{origin} passes over {sub_resource} and answers with the thing itself: it would do other things than \
                 were decided; see \"What a store must do\" in docs/gateway.md"
            ),
        ),
        Ok(ProbeOutcome::Refused(status)) => Finding::bad(
            name,
            format!(
                "{origin} answers {}: it does not accept the credentials, or they may not list buckets",
                status.as_u16()
            ),
        ),
        Ok(ProbeOutcome::Unexpected(status)) => Finding::doubtful(
            name,
            format!("{origin} answers {}; is it an S3 store?", status.as_u16()),
        ),
        Ok(ProbeOutcome::Unreachable(cause)) => {
            Finding::bad(name, format!("{origin} does not answer: {cause}"))
        }
        Err(error) => Finding::bad(name, error.to_string()),
    }
}
