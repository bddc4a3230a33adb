//! Yes, no, or not known: where it is unclear how AWS reads a policy, the answer depends on who asks.

use std::ops::Not;

/// Whether something matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    /// Nobody knows: what denies takes it for yes, what allows for no.
    Doubt,
}

impl Truth {
    /// Fails closed: in doubt a statement that denies matches, and one that allows does not.
    pub(crate) fn holds(self, deny: bool) -> bool {
        match self {
            Self::Yes => true,
            Self::No => false,
            Self::Doubt => deny,
        }
    }

    /// Yes as soon as one is yes.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut sum = Self::No;
        for truth in truths {
            match truth {
                Self::Yes => return Self::Yes,
                Self::Doubt => sum = Self::Doubt,
                Self::No => {}
            }
        }
        sum
    }

    /// No as soon as one is no.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        !Self::any(truths.into_iter().map(|truth| !truth))
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Doubt => Self::Doubt,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}
