//! Operations that are alike by nature, written once: what differs is whose.

pub(crate) mod attachments;
pub(crate) mod boundaries;
pub(crate) mod inline;
pub(crate) mod tags;
