//! The name of a condition key, with the hash by which it is found.

use super::Text;
use crate::fold;

/// The name of a condition key. Of one that is written in the program as a constant, the hash is computed when that is
/// compiled.
#[derive(Debug, Clone)]
pub struct KeyName {
    pub(super) text: Text,
    pub(super) hash: u64,
}

impl KeyName {
    /// A name of ASCII, to be kept as a constant.
    ///
    /// # Panics
    /// A name with other letters; as a constant it does not compile.
    pub const fn new(name: &'static str) -> Self {
        assert!(name.is_ascii(), "the hash of other letters is no constant");
        Self {
            text: Text::fixed(name),
            hash: fold::hash(name.as_bytes()),
        }
    }
}

impl<T: Into<Text>> From<T> for KeyName {
    fn from(name: T) -> Self {
        let text = name.into();
        let hash = fold::hash_of_key(text.as_str());
        Self { text, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, ContextValue};

    #[test]
    fn a_name_is_the_same_as_a_constant() {
        const NAMES: [KeyName; 5] = [
            KeyName::new(""),
            KeyName::new("k"),
            KeyName::new("kEy"),
            KeyName::new("a:Key"),
            KeyName::new("aws:PrincipalTag/Team"),
        ];
        for name in NAMES {
            let text = name.text.as_str().to_owned();
            assert_eq!(name.hash, KeyName::from(text.clone()).hash, "{text}");
            let mut context = Context::new();
            context.insert(name.clone(), "1");
            context.insert(text.to_uppercase(), "2");
            assert_eq!(context.len(), 1, "{text}");
            let expected = ContextValue::Single("2".into());
            assert_eq!(context.get(&text), Some(&expected));
            assert_eq!(context.value_of(&name), Some(&expected));
        }
    }
}
