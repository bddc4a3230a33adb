//! How each nature of operation is run: read, write, issue; and a login, which begins without a caller.
//!
//! The parts that do not depend on the operation's type are in [`Call`], so that little is compiled per operation.

mod call;
mod elements;
mod login;
mod ready;
mod record;
mod second_factor;

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use lanyard_access::CredentialRefusal;
use lanyard_audit::Record;
use lanyard_aws_api::query::{Form, encode};
use lanyard_aws_api::{ErrorCode, Operation, OperationId, Structure};
use lanyard_directory::{Account, AccountEdit, WriteError};

pub(crate) use call::{Arrival, Call};
pub(crate) use login::{LoggingIn, LoginHandler};
use ready::Ready;

use crate::aside;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Issue, LongRead, PreparedWrite, Read};
use crate::view::View;

/// An answer that has to be waited for.
pub(crate) type Later<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, Refusal>> + Send + 'a>>;

/// What a handler returns. Most reads need not wait for anything, and a future is dear to those.
pub(crate) enum Answering<'a> {
    /// The answer.
    Now(Result<Vec<u8>, Refusal>),
    /// Something has to be waited for.
    Later(Later<'a>),
}

impl<'a> Answering<'a> {
    fn later(future: impl Future<Output = Result<Vec<u8>, Refusal>> + Send + 'a) -> Self {
        Answering::Later(Box::pin(future))
    }
}

/// An operation with its type forgotten.
pub(crate) trait Handler: Send + Sync {
    /// Decodes, decides and runs the operation; answers its encoded output.
    fn answer<'a>(&'a self, call: &'a Call<'a>, form: &'a Form<'a>) -> Answering<'a>;
}

/// Runs an operation that answers from a snapshot.
pub(crate) struct Reading<O>(PhantomData<fn() -> O>);
/// Runs an operation that answers from a snapshot, step by step.
pub(crate) struct LongReading<O>(PhantomData<fn() -> O>);
/// Runs an operation that changes the caller's account.
pub(crate) struct Writing<O>(PhantomData<fn() -> O>);
/// Runs an operation that issues credentials.
pub(crate) struct Issuing<O>(PhantomData<fn() -> O>);

impl<O> Reading<O> {
    /// The handler of `O`.
    pub(crate) const NEW: Self = Reading(PhantomData);
}
impl<O> LongReading<O> {
    /// The handler of `O`.
    pub(crate) const NEW: Self = LongReading(PhantomData);
}
impl<O> Writing<O> {
    /// The handler of `O`.
    pub(crate) const NEW: Self = Writing(PhantomData);
}
impl<O> Issuing<O> {
    /// The handler of `O`.
    pub(crate) const NEW: Self = Issuing(PhantomData);
}

impl<O: Read> Handler for Reading<O> {
    fn answer<'a>(&'a self, call: &'a Call<'a>, form: &'a Form<'a>) -> Answering<'a> {
        match Ready::<O>::at_hand(call, form) {
            Some(Ok(ready)) => {
                match ready.is_allowed(call) {
                    Ok(()) => Answering::Now(read(&ready, call)),
                    Err(refusal) => Answering::later(async move {
                        Err(call.recorded(O::Model::ID, &ready.input, refusal).await)
                    }),
                }
            }
            Some(Err(refusal)) => Answering::Now(Err(refusal)),
            None => Answering::later(async move {
                let ready = Ready::<O>::of(call, form).await?;
                ready.decide(call).await?;
                read(&ready, call)
            }),
        }
    }
}

fn read<O: Read>(ready: &Ready<O>, call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let output = O::run(&ready.input, &ready.view(call))?;
    Ok(encode::<O::Model>(&output, call.request_id))
}

impl<O: LongRead> Handler for LongReading<O> {
    fn answer<'a>(&'a self, call: &'a Call<'a>, form: &'a Form<'a>) -> Answering<'a> {
        Answering::later(async move {
            let ready = Ready::<O>::of(call, form).await?;
            ready.decide(call).await?;
            let output = O::run(&ready.input, &ready.view(call)).await?;
            if O::is_long(&output) {
                let request_id = call.request_id.to_owned();
                return aside::run(move || encode::<O::Model>(&output, &request_id)).await;
            }
            Ok(encode::<O::Model>(&output, call.request_id))
        })
    }
}

impl<O: Issue> Handler for Issuing<O> {
    fn answer<'a>(&'a self, call: &'a Call<'a>, form: &'a Form<'a>) -> Answering<'a> {
        Answering::later(async move {
            let ready = Ready::<O>::of(call, form).await?;
            if !second_factor::is_shown(&ready, call).await? {
                return issue(&ready, call).await;
            }
            // On a snapshot in which the code is used up.
            let call = call.after_second_factor();
            issue(&Ready::<O>::of(&call, form).await?, &call).await
        })
    }
}

/// Decides, issues and records.
async fn issue<O: Issue>(ready: &Ready<O>, call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    ready.decide(call).await?;
    let output = match O::run(&ready.input, &ready.view(call), call.services) {
        Ok(output) => output,
        Err(refusal) => return Err(call.recorded(O::Model::ID, &ready.input, refusal).await),
    };
    let record = record::of_success(call, O::Model::ID, &ready.input, &output);
    let owner = O::owner(&ready.input, &ready.caller);
    call.record_all(&record::split(record, ready.account.id(), owner))
        .await?;
    Ok(encode::<O::Model>(&output, call.request_id))
}

impl<O: PreparedWrite> Handler for Writing<O> {
    fn answer<'a>(&'a self, call: &'a Call<'a>, form: &'a Form<'a>) -> Answering<'a> {
        Answering::later(async move {
            let ready = Ready::<O>::of(call, form).await?;
            ready.decide(call).await?;
            let prepared = match O::prepare(&ready.input, &ready.view(call), call.services).await {
                Ok(prepared) => prepared,
                Err(refusal) => return Err(call.recorded(O::Model::ID, &ready.input, refusal).await),
            };
            let mut entropy = [0; 16];
            getrandom::fill(&mut entropy).map_err(Refusal::failure)?;
            let written = call.services.directory.write(ready.account.id(), |edit| {
                let output = change::<O>(&ready, &prepared, &entropy, call, edit)?;
                let record = record::of_success(call, O::Model::ID, &ready.input, &output);
                Ok((
                    encode::<O::Model>(&output, call.request_id),
                    vec![record.to_outbox()],
                ))
            });
            match written.await {
                Ok(written) => Ok(written.output),
                Err(WriteError::Refused(refusal)) => {
                    Err(call.recorded(O::Model::ID, &ready.input, refusal).await)
                }
                Err(WriteError::NoSuchAccount(_)) => Err(Refusal::invalid_token()),
                Err(failed) => Err(Refusal::storage(failed)),
            }
        })
    }
}

/// Decides a write again on the state that it changes, and runs it there.
fn change<O: PreparedWrite>(
    ready: &Ready<O>,
    prepared: &O::Prepared,
    entropy: &[u8; 16],
    call: &Call<'_>,
    edit: &mut AccountEdit,
) -> Result<crate::operation::OutputOf<O>, Refusal> {
    let caller = call
        .caller
        .refreshed(edit.view())
        .ok_or_else(Refusal::invalid_token)?;
    let services = call.services;
    // The published revision was decided on a moment ago; a newer one has to be decided on anew.
    if edit.view().revision() != ready.account.revision() {
        let account = edit.view();
        let view = View {
            caller: &caller,
            account,
            others: &ready.others,
            services,
            now: call.now(),
            shows_mfa: call.shows_mfa,
        };
        call.decide(&O::subject(&ready.input, &view)?, account)?;
    }
    let mut change = Change {
        edit,
        caller: &caller,
        others: &ready.others,
        services,
        now: call.now(),
        entropy,
    };
    O::run(&ready.input, prepared, &mut change)
}

impl Call<'_> {
    /// The caller's account as it is now.
    async fn account(&self) -> Result<Arc<Account>, Refusal> {
        let directory = &self.services.directory;
        if let Some(account) = directory.account_cached(self.caller.account) {
            return Ok(account);
        }
        let account = Box::pin(directory.account(self.caller.account))
            .await
            .map_err(Refusal::unavailable)?;
        account.ok_or_else(Refusal::invalid_token)
    }

    /// Refuses what the caller's kind of credentials can never call.
    fn check_credentials(&self, operation: OperationId) -> Result<(), Refusal> {
        self.caller
            .check_may_call(operation.service().name(), operation.name())
            .map_err(|refused| match refused {
                CredentialRefusal::InvalidClientTokenId => Refusal::invalid_token(),
                CredentialRefusal::AccessDenied(message) => Refusal::access_denied(message),
            })
    }

    /// Puts a denial into the trail, and gives it back once it is there.
    ///
    /// Fails closed: a denial that cannot be recorded is answered as a server that is not available. Refusals that
    /// are no denials are recorded without waiting, and only those of operations that write.
    async fn recorded(
        &self,
        operation: OperationId,
        input: &(dyn Structure + Sync),
        refusal: Refusal,
    ) -> Refusal {
        let is_denial = refusal.code() == ErrorCode::ACCESS_DENIED;
        if !is_denial && operation.is_read_only() {
            return refusal;
        }
        let record = record::of_refusal(self, operation, input, &refusal);
        if !is_denial {
            self.services.trail.record_lazy(&record);
            return refusal;
        }
        match self.services.trail.record_synced(&record).await {
            Ok(()) => refusal,
            Err(failed) => Refusal::unavailable(failed),
        }
    }

    /// Puts records into the trail, and returns once they are there.
    async fn record_all(&self, records: &[Record]) -> Result<(), Refusal> {
        self.services
            .trail
            .record_all_synced(records)
            .await
            .map_err(Refusal::unavailable)
    }
}
