//! Pages of what a search finds: where they end, and where the next one begins.
//!
//! The token of a page names the last candidate that was looked at, not a place in a list, so that a page goes on at
//! the right place whatever changed meanwhile. That candidate may be one of which the asker is not to know, so it is
//! sealed.

use jiff::Timestamp;
use lanyard_access::Keyring;
use lanyard_sigv4::sha256;

use super::request::PageAsked;
use crate::refusal::Refusal;

const RESULTS_DEFAULT: usize = 100;
const RESULTS_MAX: usize = 1_000;

/// How long a token is good for.
const TOKEN_SECONDS: i64 = 3_600;

const PURPOSE: &str = "authzen page";

/// The page that is asked for.
#[derive(Debug)]
pub(crate) struct Page {
    /// The candidate after which it begins.
    pub(crate) after: Option<String>,
    pub(crate) results_max: usize,
}

/// What seals tokens for one search.
pub(crate) struct Tokens<'a> {
    keyring: &'a Keyring,
    now: Timestamp,
    /// The question, so that a token is good for no other one.
    digest: [u8; 32],
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(keyring: &'a Keyring, now: Timestamp, question: &str) -> Self {
        let digest = sha256(question.as_bytes());
        Self { keyring, now, digest }
    }

    /// The page that is asked for.
    pub(crate) fn page(&self, asked: &PageAsked) -> Result<Page, Refusal> {
        let results_max = match asked.limit.0 {
            None => RESULTS_DEFAULT,
            Some(0) => return Err(Refusal::validation("page.limit must be at least 1.")),
            Some(limit) => usize::try_from(limit).unwrap_or(RESULTS_MAX).min(RESULTS_MAX),
        };
        let token = asked.token.0.as_deref().filter(|token| !token.is_empty());
        let opened = token.map(|token| {
            self.open(token)
                .ok_or_else(|| Refusal::validation("page.token is of another search, or too old."))
        });
        Ok(Page {
            after: opened.transpose()?,
            results_max,
        })
    }

    fn open(&self, token: &str) -> Option<String> {
        let bytes = self.keyring.open_for(PURPOSE, token).ok()?;
        let (digest, rest) = bytes.expose().split_at_checked(self.digest.len())?;
        let (until, after) = rest.split_at_checked(size_of::<i64>())?;
        let until = i64::from_be_bytes(until.try_into().ok()?);
        let is_good = digest == self.digest && self.now.as_second() <= until;
        is_good.then(|| String::from_utf8(after.to_vec()).ok()).flatten()
    }

    /// The token of the page that begins after a candidate.
    pub(crate) fn seal(&self, after: &str) -> Result<String, Refusal> {
        let until = self.now.as_second().saturating_add(TOKEN_SECONDS);
        let mut bytes = self.digest.to_vec();
        bytes.extend(until.to_be_bytes());
        bytes.extend(after.as_bytes());
        let sealed = self.keyring.seal_for(PURPOSE, &bytes, self.now);
        Ok(sealed.map_err(Refusal::unavailable)?.expose().to_owned())
    }
}
