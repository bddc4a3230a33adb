//! How programs get temporary credentials: a small client of STS, a cache on disk, and an endpoint on loopback.
//!
//! A [`Question`] says who asks STS for what: one role by access keys, by a web identity's token or by a SAML
//! assertion, or a session of the keys themselves. A [`Provider`] answers it from the [`Cache`], or asks the server
//! once, however many processes want to know at the same time. A [`ContainerEndpoint`] hands the answer to SDKs in
//! the way containers get theirs.
//!
//! Invariants: no secret is in an error, in `Debug` or in a file that others can read; every wait and every answer
//! is bounded; secrets go over plain HTTP to loopback only, unless that was asked for in so many words.
//! Fails closed: a cache that others could have read or written is not used.
//!
//! Deliberately absent: proxies, regional endpoints, chains of profiles, and every operation but the four that give
//! credentials. What is a good role or a good token is the server's to say.

mod aws_files;
mod cache;
mod container;
mod credentials;
mod endpoint;
mod error;
mod provider;
mod question;
mod resolve;
mod sts;
mod transport;

pub use cache::{Cache, CacheError};
pub use container::{AuthorizationToken, ContainerEndpoint, WrittenToken};
pub use credentials::{SourceKeys, TemporaryCredentials};
pub use endpoint::Endpoint;
pub use error::ClientError;
pub use provider::{AskForCode, Obtained, Provider};
pub use question::{Question, Source};
pub use resolve::Wanted;
