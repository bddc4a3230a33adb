//! Whether operators suit the keys they are used with: one value or several, and of which type.
//!
//! Tags and other keys with a free part can hold anything as text, so their type is not held against an operator.

use lanyard_catalogue::{ConditionKey, ConditionType};
use lanyard_policy::operator::{Comparison, Operator, Quantifier};

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Condition, Document, Statement};

/// `MISSING_QUALIFIER`, `FORALLVALUES_WITH_SINGLE_VALUED_KEY`, `TYPE_MISMATCH` and
/// `STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS`.
pub(super) fn operators(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition
            .operator
            .filter(|operator| operator.comparison != Comparison::Null)
        else {
            continue;
        };
        let Some(key) = document.keys.find(condition.key()).key() else {
            continue;
        };
        quantifier(condition, operator, key, statement, sink);
        if !key.is_template() || is_claim(key) {
            comparison(condition, operator, key, sink);
        }
    }
}

fn quantifier(
    condition: &Condition<'_>,
    operator: Operator,
    key: &ConditionKey,
    statement: &Statement<'_>,
    sink: &mut Sink,
) {
    let node = &condition.member.name;
    let named = quoted(condition.key());
    match operator.quantifier {
        Quantifier::Single if key.is_multivalued() => sink.at(
            IssueCode::MissingQualifier,
            node,
            format!("A request can have several values of {named}. Say ForAnyValue or ForAllValues."),
        ),
        // The check of audiences has its own words for this.
        Quantifier::ForAll if is_audience(condition.key()) => {}
        Quantifier::ForAll if !key.is_multivalued() && statement.allows() => sink.at(
            IssueCode::ForallvaluesWithSingleValuedKey,
            node,
            format!(
                "ForAllValues also holds where {named} is missing, and the key has one value at most. Compare it \
                 without a qualifier."
            ),
        ),
        _ => {}
    }
}

/// Whether a key is the audience that an OpenID Connect provider states.
fn is_audience(key: &str) -> bool {
    key.rsplit_once(':')
        .is_some_and(|(provider, claim)| provider.contains('.') && claim.eq_ignore_ascii_case("aud"))
}

/// Whether a known key is the claim of any provider: of its name only the provider is free, not what the claim is.
fn is_claim(key: &ConditionKey) -> bool {
    key.name()
        .rsplit_once(':')
        .is_some_and(|(_, claim)| !claim.contains("${") && !claim.contains('<'))
}

fn comparison(condition: &Condition<'_>, operator: Operator, key: &ConditionKey, sink: &mut Sink) {
    let node = &condition.operator_member.name;
    let named = quoted(condition.key());
    if key.value_type() == ConditionType::Arn && operator.comparison == Comparison::StringLike {
        let details = format!(
            "{named} is an ARN. StringLike lets a wildcard run across its parts; ArnLike compares part by part."
        );
        return sink.at(IssueCode::StringLikeOperatorWithArnConditionKeys, node, details);
    }
    if !suits(operator.comparison, key.value_type()) {
        let (what, family) = described(key.value_type());
        let details = format!("{named} is {what}: compare it with {family} instead of {operator}.");
        sink.at(IssueCode::TypeMismatch, node, details);
    }
}

/// Whether an operator gives sense for values of a type.
///
/// ARNs are also texts; operators of numbers also take dates as seconds since 1970.
fn suits(comparison: Comparison, value_type: ConditionType) -> bool {
    use Comparison::{
        Arn, Binary, Bool, Date, IpAddress, Null, Numeric, StringEquals, StringEqualsIgnoreCase, StringLike,
    };
    match comparison {
        StringEquals | StringEqualsIgnoreCase | StringLike => {
            matches!(value_type, ConditionType::String | ConditionType::Arn)
        }
        Numeric(_) => matches!(value_type, ConditionType::Numeric | ConditionType::Date),
        Date(_) => value_type == ConditionType::Date,
        Bool => value_type == ConditionType::Bool,
        Binary => value_type == ConditionType::Binary,
        IpAddress => value_type == ConditionType::IpAddress,
        Arn { .. } => value_type == ConditionType::Arn,
        Null => true,
    }
}

/// What values of a type are, and the operators for them.
fn described(value_type: ConditionType) -> (&'static str, &'static str) {
    match value_type {
        ConditionType::String => ("a text", "a String operator"),
        ConditionType::Numeric => ("a number", "a Numeric operator"),
        ConditionType::Date => ("a date", "a Date operator"),
        ConditionType::Bool => ("true or false", "Bool"),
        ConditionType::Binary => ("a sequence of bytes", "BinaryEquals"),
        ConditionType::IpAddress => ("an address", "IpAddress or NotIpAddress"),
        ConditionType::Arn => ("an ARN", "an Arn operator"),
    }
}
