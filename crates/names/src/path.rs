//! Paths of users, groups, roles, policies and instance profiles.

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::text::{check_text, is_name_character};
use crate::{NameError, Problem, serde_as_string};

const KIND: &str = "path";
const LENGTH_MAX: usize = 512;

/// The path of an entity: `/`, or `/some/folders/`. It sorts entities and stands in their ARNs; it is no part
/// of what makes a name unique.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityPath(Arc<str>);

static ROOT: LazyLock<Arc<str>> = LazyLock::new(|| "/".into());

impl EntityPath {
    /// Reads a path: one slash, or printable ASCII between two slashes; at most 512 characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text == "/" {
            return Ok(Self::default());
        }
        check_text(
            KIND,
            1,
            LENGTH_MAX,
            |character| character.is_ascii_graphic(),
            text,
        )?;
        if text.len() < 3 || !text.starts_with('/') || !text.ends_with('/') {
            return Err(NameError::new(
                KIND,
                Problem::Form("a path begins and ends with a slash"),
            ));
        }
        Ok(Self(text.into()))
    }

    /// Reads the path of a managed policy, which is narrower: folders of the characters that names have.
    pub fn parse_policy_path(text: &str) -> Result<Self, NameError> {
        let path = Self::parse(text)?;
        if let Some(character) = text.chars().find(|&c| c != '/' && !is_name_character(c)) {
            return Err(NameError::new(KIND, Problem::Character(character)));
        }
        if text.contains("//") {
            return Err(NameError::new(
                KIND,
                Problem::Form("a folder in a policy's path has a name"),
            ));
        }
        Ok(path)
    }

    /// The path as text, slashes included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as text that is shared.
    pub fn to_shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// Whether the path begins with this prefix, compared with regard to case.
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix)
    }

    /// Whether this is the path `/`.
    pub fn is_root(&self) -> bool {
        self.0.len() == 1
    }
}

impl Default for EntityPath {
    fn default() -> Self {
        Self(Arc::clone(&ROOT))
    }
}

impl fmt::Display for EntityPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntityPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntityPath({:?})", &*self.0)
    }
}

impl AsRef<str> for EntityPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

serde_as_string!(EntityPath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_and_end_with_a_slash() {
        assert!(EntityPath::default().is_root());
        for right in ["/", "/a/", "/division_abc/sub*div:x/", "/a//b/"] {
            assert_eq!(EntityPath::parse(right).unwrap().as_str(), right);
        }
        for wrong in ["", "a", "/a", "a/", "//", "/a b/", "/ä/", "/a\u{7f}/"] {
            assert!(EntityPath::parse(wrong).is_err(), "{wrong}");
        }
        assert!(EntityPath::parse(&format!("/{}/", "x".repeat(510))).is_ok());
        assert!(EntityPath::parse(&format!("/{}/", "x".repeat(511))).is_err());
    }

    #[test]
    fn policy_paths_are_narrower() {
        assert!(EntityPath::parse_policy_path("/service-role/a=b/").is_ok());
        for wrong in ["/a//b/", "/a*b/", "/a:b/"] {
            assert!(EntityPath::parse_policy_path(wrong).is_err(), "{wrong}");
        }
    }
}
