//! The paper trail: what happened, who did it, and proof that it was written down.
//!
//! Records have CloudTrail's format, so that tools which read CloudTrail read these. Each carries the
//! decision id of the request (its `requestID`), with which the decision can be explained later.
//!
//! Three ways lead into the trail, by what a lost record would cost:
//! - a **mutation** is put into the store's outbox in the same transaction as the change; the [`Mover`] copies
//!   it here afterwards and then deletes it from the outbox, once per event id even after a crash;
//! - a **credential issue** or **authenticated refusal** is written and synced before the caller is answered
//!   ([`Trail::record_synced`]); when that fails the caller must be refused;
//! - a **read** is written at once and synced within a second ([`Trail::record_lazy`]).
//!
//! Failures before authentication never come here: a stranger must not be able to buy a disk sync. A refusal of
//! somebody who signed nothing is recorded like a read, and only so often ([`Trail::record_of_stranger`]).
//!
//! Invariant: no secret is in a record. Parameters can only be made through [`Parameters`], which shows values
//! of listed names and hides every other.

mod caller;
mod identity;
mod json;
mod line;
mod listed;
mod parameters;
mod record;
mod resource;
mod s3;
mod shown;
mod trail;

pub use identity::{Issuer, UserIdentity};
pub use parameters::{HIDDEN, Parameters};
pub use record::{EventType, Happening, Record};
pub use resource::EventResource;
pub use s3::Transfer;
pub use shown::Shown;
pub use trail::{
    Entry, Filter, Follower, Mover, MoverHandle, Reader, Records, Trail, TrailError, TrailOptions, TrailStats,
};
