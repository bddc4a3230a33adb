//! Under which URL people and programs reach the server.
//!
//! That is the public URL, if one is configured. Without one it is the address that the server listens on, or this very
//! machine, so that pages and tokens are given to nobody under a name that whoever asks made up.

use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::{Authority, Uri};

/// The origin of the server: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    is_https: bool,
    /// In lower case, without the scheme's own port.
    authority: String,
}

impl Site {
    /// The site of a configured public URL.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self::new(is_https, uri.authority()?))
    }

    /// The site that a request is for.
    // Fails closed: without a public URL, names that anybody could have made up are not ours.
    pub(crate) fn of_request(
        public: Option<&Self>,
        endpoint: &Self,
        parts: &Parts,
        is_secure: bool,
    ) -> Option<Self> {
        if let Some(public) = public {
            return Some(public.clone());
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let authority: Authority = match (host, parts.uri.authority()) {
            (_, Some(authority)) => authority.clone(),
            (Some(host), None) => host.parse().ok()?,
            (None, None) => return None,
        };
        let site = Self::new(is_secure, &authority);
        (is_loopback(authority.host()) || site == *endpoint).then_some(site)
    }

    fn new(is_https: bool, authority: &Authority) -> Self {
        let host = authority.host().to_ascii_lowercase();
        let default = if is_https { 443 } else { 80 };
        let authority = match authority.port_u16() {
            Some(port) if port != default => format!("{host}:{port}"),
            _ => host,
        };
        Self { is_https, authority }
    }

    /// Whether browsers reach it over TLS, so that cookies can be kept to that.
    pub(crate) const fn is_https(&self) -> bool {
        self.is_https
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.authority)
    }

    /// Whether a URL is this path of the site, whatever query it has.
    pub(crate) fn is_url_of(&self, url: &str, path: &str) -> bool {
        let Ok(uri) = url.parse::<Uri>() else {
            return false;
        };
        uri.path() == path && self.is_of(&uri)
    }

    /// The path and query of a URL of this site: where a browser may be sent.
    ///
    /// What is given back begins with one slash and holds nothing that a browser could read as another host.
    pub(crate) fn local_path(&self, url: &str) -> Option<String> {
        // Browsers read a backslash as a slash, and leave out line breaks and tabs.
        if !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return None;
        }
        let uri: Uri = url.parse().ok()?;
        if !self.is_of(&uri) {
            return None;
        }
        let path = uri.path_and_query()?.as_str();
        is_local_path(path).then(|| path.to_owned())
    }

    /// Whether the page that a form was sent from, if the browser names it, is one of ours.
    pub(crate) fn is_own_form(&self, parts: &Parts) -> bool {
        let mut origins = parts.headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => true,
            (Some(origin), None) => origin.to_str().is_ok_and(|origin| origin == self.url("")),
            (Some(_), Some(_)) => false,
        }
    }

    fn is_of(&self, uri: &Uri) -> bool {
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return false,
        };
        uri.authority().is_some_and(|authority| {
            !authority.as_str().contains('@') && Self::new(is_https, authority) == *self
        })
    }
}

/// Whether a text is a path of this very site to every browser.
pub(crate) fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// Whether a host can only be this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(url: &str) -> Site {
        Site::parse(url).unwrap()
    }

    fn of_request(public: Option<&str>, host: &str) -> Option<String> {
        let (parts, ()) = http::Request::get("/v1/authorize")
            .header("host", host)
            .body(())
            .unwrap()
            .into_parts();
        let public = public.map(site);
        let endpoint = site("http://10.0.0.1:4260");
        Site::of_request(public.as_ref(), &endpoint, &parts, false).map(|site| site.url("/"))
    }

    #[test]
    fn without_a_public_url_only_this_machine_is_meant_and_the_address_listened_on() {
        assert_eq!(
            of_request(None, "127.0.0.1:4260").unwrap(),
            "http://127.0.0.1:4260/"
        );
        assert_eq!(of_request(None, "LOCALHOST").unwrap(), "http://localhost/");
        assert_eq!(of_request(None, "[::1]:80").unwrap(), "http://[::1]/");
        assert_eq!(
            of_request(None, "10.0.0.1:4260").unwrap(),
            "http://10.0.0.1:4260/"
        );
        for host in ["iam.example.com", "127.0.0.1.example.com", "10.0.0.1", "a@b", ""] {
            assert_eq!(of_request(None, host), None, "{host}");
        }
        assert_eq!(
            of_request(Some("https://iam.example.com"), "evil.example").unwrap(),
            "https://iam.example.com/"
        );
    }

    #[test]
    fn only_its_own_urls_are_local() {
        let site = site("https://iam.example.com");
        let local = |url: &str| site.local_path(url);
        assert_eq!(
            local("https://iam.example.com/v1/session?a=b").unwrap(),
            "/v1/session?a=b"
        );
        assert_eq!(local("https://IAM.example.com:443/").unwrap(), "/");
        for url in [
            "http://iam.example.com/",
            "https://iam.example.com:444/",
            "https://iam.example.com.evil.example/",
            "https://iam.example.com@evil.example/",
            "https://user@iam.example.com/",
            "https://evil.example/https://iam.example.com/",
            "//evil.example/",
            "/v1/session",
            "https:/evil.example",
            "https://iam.example.com//evil.example",
            "https://iam.example.com/\\evil.example",
            "https://iam.example.com/\tx",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(local(url), None, "{url}");
        }
    }

    #[test]
    fn a_url_of_a_path_may_have_a_query_and_the_schemes_own_port() {
        let site = site("https://iam.example.com");
        assert!(site.is_url_of("https://iam.example.com/v1/token", "/v1/token"));
        assert!(site.is_url_of("https://iam.example.com:443/v1/token?x=y", "/v1/token"));
        assert!(!site.is_url_of("http://iam.example.com/v1/token", "/v1/token"));
        assert!(!site.is_url_of("https://iam.example.com/v1/token/", "/v1/token"));
        assert!(!site.is_url_of("https://iam.example.com:8443/v1/token", "/v1/token"));
    }
}
