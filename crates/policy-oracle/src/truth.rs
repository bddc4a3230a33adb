//! Yes, no, or unclear.
//!
//! AWS leaves some corners of the language open. A test that falls into one is `Unclear`, and stays so
//! through "and", "or" and "not" unless the other side settles the matter alone. Only at the end does the
//! effect decide: an Allow statement needs `Yes`, a Deny statement is content with anything but `No`.

/// What is known of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    Unclear,
}

impl Truth {
    pub(crate) fn known(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }

    /// Yes becomes unclear; no stays no. For a reading of AWS that is only one of several.
    pub(crate) fn doubted(self) -> Self {
        if self == Self::No { Self::No } else { Self::Unclear }
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unclear => Self::Unclear,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unclear,
        }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// Whether all of them hold; yes if there is none.
    pub(crate) fn all(tests: impl IntoIterator<Item = Self>) -> Self {
        tests.into_iter().fold(Self::Yes, Self::and)
    }

    /// Whether at least one holds; no if there is none.
    pub(crate) fn any(tests: impl IntoIterator<Item = Self>) -> Self {
        tests.into_iter().fold(Self::No, Self::or)
    }
}
