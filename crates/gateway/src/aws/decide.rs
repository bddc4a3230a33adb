//! May they: every permission that a request needs, on the policies of the caller and of the resource.

use lanyard_access::{Ask, DenialForm, authorize, mentions};
use lanyard_mapping::aws::{Permission, ServiceCall};
use lanyard_policy::Context;
use lanyard_service_models::Protocol;

use super::call::Call;
use super::lookups::Inquiry;
use super::speaks::Speaks;
use super::words::in_words_of;
use crate::error::ServiceError;
use crate::settings::Mode;

/// What stands in names of condition keys where a part of them is free.
const FREE_PART: &str = "${";
/// What follows the service in the names of condition keys about the tags that a resource has.
const RESOURCE_TAG: &str = "resourcetag/";

impl Call<'_> {
    /// Decides every permission, in order. In the mode that only observes, what policies deny is kept and let through.
    pub(super) async fn decide_all(&self, mapped: &ServiceCall, speaks: Speaks) -> Result<(), ServiceError> {
        self.note_attempts(mapped);
        let inquiry = self.inquiry(mapped.service);
        for permission in &mapped.permissions {
            let decided = self.decide(permission, speaks, &inquiry).await;
            if decided.as_ref().err().is_none_or(|error| error.is_policy_denial) {
                self.recording.decided(permission, decided.is_ok());
            }
            match decided {
                Err(denied) if denied.is_policy_denial && self.may_relax() => self.recording.observe(denied),
                decided => decided?,
            }
        }
        Ok(())
    }

    /// Notes for "last accessed" what the caller tries, whatever becomes of it.
    fn note_attempts(&self, mapped: &ServiceCall) {
        let directory = &self.services().directory;
        let mut last = "";
        for permission in &mapped.permissions {
            // A batch asks the same of many resources.
            if permission.action == std::mem::replace(&mut last, &permission.action) {
                continue;
            }
            if let Some((service, action)) = permission.action.split_once(':') {
                self.caller
                    .note_attempt(directory, service, action, self.facts.region, self.now());
            }
        }
    }

    /// Whether what policies deny is let through. Only to callers of the account behind: before the gateway came,
    /// accounts were apart.
    fn may_relax(&self) -> bool {
        self.guarded.conduct.mode == Mode::Observe && self.caller.account == self.guarded.account
    }

    async fn decide(
        &self,
        permission: &Permission,
        speaks: Speaks,
        inquiry: &Inquiry<'_>,
    ) -> Result<(), ServiceError> {
        let concerned = self.concerned(permission).await?;
        let mut context = with_unknown_keys(permission);
        concerned.enter_keys(&mut context);
        let ask = Ask {
            action: &permission.action,
            resource: &permission.resource,
            resource_account: concerned.account,
            wildcard_only: permission.wildcard_only,
            partly_known: permission.partly_known,
            context: &permission.context,
            resource_policy: concerned.policy(),
            shows_mfa: false,
            denial: DenialForm::WithReason,
        };
        let is_mentioned = |prefix: &str| mentions(&self.caller, &ask, Some(&self.account), prefix);
        inquiry
            .enter_resource_tags(permission, &mut context, is_mentioned)
            .await?;
        let ask = Ask {
            context: &context,
            ..ask
        };
        let verdict = authorize(&self.caller, &ask, &self.facts, Some(&self.account));
        if verdict.is_allowed() {
            return Ok(());
        }
        let is_gone = verdict.decision.is_none();
        let message = in_words_of(speaks.service, permission, verdict.message());
        let evidence = verdict.into_evidence();
        // EC2 alone hands such messages out.
        let sealed = (speaks.protocol == Protocol::Ec2).then(|| {
            let sealed = self.services().authenticator.encoded_message(&evidence);
            sealed
                .inspect_err(|error| tracing::error!(%error, "a denial cannot be sealed"))
                .ok()
        });
        self.services().decisions.record(self.request_id, evidence);
        let mut denied = ServiceError::denied(message).sealed(sealed.flatten());
        // Who is gone was not denied by a policy; and accounts are apart, whatever is only observed.
        denied.is_policy_denial = !is_gone && !concerned.is_of_others(self);
        Err(denied)
    }
}

/// The condition keys that the request gives, and those of which nobody knows what they would say. Of the tags of
/// resources, lookups have the last word.
fn with_unknown_keys(permission: &Permission) -> Context {
    let mut context = permission.context.clone_with_room(permission.unknown_keys.len());
    let unknown = permission.unknown_keys.iter();
    for key in unknown.filter(|key| !is_resource_tag(key)) {
        match key.split_once(FREE_PART) {
            Some((prefix, _)) => context.insert_unknown_under(prefix),
            None => context.insert_unknown(*key),
        }
    }
    context
}

fn is_resource_tag(key: &str) -> bool {
    let name = key.split_once(':').map_or(key, |(_, name)| name);
    let start = name.get(..RESOURCE_TAG.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(RESOURCE_TAG))
}
