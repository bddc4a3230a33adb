//! Which services a policy gives access to, for reports about policies.
//!
//! It is about permissions in writing: resources, conditions and what other policies deny play no part. Evidence: the
//! public API reference on ListPoliciesGrantingServiceAccess.

use super::{ActionTest, Policy, Statement};
use crate::{colon, fold};

impl Policy {
    /// Whether a statement allows some action of a service, which is given by its prefix and compared without regard
    /// to case.
    ///
    /// An action whose service has a wildcard counts for no service, as it allows nothing in a decision.
    pub fn allows_service(&self, service: &str) -> bool {
        self.statements
            .iter()
            .any(|statement| !statement.deny && self.concerns_service(statement, service))
    }

    fn concerns_service(&self, statement: &Statement, service: &str) -> bool {
        let mut actions = statement.actions.of(&self.actions).iter();
        if !statement.not_action {
            return actions.any(|action| match action.test {
                ActionTest::Everything => true,
                ActionTest::Exact | ActionTest::Prefix | ActionTest::Names(_) => {
                    split(self.str(action.text)).is_some_and(|(named, _)| fold::same(named, service))
                }
                ActionTest::Services(_) | ActionTest::Nothing => false,
            });
        }
        // What is excepted leaves other actions of the service, unless the whole service is excepted.
        // Fails closed: an exception that is no action may be a misspelt one, so it leaves nothing.
        !actions.any(|action| match action.test {
            ActionTest::Everything | ActionTest::Nothing | ActionTest::Services(_) => true,
            ActionTest::Exact => false,
            ActionTest::Prefix | ActionTest::Names(_) => {
                split(self.str(action.text)).is_some_and(|(named, names)| {
                    fold::same(named, service) && names.bytes().all(|byte| byte == b'*')
                })
            }
        })
    }
}

/// The service of an action, and what it says of the names.
fn split(action: &str) -> Option<(&str, &str)> {
    let at = colon::first(action)?;
    Some((action.get(..at)?, action.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use crate::{Document, Policy};

    fn check(statement: &str, expected: &[&str]) {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":{{"Resource":"*",{statement}}}}}"#);
        let policy = Policy::compile(&Document::parse(&text).unwrap());
        let allowed: Vec<&str> = ["ec2", "iam", "s3"]
            .into_iter()
            .filter(|service| policy.allows_service(service))
            .collect();
        assert_eq!(allowed, expected, "{statement}");
    }

    #[test]
    fn an_action_allows_its_service() {
        check(r#""Effect":"Allow","Action":"s3:GetObject""#, &["s3"]);
        check(r#""Effect":"Allow","Action":"S3:Get*""#, &["s3"]);
        check(
            r#""Effect":"Allow","Action":["iam:Get?ser","ec2:*"]"#,
            &["ec2", "iam"],
        );
        check(r#""Effect":"Allow","Action":"*""#, &["ec2", "iam", "s3"]);
        check(r#""Effect":"Allow","Action":"s3-outposts:*""#, &[]);
    }

    #[test]
    fn what_is_excepted_leaves_the_rest_of_its_service() {
        check(r#""Effect":"Allow","NotAction":"iam:*""#, &["ec2", "s3"]);
        check(
            r#""Effect":"Allow","NotAction":["IAM:**","s3:Get*"]"#,
            &["ec2", "s3"],
        );
        check(r#""Effect":"Allow","NotAction":"*""#, &[]);
    }

    #[test]
    fn a_deny_allows_nothing() {
        check(r#""Effect":"Deny","Action":"*""#, &[]);
        check(r#""Effect":"Deny","NotAction":"iam:*""#, &[]);
    }

    #[test]
    fn what_no_decision_would_allow_counts_for_no_service() {
        check(r#""Effect":"Allow","Action":"s*:GetObject""#, &[]);
        check(r#""Effect":"Allow","NotAction":["i*:*"]"#, &[]);
        assert!(!Policy::unreadable().allows_service("s3"));
    }
}
