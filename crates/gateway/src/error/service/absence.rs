//! What services say of something that is not there.

/// What is in the names of the codes.
const PARTS: [&str; 4] = ["NotFound", "NonExist", "DoesNotExist", "InvalidResourceId"];
/// CloudFormation has no code of its own for a stack that is not there.
const OF_STACKS: (&str, &str) = ("ValidationError", "does not exist");

/// Whether an error of the upstream says that what it was asked about is not there. A server that does not know the
/// question says something else.
pub(crate) fn says_not_there(code: &str, message: &str) -> bool {
    let (of_stacks, ends) = OF_STACKS;
    PARTS.iter().any(|part| code.contains(part)) || (code == of_stacks && message.ends_with(ends))
}

#[cfg(test)]
mod tests {
    use super::says_not_there;

    #[test]
    fn only_what_says_so_is_not_there() {
        for code in [
            "ResourceNotFoundException",
            "NotFoundException",
            "AWS.SimpleQueueService.NonExistentQueue",
            "QueueDoesNotExist",
            "InvalidResourceId",
            "InvalidSubnetID.NotFound",
            "DBInstanceNotFound",
        ] {
            assert!(says_not_there(code, ""), "{code}");
        }
        for code in [
            "",
            "UnknownOperationException",
            "InvalidAction",
            "AccessDenied",
            "ValidationError",
        ] {
            assert!(!says_not_there(code, ""), "{code}");
        }
        assert!(says_not_there(
            "ValidationError",
            "Stack with id s does not exist"
        ));
    }
}
