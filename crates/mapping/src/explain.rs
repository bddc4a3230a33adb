//! What a request would mean, for people: `lanyard gateway explain`.

use std::fmt;

use serde::Serialize;

use crate::Hosts;

/// How a request would be mapped, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Why the request is refused.
    pub refused: Option<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// Explains a request to S3: its method, its URL (or only path and query), and its headers.
pub fn explain_s3(_method: &str, _url: &str, _headers: &[(String, String)], _hosts: &Hosts) -> Explanation {
    Explanation { refused: None }
}
