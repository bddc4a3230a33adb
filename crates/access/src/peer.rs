//! The other end of a connection.

use std::net::IpAddr;

/// Where a request came from, as far as the server knows.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// The address of the client.
    pub ip: IpAddr,
    /// Whether it came over TLS.
    pub is_secure: bool,
    /// The version of TLS, as `1.3`, where the connection ends here; behind a proxy nobody knows it.
    pub tls_version: Option<&'static str>,
}
