//! Names that are texts with a limit and a pattern.
//!
//! Limits and patterns are those of the public API models of IAM and STS. Lengths count characters.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use crate::{FoldedName, NameError, Problem, serde_as_string};

/// Declares a text type: its name in words, least and greatest length, which characters it may contain, and
/// optionally a rule for the whole.
macro_rules! text_name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $min:literal..=$max:literal, $allowed:path $(, $whole:path)?) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads the text, refusing whatever breaks its limit or pattern.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                check_text($kind, $min, $max, $allowed, text)?;
                $( $whole(text).map_err(|reason| NameError::new($kind, Problem::Form(reason)))?; )?
                Ok(Self(text.into()))
            }

            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The same text to share.
            pub fn to_shared(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }

            /// The text in lower case, for comparing without regard to case.
            pub fn fold(&self) -> FoldedName {
                FoldedName::of_shared(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        serde_as_string!($name);
    };
}

text_name! {
    /// The name of a user: 1 to 64 characters; unique in the account without regard to case.
    UserName, "user name", 1..=64, is_name_character
}
text_name! {
    /// The name of a role: 1 to 64 characters; unique in the account without regard to case.
    RoleName, "role name", 1..=64, is_name_character
}
text_name! {
    /// The name of a group: 1 to 128 characters; unique in the account without regard to case.
    GroupName, "group name", 1..=128, is_name_character
}
text_name! {
    /// The name of a managed policy: 1 to 128 characters; unique in the account without regard to case.
    ManagedPolicyName, "managed policy name", 1..=128, is_name_character
}
text_name! {
    /// The name of an inline policy: 1 to 128 characters; belongs to one user, group or role.
    InlinePolicyName, "inline policy name", 1..=128, is_name_character
}
text_name! {
    /// The name of an instance profile: 1 to 128 characters; unique in the account without regard to case.
    InstanceProfileName, "instance profile name", 1..=128, is_name_character
}
text_name! {
    /// The name of a server certificate: 1 to 128 characters; unique in the account without regard to case.
    ServerCertificateName, "server certificate name", 1..=128, is_name_character
}
text_name! {
    /// The name of a role session, chosen by whoever assumes the role: 2 to 64 characters.
    SessionName, "session name", 2..=64, is_name_character
}
text_name! {
    /// The person or program behind a session, set once and kept along the chain: 2 to 256 characters.
    ///
    /// Evidence: AWS accepts up to 256 where its model says 64 (probes, July 2026).
    SourceIdentity, "source identity", 2..=256, is_name_character
}
text_name! {
    /// The name given to a federated user's session: 2 to 32 characters.
    FederatedUserName, "federated user name", 2..=32, is_name_character
}
text_name! {
    /// The name of a SAML provider: 1 to 128 letters, digits, `_`, `.` and `-`.
    SamlProviderName, "SAML provider name", 1..=128, is_saml_provider_character
}
text_name! {
    /// The name of a virtual MFA device: 1 to 226 characters, so that its serial number, which is its ARN, is at most
    /// 256 long if it has no path.
    MfaDeviceName, "virtual MFA device name", 1..=226, is_name_character
}
text_name! {
    /// The URL of an OIDC provider without its scheme, as it stands in the provider's ARN.
    OidcProviderUrl, "OIDC provider URL", 1..=255, is_url_character
}
text_name! {
    /// The alias of an account: 3 to 63 lower-case letters, digits and single inner hyphens; not an account id.
    AccountAlias, "account alias", 3..=63, is_alias_character, alias_form
}
text_name! {
    /// The key of a tag: 1 to 128 characters.
    TagKey, "tag key", 1..=128, is_tag_character
}
text_name! {
    /// The value of a tag: up to 256 characters.
    TagValue, "tag value", 0..=256, is_tag_character
}

impl TagKey {
    /// Whether two keys of tags are the same where their case does not count: as conditions compare the names of their
    /// keys, letters of all scripts included. A second spelling must not pass for another key.
    pub fn same(one: &str, other: &str) -> bool {
        if one.is_ascii() && other.is_ascii() {
            return one.eq_ignore_ascii_case(other);
        }
        small_letters(one).eq(small_letters(other))
    }

    /// Whether the key begins with `aws:` in any case. Such keys are reserved: callers cannot set them.
    pub fn is_reserved(&self) -> bool {
        self.0
            .as_bytes()
            .first_chunk::<4>()
            .is_some_and(|first| first.eq_ignore_ascii_case(b"aws:"))
    }
}

fn small_letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

pub(crate) fn check_text(
    kind: &'static str,
    min: usize,
    max: usize,
    is_allowed: fn(char) -> bool,
    text: &str,
) -> Result<(), NameError> {
    let mut length = 0;
    let mut stranger = None;
    // One character more than the limit is enough to refuse: the rest of a long text is not looked at.
    for character in text.chars().take(max + 1) {
        length += 1;
        if stranger.is_none() && !is_allowed(character) {
            stranger = Some(character);
        }
    }
    match stranger {
        _ if length < min => Err(NameError::new(kind, Problem::TooShort { min })),
        _ if length > max => Err(NameError::new(kind, Problem::TooLong { max })),
        Some(character) => Err(NameError::new(kind, Problem::Character(character))),
        None => Ok(()),
    }
}

pub(crate) fn is_name_character(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '+' | '=' | ',' | '.' | '@' | '-')
}

fn is_saml_provider_character(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' | '-')
}

fn is_url_character(character: char) -> bool {
    character.is_ascii_graphic()
}

fn is_alias_character(character: char) -> bool {
    matches!(character, 'a'..='z' | '0'..='9' | '-')
}

fn alias_form(alias: &str) -> Result<(), &'static str> {
    if alias.starts_with('-') || alias.ends_with('-') || alias.contains("--") {
        return Err("hyphens stand singly and inside");
    }
    if alias.len() == 12 && alias.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("twelve digits would be an account id");
    }
    Ok(())
}

/// Letters, numbers, separators and `_ . : / = + - @`.
/// Differs from AWS: vowel signs and other marks that Unicode counts as alphabetic are accepted too; AWS
/// accepts only the general category Letter. A wider set of tag texts opens nothing.
fn is_tag_character(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric()
            || matches!(character, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@');
    }
    // White space that is not a control character is exactly the category Separator.
    character.is_alphabetic()
        || character.is_numeric()
        || (character.is_whitespace() && !character.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_their_case_and_fold_for_comparison() {
        let name = UserName::parse("Alice.B+c@d=e,f_g-1").unwrap();
        assert_eq!(name.as_str(), "Alice.B+c@d=e,f_g-1");
        assert_eq!(name.fold().as_str(), "alice.b+c@d=e,f_g-1");
        assert_eq!(format!("{name:?}"), "UserName(\"Alice.B+c@d=e,f_g-1\")");
    }

    #[test]
    fn limits_count_characters() {
        assert_eq!(
            UserName::parse("").unwrap_err().problem(),
            Problem::TooShort { min: 1 }
        );
        assert!(UserName::parse(&"x".repeat(64)).is_ok());
        assert_eq!(
            UserName::parse(&"x".repeat(65)).unwrap_err().problem(),
            Problem::TooLong { max: 64 }
        );
        assert!(GroupName::parse(&"x".repeat(128)).is_ok());
        assert!(TagKey::parse(&"ß".repeat(128)).is_ok());
        assert!(TagKey::parse(&"ß".repeat(129)).is_err());
        assert!(TagValue::parse("").is_ok());
        assert!(SessionName::parse("x").is_err());
    }

    #[test]
    fn strange_characters_are_named_in_the_error() {
        let error = RoleName::parse("a/b").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a valid role name: contains '/', which is not allowed"
        );
        for wrong in ["a b", "a:b", "a*b", "ä", "a\n"] {
            assert!(UserName::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn aliases_are_not_account_ids_and_have_single_inner_hyphens() {
        assert!(AccountAlias::parse("my-company-1").is_ok());
        assert!(AccountAlias::parse("1234567890123").is_ok());
        for wrong in ["ab", "-ab", "ab-", "a--b", "Abc", "123456789012"] {
            assert!(AccountAlias::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tags_take_letters_of_every_script_but_no_controls() {
        for right in ["cost center", "Größe", "名前", "a\u{2003}b", "½", "x_.:/=+-@"] {
            assert!(TagKey::parse(right).is_ok(), "{right:?}");
        }
        for wrong in ["a\tb", "a\nb", "a\u{85}b", "a*b", "a#b", "a(b", "😀", "a\0"] {
            assert!(TagKey::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(TagKey::parse("AWS:x").unwrap().is_reserved());
        assert!(!TagKey::parse("aws").unwrap().is_reserved());
    }

    #[test]
    fn keys_of_tags_are_the_same_in_any_case_of_any_script() {
        // The sign for kelvin is a capital k.
        for (one, other) in [("Team", "tEAM"), ("Ärzte", "ärzte"), ("des\u{212a}", "desk")] {
            assert!(TagKey::same(one, other), "{one} {other}");
        }
        for (one, other) in [("team", "teams"), ("ärzte", "arzte"), ("größe", "GRÖSSE")] {
            assert!(!TagKey::same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn stored_names_are_checked_when_they_are_read() {
        assert!(serde_json::from_str::<UserName>("\"a b\"").is_err());
        assert!(serde_json::from_str::<UserName>("7").is_err());
    }

    proptest! {
        #[test]
        fn names_survive_storage(text in "[a-zA-Z0-9_+=,.@-]{1,64}") {
            let name = UserName::parse(&text).unwrap();
            let json = serde_json::to_string(&name).unwrap();
            prop_assert_eq!(serde_json::from_str::<UserName>(&json).unwrap(), name);
        }

        #[test]
        fn no_text_makes_parsing_panic(text in ".*") {
            let _ = UserName::parse(&text);
            let _ = TagKey::parse(&text);
            let _ = AccountAlias::parse(&text);
        }
    }
}
