//! Which ARNs something can be kept about, for resources that live elsewhere.

use lanyard_names::AccountId;

/// The longest ARN that something is kept about: it is a key of the store.
const ARN_BYTES_MAX: usize = 900;

/// Whether an ARN is of a resource of this account. Patterns are of none: no decision asks about them.
pub(super) fn is_of(arn: &str, account: AccountId) -> bool {
    account_and_service(arn).is_some_and(|(named, _)| *named == account.to_string())
}

/// The same of resources that can have tags: also those that stand under no account in their ARNs, such as the APIs of
/// API Gateway. Buckets are found by their claims, and not by their ARNs.
pub(super) fn can_have_tags(arn: &str, account: AccountId) -> bool {
    let fields = account_and_service(arn);
    fields.is_some_and(|(named, service)| {
        *named == account.to_string() || (named.is_empty() && service != "s3")
    })
}

fn account_and_service(arn: &str) -> Option<(&str, &str)> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", service, _, account, resource] = fields.as_slice() else {
        return None;
    };
    let is_one = !service.is_empty()
        && !resource.is_empty()
        && !arn.contains(['*', '?'])
        && arn.len() <= ARN_BYTES_MAX;
    is_one.then_some((*account, *service))
}
