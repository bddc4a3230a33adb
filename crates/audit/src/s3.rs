//! What records of S3 have that others do not: parameters in the wire's own spelling, and how much was sent.

use crate::record::bounded;
use crate::{HIDDEN, Parameters};

/// A value longer than this is cut.
const VALUE_BYTES_MAX: usize = 2_048;

impl Parameters {
    /// With one more query parameter or header of a request to S3, in the wire's own spelling, or hidden if its name
    /// is not listed.
    ///
    /// Evidence: CloudTrail's published records of data events of S3, which have `bucketName`, `key` and `Host` beside
    /// the request's own `list-type`, `x-amz-acl` and `X-Amz-Expires`.
    #[must_use]
    pub fn with_s3(mut self, name: &str, value: &str) -> Self {
        let is_shown = SHOWN.binary_search(&name).is_ok();
        let value = if is_shown {
            bounded(value.to_owned(), VALUE_BYTES_MAX)
        } else {
            HIDDEN.to_owned()
        };
        self.insert_known(name, value.into());
        self
    }
}

/// What records of S3 tell in their `additionalEventData`.
///
/// Evidence: CloudTrail's published records of data events of S3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transfer {
    /// `SigV4`; `None` if nothing was signed.
    pub signature_version: Option<&'static str>,
    /// `AuthHeader` or `QueryString`; `None` if nothing was signed.
    pub authentication_method: Option<&'static str>,
    /// Bytes of the request's body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
}

impl Transfer {
    pub(crate) fn to_parameters(self) -> Parameters {
        let words = [
            ("SignatureVersion", self.signature_version),
            ("AuthenticationMethod", self.authentication_method),
        ];
        let words = words
            .into_iter()
            .filter_map(|(name, word)| Some((name, word?.into())));
        let bytes = [
            ("bytesTransferredIn", self.bytes_in.into()),
            ("bytesTransferredOut", self.bytes_out.into()),
        ];
        let mut parameters = Parameters::new();
        for (name, value) in words.chain(bytes) {
            parameters.insert_known(name, value);
        }
        parameters
    }
}

/// Query parameters and headers of S3 that carry no secret. Left out on purpose: signatures, credentials, session
/// tokens, keys for encryption that callers bring, and one-time codes. Sorted, for binary search.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "Host", "X-Amz-Algorithm", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "abac", "accelerate",
    "acl", "analytics", "attributes", "bucket-region", "bucketName", "continuation-token", "cors", "delete",
    "delimiter", "encoding-type", "encryption", "fetch-owner", "id", "intelligent-tiering", "inventory",
    "key", "key-marker", "legal-hold", "lifecycle", "list-type", "location", "logging", "marker",
    "max-buckets", "max-directory-buckets", "max-keys", "max-parts", "max-uploads", "metadataConfiguration",
    "metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "part-number-marker",
    "partNumber", "policy", "policyStatus", "prefix", "publicAccessBlock", "replication", "requestPayment",
    "response-cache-control", "response-content-disposition", "response-content-encoding",
    "response-content-language", "response-content-type", "response-expires", "restore", "retention",
    "select", "select-type", "session", "start-after", "tagging", "torrent", "upload-id-marker", "uploadId",
    "uploads", "version-id-marker", "versionId", "versioning", "versions", "website", "x-amz-acl",
    "x-amz-bucket-object-lock-enabled", "x-amz-bypass-governance-retention", "x-amz-checksum-algorithm",
    "x-amz-checksum-mode", "x-amz-checksum-type", "x-amz-content-sha256", "x-amz-copy-source",
    "x-amz-copy-source-if-match", "x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-unmodified-since", "x-amz-copy-source-range", "x-amz-expected-bucket-owner",
    "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write",
    "x-amz-grant-write-acp", "x-amz-max-parts", "x-amz-metadata-directive", "x-amz-object-attributes",
    "x-amz-object-lock-legal-hold", "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date",
    "x-amz-object-ownership", "x-amz-part-number-marker", "x-amz-request-payer",
    "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled", "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-source-expected-bucket-owner", "x-amz-storage-class", "x-amz-tagging", "x-amz-tagging-directive",
    "x-amz-website-redirect-location", "x-id",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_of_names_is_sorted() {
        assert!(SHOWN.is_sorted());
    }

    #[test]
    fn parameters_of_s3_keep_their_spelling_and_secrets_are_hidden() {
        let long = "k".repeat(VALUE_BYTES_MAX + 1);
        let got = Parameters::new()
            .with_s3("bucketName", "logs")
            .with_s3("key", &long)
            .with_s3("X-Amz-Expires", "300")
            .with_s3("X-Amz-Signature", "abc")
            .with_s3("x-amz-security-token", "abc")
            .with_s3("x-amz-server-side-encryption-customer-key", "abc");
        let want = json!({
            "bucketName": "logs",
            "key": &long[1..],
            "X-Amz-Expires": "300",
            "X-Amz-Signature": HIDDEN,
            "x-amz-security-token": HIDDEN,
            "x-amz-server-side-encryption-customer-key": HIDDEN,
        });
        assert_eq!(serde_json::to_value(got).unwrap(), want);
    }
}
