//! Which condition keys a policy asks about: whoever decides can leave out what nobody asks.

use super::{Condition, Policy, Rare, Str};
use crate::fold;

/// What the names of condition keys begin with that somebody looks for in policies.
#[derive(Debug, Clone, Copy)]
pub struct KeyPrefix<'a> {
    text: &'a str,
    /// The bits of which a policy has one that mentions such a key.
    marks: u64,
}

impl<'a> KeyPrefix<'a> {
    /// A prefix, in any case of letters.
    pub fn new(text: &'a str) -> Self {
        // Only of a whole family it is known which mark its keys have.
        let is_family = text.ends_with('/') && family(text) == text;
        let marks = if is_family { mark(text) } else { u64::MAX };
        Self { text, marks }
    }
}

impl Policy {
    /// Whether a condition key whose name begins like this occurs in it: in a condition, or in a policy variable. In any
    /// case of letters; whether the statement can ever match does not matter.
    ///
    /// Variables that are never resolved (malformed ones, and those of policies of the version without variables) are
    /// no mention: whatever a key says, they come out the same.
    pub fn mentions_key(&self, prefix: KeyPrefix<'_>) -> bool {
        self.mentioned & prefix.marks != 0
            && keys(&self.conditions, self.rare()).any(|key| fold::begins_with(self.str(key), prefix.text))
    }
}

/// A bit for the family of every key that is mentioned.
pub(super) fn marks<'a>(conditions: &[Condition], rare: &Rare, text: impl Fn(Str) -> &'a str) -> u64 {
    keys(conditions, rare).fold(0, |marks, key| marks | mark(text(key)))
}

fn keys(conditions: &[Condition], rare: &Rare) -> impl Iterator<Item = Str> {
    let conditions = conditions.iter().map(|condition| condition.key);
    conditions.chain(rare.variables.iter().map(|variable| variable.key))
}

/// The bit of a key's family: keys of tags are as many as there are tags, and looked for all together.
fn mark(key: &str) -> u64 {
    1 << (fold::hash_of_key(family(key)) >> 58)
}

/// A name up to the slash behind which that of a tag stands, or all of it.
fn family(key: &str) -> &str {
    let slash = key.bytes().position(|byte| byte == b'/');
    slash.and_then(|slash| key.get(..=slash)).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::KeyPrefix;
    use crate::{Document, Policy, fold};

    fn check(statement: &str, expected: bool) {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"*"}},{statement}]}}"#
        );
        let policy = Policy::compile(&Document::parse(&text).unwrap());
        assert_eq!(
            policy.mentions_key(KeyPrefix::new("s3:ExistingObjectTag/")),
            expected,
            "{statement}"
        );
    }

    #[test]
    fn conditions_mention_their_keys_in_any_case() {
        let with = |key: &str, operator: &str| {
            format!(
                r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{{"{operator}":{{"{key}":"true"}}}}}}"#
            )
        };
        check(&with("s3:ExistingObjectTag/team", "StringEquals"), true);
        check(&with("S3:existingobjecttag/team", "StringNotLikeIfExists"), true);
        check(&with("s3:ExistingObjectTag/team", "Null"), true);
        check(&with("s3:ExistingObjectTag/", "Null"), true);
        check(&with("s3:ExistingObjectTag", "Null"), false);
        check(&with("\u{17f}3:ExistingObjectTag/team", "Null"), false);
        check(&with("s3:ExistingObjectTag/é", "Null"), true);
        check(&with("aws:RequestTag/s3:ExistingObjectTag/", "Null"), false);
    }

    #[test]
    fn policy_variables_mention_their_keys() {
        let with = |resource: &str| {
            format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"{resource}"}}"#)
        };
        check(&with("arn:aws:s3:::b/${s3:ExistingObjectTag/team}/*"), true);
        check(
            &with("arn:aws:s3:::b/${s3:existingobjecttag/team, 'none'}/*"),
            true,
        );
        check(&with("arn:aws:s3:::b/s3:ExistingObjectTag/*"), false);
        check(&with("arn:aws:s3:::b/${aws:username}/*"), false);
        let compared = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
            "Condition":{"StringEquals":{"aws:username":"${s3:ExistingObjectTag/owner}"}}}"#;
        check(compared, true);
        let arn = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
            "Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${s3:ExistingObjectTag/owner}:user/x"}}}"#;
        check(arn, true);
    }

    #[test]
    fn a_policy_that_cannot_be_read_mentions_nothing() {
        assert!(!Policy::unreadable().mentions_key(KeyPrefix::new("s3:")));
    }

    proptest! {
        #[test]
        fn the_marks_hide_no_mention(
            key in "[aAkK\u{212a}/é]{1,6}", prefix in "[aAkK\u{212a}/é]{0,5}/?", is_variable: bool
        ) {
            let text = if is_variable {
                format!(
                    r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${{a:{key}}}"}}}}"#
                )
            } else {
                format!(
                    r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{{"Null":{{"a:{key}":"true"}}}}}}}}"#
                )
            };
            let policy = Policy::compile(&Document::parse(&text).unwrap());
            let (key, prefix) = (format!("a:{key}"), format!("A:{prefix}"));
            let is_known = super::keys(&policy.conditions, policy.rare()).next().is_some();
            let expected = is_known && fold::begins_with(&key, &prefix);
            prop_assert_eq!(policy.mentions_key(KeyPrefix::new(&prefix)), expected, "{} {}", key, prefix);
        }
    }
}
