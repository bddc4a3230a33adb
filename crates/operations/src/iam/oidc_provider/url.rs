//! The URL of a provider: read strictly, kept without its scheme and HTTPS's own port, and otherwise never normalised.
//!
//! A token's `iss` is compared with it letter by letter, so that a slash at the end or a capital letter makes another
//! provider. Evidence: which URLs are refused with which of three answers was collected from AWS by an open-source
//! server's tests, 2026.

use lanyard_names::OidcProviderUrl;

use crate::error::Refusal;

/// Reads the URL of a provider that is about to be made.
// Differs from AWS: a port is accepted. Issuers inside a network, a Kubernetes API server for one, often have one.
pub(super) fn read(url: &str) -> Result<OidcProviderUrl, Refusal> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(Refusal::oidc_url_unreadable());
    };
    if scheme != "https" {
        return Err(Refusal::oidc_url_not_https());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Err(Refusal::oidc_url_unreadable());
    }
    if rest.contains(['@', '\\', '*']) || !is_authority(authority) {
        return Err(Refusal::oidc_url_invalid());
    }
    if rest.contains(['?', '#']) {
        return Err(Refusal::oidc_url_not_plain());
    }
    // The port of HTTPS says nothing, and is left out. Evidence: a recorded answer of IAM.
    let path = rest.get(authority.len()..).unwrap_or_default();
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    OidcProviderUrl::parse(&format!("{host}{path}")).map_err(|_| Refusal::oidc_url_invalid())
}

/// Whether it is a host, perhaps with a port: a name of DNS, or an address. IPv6 addresses are not accepted, since
/// their colons would be read as the end of the provider's name in condition keys.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_port = |port: &str| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Result<&str, &str>) {
        let answered = read(url).map(|url| url.as_str().to_owned());
        let answered = answered.map_err(|refusal| refusal.message().unwrap_or_default().to_owned());
        assert_eq!(answered.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_provider_is_named_by_its_url_as_it_stands_without_the_scheme() {
        check("https://example.com", Ok("example.com"));
        check("https://Example.com/a/b/", Ok("Example.com/a/b/"));
        check("https://k8s.internal:6443", Ok("k8s.internal:6443"));
        check("https://example.com:443", Ok("example.com"));
        check("https://example.com:443/a:443", Ok("example.com/a:443"));
        check("https://198.51.100.7/x", Ok("198.51.100.7/x"));
    }

    #[test]
    fn what_is_no_https_url_is_told_apart() {
        let unreadable = Err("Invalid Open ID Connect Provider URL");
        check("example.com", unreadable);
        check("https://", unreadable);
        check("https:///path", unreadable);
        let not_https = Err("Invalid Open ID Connect Provider URL. The URL must begin with https://.");
        check("http://example.com", not_https);
        check("HTTPS://example.com", not_https);
    }

    #[test]
    fn what_a_token_cannot_name_is_refused() {
        for url in [
            "https://user:password@example.com",
            "https://exa_mple.com",
            "https://-example.com",
            "https://example..com",
            "https://example.com:0",
            "https://example.com:66000",
            "https://[::1]",
            "https://example.com/a b",
            "https://example.com/ä",
            "https://example.com/*",
        ] {
            check(url, Err("Invalid Open ID Connect Provider URL."));
        }
        for url in ["https://example.com?a=b", "https://example.com/#a"] {
            check(url, Err("Unknown"));
        }
    }
}
