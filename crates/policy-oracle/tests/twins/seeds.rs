//! How many questions a test asks, and which.

use std::ops::Range;

/// Asks for more questions than a test asks by itself.
const QUESTIONS: &str = "LANYARD_ORACLE_QUESTIONS";
/// Says which seed to begin with.
const FROM: &str = "LANYARD_ORACLE_FROM";

/// So many seeds, unless the environment wants it otherwise.
pub(crate) fn seeds(usual: u64) -> Range<u64> {
    let stated = |name| {
        std::env::var(name)
            .ok()
            .map(|number| number.parse::<u64>().unwrap())
    };
    let from = stated(FROM).unwrap_or(0);
    from..from + stated(QUESTIONS).unwrap_or(usual)
}
