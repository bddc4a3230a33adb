//! What became of the cases of a file.

use std::time::Duration;

use lanyard_policy_cases::Failure;

/// What came of one case file.
pub(super) struct FileReport {
    /// Its path below the directory.
    pub(super) name: String,
    /// What came of its cases, or what is wrong with the file.
    pub(super) cases: Result<Vec<CaseReport>, Vec<String>>,
}

/// What came of one case.
pub(super) struct CaseReport {
    /// The case's id.
    pub(super) id: String,
    /// The rule it shows.
    pub(super) rule: Option<String>,
    /// How the answer differs from what is expected, if it does.
    pub(super) failure: Option<Failure>,
    /// How long it took.
    pub(super) time: Duration,
}
