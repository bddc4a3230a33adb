//! An issuer's documents: discovery, and the keys it points to. Evidence: OpenID Connect Discovery 1.0.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use rustls::RootCertStore;
use serde_json::Value;

use super::fetch::{FetchError, Fetcher, HostTrust, HttpsUrl, Thumbprint};
use super::jwk::KeySet;
use super::{OidcError, OidcSettings, OidcSettingsError, json};

/// An issuer, and the thumbprints that one provider accepts of its hosts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct IssuerId {
    pub(super) issuer: String,
    pub(super) thumbprints: Vec<Thumbprint>,
}

/// Keys on their way.
pub(super) type Fetching = Pin<Box<dyn Future<Output = Result<KeySet, OidcError>> + Send>>;

/// Where issuers' keys come from.
pub(super) trait KeySource: Send + Sync + 'static {
    /// The keys that the issuer publishes now.
    fn fetch(&self, id: IssuerId) -> Fetching;
}

/// Keys from where issuers publish them.
#[derive(Debug, Clone)]
pub(super) struct Published {
    fetcher: Arc<Fetcher>,
    authorities: Arc<HashMap<String, Arc<RootCertStore>>>,
}

impl Published {
    pub(super) fn new(settings: &OidcSettings) -> Result<Self, OidcSettingsError> {
        let mut authorities = HashMap::new();
        for own in &settings.authorities {
            let refuse = |reason: String| OidcSettingsError::Authorities {
                issuer: own.issuer.clone(),
                reason,
            };
            let mut roots = RootCertStore::empty();
            for certificate in &own.certificates {
                let added = roots.add(certificate.clone());
                added.map_err(|error| refuse(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(refuse("there is no certificate".to_owned()));
            }
            if HttpsUrl::parse(&own.issuer).is_none() {
                return Err(refuse("the issuer is no https URL".to_owned()));
            }
            authorities.insert(own.issuer.clone(), Arc::new(roots));
        }
        Ok(Self {
            fetcher: Arc::new(Fetcher::new(settings)),
            authorities: Arc::new(authorities),
        })
    }

    async fn keys(self, id: IssuerId) -> Result<KeySet, OidcError> {
        let own = self.authorities.get(&id.issuer).map(Arc::clone);
        let authorities = own.unwrap_or_else(|| self.fetcher.system_authorities());
        let trust = Arc::new(HostTrust::new(authorities, id.thumbprints));
        let keys_url = self.discover(&id.issuer, &trust).await?;
        let keys = self
            .fetcher
            .get(&keys_url, &trust)
            .await
            .map_err(FetchError::into_oidc)?;
        KeySet::parse(&keys).map_err(unusable)
    }

    async fn discover(&self, issuer: &str, trust: &Arc<HostTrust>) -> Result<HttpsUrl, OidcError> {
        let url = discovery_url(issuer)?;
        let document = self
            .fetcher
            .get(&url, trust)
            .await
            .map_err(FetchError::into_oidc)?;
        keys_url(&document, issuer).map_err(unusable)
    }

    /// The topmost certificate of the host that has the issuer's keys, or of the issuer's own if it does not say.
    pub(super) async fn topmost(&self, issuer: &str) -> Result<Thumbprint, OidcError> {
        let trust = Arc::new(HostTrust::looking());
        let url = match self.discover(issuer, &trust).await {
            Ok(keys_url) => keys_url,
            Err(_) if trust.topmost().is_some() => discovery_url(issuer)?,
            Err(error) => return Err(error),
        };
        self.fetcher
            .greet(&url, &trust)
            .await
            .map_err(FetchError::into_oidc)?;
        trust.topmost().ok_or_else(|| unusable("it shows no certificate"))
    }
}

impl KeySource for Published {
    fn fetch(&self, id: IssuerId) -> Fetching {
        Box::pin(self.clone().keys(id))
    }
}

fn discovery_url(issuer: &str) -> Result<HttpsUrl, OidcError> {
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let url = HttpsUrl::parse(&format!("{base}/.well-known/openid-configuration"));
    url.ok_or_else(|| unusable("the issuer is no https URL that can be fetched"))
}

/// Where the keys are, if the document is this issuer's.
fn keys_url(document: &[u8], issuer: &str) -> Result<HttpsUrl, &'static str> {
    let members = json::object(document).map_err(|_| "its discovery document is no sound JSON object")?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("issuer") != Some(issuer) {
        return Err("its discovery document is another issuer's");
    }
    let url = text("jwks_uri").ok_or("its discovery document does not say where its keys are")?;
    HttpsUrl::parse(url).ok_or("its keys are not at an https URL")
}

fn unusable(reason: &str) -> OidcError {
    OidcError::Unreachable {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, expected: Result<&str, &'static str>) {
        let expected = expected.map(|url| HttpsUrl::parse(url).unwrap());
        assert_eq!(
            keys_url(document.as_bytes(), "https://i.example/a"),
            expected,
            "{document}"
        );
    }

    #[test]
    fn discovery_leads_to_the_keys() {
        check(
            r#"{"issuer":"https://i.example/a","jwks_uri":"https://keys.example/k","other":[1]}"#,
            Ok("https://keys.example/k"),
        );
    }

    #[test]
    fn discovery_must_be_the_issuers_own() {
        let another = "its discovery document is another issuer's";
        check(
            r#"{"issuer":"https://i.example","jwks_uri":"https://k/"}"#,
            Err(another),
        );
        check(
            r#"{"issuer":"https://i.example/a/","jwks_uri":"https://k/"}"#,
            Err(another),
        );
        check(r#"{"jwks_uri":"https://k/"}"#, Err(another));
        check(
            r#"{"issuer":["https://i.example/a"],"jwks_uri":"https://k/"}"#,
            Err(another),
        );
        let nowhere = "its keys are not at an https URL";
        check(
            r#"{"issuer":"https://i.example/a","jwks_uri":"http://k/"}"#,
            Err(nowhere),
        );
        check(
            r#"{"issuer":"https://i.example/a","jwks_uri":"file:///k"}"#,
            Err(nowhere),
        );
        let silent = "its discovery document does not say where its keys are";
        check(r#"{"issuer":"https://i.example/a"}"#, Err(silent));
        let unsound = "its discovery document is no sound JSON object";
        check(
            r#"{"issuer":"x","issuer":"https://i.example/a","jwks_uri":"https://k/"}"#,
            Err(unsound),
        );
        check("<html>", Err(unsound));
    }

    #[test]
    fn a_slash_at_the_end_of_an_issuer_is_not_doubled() {
        for issuer in ["https://i.example/a", "https://i.example/a/"] {
            assert_eq!(
                discovery_url(issuer),
                Ok(HttpsUrl::parse("https://i.example/a/.well-known/openid-configuration").unwrap())
            );
        }
        assert!(discovery_url("http://i.example").is_err());
    }
}
