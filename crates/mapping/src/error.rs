//! Why a request means nothing that could be decided.

mod absent;

pub use absent::Absent;

/// A request that is refused because it cannot be mapped, in this layer's words. What is told to the caller (code,
/// status, text) is the gateway's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The name is none that S3 allows.
    #[error("the bucket name is not valid: {0}")]
    InvalidBucketName(String),
    /// The target is no path that can be decoded in one way only.
    #[error("the target is not valid: {0}")]
    InvalidUri(&'static str),
    /// More than 1024 bytes.
    #[error("the key is longer than 1024 bytes")]
    KeyTooLong,
    /// The host of the request is said twice, and differently, or is no host.
    #[error("the host is not valid: {0}")]
    InvalidHost(&'static str),
    /// Nothing is known under this method at this place.
    #[error("nothing answers {method} here")]
    MethodNotAllowed {
        /// The method of the request.
        method: String,
    },
    /// It is known, and refused by name.
    #[error("{operation} is not implemented: {reason}")]
    NotImplemented {
        /// The operation or the form of request.
        operation: &'static str,
        /// Why it is refused.
        reason: &'static str,
    },
    /// A query parameter that the operation does not know.
    #[error("the query parameter {name} is not known for {operation}")]
    UnknownParameter {
        /// The parameter's name as it was sent.
        name: String,
        /// The operation that was matched.
        operation: &'static str,
    },
    /// A header that could change meaning and that the operation does not know.
    #[error("the header {name} is not known for {operation}")]
    UnknownHeader {
        /// The header's name.
        name: String,
        /// The operation that was matched.
        operation: &'static str,
    },
    /// A parameter, header or form field with a value that it cannot have.
    #[error("{name} is not valid: {reason}")]
    InvalidArgument {
        /// The name of the parameter, header or field.
        name: String,
        /// What is wrong with the value.
        reason: &'static str,
    },
    /// A parameter, header or form field that the operation cannot be without.
    #[error("{name} is missing")]
    Missing {
        /// The name of the parameter, header or field.
        name: &'static str,
    },
    /// The body is not the document that the operation takes.
    #[error("the body is not valid: {0}")]
    MalformedXml(&'static str),
    /// The body is longer than the operation allows.
    #[error("the body is longer than {max} bytes")]
    BodyTooLarge {
        /// The most bytes that are read.
        max: usize,
    },
    /// The request names no operation.
    #[error("it names no operation")]
    MissingOperation,
    /// The service has no operation of this name, or none at this place.
    #[error("the operation {name} is not known")]
    UnknownOperation {
        /// The name, or the method and the path.
        name: String,
    },
    /// The operation is known, but nobody can say what it is decided on.
    #[error("{operation} is not mapped: {reason}")]
    Unmapped {
        /// The operation.
        operation: &'static str,
        /// Why it is refused.
        reason: std::borrow::Cow<'static, str>,
    },
    /// The text of the request is none of its protocol, or could be read in two ways.
    #[error("the request is not valid: {0}")]
    Malformed(&'static str),
    /// A member that the operation cannot be without.
    #[error("{member} is missing")]
    MissingMember {
        /// Its path from the top of the request.
        member: String,
    },
    /// A member that the operation does not have.
    #[error("{member} is not known for {operation}")]
    UnknownMember {
        /// Its path from the top of the request, as it was sent.
        member: String,
        /// The operation.
        operation: &'static str,
    },
    /// What the request names was looked up, and is not there. It is refused before it is sent on: what is made
    /// meanwhile under that name would not be what was decided on.
    #[error("there is no {what} {name}")]
    Absent {
        /// What kind of thing it would be.
        what: Absent,
        /// What the request calls it; an alias of KMS by its ARN.
        name: String,
    },
    /// A member with a value that it cannot have.
    #[error("{member} is not valid: {reason}")]
    InvalidMember {
        /// Its path from the top of the request.
        member: String,
        /// What is wrong with the value.
        reason: &'static str,
    },
}
