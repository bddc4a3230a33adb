//! The queues' old protocol, which their model no longer says.

use lanyard_service_models::{Member, Structure};

/// What a member is called there.
///
/// Evidence: requests of clients that speak it.
pub(super) fn queue_name(member: &'static Member) -> &'static str {
    match member.name() {
        // Those of batches are called like what they are.
        "Entries" => {
            let entry = member.shape().list().and_then(|list| list.member().structure());
            entry.map_or("Entries", Structure::name)
        }
        "Attributes" => "Attribute",
        "AttributeNames" => "AttributeName",
        "MessageAttributes" => "MessageAttribute",
        "MessageAttributeNames" => "MessageAttributeName",
        "MessageSystemAttributes" => "MessageSystemAttribute",
        "MessageSystemAttributeNames" => "MessageSystemAttributeName",
        "AWSAccountIds" => "AWSAccountId",
        "Actions" => "ActionName",
        "tags" | "Tags" => "Tag",
        "TagKeys" => "TagKey",
        other => other,
    }
}
