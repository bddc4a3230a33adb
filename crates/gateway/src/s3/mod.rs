//! What Lanyard answers itself: whose buckets there are, their policies and blocks, lists of access, batch deletes
//! decided key by key, and forms of browsers.

mod batch_delete;
mod buckets;
mod canonical_id;
mod form;
mod ownership;
mod policy;
mod public_access;
mod xml;
