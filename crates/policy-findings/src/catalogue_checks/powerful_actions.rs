//! Passing roles to services and making service-linked roles, where a statement allows it for any role.
//!
//! Wildcards matter only if they leave the role open: `role/*` does, `role/Service*` does not. A condition on the
//! service that gets the role counts as a restriction.
//!
//! Evidence: AWS documentation, policy check reference, which also lists the AWS managed policies with these findings.

use lanyard_policy::operator::Comparison;

use super::glob::{covers, has_wildcard};
use crate::sink::Sink;
use crate::view::{Document, Element, Statement};
use crate::{IssueCode, PolicyType};

/// An action that AWS warns of, and the six ways to allow too much of it.
struct Powerful {
    /// In lower case.
    action: &'static str,
    /// A resource of it with a name that nobody writes down.
    any_resource: &'static str,
    /// The key of the service that it is for.
    key: &'static str,
    codes: Codes,
    danger: &'static str,
}

struct Codes {
    named: PerResource,
    star: PerResource,
    not_action: PerResource,
}

struct PerResource {
    not_resource: IssueCode,
    star: IssueCode,
}

const PASS_ROLE: Powerful = Powerful {
    action: "iam:passrole",
    any_resource: "role/\u{1}",
    key: "iam:PassedToService",
    codes: Codes {
        named: PerResource {
            not_resource: IssueCode::PassRoleWithNotResource,
            star: IssueCode::PassRoleWithStarInResource,
        },
        star: PerResource {
            not_resource: IssueCode::PassRoleWithStarInActionAndNotResource,
            star: IssueCode::PassRoleWithStarInActionAndResource,
        },
        not_action: PerResource {
            not_resource: IssueCode::PassRoleWithNotActionAndNotResource,
            star: IssueCode::PassRoleWithStarInResourceAndNotAction,
        },
    },
    danger: "iam:PassRole lets the caller hand any of these roles to a service, and so use what the role may do",
};

const CREATE_SERVICE_LINKED_ROLE: Powerful = Powerful {
    action: "iam:createservicelinkedrole",
    any_resource: "role/aws-service-role/\u{1}",
    key: "iam:AWSServiceName",
    codes: Codes {
        named: PerResource {
            not_resource: IssueCode::CreateSlrWithNotResource,
            star: IssueCode::CreateSlrWithStarInResource,
        },
        star: PerResource {
            not_resource: IssueCode::CreateSlrWithStarInActionAndNotResource,
            star: IssueCode::CreateSlrWithStarInActionAndResource,
        },
        not_action: PerResource {
            not_resource: IssueCode::CreateSlrWithNotActionAndNotResource,
            star: IssueCode::CreateSlrWithStarInResourceAndNotAction,
        },
    },
    danger: "iam:CreateServiceLinkedRole makes roles for any service here",
};

/// `PASS_ROLE_WITH_…` and `CREATE_SLR_WITH_…`.
pub(super) fn any_role(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if document.kind.policy_type != PolicyType::Identity || !statement.allows() {
        return;
    }
    for powerful in [PASS_ROLE, CREATE_SERVICE_LINKED_ROLE] {
        powerful.check(statement, sink);
    }
}

impl Powerful {
    fn check(&self, statement: &Statement<'_>, sink: &mut Sink) {
        let (Some(actions), Some(resources)) = (&statement.action, &statement.resource) else {
            return;
        };
        let Some((codes, means)) = self.allowed_by(actions) else {
            return;
        };
        let is_any = resources
            .values
            .iter()
            .find(|resource| self.is_any(resource.text));
        let (code, node, named) = match (resources.negated, is_any) {
            // Nothing is left.
            (true, Some(_)) => return,
            (true, None) => (codes.not_resource, &resources.member.name, "with NotResource"),
            (false, Some(_)) if self.is_restricted(statement) => return,
            (false, Some(any)) => (codes.star, any.node, "on any role"),
            (false, None) => return,
        };
        let or_restricted = match resources.negated {
            true => String::new(),
            false => format!(", or add a condition on {}", self.key),
        };
        let details = format!("{means} {named}: {}. Name the roles{or_restricted}.", self.danger);
        sink.at(code, node, details);
    }

    /// How a list of actions allows it, if at all.
    fn allowed_by(&self, actions: &Element<'_>) -> Option<(&PerResource, &'static str)> {
        let mut by_pattern = false;
        for action in &actions.values {
            let lowered = action.text.to_ascii_lowercase();
            let is_meant = covers(&lowered, self.action);
            if is_meant && !actions.negated && !has_wildcard(&lowered) {
                return Some((&self.codes.named, "The action is allowed"));
            }
            by_pattern |= is_meant;
        }
        match (actions.negated, by_pattern) {
            (true, false) => Some((&self.codes.not_action, "NotAction allows the action")),
            (false, true) => Some((&self.codes.star, "A wildcard allows the action")),
            _ => None,
        }
    }

    /// Whether a resource stands for any role.
    fn is_any(&self, resource: &str) -> bool {
        if resource == "*" {
            return true;
        }
        let mut fields = resource.splitn(6, ':');
        let is_iam = fields.nth(2).is_some_and(|service| covers(service, "iam"));
        is_iam
            && fields
                .nth(2)
                .is_some_and(|resource| covers(resource, self.any_resource))
    }

    fn is_restricted(&self, statement: &Statement<'_>) -> bool {
        statement.conditions.iter().any(|condition| {
            let asks = condition
                .operator
                .is_some_and(|operator| !operator.negated && operator.comparison != Comparison::Null);
            asks && condition.key().eq_ignore_ascii_case(self.key)
        })
    }
}
