//! Why the directory could not answer.

use std::convert::Infallible;

use lanyard_names::AccountId;
use lanyard_store::{ApplyError, Cause, CommitError, LaneError, StoreError};

/// What went wrong with the store underneath. For operators; callers learn only that it did.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no room left to write. Nothing changed.
    #[error("the store has no room left")]
    Full,
    /// The store cannot be reached, or too many writes wait for it. Nothing changed.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
    /// It is not known whether a write happened.
    #[error("it is not known whether a write was made")]
    Ambiguous(#[source] Cause),
    /// A change does not fit into one commit. Nothing changed.
    #[error("a change is too large to be stored")]
    TooLarge,
    /// What is stored cannot be read.
    #[error("stored data cannot be read")]
    Damaged(#[source] Cause),
}

/// Why a write did not happen.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// The caller's function refused, on durable state.
    #[error("refused")]
    Refused(E),
    /// There is no such account.
    #[error("there is no account {0}")]
    NoSuchAccount(AccountId),
    /// An account to be created exists.
    #[error("account {0} exists")]
    AccountExists(AccountId),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<StoreError> for StorageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::Damaged(cause) => Self::Damaged(cause),
            other => Self::Unavailable(Cause::new(other)),
        }
    }
}

impl From<CommitError> for StorageError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Full => Self::Full,
            CommitError::Ambiguous(cause) => Self::Ambiguous(cause),
            CommitError::TooLarge(_) => Self::TooLarge,
            other => Self::Unavailable(Cause::new(other)),
        }
    }
}

impl From<ApplyError> for StorageError {
    fn from(error: ApplyError) -> Self {
        Self::Damaged(Cause::new(error))
    }
}

impl<E> WriteError<E> {
    /// From the error of a lane whose function refuses with `Refusal`.
    pub(super) fn from_lane(error: LaneError<Refusal<E>>) -> Self {
        match error {
            LaneError::Refused(Refusal::Caller(refusal)) => Self::Refused(refusal),
            LaneError::Refused(Refusal::Exists(id)) => Self::AccountExists(id),
            LaneError::Refused(Refusal::Unwritable(cause)) => Self::Storage(StorageError::Damaged(cause)),
            LaneError::Commit(error) => Self::Storage(error.into()),
            LaneError::Store(error) => Self::Storage(error.into()),
            LaneError::Apply(error) => Self::Storage(error.into()),
            LaneError::Contended { .. } => Self::Storage(StorageError::Unavailable(Cause::text(
                "others kept writing first",
            ))),
        }
    }

    /// From the error of a lane that was only to load.
    pub(super) fn from_refresh(error: LaneError<Infallible>) -> Self {
        Self::from_lane(match error {
            LaneError::Refused(never) => match never {},
            LaneError::Commit(error) => LaneError::Commit(error),
            LaneError::Store(error) => LaneError::Store(error),
            LaneError::Apply(error) => LaneError::Apply(error),
            LaneError::Contended { attempts } => LaneError::Contended { attempts },
        })
    }

    pub(super) fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Ambiguous(_)))
    }
}

/// What a function run by a lane refuses with.
pub(super) enum Refusal<E> {
    Caller(E),
    Exists(AccountId),
    Unwritable(Cause),
}
