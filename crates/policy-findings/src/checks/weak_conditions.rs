//! Conditions that are no barrier.

use lanyard_policy::operator::Comparison;

use crate::IssueCode;
use crate::sink::Sink;
use crate::view::{Document, Statement};

/// Keys whose values the caller makes up. Evidence: AWS documentation, global condition keys.
pub(super) fn untrustworthy_keys(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        if matches!(
            condition.key().to_ascii_lowercase().as_str(),
            "aws:referer" | "aws:useragent"
        ) {
            let details = format!(
                "Callers can send any {}, so it keeps nobody out.",
                condition.key()
            );
            sink.at(
                IssueCode::UntrustworthyConditionKey,
                &condition.member.name,
                details,
            );
        }
    }
}

/// Whoever may not list a prefix lists a shorter one, which shows the same.
pub(super) fn s3_prefix(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        let is_string = matches!(
            operator.comparison,
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike
        );
        // A denial of everything but some prefixes works, as does permission for some.
        let excepts_prefixes =
            statement.denies() && !operator.negated || statement.allows() && operator.negated;
        if is_string && excepts_prefixes && condition.key().eq_ignore_ascii_case("s3:prefix") {
            let details = "A request with a shorter prefix passes this and lists the objects all the same. Allow \
                           the prefixes that may be listed with StringLike, or deny the others with StringNotLike.";
            sink.at(
                IssueCode::S3PrefixInNegativeContext,
                &condition.member.name,
                details,
            );
        }
    }
}

/// Evidence: AWS documentation, fine-grained access control of DynamoDB: a request that does not say which
/// attributes it wants gets all.
pub(super) fn dynamodb_attributes(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    let is = |key: &str, name: &str| key.eq_ignore_ascii_case(name);
    let has_select = statement.conditions.iter().any(|condition| {
        is(condition.key(), "dynamodb:Select")
            && condition
                .values
                .iter()
                .any(|value| value.text == "SPECIFIC_ATTRIBUTES")
    });
    if has_select || !statement.allows() {
        return;
    }
    for condition in statement
        .conditions
        .iter()
        .filter(|condition| is(condition.key(), "dynamodb:Attributes"))
    {
        let details = "A request that names no attributes gets all. Add a condition that dynamodb:Select is \
                       SPECIFIC_ATTRIBUTES.";
        sink.at(
            IssueCode::DynamodbAttributesWithoutSelect,
            &condition.member.name,
            details,
        );
    }
}
