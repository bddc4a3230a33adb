//! A body on its way to the upstream, wherever it comes from.

use std::error::Error as StdError;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;

/// Whatever went wrong with a body on its way to the upstream.
pub(crate) type BodyFailure = Box<dyn StdError + Send + Sync>;
/// A body on its way to the upstream.
pub(crate) type OutgoingBody = UnsyncBoxBody<Bytes, BodyFailure>;
