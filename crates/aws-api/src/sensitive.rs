//! Secrets that cannot be printed.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A member that the model marks as sensitive: a password, a secret key, a
/// session token. `Debug` shows nothing, there is no `Display`, the memory is
/// wiped on drop, and two are compared in constant time.
#[derive(Clone, Default)]
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes `secret` in.
    pub fn new(secret: T) -> Self {
        Self(secret)
    }

    /// The secret itself. Every call is a place to review.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(secret: T) -> Self {
        Self(secret)
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sensitive(…)")
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Sensitive<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitive;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Sensitive::new("correct horse".to_owned());
        assert_eq!(format!("{secret:?}"), "Sensitive(…)");
        assert_eq!(secret.expose(), "correct horse");
        assert_eq!(secret, Sensitive::new("correct horse".to_owned()));
        assert_ne!(secret, Sensitive::new("battery staple".to_owned()));
    }
}
