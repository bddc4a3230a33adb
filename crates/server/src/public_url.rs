//! The URL clients use: scheme, host, optional port, and nothing after it.

use std::fmt;

/// A validated `http://` or `https://` origin, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl(String);

impl PublicUrl {
    /// Reads an origin. Requests are signed for a host and the path `/`, so a path cannot be part of it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "an origin such as https://iam.example.com (no path)";
        let uri: http::Uri = text.parse().map_err(|_| EXPECTED)?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| matches!(*scheme, "http" | "https"))
            .ok_or(EXPECTED)?;
        let authority = uri.authority().ok_or(EXPECTED)?;
        if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(EXPECTED);
        }
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn an_origin_is_kept_without_its_slash() {
        assert_eq!(
            PublicUrl::parse("https://iam.example.com/").unwrap().to_string(),
            "https://iam.example.com"
        );
        assert_eq!(
            PublicUrl::parse("http://[::1]:4260").unwrap().to_string(),
            "http://[::1]:4260"
        );
    }

    #[test]
    fn paths_user_names_and_other_schemes_are_refused() {
        for text in [
            "https://iam.example.com/iam",
            "https://a@b",
            "ftp://iam.example.com",
            "iam.example.com",
            "",
            "https://x?y",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }
}
