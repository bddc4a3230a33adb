//! What the trail is told of requests to services.
//!
//! A denial is on disk before it is answered; if it cannot be, the answer is that the server is not available. What
//! passes is recorded without waiting: what changes a resource always, all else as configured, and in the mode that only
//! observes everything, with the permissions that it needed: so that policies can be made of it.
//!
//! What a request said is not in the records, since nobody knows of every service what of it is a secret.

use http::Response;
use lanyard_audit::{EventResource, Happening, Record, UserIdentity};
use lanyard_catalogue::{AccessLevel, catalogue};
use lanyard_mapping::aws::{Begun, Permission, ServiceCall};
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use parking_lot::Mutex;

use super::call::Call;
use super::data_events;
use super::refusal::UpstreamRefusal;
use super::speaks::Speaks;
use crate::answer::GatewayBody;
use crate::error::{Kind, ServiceCode, ServiceError};
use crate::record::{NOBODY_WAITED, Permissions};
use crate::settings::Mode;

/// How many resources a record names.
const RESOURCES_MAX: usize = 100;

/// What is recorded of a request while it is on its way.
#[derive(Debug, Default)]
pub(super) struct Recording {
    permissions: Mutex<Permissions>,
    observed: Mutex<Option<ServiceError>>,
}

impl Recording {
    /// Keeps what was decided of a permission.
    pub(super) fn decided(&self, permission: &Permission, is_allowed: bool) {
        let mut permissions = self.permissions.lock();
        permissions.push(
            &permission.action,
            (&permission.resource, permission.partly_known),
            &permission.context,
            is_allowed,
        );
    }

    /// Keeps a denial that is let through.
    pub(super) fn observe(&self, denied: ServiceError) {
        self.observed.lock().get_or_insert(denied);
    }
}

/// What a record says of an operation.
struct Event {
    name: &'static str,
    api_version: &'static str,
    is_read_only: bool,
}

impl Event {
    fn of(mapped: &ServiceCall) -> Self {
        Self {
            name: mapped.operation.name(),
            api_version: mapped.service.api_version(),
            is_read_only: is_read_only(mapped),
        }
    }
}

impl Call<'_> {
    /// Records what came of the request, and gives it back once the record is where it has to be.
    pub(super) async fn recorded(
        &self,
        mapped: &ServiceCall,
        speaks: Speaks,
        outcome: Result<Response<GatewayBody>, ServiceError>,
    ) -> Result<Response<GatewayBody>, ServiceError> {
        let event = Event::of(mapped);
        match outcome {
            Err(denied) if denied.kind == Kind::Denied => {
                let record = self.with_permissions(self.record(&event, &mapped.permissions));
                Err(self.recorded_denial(record, speaks, denied).await)
            }
            outcome => {
                self.record_passed(&event, mapped, speaks, Some(&outcome));
                outcome
            }
        }
    }

    /// Records a request that was sent on, and of which nobody knows what came.
    pub(super) fn record_unanswered(&self, mapped: &ServiceCall, speaks: Speaks) {
        self.record_passed(&Event::of(mapped), mapped, speaks, None);
    }

    /// Records that an operation is refused because nobody can tell what it would need.
    pub(super) async fn recorded_unmapped(
        &self,
        begun: &Begun<'_>,
        speaks: Speaks,
        refused: ServiceError,
    ) -> ServiceError {
        if refused.kind != Kind::Unmapped {
            return refused;
        }
        let operation = begun.operation();
        let event = Event {
            // Where the body names it, it is named in the text of the error.
            name: operation.map_or("Unknown", |operation| operation.name()),
            api_version: speaks.service.api_version(),
            is_read_only: operation.is_some_and(|operation| operation.is_read_only()),
        };
        self.recorded_denial(self.record(&event, &[]), speaks, refused)
            .await
    }

    // Fails closed: a denial that cannot be recorded is answered as a server that is not available.
    async fn recorded_denial(&self, record: Record, speaks: Speaks, denied: ServiceError) -> ServiceError {
        let record = record.with_error(code(&denied, speaks), &denied.message);
        match self.services().trail.record_synced(&record).await {
            Ok(()) => denied,
            Err(failed) => ServiceError::unavailable(failed),
        }
    }

    fn record_passed(
        &self,
        event: &Event,
        mapped: &ServiceCall,
        speaks: Speaks,
        outcome: Option<&Result<Response<GatewayBody>, ServiceError>>,
    ) {
        let is_observed = self.guarded.conduct.mode == Mode::Observe;
        let changes = !event.is_read_only && !data_events::is_one(self.signing_name, event.name);
        if !is_observed && !changes && !self.guarded.sampler.takes(self.guarded.conduct.data_events) {
            return;
        }
        let mut record = self.record(event, &mapped.permissions);
        let answered = outcome.and_then(|outcome| outcome.as_ref().ok());
        let refusal = answered.and_then(|response| response.extensions().get::<UpstreamRefusal>());
        let observed = self.recording.observed.lock().take();
        if let Some(observed) = observed {
            record = record
                .with_error(code(&observed, speaks), &observed.message)
                .with_observed();
        } else if let Some(Err(error)) = outcome {
            record = record.with_error(code(error, speaks), &error.message);
        } else if let Some(refusal) = refusal {
            record = record.with_error(refusal.code(), refusal.message());
        }
        if let Some(refusal) = refusal {
            record = record.with_additional("upstreamStatus", refusal.status.as_u16());
        }
        if outcome.is_none() {
            record = record.with_additional("upstreamStatus", NOBODY_WAITED);
        }
        if is_observed {
            record = self.with_permissions(record);
        }
        for record in self.for_both_accounts(record) {
            self.services().trail.record_lazy(&record);
        }
    }

    /// With every permission that was decided, where policies are only observed.
    fn with_permissions(&self, record: Record) -> Record {
        if self.guarded.conduct.mode == Mode::Observe {
            self.recording.permissions.lock().enter(record)
        } else {
            record
        }
    }

    /// The record for the caller's trail, and one for the account behind if that is another.
    fn for_both_accounts(&self, record: Record) -> Vec<Record> {
        if self.guarded.account == self.caller.account {
            return vec![record];
        }
        let (own, owners) = record.into_cross_account(self.guarded.account);
        vec![own, owners]
    }

    /// The record of this request, without what came of it.
    fn record(&self, event: &Event, permissions: &[Permission]) -> Record {
        let happening = Happening {
            event_source: format!("{}.amazonaws.com", self.signing_name).into(),
            event_name: event.name.into(),
            aws_region: self.facts.region.to_owned().into(),
            read_only: event.is_read_only,
            time: self.now(),
            request_id: self.request_id.to_owned(),
            recipient: self.caller.account,
        };
        let mut record = Record::new(happening, UserIdentity::of_caller(&self.caller))
            .with_client(
                self.facts.source_ip.map(|ip| ip.to_canonical().to_string()),
                self.facts.user_agent.map(str::to_owned),
            )
            .with_api_version(event.api_version);
        if data_events::is_one(self.signing_name, event.name) {
            record = record.into_data_event();
        }
        let mut last = "";
        for permission in permissions.iter().take(RESOURCES_MAX) {
            let arn = std::mem::replace(&mut last, &permission.resource);
            if arn == permission.resource {
                continue;
            }
            if let Ok(arn) = Arn::parse(&permission.resource) {
                record = record.with_resource(resource(&arn, permission));
            }
        }
        record
    }
}

fn resource(arn: &Arn<'_>, permission: &Permission) -> EventResource {
    let kind = permission.resource_type.unwrap_or("resource");
    let owner = AccountId::parse(arn.account).ok();
    EventResource::of_service(arn.service, kind, &permission.resource, owner)
}

/// The name under which the client hears an error.
fn code(error: &ServiceError, speaks: Speaks) -> &'static str {
    ServiceCode::of(error.kind, speaks.protocol, speaks.service).heard()
}

/// Whether a request changes nothing, by its model or by what it needs.
fn is_read_only(mapped: &ServiceCall) -> bool {
    let reads = |permission: &Permission| {
        let action = catalogue().action(&permission.action);
        action.is_some_and(|action| matches!(action.access_level(), AccessLevel::List | AccessLevel::Read))
    };
    mapped.operation.is_read_only() || mapped.permissions.iter().all(reads)
}
