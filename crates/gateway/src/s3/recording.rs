//! What the trail knows of a request already, while it is on its way.

use std::sync::atomic::{AtomicBool, Ordering};

use lanyard_audit::Record;
use lanyard_mapping::Asked;
use parking_lot::Mutex;

use crate::error::S3Error;
use crate::record::{Permissions, Sampler};

/// What is recorded of a request while it is on its way.
#[derive(Debug)]
pub(crate) struct Recording<'a> {
    /// Chooses which of the requests that pass leave a record.
    pub(super) sampler: &'a Sampler,
    is_done: AtomicBool,
    /// The last denial that was let through.
    observed: Mutex<Option<S3Error>>,
    /// What policies say of every permission, where they are only observed.
    permissions: Mutex<Permissions>,
}

impl<'a> Recording<'a> {
    /// Nothing yet.
    pub(crate) fn new(sampler: &'a Sampler) -> Self {
        Self {
            sampler,
            is_done: AtomicBool::new(false),
            observed: Mutex::new(None),
            permissions: Mutex::default(),
        }
    }

    /// Nothing more has to be recorded.
    pub(crate) fn end(&self) {
        self.is_done.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_done(&self) -> bool {
        self.is_done.load(Ordering::Relaxed)
    }

    /// Keeps a denial that was let through for the one record of the request.
    pub(crate) fn observe(&self, denied: &S3Error) {
        *self.observed.lock() = Some(denied.clone());
    }

    pub(super) fn decided(&self, asked: &Asked, is_allowed: bool) {
        let mut permissions = self.permissions.lock();
        permissions.push(asked.action, (&asked.resource, false), &asked.context, is_allowed);
    }

    pub(super) fn with_permissions(&self, record: Record) -> Record {
        self.permissions.lock().enter(record)
    }

    /// The denial that was let through since the last time.
    pub(crate) fn take_observed(&self) -> Option<S3Error> {
        self.observed.lock().take()
    }
}
