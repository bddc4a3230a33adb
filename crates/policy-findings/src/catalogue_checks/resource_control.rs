//! Which services resource control policies apply to.

use lanyard_catalogue::{Service, catalogue};

use super::glob::has_wildcard;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};
use crate::{IssueCode, PolicyType};

/// `RCP_SYNTAX_ERROR_ACTION`.
pub(super) fn services(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if document.kind.policy_type != PolicyType::ResourceControl {
        return;
    }
    for action in statement.action.iter().flat_map(|element| &element.values) {
        let Some((prefix, _)) = action.text.split_once(':') else {
            continue;
        };
        let service = catalogue().service(prefix);
        let applies = service.is_some_and(Service::supports_resource_control_policies);
        if !applies && !has_wildcard(prefix) {
            let details = format!(
                "Resource control policies do not apply to the service {}.",
                quoted(prefix)
            );
            sink.part(
                IssueCode::RcpSyntaxErrorAction,
                action.node,
                0..prefix.len(),
                details,
            );
        }
    }
}
