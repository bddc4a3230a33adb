//! The rules of an account, each through the directory on a store in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "test code"
)]

mod agreement;
mod attempts;
mod buckets;
mod conflicts;
mod creation;
mod gathering;
mod hardware_mfa_devices;
mod inline_policies;
mod instance_profiles;
mod issuer;
mod managed;
mod mfa_devices;
mod model;
mod names;
mod partial_lists;
mod passwords;
mod providers;
mod quotas;
mod resource_tags;
mod revocations;
mod server_certificates;
mod service_linked_roles;
mod service_specific_credentials;
mod signing_certificates;
mod ssh_public_keys;
mod stored;
mod trust;
mod world;
