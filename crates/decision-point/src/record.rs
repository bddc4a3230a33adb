//! What the trail is told: who asked without permission.

use lanyard_access::{Caller, RequestFacts};
use lanyard_audit::{Happening, Record, Trail, UserIdentity};

use crate::identify::REGION;
use crate::refusal::{Code, Refusal};

/// Puts the refusal of an asker into the trail, and gives it back once it is there.
// Fails closed: a refusal that cannot be recorded is answered as a server that is not available.
pub(crate) async fn refused(
    trail: &Trail,
    caller: &Caller,
    facts: &RequestFacts<'_>,
    request_id: &str,
    action: &str,
    refusal: Refusal,
) -> Refusal {
    if refusal.code != Code::AccessDenied {
        return refusal;
    }
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    let happening = Happening {
        event_source: "authorize.lanyard".into(),
        event_name: name.to_owned().into(),
        aws_region: if facts.region.is_empty() {
            REGION
        } else {
            facts.region
        }
        .to_owned()
        .into(),
        read_only: true,
        time: facts.now,
        request_id: request_id.to_owned(),
        recipient: caller.account,
    };
    let record = Record::new(happening, UserIdentity::of_caller(caller))
        .with_client(
            facts.source_ip.map(|ip| ip.to_canonical().to_string()),
            facts.user_agent.map(str::to_owned),
        )
        .with_error(refusal.code.name(), &refusal.message);
    match trail.record_synced(&record).await {
        Ok(()) => refusal,
        Err(failed) => Refusal::unavailable(failed),
    }
}
