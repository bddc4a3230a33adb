//! What service control policies cannot have.

use crate::sink::Sink;
use crate::view::{Document, Statement};
use crate::{IssueCode, PolicyType};

pub(super) fn service_control(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if let Some(principal) = &statement.principal
        && document.kind.policy_type == PolicyType::ServiceControl
    {
        let details = "A service control policy is for everybody in the accounts below it: it cannot name \
                       principals. Use the condition key aws:PrincipalArn.";
        sink.at(
            IssueCode::ScpSyntaxErrorPrincipal,
            &principal.member.name,
            details,
        );
    }
}
