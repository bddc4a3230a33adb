//! Who is really at the other end, when proxies stand between.
//!
//! `X-Forwarded-For` and `X-Forwarded-Proto` are believed only from addresses the operator named, and read from
//! the right: each proxy appends the address it saw, so the first address from the right that is not itself a
//! trusted proxy is the caller's. Anything left of it was written by the caller.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

use crate::listener::Connected;

/// The caller's address and whether the caller's own connection was encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Address of the caller.
    pub(crate) ip: IpAddr,
    /// Whether the caller speaks TLS.
    pub(crate) tls: bool,
    /// The version of TLS, where the caller's own connection ends here.
    pub(crate) tls_version: Option<&'static str>,
}

/// Sees through trusted proxies, and through nobody else.
pub(crate) fn origin(connected: Connected, headers: &HeaderMap, trusted: &[IpNet]) -> Origin {
    let direct = Origin {
        ip: connected.address.ip().to_canonical(),
        tls: connected.tls,
        tls_version: connected.tls_version,
    };
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    if !is_trusted(&direct.ip) {
        return direct;
    }
    let mut ip = direct.ip;
    for text in hops(headers, "x-forwarded-for") {
        // Fails closed: behind something unreadable nothing can be believed, so the last proxy stays the caller.
        let Some(hop) = parse_hop(text) else { break };
        ip = hop;
        if !is_trusted(&hop) {
            break;
        }
    }
    let tls = match hops(headers, "x-forwarded-proto").next() {
        Some(scheme) => scheme.eq_ignore_ascii_case("https"),
        None => direct.tls,
    };
    Origin {
        ip,
        tls,
        tls_version: None,
    }
}

/// The elements of a list header, last first.
fn hops<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().rev();
    values
        .flat_map(|value| value.to_str().unwrap_or("?").rsplit(','))
        .map(str::trim)
}

/// An address, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let ip = match bare.parse::<IpAddr>() {
        Ok(ip) => ip,
        Err(_) => text.parse::<std::net::SocketAddr>().ok()?.ip(),
    };
    Some(ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, headers: &[(&'static str, &str)], expected: &str, tls: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let connected = Connected {
            address: from.parse().unwrap(),
            tls: false,
            tls_version: None,
        };
        assert_eq!(
            origin(connected, &map, &trusted),
            Origin {
                ip: expected.parse().unwrap(),
                tls,
                tls_version: None,
            }
        );
    }

    #[test]
    fn a_stranger_s_headers_are_not_believed() {
        let headers = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        check("198.51.100.1:5", &headers, "198.51.100.1", false);
    }

    #[test]
    fn a_trusted_proxy_names_the_caller() {
        let headers = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        check("10.0.0.1:5", &headers, "192.0.2.1", true);
        check("[::ffff:10.0.0.1]:5", &headers, "192.0.2.1", true);
    }

    #[test]
    fn what_the_caller_wrote_itself_is_left_of_what_counts() {
        check(
            "10.0.0.1:5",
            &[("x-forwarded-for", "127.0.0.1, 192.0.2.1, 10.0.0.2")],
            "192.0.2.1",
            false,
        );
        let twice = [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-for", "192.0.2.1:443"),
        ];
        check("10.0.0.1:5", &twice, "192.0.2.1", false);
        check(
            "10.0.0.1:5",
            &[("x-forwarded-proto", "https, http")],
            "10.0.0.1",
            false,
        );
    }

    #[test]
    fn an_unreadable_hop_ends_the_belief() {
        check(
            "10.0.0.1:5",
            &[("x-forwarded-for", "192.0.2.1, unknown, 10.0.0.2")],
            "10.0.0.2",
            false,
        );
        check("10.0.0.1:5", &[("x-forwarded-for", "")], "10.0.0.1", false);
    }

    #[test]
    fn version_six_addresses_come_with_and_without_brackets() {
        check(
            "10.0.0.1:5",
            &[("x-forwarded-for", "2001:db8::1")],
            "2001:db8::1",
            false,
        );
        check(
            "10.0.0.1:5",
            &[("x-forwarded-for", "[2001:db8::1]:80, [fd00::1]")],
            "2001:db8::1",
            false,
        );
    }
}
