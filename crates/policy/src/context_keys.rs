//! Which condition keys the text of a policy refers to, as AWS reports them.
//!
//! Evidence: recorded answers of AWS. Keys are told in the spelling of the text, each spelling once. Those of
//! conditions count, and those of variables in resources and in the values of conditions, whatever the operator; what
//! stands for a literal character (`${*}`) counts as a key too. A text that could not be saved may still be asked
//! about: it can lack statements, actions and resources.

use std::collections::BTreeSet;

use crate::document::Version;
use crate::{Document, SyntaxError, read};

/// The keys a text refers to, in the order in which they first stand there.
pub fn context_keys(text: &str) -> Result<Vec<String>, SyntaxError> {
    Ok(read::read_incomplete(text)?.context_keys())
}

impl Document {
    /// The keys it refers to, in the order in which they first stand there.
    pub fn context_keys(&self) -> Vec<String> {
        let mut keys = Keys::default();
        let has_variables = self.version == Version::V2012;
        for statement in &self.statements {
            let resources = statement.resource.iter().flat_map(|element| self.texts(element));
            for resource in resources.filter(|_| has_variables) {
                keys.add_variables(resource);
            }
            for condition in statement.conditions.of(&self.conditions) {
                keys.add(self.resolve(&condition.key));
                let values = condition.values.of(&self.values);
                for value in values.iter().filter(|_| has_variables) {
                    keys.add_variables(self.resolve(value));
                }
            }
        }
        keys.listed
    }
}

#[derive(Default)]
struct Keys {
    listed: Vec<String>,
    seen: BTreeSet<String>,
}

impl Keys {
    fn add(&mut self, key: &str) {
        if !self.seen.contains(key) {
            self.seen.insert(key.to_owned());
            self.listed.push(key.to_owned());
        }
    }

    fn add_variables(&mut self, text: &str) {
        let mut rest = text;
        while let Some((_, inside)) = rest.split_once("${") {
            let Some((variable, behind)) = inside.split_once('}') else {
                return;
            };
            let key = variable.split_once(", '").map_or(variable, |(key, _)| key);
            if !key.is_empty() {
                self.add(key);
            }
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::context_keys;

    fn check(text: &str, expected: &[&str]) {
        let mut keys = context_keys(text).unwrap();
        keys.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(keys, expected, "{text}");
    }

    // Evidence: all of these are recorded answers of AWS, whose order is not defined.

    #[test]
    fn conditions_and_variables_refer_to_keys_in_their_own_spelling() {
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
                "Resource":"arn:aws:s3:::bucket/${aws:PrincipalTag/Team}/${aws:username}",
                "Condition":{"StringEquals":{"s3:ExistingObjectTag/Owner":"${aws:PrincipalTag/Team}"},
                "Null":{"AWS:SourceIp":"false"}}}}"#,
            &[
                "s3:ExistingObjectTag/Owner",
                "aws:username",
                "aws:PrincipalTag/Team",
                "AWS:SourceIp",
            ],
        );
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
                "Resource":"arn:aws:s3:::bucket/${aws:username}/${AWS:username}",
                "Condition":{"StringEquals":{"aws:username":"${aws:username}","AWS:username":"a"}}}}"#,
            &["aws:username", "AWS:username"],
        );
    }

    #[test]
    fn literals_count_and_defaults_do_not() {
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
                "Resource":"arn:aws:s3:::bucket/${aws:username, 'default'}/${*}/${?}/${$}"}}"#,
            &["$", "aws:username", "*", "?"],
        );
    }

    #[test]
    fn the_old_version_has_no_variables() {
        check(
            r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
                "Resource":"arn:aws:s3:::bucket/${aws:username}"}}"#,
            &[],
        );
    }

    #[test]
    fn neither_actions_nor_principals_have_variables() {
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"${aws:username}","Resource":"*"}}"#,
            &[],
        );
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"${aws:username}"},
                "Action":"*","Resource":"*"}}"#,
            &[],
        );
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Condition":{"StringEquals":{"${aws:username}":"a"}}}}"#,
            &["${aws:username}"],
        );
    }

    #[test]
    fn a_text_may_lack_what_nobody_could_save_it_without() {
        check(
            r#"{"Statement":{"Effect":"Allow","Resource":"*","Condition":{"StringEquals":{"aws:username":"a"}}}}"#,
            &["aws:username"],
        );
        for empty in [
            r#"{"Statement":[]}"#,
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Statement":{"Effect":"Allow","Condition":{}}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":[],"Resource":[]}}"#,
        ] {
            check(empty, &[]);
        }
    }

    #[test]
    fn what_the_language_does_not_know_is_refused() {
        for wrong in [
            "{",
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"MadeUp":{"aws:username":"a"}}}}"#,
            r#"{"Statement":{"Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"},"Foo":"x"}"#,
        ] {
            assert!(context_keys(wrong).is_err(), "{wrong}");
        }
    }
}
