//! Which resource carries the tags of another: an item of a table has those of its table.

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
