//! The operations of IAM, by what they are about.

pub(crate) mod access_key;
pub(crate) mod account;
pub(crate) mod family;
pub(crate) mod group;
pub(crate) mod none;
pub(crate) mod parameter;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod shapes;
pub(crate) mod user;
