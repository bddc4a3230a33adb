//! Names compared without regard to case.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A name in lower case (ASCII only): the key under which a name that is unique without regard to case is kept.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedName(Arc<str>);

impl FoldedName {
    /// Folds any text.
    pub fn of(text: &str) -> Self {
        if is_folded(text) {
            Self(text.into())
        } else {
            Self(text.to_ascii_lowercase().into())
        }
    }

    /// Folds a shared text, sharing it on if it is in lower case already.
    pub(crate) fn of_shared(text: &Arc<str>) -> Self {
        if is_folded(text) {
            Self(Arc::clone(text))
        } else {
            Self(text.to_ascii_lowercase().into())
        }
    }

    /// Folds a text for one look-up, without allocating for names of ordinary length.
    pub fn with<T>(text: &str, look_up: impl FnOnce(&str) -> T) -> T {
        if is_folded(text) {
            return look_up(text);
        }
        let mut buffer = [0_u8; 128];
        let folded = buffer.get_mut(..text.len()).and_then(|room| {
            room.copy_from_slice(text.as_bytes());
            room.make_ascii_lowercase();
            str::from_utf8(room).ok()
        });
        match folded {
            Some(folded) => look_up(folded),
            None => look_up(&text.to_ascii_lowercase()),
        }
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_folded(text: &str) -> bool {
    !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

impl Borrow<str> for FoldedName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for FoldedName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FoldedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FoldedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FoldedName({:?})", &*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_ways_to_fold_agree(text in ".{0,200}") {
            let expected = text.to_ascii_lowercase();
            prop_assert!(FoldedName::of(&text).as_str() == expected);
            prop_assert!(FoldedName::of_shared(&text.as_str().into()).as_str() == expected);
            prop_assert!(FoldedName::with(&text, |folded| folded == expected));
        }
    }
}
