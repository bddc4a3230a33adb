//! Which services the policies of somebody may open, and with which actions.

use std::sync::Arc;

use lanyard_catalogue::{Action, Service, catalogue};
use lanyard_directory::{Account, InlinePolicy};
use lanyard_names::PolicyArn;

use super::statements::Statement;
use super::target::Target;

/// A service with the actions that are open.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) service: &'static Service,
    pub(super) actions: Vec<&'static Action>,
}

/// The services that documents may open together, in the order of their namespaces.
pub(super) fn granted(documents: &[Arc<str>]) -> Vec<Granted> {
    let statements = documents.iter().flat_map(|text| Statement::of_document(text));
    let (mut allows, denials): (Vec<_>, Vec<_>) = statements.partition(Statement::is_allow);
    for allow in &mut allows {
        allow.compare(&denials);
    }
    let services = catalogue().services().iter();
    services
        .filter_map(|service| {
            let allows: Vec<_> = allows.iter().filter(|allow| allow.concerns(service)).collect();
            let denials: Vec<_> = (0..)
                .zip(&denials)
                .filter(|(_, denial)| denial.concerns(service))
                .collect();
            let is_open = |action: &&Action| {
                let mut allows = allows
                    .iter()
                    .filter(|allow| allow.names(service, action))
                    .peekable();
                if allows.peek().is_none() {
                    return false;
                }
                let denials: Vec<usize> = denials
                    .iter()
                    .filter(|(_, denial)| denial.names(service, action))
                    .map(|(number, _)| *number)
                    .collect();
                allows.any(|allow| allow.leaves(action, &denials))
            };
            if allows.is_empty() {
                return None;
            }
            let actions: Vec<_> = service.actions().iter().filter(is_open).collect();
            (!actions.is_empty()).then_some(Granted { service, actions })
        })
        .collect()
}

/// The documents of the permissions policies of somebody: their own, and of a user those of its groups.
pub(super) fn documents(target: &Target, account: &Account) -> Vec<Arc<str>> {
    let mut found = Documents {
        account,
        texts: Vec::new(),
    };
    match target {
        Target::Policy(arn) => found.managed(arn),
        Target::Group(id) => {
            if let Some(group) = account.group_by_id(*id) {
                found.all(&group.inline, &group.attached);
            }
        }
        Target::Role(id) => {
            if let Some(role) = account.role_by_id(*id) {
                found.all(&role.inline, &role.attached);
            }
        }
        Target::User(id) => {
            if let Some(user) = account.user_by_id(*id) {
                found.all(&user.inline, &user.attached);
                for group in account.groups_of(user) {
                    found.all(&group.inline, &group.attached);
                }
            }
        }
    }
    found.texts
}

struct Documents<'a> {
    account: &'a Account,
    texts: Vec<Arc<str>>,
}

impl Documents<'_> {
    fn all(&mut self, inline: &[Arc<InlinePolicy>], attached: &[PolicyArn]) {
        self.texts
            .extend(inline.iter().map(|policy| Arc::from(policy.document.text())));
        for arn in attached {
            self.managed(arn);
        }
    }

    fn managed(&mut self, arn: &PolicyArn) {
        let in_force = self.account.managed_policy_in_force(arn);
        self.texts.extend(in_force.map(|(_, text)| text));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// The namespaces that these statements, in one document, may open.
    fn check(statements: &str, want: &[&str]) {
        let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        let granted = granted(&[document.into()]);
        let namespaces: Vec<_> = granted.iter().map(|granted| granted.service.prefix()).collect();
        assert_eq!(namespaces, want, "{statements}");
    }

    #[test]
    fn services_are_those_of_known_actions_that_are_allowed() {
        check(
            r#"{"Effect": "Allow", "Action": ["sqs:SendMessage", "S3:GETOBJECT"], "Resource": "*"}"#,
            &["s3", "sqs"],
        );
        check(
            r#"{"Effect": "Allow", "Action": "s3:NoSuchAction", "Resource": "*"}"#,
            &[],
        );
        check(
            r#"{"Effect": "Allow", "Action": "nobodys:Read", "Resource": "*"}"#,
            &[],
        );
        check(
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#,
            &["iam"],
        );
        check(r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#, &[]);
    }

    #[test]
    fn conditions_are_not_looked_at() {
        let nobody = r#""Condition": {"StringEquals": {"aws:username": "nobody"}}"#;
        let allow = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#;
        check(&format!("{allow}, {nobody}}}"), &["s3"]);
        let deny = format!(r#"{{"Effect": "Deny", "Action": "s3:*", "Resource": "*", {nobody}}}"#);
        check(&format!("{allow}}}, {deny}"), &["s3"]);
    }

    #[test]
    fn a_denial_takes_away_what_it_covers_entirely() {
        let allow = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}"#;
        for (denied, want) in [
            ("arn:aws:s3:::a/*", &[][..]),
            ("arn:aws:s3:::*", &[]),
            ("*", &[]),
            ("arn:aws:s3:::a/b", &["s3"]),
            ("arn:aws:s3:::b/*", &["s3"]),
        ] {
            let deny = format!(r#"{{"Effect": "Deny", "Action": "s3:*", "Resource": "{denied}"}}"#);
            check(&format!("{allow}, {deny}"), want);
        }
    }

    #[test]
    fn long_resources_are_not_compared_for_each_action() {
        let namespaces = |statements: &str| {
            let document = format!(r#"{{"Statement": [{statements}]}}"#);
            let granted = granted(&[document.into()]);
            granted
                .iter()
                .map(|granted| granted.service.prefix())
                .collect::<Vec<_>>()
        };
        let allow = format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::{}"}}"#,
            "a".repeat(3_000)
        );
        let deny = format!(
            r#"{{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::{}b"}}"#,
            "*a".repeat(1_500)
        );
        let alone = namespaces(&allow);
        assert!(alone.contains(&"s3"));
        let started = Instant::now();
        assert_eq!(namespaces(&format!("{allow}, {deny}")), alone);
        // Comparing them once takes some milliseconds.
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn an_action_needs_a_resource_that_it_can_be_on() {
        let allow = |action: &str, resource: &str| {
            format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}"#)
        };
        check(
            &allow("s3:GetObject", "arn:aws:iam::123456789012:user/nobody"),
            &[],
        );
        check(&allow("s3:ListAllMyBuckets", "arn:aws:s3:::a"), &[]);
        check(&allow("s3:ListBucket", "arn:aws:s3:::a"), &["s3"]);
        check(&allow("*", "arn:aws:sqs:*:*:queue"), &["sqs"]);
        check(
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "*"}"#,
            &[],
        );
    }

    #[test]
    fn what_is_not_excepted_is_open() {
        let document = r#"{"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}"#;
        let open = granted(&[document.into()]);
        let all = catalogue()
            .services()
            .iter()
            .filter(|service| !service.actions().is_empty());
        assert_eq!(open.len(), all.count() - 1);
        assert!(open.iter().all(|granted| granted.service.prefix() != "s3"));
        assert!(open.is_sorted_by_key(|granted| granted.service.prefix()));
    }
}
