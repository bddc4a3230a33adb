//! A request that can be decided: decoded, with the snapshots that it is decided and run on.

use std::sync::Arc;

use lanyard_access::Caller;
use lanyard_aws_api::Operation;
use lanyard_aws_api::query::{Form, decode};
use lanyard_directory::Account;

use super::Call;
use crate::error::Refusal;
use crate::operation::{Described, InputOf};
use crate::view::{Others, View};

/// A decoded request with everything it is decided and run on.
pub(super) struct Ready<O: Described> {
    pub(super) input: InputOf<O>,
    pub(super) caller: Caller,
    pub(super) account: Arc<Account>,
    pub(super) others: Others,
}

impl<O: Described> Ready<O> {
    /// Decodes the input and gathers the snapshots.
    pub(super) async fn of(call: &Call<'_>, form: &Form<'_>) -> Result<Self, Refusal> {
        let input = decode::<O::Model>(form)?;
        let account = call.account().await?;
        let mut ready = Self::within(input, account, call)?;
        let concerned = O::concerned(&ready.input, &ready.account);
        if !concerned.is_empty() {
            ready.others = Box::pin(call.services.directory.accounts(concerned))
                .await
                .map_err(Refusal::unavailable)?;
        }
        Ok(ready)
    }

    /// The same, if every snapshot is at hand.
    pub(super) fn at_hand(call: &Call<'_>, form: &Form<'_>) -> Option<Result<Self, Refusal>> {
        let account = call.services.directory.account_cached(call.caller.account)?;
        let input = match decode::<O::Model>(form) {
            Ok(input) => input,
            Err(malformed) => return Some(Err(malformed.into())),
        };
        let needs_others = !O::concerned(&input, &account).is_empty();
        (!needs_others).then(|| Self::within(input, account, call))
    }

    fn within(input: InputOf<O>, account: Arc<Account>, call: &Call<'_>) -> Result<Self, Refusal> {
        let caller = call
            .caller
            .refreshed(&account)
            .ok_or_else(Refusal::invalid_token)?;
        Ok(Ready {
            input,
            caller,
            account,
            others: Others::new(),
        })
    }

    pub(super) fn view<'a>(&'a self, call: &Call<'a>) -> View<'a> {
        View {
            caller: &self.caller,
            account: &self.account,
            others: &self.others,
            services: call.services,
            now: call.now(),
            shows_mfa: call.shows_mfa,
        }
    }

    /// Decides the request on the published snapshot.
    pub(super) fn is_allowed(&self, call: &Call<'_>) -> Result<(), Refusal> {
        call.check_credentials(O::Model::ID)?;
        let subject = O::subject(&self.input, &self.view(call))?;
        call.decide(&subject, &self.account)
    }

    /// The same. A refusal is in the trail before it is answered.
    pub(super) async fn decide(&self, call: &Call<'_>) -> Result<(), Refusal> {
        match self.is_allowed(call) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(call.recorded(O::Model::ID, &self.input, refusal).await),
        }
    }
}
