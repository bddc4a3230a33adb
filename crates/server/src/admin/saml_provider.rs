//! The lines of the admin socket about SAML providers.

use serde::{Deserialize, Serialize};

/// Set what is given of the rules of a SAML provider that are the operator's.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct SamlProviderRules {
    /// The provider.
    pub(crate) arn: String,
    /// Whether signatures with SHA-1 are accepted.
    pub(crate) sha1: Option<bool>,
    /// Whether assertions that are addressed to AWS are accepted.
    pub(crate) aws_recipient: Option<bool>,
}

impl SamlProviderRules {
    /// Whether it only asks what the rules are.
    pub(crate) fn is_question(&self) -> bool {
        self.sha1.is_none() && self.aws_recipient.is_none()
    }
}

/// The answer to `SamlProviderRules`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SamlProviderRulesSet {
    /// The provider.
    pub(crate) arn: String,
    /// Whether signatures with SHA-1 are accepted.
    pub(crate) sha1: bool,
    /// Whether assertions that are addressed to AWS are accepted.
    pub(crate) aws_recipient: bool,
}
