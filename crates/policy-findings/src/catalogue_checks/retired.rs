//! Services that AWS has closed. Its reference no longer lists them, so what they could be asked for is unknown; but
//! policies still name them, also AWS's own.
//!
//! Evidence: AWS managed policies in force in 2026 that name actions of these services.

/// Their prefixes.
const PREFIXES: [&str; 10] = [
    "builderid",
    "codestar",
    "deepcomposer",
    "deeplens",
    "deepracer",
    "elastic-inference",
    "evidently",
    "iot1click",
    "iotevents",
    "zocalo",
];

/// Whether a service was closed, in any case of its letters.
pub(super) fn is_retired(prefix: &str) -> bool {
    PREFIXES
        .iter()
        .any(|retired| retired.eq_ignore_ascii_case(prefix))
}
