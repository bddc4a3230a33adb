//! The steps by which a token is found genuine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lanyard_names::AccountId;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::claims::Registered;
use super::documents::{IssuerId, Published};
use super::fetch::Thumbprint;
use super::issuers::Issuers;
use super::presented::PresentedToken;
use super::{OidcError, OidcSettings, OidcSettingsError, VerifiedToken, claims};

/// Whose tokens are accepted, and for whom: the provider, as an account keeps it.
#[derive(Debug, Clone, Copy)]
pub struct OidcTrust<'a> {
    /// The provider's URL without `https://`.
    pub url: &'a str,
    /// The audiences that it accepts.
    pub client_ids: &'a [Arc<str>],
    /// SHA-1 of certificates that stand for its hosts, forty hexadecimal digits each.
    pub thumbprints: &'a [Arc<str>],
}

impl OidcTrust<'_> {
    fn issuer(&self) -> String {
        format!("https://{}", self.url)
    }

    /// What claims say whose signature somebody else has verified, who is trusted to do so: their issuer, audience and
    /// times are held against this provider all the same.
    ///
    /// # Errors
    /// When they are not right for this provider and this time.
    pub fn read_claims(
        &self,
        claims: Map<String, Value>,
        now: Timestamp,
    ) -> Result<VerifiedToken, OidcError> {
        let registered = claims::check(&claims, &self.issuer(), self.client_ids, now)?;
        VerifiedToken::read(registered, Arc::new(claims))
    }

    /// The registered claims, if they are right for this provider and this time.
    pub(super) fn check(&self, token: &PresentedToken<'_>, now: Timestamp) -> Result<Registered, OidcError> {
        claims::check(&token.jws().claims, &self.issuer(), self.client_ids, now)
    }
}

/// Finds tokens genuine, and keeps the keys of their issuers. One for the whole server.
pub struct OidcVerifier {
    published: Published,
    issuers: Issuers,
    looks: Semaphore,
    fetch_time_max: Duration,
}

/// More hosts are not looked at at the same time.
const LOOKS_MAX: usize = 8;

impl OidcVerifier {
    /// Opens nothing: the system's authorities are read when they are first needed.
    ///
    /// # Errors
    /// When an issuer's own authorities cannot be used.
    pub fn new(settings: OidcSettings) -> Result<Self, OidcSettingsError> {
        let published = Published::new(&settings)?;
        Ok(Self {
            issuers: Issuers::new(published.clone(), &settings),
            published,
            looks: Semaphore::new(LOOKS_MAX),
            fetch_time_max: settings.fetch_time_max,
        })
    }

    /// What the token says, if it is genuine. The account is whose provider it is: only so many issuers are asked at
    /// a time for one.
    ///
    /// # Errors
    /// When it is not, or when that cannot be found out.
    pub async fn verify(
        &self,
        token: &PresentedToken<'_>,
        trust: OidcTrust<'_>,
        account: AccountId,
        now: Timestamp,
    ) -> Result<VerifiedToken, OidcError> {
        // What costs nothing comes first: a token that is over makes nobody fetch anything.
        let registered = trust.check(token, now)?;
        let id = IssuerId {
            issuer: trust.issuer(),
            thumbprints: thumbprints(trust.thumbprints),
        };
        let key = self.issuers.key(id, &token.jws().header, account).await?;
        key.read_verified(token, registered)
    }

    /// SHA-1 of the topmost certificate that the host of the issuer's keys shows, forty lower-case hexadecimal
    /// digits. `url` is the provider's, without `https://`.
    ///
    /// # Errors
    /// When the host cannot be reached.
    pub async fn thumbprint(&self, url: &str) -> Result<String, OidcError> {
        let issuer = format!("https://{url}");
        let looking = async {
            let _place = self.looks.acquire().await.map_err(|_| OidcError::TimedOut)?;
            self.published.topmost(&issuer).await
        };
        let looking = tokio::time::timeout(self.fetch_time_max, looking);
        let topmost = looking.await.unwrap_or(Err(OidcError::TimedOut))?;
        Ok(topmost.to_string())
    }
}

/// In one order, so that providers that list the same share what was fetched.
fn thumbprints(listed: &[Arc<str>]) -> Vec<Thumbprint> {
    let mut thumbprints: Vec<Thumbprint> = listed.iter().filter_map(|text| Thumbprint::parse(text)).collect();
    thumbprints.sort_unstable();
    thumbprints.dedup();
    thumbprints
}

impl fmt::Debug for OidcVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OidcVerifier").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_that_somebody_else_verified_are_held_against_the_provider_all_the_same() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let client_ids = ["app".into()];
        let trust = OidcTrust {
            url: "issuer.example",
            client_ids: &client_ids,
            thumbprints: &[],
        };
        let check = |changes: Value, expected: Result<&str, OidcError>| {
            let mut claims = json!({
                "iss": "https://issuer.example", "sub": "ada", "aud": "app", "iat": 999_990, "exp": 1_000_600,
            });
            let changes = changes.as_object().unwrap().clone();
            claims.as_object_mut().unwrap().extend(changes);
            let token = trust.read_claims(claims.as_object().unwrap().clone(), now);
            assert_eq!(token.map(|token| token.subject), expected.map(str::to_owned));
        };
        check(json!({}), Ok("ada"));
        check(
            json!({"iss": "https://other.example"}),
            Err(OidcError::WrongIssuer),
        );
        check(json!({"aud": "other"}), Err(OidcError::WrongAudience));
        check(json!({"sub": 1.5}), Err(OidcError::InvalidClaim { name: "sub" }));
        check(json!({"exp": 0.5}), Err(OidcError::InvalidTime));
    }
}
