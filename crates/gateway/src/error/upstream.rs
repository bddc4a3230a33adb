//! Errors of the upstream that are about the gateway, and not about the client.

use super::{Code, service};

/// Codes by which the upstream says that it does not take the gateway for anybody, that no client of ours is told.
const OF_CREDENTIALS: [&str; 3] = ["InvalidSecurity", "NotSignedUp", "AccountProblem"];

/// Codes of the same that are also answered here, to clients.
const OF_SIGNATURES: [Code; 8] = [
    Code::AUTHORIZATION_HEADER_MALFORMED,
    Code::AUTHORIZATION_QUERY_PARAMETERS_ERROR,
    Code::EXPIRED_TOKEN,
    Code::INVALID_ACCESS_KEY_ID,
    Code::INVALID_TOKEN,
    Code::REQUEST_TIME_TOO_SKEWED,
    Code::SIGNATURE_DOES_NOT_MATCH,
    Code::X_AMZ_CONTENT_SHA256_MISMATCH,
];

/// Whether an error of this code, which the upstream answered, is about the gateway's own signature or credentials.
/// What else such an answer holds (key ids, what was signed) is not for the client.
pub(crate) fn is_about_gateway(code: &str) -> bool {
    OF_CREDENTIALS.contains(&code) || OF_SIGNATURES.iter().any(|known| known.name == code)
}

/// Whether a code is one by which somebody is told that they were not taken for anybody.
pub(crate) fn is_of_authentication(code: &str) -> bool {
    let is_of_s3 = code != Code::X_AMZ_CONTENT_SHA256_MISMATCH.name
        && OF_SIGNATURES.iter().any(|known| known.name == code);
    is_of_s3 || service::is_of_authentication(code)
}

/// Codes by which services other than S3 say that they do not take the gateway for anybody.
const OF_GATEWAY_OF_SERVICE: [&str; 12] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Whether an error that a service other than S3 answered is about the gateway's own signature or credentials.
pub(crate) fn is_about_gateway_of_service(code: &str) -> bool {
    OF_GATEWAY_OF_SERVICE.contains(&code) || OF_CREDENTIALS.contains(&code)
}
