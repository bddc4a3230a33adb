//! Which condition keys a policy asks about: whoever decides can leave out what nobody asks.

use super::Policy;
use crate::fold;

impl Policy {
    /// Whether a condition key whose name begins like this occurs in it: in a condition, or in a policy variable. In any
    /// case of letters; whether the statement can ever match does not matter.
    ///
    /// Variables that are never resolved (malformed ones, and those of policies of the version without variables) are
    /// no mention: whatever a key says, they come out the same.
    pub fn mentions_key(&self, prefix: &str) -> bool {
        let conditions = self.conditions.iter().map(|condition| condition.key);
        let variables = self.rare().variables.iter().map(|variable| variable.key);
        conditions
            .chain(variables)
            .any(|key| fold::begins_with(self.str(key), prefix))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, Policy};

    fn check(statement: &str, expected: bool) {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"*"}},{statement}]}}"#
        );
        let policy = Policy::compile(&Document::parse(&text).unwrap());
        assert_eq!(
            policy.mentions_key("s3:ExistingObjectTag/"),
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
        assert!(!Policy::unreadable().mentions_key("s3:"));
    }
}
