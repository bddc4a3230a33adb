//! The storage contract: what every engine promises to the rest of Lanyard.
//!
//! State is divided into *partitions* (one per account, one per organization,
//! one `global`). Each has a head [`Revision`]; a [`Commit`] states the
//! revisions it read and appends to exactly one partition. That is enough for
//! strict serializability and for gapless revisions on any engine, from one
//! SQLite file to etcd.
//!
//! * [`Engine`] is the contract, [`MemoryEngine`] its plainest implementation.
//! * [`Lane`] runs the writes of one partition one after another on a
//!   speculative head while earlier commits are still on their way to disk.
//! * [`conformance`] is the suite that every engine must pass.
//! * [`Faulty`] wraps any engine and makes it fail on command, for tests.
//!
//! Invariant: a result leaves a lane only when everything it was computed from
//! is durable and published.
//!
//! This crate knows neither accounts nor policies: keys and values are opaque.

mod commit;
mod completion;
mod engine;
mod error;
mod faulty;
mod feed;
mod lane;
mod memory;

pub mod conformance;

pub use commit::{Change, Commit, Limit, Limits, OutboxRecord, PartitionId, Revision};
pub use completion::{CommitTicket, Completion};
pub use engine::{Engine, Loaded, OutboxEntry, OutboxPosition, Stat};
pub use error::{ApplyError, Cause, CommitError, LaneError, StoreError};
pub use faulty::{Faulty, Hold};
pub use feed::{Collected, Cursor, Event};
pub use lane::{Lane, Observed, Proposal, Replica, Write, Written};
pub use memory::MemoryEngine;
