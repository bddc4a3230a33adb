//! The two programs that may ask for an authorization code, and where each may have it sent.

use http::Uri;
use lanyard_names::AccountId;

use crate::sessions::{CONFIRMATION, REGION};
use crate::site::{Site, is_loopback};

const REDIRECT_CHARACTERS_MAX: usize = 2048;

/// A development tool, as `aws login` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// It runs beside the browser, and takes the code on a port of its own.
    SameDevice,
    /// It runs elsewhere: a person carries the code over.
    CrossDevice,
}

impl Client {
    /// The client of an id. Evidence: the service model of AWS Sign-In.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        match id {
            "arn:aws:signin:::devtools/same-device" => Some(Self::SameDevice),
            "arn:aws:signin:::devtools/cross-device" => Some(Self::CrossDevice),
            _ => None,
        }
    }

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::SameDevice => "arn:aws:signin:::devtools/same-device",
            Self::CrossDevice => "arn:aws:signin:::devtools/cross-device",
        }
    }

    /// As one byte.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::SameDevice => 1,
            Self::CrossDevice => 2,
        }
    }

    /// The resource that permission is needed on. Evidence: the service authorization reference of AWS Sign-In.
    pub(crate) fn resource(self, account: AccountId) -> String {
        let name = match self {
            Self::SameDevice => "localhost",
            Self::CrossDevice => "remote",
        };
        format!("arn:aws:signin:{REGION}:{account}:oauth2/public-client/{name}")
    }

    /// Whether the code may be sent there: to a port of this machine, or to our own page that shows it.
    pub(crate) fn admits(self, redirect: &str, site: &Site) -> bool {
        let is_plain = redirect.len() <= REDIRECT_CHARACTERS_MAX
            && redirect
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\\#?@".contains(&byte));
        match self {
            Self::SameDevice => is_plain && loopback_origin(redirect).is_some(),
            Self::CrossDevice => is_plain && site.is_url_of(redirect, CONFIRMATION),
        }
    }
}

/// The origin of a URL on this machine, without TLS.
pub(crate) fn loopback_origin(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?;
    // An address of IPv6 cannot be named in a page's policy, so browsers would not go there.
    let is_named = is_loopback(authority.host()) && !authority.host().starts_with('[');
    let is_ours = uri.scheme_str() == Some("http") && is_named;
    let is_bare = authority.port_u16().map_or_else(
        || authority.as_str() == authority.host(),
        |port| port > 0 && authority.as_str() == format!("{}:{port}", authority.host()),
    );
    (is_ours && is_bare).then(|| format!("http://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sent_to_this_machine_or_shown_on_our_page() {
        let site = Site::parse("https://iam.example.com").unwrap();
        let same = |url: &str| Client::SameDevice.admits(url, &site);
        assert!(same("http://127.0.0.1:38561/oauth/callback"));
        assert!(same("http://localhost:1/"));
        assert!(!same("http://[::1]:65535/oauth/callback"));
        for url in [
            "https://127.0.0.1:1/",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1@evil.example/",
            "http://evil.example/?http://127.0.0.1/",
            "http://127.0.0.1:1/?next=x",
            "http://127.0.0.1:1/#x",
            "http://127.0.0.1:1\\@evil.example/",
            "http://127.0.0.1:/x",
            "http://127.0.0.2:1/",
            "//127.0.0.1/",
            "lanyard://callback",
            "https://iam.example.com/v1/sessions/confirmation",
            "",
        ] {
            assert!(!same(url), "{url}");
        }
        let cross = |url: &str| Client::CrossDevice.admits(url, &site);
        assert!(cross("https://iam.example.com/v1/sessions/confirmation"));
        assert!(!cross("https://evil.example/v1/sessions/confirmation"));
        assert!(!cross("https://iam.example.com/v1/session"));
        assert!(!cross("http://127.0.0.1:38561/oauth/callback"));
    }
}
