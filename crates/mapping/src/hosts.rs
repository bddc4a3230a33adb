//! Virtual-host style: which bucket a host names.

use crate::MappingError;

/// The domains under which buckets have hosts of their own. With none, every request is path style.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    domains: Vec<String>,
}

impl Hosts {
    /// Path style only.
    pub fn path_style_only() -> Self {
        Self::default()
    }

    /// Buckets have hosts below these domains: `s3.example.com` makes `reports.s3.example.com` the bucket `reports`.
    ///
    /// # Errors
    /// A domain that is no host name.
    pub fn new(domains: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, MappingError> {
        let mut known = Vec::new();
        for domain in domains {
            known.push(domain.as_ref().to_ascii_lowercase());
        }
        Ok(Self { domains: known })
    }

    /// The domains.
    pub fn domains(&self) -> &[String] {
        &self.domains
    }
}
