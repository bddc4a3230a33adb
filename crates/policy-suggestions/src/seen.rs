//! What was seen.

/// One permission that a request needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The action: `dynamodb:GetItem`.
    pub action: String,
    /// The resource's ARN, or `*` for an action that takes none. A `*` that is a whole segment of it stands for whatever
    /// is made (`instance/*`), but in the names of S3's objects, where it is a letter like any other.
    pub resource: String,
    /// The service that a role was passed to, for `iam:PassRole`.
    pub passed_to: Option<String>,
    /// When: text that sorts by time.
    pub time: String,
    /// The id of the request.
    pub request_id: String,
}
