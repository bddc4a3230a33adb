//! Why a token was not made or not accepted.

/// Why a token was not made or not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Session policies and tags do not fit.
    #[error("session policies and tags take up {percent} % of the room for them")]
    PackedTooLarge {
        /// How much they would take up, rounded up.
        percent: u32,
    },
    /// Everything together does not fit.
    #[error("the token would be too long")]
    TooLong,
    /// A session that would last longer than ring keys are kept, or not at all.
    #[error("a session cannot last that long")]
    Duration,
    /// It is not a token, was changed, or was sealed under a key that is no longer kept.
    #[error("the token cannot be opened")]
    Invalid,
    /// The system gave no random bytes, or there is no ring key to seal under.
    #[error("no key to seal the token under")]
    NoKey,
}
