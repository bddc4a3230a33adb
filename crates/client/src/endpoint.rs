//! Where STS is.

use std::fmt;
use std::net::IpAddr;

use crate::ClientError;

/// Where a server of this machine answers.
const DEFAULT: &str = "http://127.0.0.1:4260";

/// A place that secrets may be sent to: TLS, or loopback, or what the caller answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    is_tls: bool,
    host: String,
    port: u16,
    authority: String,
}

impl Endpoint {
    /// Reads `http://` or `https://`, host, optional port, and nothing after it.
    ///
    /// Fails closed: plain HTTP beyond loopback would show secrets to everyone on the path.
    pub fn parse(text: &str, allow_plain_http: bool) -> Result<Self, ClientError> {
        // What stands before an @ may be a secret, and is not shown.
        let shown = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
        let refuse = || {
            ClientError::Settings(format!(
                "{shown} is not the URL of a server: it takes http or https, a host, a port and nothing more"
            ))
        };
        let uri: http::Uri = text.parse().map_err(|_| refuse())?;
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(refuse()),
        };
        let authority = uri.authority().ok_or_else(refuse)?;
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        if !is_bare || authority.as_str().contains('@') || host.is_empty() {
            return Err(refuse());
        }
        if !is_tls && !allow_plain_http && !is_loopback(&host) {
            return Err(ClientError::Settings(format!(
                "{shown} is plain HTTP to another machine, where everyone on the path could read the credentials; \
                 use https, or say --allow-plain-http"
            )));
        }
        Ok(Self {
            is_tls,
            port: authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            host,
        })
    }

    /// The server of this machine, on the port it has if nothing was configured.
    pub(crate) fn of_this_machine() -> Result<Self, ClientError> {
        Self::parse(DEFAULT, false)
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Without the brackets of an IPv6 address.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What stands in the `Host` header.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// Whether a host, by name or address, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: (&str, u16, &str)) {
        let endpoint = Endpoint::parse(text, false).unwrap();
        assert_eq!(
            (endpoint.host(), endpoint.port(), endpoint.to_string().as_str()),
            expected
        );
    }

    #[test]
    fn host_and_port_are_read() {
        check(
            "http://127.0.0.1:4260",
            ("127.0.0.1", 4260, "http://127.0.0.1:4260"),
        );
        check("http://localhost/", ("localhost", 80, "http://localhost"));
        check("https://[::1]:8443", ("::1", 8443, "https://[::1]:8443"));
        check(
            "https://iam.example.com",
            ("iam.example.com", 443, "https://iam.example.com"),
        );
    }

    #[test]
    fn plain_http_to_others_must_be_asked_for() {
        let refusal = Endpoint::parse("http://lanyard:4260", false).unwrap_err();
        assert!(refusal.to_string().contains("--allow-plain-http"), "{refusal}");
        assert!(Endpoint::parse("http://127.0.0.1.example.com", false).is_err());
        assert!(Endpoint::parse("http://lanyard:4260", true).is_ok());
    }

    #[test]
    fn what_is_no_origin_is_refused_and_its_password_not_shown() {
        for text in [
            "",
            "127.0.0.1:4260",
            "ftp://127.0.0.1",
            "https://h/path",
            "https://h?q",
            "https://u:pass@h",
        ] {
            let refusal = Endpoint::parse(text, true).unwrap_err().to_string();
            assert!(!refusal.contains("pass"), "{refusal}");
        }
    }
}
