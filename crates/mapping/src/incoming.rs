//! A request as it came in, before it means anything.

use http::{HeaderMap, Method};

/// What is needed of a request to say what it means. Nothing has been decoded.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as it was sent.
    pub path: &'a str,
    /// The query as it was sent, without `?`.
    pub query: Option<&'a str>,
    /// Every header.
    pub headers: &'a HeaderMap,
    /// The host the request was sent to: HTTP/2's `:authority` or HTTP/1.1's `Host`, with or without a port.
    pub host: &'a str,
}
