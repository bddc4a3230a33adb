//! How a login is run: heard, decided, recorded, and only then answered.
//!
//! A word that is not genuine leaves nothing behind but a counter and, now and then, a line in the log. A genuine one
//! that is refused is recorded like a read, and only so often: whoever can get a token of a public issuer is still a
//! stranger, who must not be able to buy a sync. A session is on disk, in the trail, before it is answered; where a
//! word counts once, its use is committed together with the record.

use std::marker::PhantomData;

use lanyard_audit::Record;
use lanyard_aws_api::query::{Form, decode, encode};
use lanyard_aws_api::{Operation, Structure};
use lanyard_directory::{Account, WriteError};

use super::call::{Arrival, Call};
use super::{Later, record};
use crate::error::Refusal;
use crate::operation::Login;
use crate::sts::Visitor;

/// A login with its type forgotten.
pub(crate) trait LoginHandler: Send + Sync {
    /// Decodes, hears, decides and runs it; answers its encoded output.
    fn answer<'a>(&'a self, arrival: &'a Arrival<'a>, form: &'a Form<'a>) -> Later<'a>;
}

/// Runs a login.
pub(crate) struct LoggingIn<O>(PhantomData<fn() -> O>);

impl<O> LoggingIn<O> {
    /// The handler of `O`.
    pub(crate) const NEW: Self = LoggingIn(PhantomData);
}

impl<O: Login> LoginHandler for LoggingIn<O> {
    fn answer<'a>(&'a self, arrival: &'a Arrival<'a>, form: &'a Form<'a>) -> Later<'a> {
        Box::pin(async move {
            let input = decode::<O::Model>(form)?;
            let (visitor, word) = match O::hear(&input, arrival).await {
                Ok(heard) => heard,
                Err(refusal) => {
                    log_unheard(arrival, &refusal);
                    return Err(refusal);
                }
            };
            let call = arrival.call(&visitor.caller);
            if let Err(refusal) = decide::<O>(&visitor, &visitor.account, &call, arrival) {
                return Err(refused::<O>(&call, &input, &word, &visitor, refusal));
            }
            let made = if O::COUNTS_ONCE {
                once::<O>(&input, &word, &visitor, &call, arrival).await
            } else {
                repeatable::<O>(&input, &word, &visitor, &call, arrival).await
            };
            made.map_err(|refusal| refused::<O>(&call, &input, &word, &visitor, refusal))
        })
    }
}

fn decide<O: Login>(
    visitor: &Visitor,
    account: &Account,
    call: &Call<'_>,
    arrival: &Arrival<'_>,
) -> Result<(), Refusal> {
    call.decide(&visitor.subject(O::ACTION, account, arrival)?, account)
}

/// The session of a word that counts as often as it is said.
async fn repeatable<O: Login>(
    input: &<O::Model as Operation>::Input,
    word: &O::Word,
    visitor: &Visitor,
    call: &Call<'_>,
    arrival: &Arrival<'_>,
) -> Result<Vec<u8>, Refusal> {
    let session = visitor.session(&visitor.account, arrival)?;
    let output = O::output(word, visitor, session);
    let record = record::of_success(call, O::Model::ID, input, &output);
    call.record_all(&[O::recorded(word, visitor, record)]).await?;
    Ok(encode::<O::Model>(&output, call.request_id))
}

/// The session of a word that counts once.
async fn once<O: Login>(
    input: &<O::Model as Operation>::Input,
    word: &O::Word,
    visitor: &Visitor,
    call: &Call<'_>,
    arrival: &Arrival<'_>,
) -> Result<Vec<u8>, Refusal> {
    let written = call.services.directory.write(visitor.account.id(), |edit| {
        // The published revision was decided on a moment ago; a newer one has to be decided on anew.
        if edit.view().revision() != visitor.account.revision() {
            decide::<O>(visitor, edit.view(), call, arrival)?;
        }
        O::use_up(word, edit, arrival)?;
        let output = O::output(word, visitor, visitor.session(edit.view(), arrival)?);
        let record = record::of_success(call, O::Model::ID, input, &output);
        Ok((
            encode::<O::Model>(&output, call.request_id),
            vec![O::recorded(word, visitor, record).to_outbox()],
        ))
    });
    match written.await {
        Ok(written) => Ok(written.output),
        Err(WriteError::Refused(refusal)) => Err(refusal),
        Err(failed) => Err(Refusal::storage(failed)),
    }
}

/// Records a refusal of somebody whose word was genuine.
fn refused<O: Login>(
    call: &Call<'_>,
    input: &(dyn Structure + Sync),
    word: &O::Word,
    visitor: &Visitor,
    refusal: Refusal,
) -> Refusal {
    let record: Record = record::of_refusal(call, O::Model::ID, input, &refusal);
    call.services
        .trail
        .record_of_stranger(&O::recorded(word, visitor, record));
    refusal
}

/// Tells the operator, now and then, of words that were not genuine.
fn log_unheard(arrival: &Arrival<'_>, refusal: &Refusal) {
    let Some(unlogged) = arrival.services.strangers.may_log(arrival.facts.now) else {
        return;
    };
    tracing::info!(
        code = refusal.code().code(),
        // Not called `message`: what is called so is written as it is, and strangers would write lines of the log.
        refusal = refusal.message(),
        cause = refusal.cause().map(tracing::field::display),
        peer = ?arrival.facts.source_ip,
        request_id = arrival.request_id,
        unlogged,
        "a token or an assertion is not accepted"
    );
}
