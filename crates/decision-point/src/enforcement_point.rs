//! An enforcement point that shows a bearer key in a header, and says behind it what of its questions it vouches for.
//!
//! A proxy may pass on what its clients say. So what it has found out by itself is heard only if it says so where no
//! client can: `Bearer KEY trust=principal,source-ip,secure-transport`.

use http::{HeaderMap, HeaderName};
use jiff::Timestamp;
use lanyard_access::{Authenticator, BearerPurpose, Caller};

use crate::identify::{REGION, SERVICE, bearer_key, only};
use crate::refusal::{Code, Refusal};

/// The proxy that asks.
pub(crate) struct EnforcementPoint<'a> {
    pub(crate) caller: Caller,
    /// Which headers it sets itself, in its own words.
    trusted: &'a str,
}

impl<'a> EnforcementPoint<'a> {
    /// Whoever shows a bearer key in the header of this name.
    pub(crate) async fn identify(
        authenticator: &Authenticator,
        headers: &'a HeaderMap,
        name: &HeaderName,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let value = only(headers, name)?.and_then(bearer_key);
        let value = value.ok_or_else(|| {
            Refusal::new(
                Code::MissingAuthenticationToken,
                format!("The header {name} is missing."),
            )
        })?;
        let (key, trusted) = value.split_once(' ').unwrap_or((value, ""));
        let trusted = match trusted.trim() {
            "" => "",
            words => words.strip_prefix("trust=").ok_or_else(|| {
                Refusal::validation("Behind the bearer key there can be trust= and names of headers.")
            })?,
        };
        let ask = BearerPurpose::Ask;
        let (caller, _) = authenticator.bearer(key, ask, SERVICE, REGION, now).await?;
        Ok(Self { caller, trusted })
    }

    /// Words behind the key that are none of these.
    pub(crate) fn unknown_word(&self, known: &[&str]) -> Option<&'a str> {
        let mut words = self.trusted.split(',').map(str::trim);
        words.find(|word| !word.is_empty() && !known.contains(word))
    }

    /// Whether it vouches for something.
    pub(crate) fn trusts(&self, word: &str) -> bool {
        self.trusted.split(',').any(|trusted| trusted.trim() == word)
    }
}
