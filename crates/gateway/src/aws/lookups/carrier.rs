//! Which resource carries the tags of another: an item of a table has those of its table. And which one may be meant by
//! an ARN that is known in part.

/// What follows the account in an ARN; nothing if it is none.
pub(in crate::aws) fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

/// The service in an ARN; nothing if it is none.
pub(in crate::aws) fn service(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}

/// The ARN under which the tags of a resource are kept: its own, or that of what it is a part of.
pub(in crate::aws) fn of(arn: &str) -> String {
    lanyard_directory::ResourceTags::carrier(arn).to_owned()
}

/// Whether a resource that is known in part may be the one of this ARN. What stands between the first and the last star
/// counts as unknown.
pub(in crate::aws) fn may_be_meant(in_part: &str, arn: &str) -> bool {
    let (first, rest) = in_part.split_once('*').unwrap_or((in_part, ""));
    let last = rest.rsplit('*').next().unwrap_or_default();
    arn.strip_prefix(first).is_some_and(|rest| rest.ends_with(last))
}
