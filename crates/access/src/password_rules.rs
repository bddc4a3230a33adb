//! What the password of a user has to be like, and how long it lasts: the account's password policy, or AWS's rules
//! for an account without one.
//!
//! Evidence: the IAM guide's page on account password policies.

use jiff::{SignedDuration, Timestamp};
use lanyard_directory::{Account, PasswordPolicy};
use lanyard_names::AccountAlias;

use crate::SecretText;

/// How long a password is at least if the account has no policy.
const LENGTH_MIN_DEFAULT: u32 = 8;
/// How many of the four kinds of characters it has to have then.
const KINDS_MIN_DEFAULT: usize = 3;
/// What counts as a symbol.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

/// The rules of one account.
#[derive(Clone, Copy, Debug)]
pub struct PasswordRules<'a> {
    policy: Option<&'a PasswordPolicy>,
    alias: Option<&'a str>,
}

/// What is wrong with a new password. The texts are for whoever chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordViolation {
    /// It is too short.
    #[error("Password should have a minimum length of {0}")]
    TooShort(u32),
    /// It has no upper-case letter.
    #[error("Password should have at least one uppercase letter")]
    NoUppercase,
    /// It has no lower-case letter.
    #[error("Password should have at least one lowercase letter")]
    NoLowercase,
    /// It has no digit.
    #[error("Password should have at least one number")]
    NoNumber,
    /// It has no symbol.
    #[error("Password should have at least one symbol")]
    NoSymbol,
    /// It is of too few kinds of characters, in an account without a policy.
    #[error("Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols")]
    TooFewKinds,
    /// It is the name of the account.
    #[error("Password should not be the name of the account")]
    AccountName,
    /// It was used before.
    #[error("Password should not be one that was used before")]
    Reused,
}

impl<'a> PasswordRules<'a> {
    /// The rules of this account.
    pub fn of(account: &'a Account) -> Self {
        let info = account.info();
        Self {
            policy: info.password_policy.as_ref(),
            alias: info.alias.as_ref().map(AccountAlias::as_str),
        }
    }

    /// Checks a new password, as far as it shows by itself; whether it was used before does not.
    pub fn check(&self, password: &SecretText) -> Result<(), PasswordViolation> {
        use PasswordViolation as V;
        let text = password.expose();
        let length_min = self.policy.map_or(LENGTH_MIN_DEFAULT, |policy| policy.length_min);
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let has = Kinds::of(text);
        match self.policy {
            _ if length < length_min => Err(V::TooShort(length_min)),
            Some(policy) if policy.require_uppercase_characters && !has.uppercase => Err(V::NoUppercase),
            Some(policy) if policy.require_lowercase_characters && !has.lowercase => Err(V::NoLowercase),
            Some(policy) if policy.require_numbers && !has.number => Err(V::NoNumber),
            Some(policy) if policy.require_symbols && !has.symbol => Err(V::NoSymbol),
            None if has.count() < KINDS_MIN_DEFAULT => Err(V::TooFewKinds),
            None if self.alias == Some(text) => Err(V::AccountName),
            _ => Ok(()),
        }
    }

    /// How many passwords back a new one may not repeat, the present one among them.
    pub fn reuse_prevention(&self) -> usize {
        self.policy
            .and_then(|policy| policy.reuse_prevention)
            .map_or(0, |passwords| usize::try_from(passwords).unwrap_or(usize::MAX))
    }

    /// Whether a password of this age is too old. A policy applies at once, to passwords that are there already.
    pub fn is_expired(&self, changed: Timestamp, now: Timestamp) -> bool {
        let days = self.policy.and_then(|policy| policy.age_days_max);
        days.is_some_and(|days| {
            now.duration_since(changed) >= SignedDuration::from_hours(24 * i64::from(days))
        })
    }

    /// Whether users cannot change a password that is too old themselves.
    pub fn expiry_is_hard(&self) -> bool {
        self.policy.is_some_and(|policy| policy.hard_expiry)
    }
}

#[derive(Clone, Copy)]
struct Kinds {
    uppercase: bool,
    lowercase: bool,
    number: bool,
    symbol: bool,
}

impl Kinds {
    /// Letters are those of the basic Latin alphabet. Evidence: the same page.
    fn of(text: &str) -> Self {
        let has = |kind: fn(char) -> bool| text.chars().any(kind);
        Self {
            uppercase: has(|letter| letter.is_ascii_uppercase()),
            lowercase: has(|letter| letter.is_ascii_lowercase()),
            number: has(|letter| letter.is_ascii_digit()),
            symbol: has(|letter| SYMBOLS.contains(letter)),
        }
    }

    fn count(self) -> usize {
        let each = [self.uppercase, self.lowercase, self.number, self.symbol];
        each.into_iter().filter(|has| *has).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: Option<&PasswordPolicy>, password: &str) -> Option<PasswordViolation> {
        let rules = PasswordRules {
            policy,
            alias: Some("Example-Corp-1"),
        };
        rules.check(&SecretText::new(password)).err()
    }

    #[test]
    fn an_account_without_a_policy_asks_for_eight_characters_of_three_kinds() {
        use PasswordViolation as V;
        assert_eq!(check(None, "Abcdef1"), Some(V::TooShort(8)));
        assert_eq!(check(None, "abcdefg1"), Some(V::TooFewKinds));
        assert_eq!(check(None, "Abcdefg1"), None);
        assert_eq!(check(None, "abcdefg1'"), None);
        // A space and a letter with an accent are of no kind.
        assert_eq!(check(None, "abcdefg1 É"), Some(V::TooFewKinds));
        assert_eq!(check(None, "Example-Corp-1"), Some(V::AccountName));
    }

    #[test]
    fn a_policy_asks_for_what_it_says_and_no_more() {
        use PasswordViolation as V;
        let plain = PasswordPolicy::default();
        assert_eq!(check(Some(&plain), "abcdef"), None);
        assert_eq!(check(Some(&plain), "abcde"), Some(V::TooShort(6)));
        let strict = PasswordPolicy {
            length_min: 4,
            require_uppercase_characters: true,
            require_lowercase_characters: true,
            require_numbers: true,
            require_symbols: true,
            ..plain
        };
        for (password, violation) in [
            ("aA1", Some(V::TooShort(4))),
            ("aa1!", Some(V::NoUppercase)),
            ("AA1!", Some(V::NoLowercase)),
            ("aAa!", Some(V::NoNumber)),
            ("aA1a", Some(V::NoSymbol)),
            ("aA1|", None),
        ] {
            assert_eq!(check(Some(&strict), password), violation, "{password}");
        }
    }

    #[test]
    fn a_password_expires_when_the_policy_says_so() {
        let policy = PasswordPolicy {
            age_days_max: Some(2),
            ..PasswordPolicy::default()
        };
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let expired = |policy, hour| PasswordRules { policy, alias: None }.is_expired(at(0), at(hour));
        assert!(!expired(Some(&policy), 47));
        assert!(expired(Some(&policy), 48));
        assert!(!expired(None, 1_000_000));
    }
}
