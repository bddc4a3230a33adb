//! The admin socket: what the operator of this machine may do, whatever the policies say.
//!
//! A Unix socket in a directory of mode 0700 inside the data directory. The kernel tells who connects, and only
//! the server's own user and root are answered. One request a line, one reply a line, both JSON. Every use
//! leaves a record in the trail, refused ones included.

mod acts;
mod answers;
pub(crate) mod client;
pub(crate) mod credentials;
pub(crate) mod mfa_device;
pub(crate) mod protocol;
pub(crate) mod resource_tags;
pub(crate) mod saml_provider;
pub(crate) mod server;
