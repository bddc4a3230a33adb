//! The audience of tokens: a claim with one value.

use lanyard_policy::operator::Quantifier;

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};

pub(super) fn qualifiers(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if !document.kind.is_role_trust() {
        return;
    }
    for condition in &statement.conditions {
        // An issuer is a domain; keys of services have no point before the colon.
        let is_audience = condition
            .key()
            .rsplit_once(':')
            .is_some_and(|(issuer, claim)| issuer.contains('.') && claim.eq_ignore_ascii_case("aud"));
        let Some(operator) = condition.operator.filter(|_| is_audience) else {
            continue;
        };
        let (code, details) = match operator.quantifier {
            Quantifier::Single => continue,
            Quantifier::ForAll => (
                IssueCode::ConfirmAudienceClaimType,
                format!(
                    "{} says for whom a token is. If it has one value, leave ForAllValues out.",
                    quoted(condition.key())
                ),
            ),
            Quantifier::ForAny => (
                IssueCode::ForanyvalueWithAudienceClaimType,
                format!(
                    "{} has one value, so leave ForAnyValue out.",
                    quoted(condition.key())
                ),
            ),
        };
        sink.at(code, &condition.operator_member.name, details);
    }
}
