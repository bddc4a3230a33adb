//! Buckets: which an account has, and what a request wants of a new one.

mod configuration;
mod listing;

pub(crate) use configuration::{ConfigurationError, location};
pub(crate) use listing::{Listing, ListingError};
