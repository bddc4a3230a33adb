//! Which services a policy gives access to, for reports about policies.
//!
//! It is about permissions in writing: what other policies deny, resources and conditions play no part, but that a
//! policy may deny a whole service on everything. Evidence: recorded answers of AWS to ListPoliciesGrantingServiceAccess.

use super::{Action, ActionTest, ArnTest, Policy, Presence, Statement};
use crate::{colon, fold};

impl Policy {
    /// Whether a statement allows some action of a service, which is given by its prefix and compared without regard
    /// to case, and none denies all of it on everything.
    ///
    /// An action whose service has a wildcard counts for no service, as it allows nothing in a decision.
    pub fn allows_service(&self, service: &str) -> bool {
        let mut statements = self.statements.iter();
        let is_allowed = |statement: &Statement| !statement.deny && self.concerns_service(statement, service);
        statements.any(is_allowed)
            && !self
                .statements
                .iter()
                .any(|statement| self.denies_all_of(statement, service))
    }

    fn concerns_service(&self, statement: &Statement, service: &str) -> bool {
        let mut actions = statement.actions.of(&self.actions).iter();
        if !statement.not_action {
            return actions.any(|action| self.is_of_service(action, service));
        }
        // What is excepted leaves other actions of the service, unless the whole service is excepted.
        // Fails closed: an exception that is no action may be a misspelt one, so it leaves nothing.
        !actions.any(|action| match action.test {
            ActionTest::Nothing | ActionTest::Services(_) => true,
            _ => self.is_all_of_service(action, service),
        })
    }

    fn denies_all_of(&self, statement: &Statement, service: &str) -> bool {
        let is_everywhere = statement.resource == Presence::Listed
            && statement
                .resources
                .of(&self.resources)
                .iter()
                .any(|resource| matches!(resource.test, ArnTest::Everything));
        let is_always = statement.conditions.of(&self.conditions).is_empty();
        let mut actions = statement.actions.of(&self.actions).iter();
        let is_of_all = if statement.not_action {
            !actions.any(|action| self.is_of_service(action, service))
        } else {
            actions.any(|action| self.is_all_of_service(action, service))
        };
        statement.deny && is_everywhere && is_always && is_of_all
    }

    fn is_of_service(&self, action: &Action, service: &str) -> bool {
        match action.test {
            ActionTest::Everything => true,
            ActionTest::Exact | ActionTest::Prefix | ActionTest::Names(_) => {
                split(self.str(action.text)).is_some_and(|(named, _)| fold::same(named, service))
            }
            ActionTest::Services(_) | ActionTest::Nothing => false,
        }
    }

    fn is_all_of_service(&self, action: &Action, service: &str) -> bool {
        let all = |names: &str| names.bytes().all(|byte| byte == b'*');
        match action.test {
            ActionTest::Everything => true,
            ActionTest::Prefix | ActionTest::Names(_) => split(self.str(action.text))
                .is_some_and(|(named, names)| fold::same(named, service) && all(names)),
            ActionTest::Exact | ActionTest::Services(_) | ActionTest::Nothing => false,
        }
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

    /// Of S3 alone, on everything unless it says otherwise.
    fn check_denied(deny: &str, is_allowed: bool) {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}},
                {{"Effect":"Deny",{deny}}}]}}"#
        );
        let policy = Policy::compile(&Document::parse(&text).unwrap());
        assert_eq!(policy.allows_service("s3"), is_allowed, "{deny}");
    }

    #[test]
    fn a_whole_service_can_be_denied_on_everything() {
        check_denied(r#""Action":"s3:*","Resource":"*""#, false);
        check_denied(r#""Action":"*","Resource":"*""#, false);
        check_denied(r#""NotAction":"iam:*","Resource":"*""#, false);
        check_denied(r#""NotAction":"s3:Put*","Resource":"*""#, true);
        check_denied(r#""Action":"s3:GetObject","Resource":"*""#, true);
        check_denied(r#""Action":"s3:*","Resource":"arn:aws:s3:::*""#, true);
        check_denied(r#""Action":"s3:*","NotResource":"arn:aws:s3:::b""#, true);
        check_denied(
            r#""Action":"s3:*","Resource":"*","Condition":{"Null":{"aws:username":"true"}}"#,
            true,
        );
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
