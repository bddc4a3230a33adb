//! Virtual-host style: which bucket a host names.

use http::{HeaderMap, header};

use crate::MappingError;

/// The domains under which buckets have hosts of their own. With none, every request is path style.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// In lower case, the longest first: the bucket of `a.b.example.com` is `a` if `b.example.com` is known too.
    domains: Vec<String>,
}

impl Hosts {
    /// Path style only.
    pub fn path_style_only() -> Self {
        Self::default()
    }

    /// Buckets have hosts below these domains: `s3.example.com` makes `reports.s3.example.com` the bucket `reports`.
    ///
    /// # Errors
    /// A domain that is no host name.
    pub fn new(domains: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, MappingError> {
        let mut known = Vec::new();
        for domain in domains {
            let domain = domain.as_ref();
            if domain.contains(':') || !is_name(domain) {
                return Err(MappingError::InvalidHost("a domain that is no host name"));
            }
            known.push(domain.to_ascii_lowercase());
        }
        known.sort_by_key(|domain| std::cmp::Reverse(domain.len()));
        Ok(Self { domains: known })
    }

    /// The domains, the longest first.
    pub fn domains(&self) -> &[String] {
        &self.domains
    }

    /// What stands before one of the domains in this host; nothing for path style.
    pub(crate) fn label<'host>(&self, host: &'host str) -> Result<Option<&'host str>, MappingError> {
        let name = without_port(host)?;
        for domain in &self.domains {
            let Some((before, end)) = name
                .len()
                .checked_sub(domain.len())
                .and_then(|at| name.split_at_checked(at))
            else {
                continue;
            };
            if !end.eq_ignore_ascii_case(domain) {
                continue;
            }
            if before.is_empty() {
                return Ok(None);
            }
            if let Some(label) = before.strip_suffix('.') {
                return Ok(Some(label));
            }
        }
        Ok(None)
    }
}

/// Fails closed: the host stands in one place, or in two that agree. Whoever looks at the other one would see another
/// bucket.
pub(crate) fn check_agreement(host: &str, headers: &HeaderMap) -> Result<(), MappingError> {
    let mut count = 0;
    for value in headers.get_all(header::HOST) {
        let value = value.as_bytes();
        if value != host.as_bytes() && !value.eq_ignore_ascii_case(host.as_bytes()) {
            return Err(MappingError::InvalidHost("it is said twice, and differently"));
        }
        count += 1;
    }
    if count > 1 {
        return Err(MappingError::InvalidHost("it is said twice"));
    }
    Ok(())
}

fn without_port(host: &str) -> Result<&str, MappingError> {
    if let Some(address) = host.strip_prefix('[') {
        let (address, port) = address.split_once(']').unwrap_or_default();
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        if is_port && address.parse::<std::net::Ipv6Addr>().is_ok() {
            return Ok("");
        }
        return Err(MappingError::InvalidHost("it is no address"));
    }
    let (name, port) = host
        .split_once(':')
        .map_or((host, None), |(name, port)| (name, Some(port)));
    if port.is_some_and(|port| !is_port(port)) || !is_name(name) {
        return Err(MappingError::InvalidHost("it is no host name"));
    }
    Ok(name)
}

fn is_port(text: &str) -> bool {
    text.len() <= 5 && text.parse::<u16>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=253).contains(&name.len())
        && name.bytes().all(is_letter)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.as_bytes().windows(2).any(|pair| pair == b"..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, expected: Result<Option<&str>, ()>) {
        let hosts = Hosts::new(["s3.example.com", "eu.s3.example.com"]).unwrap();
        assert_eq!(hosts.label(host).map_err(|_| ()), expected, "{host}");
    }

    #[test]
    fn a_host_below_a_domain_names_a_bucket() {
        check("reports.s3.example.com", Ok(Some("reports")));
        check("a.b.S3.example.com:9000", Ok(Some("a.b")));
        check("reports.eu.s3.example.com", Ok(Some("reports")));
        check("eu.s3.example.com", Ok(None));
        check("s3.example.com:443", Ok(None));
        check("xs3.example.com", Ok(None));
        check("127.0.0.1:9000", Ok(None));
        check("[::1]:9000", Ok(None));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for host in [
            "",
            "a@s3.example.com",
            "reports.s3.example.com.",
            ".s3.example.com",
            "a..s3.example.com",
            "s3.example.com:",
            "s3.example.com:+80",
            "s3.example.com:80:80",
            "[::1",
            "[x]:80",
            "a/b.s3.example.com",
        ] {
            check(host, Err(()));
        }
    }

    #[test]
    fn two_hosts_must_agree() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "a.example".parse().unwrap());
        assert!(check_agreement("A.example", &headers).is_ok());
        assert!(check_agreement("b.example", &headers).is_err());
        headers.append(header::HOST, "a.example".parse().unwrap());
        assert!(check_agreement("a.example", &headers).is_err());
    }
}
