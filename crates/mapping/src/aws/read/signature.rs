//! The parameters that a signature adds to a query string: nothing that an operation takes.

/// Parameters of signatures in a query string.
const SIGNATURE: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Content-Sha256",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// Whether a parameter of a query string belongs to the signature.
pub(crate) fn is_of_signature(name: &str) -> bool {
    SIGNATURE.contains(&name)
}
