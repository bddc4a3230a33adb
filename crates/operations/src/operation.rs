//! What one operation has to say of itself; everything else is the pipeline's.
//!
//! An operation answers two questions: what is the request decided on ([`Described::subject`]), and what does it
//! answer or change (`run`). It has one of several natures, each a trait: a [`Read`] answers from a snapshot, a
//! [`Write`] changes the caller's account, an [`Issue`] gives out credentials without changing anything. A [`Login`]
//! has no caller yet: somebody else's word says who it is.
//!
//! Invariant: `run` is called only by `handling`, and only after every ask of the subject was allowed on the
//! very snapshot that `run` is given.

use std::collections::BTreeSet;

use lanyard_access::Caller;
use lanyard_audit::Record;
use lanyard_aws_api::Operation;
use lanyard_directory::{Account, AccountEdit};
use lanyard_names::AccountId;

use crate::change::Change;
use crate::error::Refusal;
use crate::handling::Arrival;
use crate::services::Services;
use crate::sts::{RoleSession, SecondFactor, Visitor};
use crate::subject::Subject;
use crate::view::View;

/// The input of an operation's model.
pub(crate) type InputOf<O> = <<O as Described>::Model as Operation>::Input;
/// The output of an operation's model.
pub(crate) type OutputOf<O> = <<O as Described>::Model as Operation>::Output;

/// What every operation says of itself.
pub(crate) trait Described: Send + Sync + 'static {
    /// The operation in the API model.
    type Model: Operation;

    /// The action that a policy must allow.
    const ACTION: &'static str = <Self::Model as Operation>::ID.action();

    /// The accounts, other than the caller's, whose snapshots `subject` and `run` look at.
    fn concerned(_input: &InputOf<Self>, _account: &Account) -> BTreeSet<AccountId> {
        BTreeSet::new()
    }

    /// What the request is decided on. It must not reveal whether a thing exists: what is not there has the ARN it
    /// would have without a path.
    fn subject(input: &InputOf<Self>, view: &View<'_>) -> Result<Subject, Refusal>;
}

/// An operation that answers from a snapshot.
pub(crate) trait Read: Described {
    /// The answer.
    fn run(input: &InputOf<Self>, view: &View<'_>) -> Result<OutputOf<Self>, Refusal>;
}

/// An operation that answers from a snapshot and may have much to work out: it lets others run between its steps.
pub(crate) trait LongRead: Described {
    /// The answer.
    fn run(
        input: &InputOf<Self>,
        view: &View<'_>,
    ) -> impl Future<Output = Result<OutputOf<Self>, Refusal>> + Send;

    /// Whether the answer is so long that others would wait while it is written.
    fn is_long(output: &OutputOf<Self>) -> bool;
}

/// An operation that changes the caller's account and needs nothing prepared.
pub(crate) trait Write: Described {
    /// The change and the answer. May run more than once, on newer snapshots.
    fn run(input: &InputOf<Self>, change: &mut Change<'_>) -> Result<OutputOf<Self>, Refusal>;
}

/// An operation that changes the caller's account and prepares something first that takes time or entropy.
pub(crate) trait PreparedWrite: Described {
    /// What is prepared: outside the lane, once.
    type Prepared: Send + Sync;

    /// Prepares it.
    fn prepare(
        input: &InputOf<Self>,
        view: &View<'_>,
        services: &Services,
    ) -> impl Future<Output = Result<Self::Prepared, Refusal>> + Send;

    /// The change and the answer. May run more than once, on newer snapshots.
    fn run(
        input: &InputOf<Self>,
        prepared: &Self::Prepared,
        change: &mut Change<'_>,
    ) -> Result<OutputOf<Self>, Refusal>;
}

impl<O: Write> PreparedWrite for O {
    type Prepared = ();

    async fn prepare(_: &InputOf<O>, _: &View<'_>, _: &Services) -> Result<(), Refusal> {
        Ok(())
    }

    fn run(input: &InputOf<O>, (): &(), change: &mut Change<'_>) -> Result<OutputOf<O>, Refusal> {
        <O as Write>::run(input, change)
    }
}

/// An operation that issues temporary credentials, or opens what only this server can. Its record is in the synced
/// trail before the answer.
pub(crate) trait Issue: Described {
    /// The credentials.
    fn run(input: &InputOf<Self>, view: &View<'_>, services: &Services) -> Result<OutputOf<Self>, Refusal>;

    /// The second factor that the request shows. Its code is used up before the request is decided.
    fn second_factor(_input: &InputOf<Self>) -> Result<Option<SecondFactor<'_>>, Refusal> {
        Ok(None)
    }

    /// The account of the role that is assumed, when it is not the caller's: it gets a record of its own.
    fn owner(_input: &InputOf<Self>, caller: &Caller) -> AccountId {
        caller.account
    }
}

/// An operation by which somebody without a key assumes a role, because somebody else vouches for them.
///
/// The decision is the role's trust policy's, and is made by `handling` as every other, once the word has been found
/// genuine.
pub(crate) trait Login: Send + Sync + 'static {
    /// The operation in the API model.
    type Model: Operation;

    /// What was found genuine.
    type Word: Send + Sync;

    /// The action that the trust policy must allow.
    const ACTION: &'static str = <Self::Model as Operation>::ID.action();

    /// Whether a word counts once: then it is used up in the transaction that records the session.
    const COUNTS_ONCE: bool = false;

    /// Finds out whose word it is and whether it is genuine. Nothing is written, whatever comes.
    fn hear(
        input: &<Self::Model as Operation>::Input,
        arrival: &Arrival<'_>,
    ) -> impl Future<Output = Result<(Visitor, Self::Word), Refusal>> + Send;

    /// Uses the word up, on the account as it is about to be.
    fn use_up(_word: &Self::Word, _edit: &mut AccountEdit, _arrival: &Arrival<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// The answer.
    fn output(
        word: &Self::Word,
        visitor: &Visitor,
        session: RoleSession,
    ) -> <Self::Model as Operation>::Output;

    /// What the record of the request has beside its parameters.
    fn recorded(word: &Self::Word, visitor: &Visitor, record: Record) -> Record;
}
