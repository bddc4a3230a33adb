//! What one check found.

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As it should be.
    Good,
    /// Works today.
    Doubtful,
    /// Does not work, or is not safe.
    Bad,
}

/// One check and its finding.
#[derive(Debug)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) name: &'static str,
    /// What was found.
    pub(super) verdict: Verdict,
    /// In words.
    pub(super) note: String,
}

impl Finding {
    pub(super) fn good(name: &'static str, note: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Good,
            note: note.into(),
        }
    }

    pub(super) fn doubtful(name: &'static str, note: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Doubtful,
            note: note.into(),
        }
    }

    pub(super) fn bad(name: &'static str, note: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Bad,
            note: note.into(),
        }
    }

    pub(super) fn result(&self) -> &'static str {
        match self.verdict {
            Verdict::Good => "ok",
            Verdict::Doubtful => "warning",
            Verdict::Bad => "failed",
        }
    }
}
