//! The URLs that are fetched.

use http::Uri;

/// An `https` URL without user, password or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::oidc) struct HttpsUrl {
    host: String,
    port: u16,
    target: String,
}

const BYTES_MAX: usize = 2048;

impl HttpsUrl {
    /// Nothing for any other URL.
    pub(in crate::oidc) fn parse(text: &str) -> Option<Self> {
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
        if text.len() > BYTES_MAX || !is_plain || !text.starts_with("https://") {
            return None;
        }
        let uri: Uri = text.parse().ok()?;
        let authority = uri
            .authority()
            .filter(|authority| !authority.as_str().contains('@'))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let after_host = authority.as_str().get(authority.host().len()..)?;
        let port = match after_host.strip_prefix(':') {
            None if after_host.is_empty() => 443,
            Some(port) if is_port(port) => port.parse().ok().filter(|port| *port != 0)?,
            _ => return None,
        };
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        (!host.is_empty()).then(|| Self {
            host: host.to_ascii_lowercase(),
            port,
            target: if target.starts_with('/') {
                target.to_owned()
            } else {
                format!("/{target}")
            },
        })
    }

    /// Where a `Location` leads from here; nothing if that is nothing to fetch.
    pub(super) fn join(&self, location: &str) -> Option<Self> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Self::parse(&format!("https://{}{location}", self.authority()));
        }
        Self::parse(location)
    }

    /// A name or an address, without brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Path and query.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// What the `Host` header says.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        if self.port == 443 {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, u16, &str)>) {
        let url = HttpsUrl::parse(text);
        let read = url.as_ref().map(|url| (url.host(), url.port(), url.target()));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn an_https_url_is_taken_apart() {
        check("https://host.example", Some(("host.example", 443, "/")));
        check(
            "https://Host.Example/a/b?c=d",
            Some(("host.example", 443, "/a/b?c=d")),
        );
        check("https://host:8443/", Some(("host", 8443, "/")));
        check("https://127.0.0.1:1/x", Some(("127.0.0.1", 1, "/x")));
        check("https://[::1]:443/x", Some(("::1", 443, "/x")));
        check("https://[::1]/x", Some(("::1", 443, "/x")));
        check("https://host?x", Some(("host", 443, "/?x")));
    }

    #[test]
    fn other_urls_are_refused() {
        for text in [
            "",
            "host",
            "http://host",
            "HTTPS://host",
            "https:/host",
            "https:host",
            "https://",
            "https:///x",
            "//host/x",
            "ftp://host",
            "file:///etc/passwd",
            "https://user@host/",
            "https://a:b@host/",
            "https://@host/",
            "https://host:/",
            "https://host:0/",
            "https://host:65536/",
            "https://host:-1/",
            "https://host:1:2/",
            "https://host/#x",
            "https://host/ x",
            "https://ho st/",
            "https://host\\@evil/",
            "https://hôst/",
            "https://host/\r\nX: y",
            "https://[::1",
            "https://::1/",
        ] {
            check(text, None);
        }
        check(&format!("https://host/{}", "x".repeat(2048)), None);
    }

    #[test]
    fn a_redirection_leads_to_https_only() {
        let url = HttpsUrl::parse("https://[::1]:8443/a?b").unwrap();
        let join = |location: &str| {
            url.join(location)
                .map(|url| format!("{}{}", url.authority(), url.target()))
        };
        assert_eq!(join("/c"), Some("[::1]:8443/c".to_owned()));
        assert_eq!(join("https://other/c"), Some("other/c".to_owned()));
        for location in [
            "//other/c",
            "http://other/c",
            "c",
            "",
            "gopher://x",
            "/\\other",
            "javascript:x",
        ] {
            assert_eq!(join(location), None, "{location}");
        }
    }
}
