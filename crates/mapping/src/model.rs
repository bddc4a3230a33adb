//! What the public model of a service says of an operation's request: the shape of the generated tables.

use crate::Level;

/// One operation of the model.
#[derive(Debug)]
pub(crate) struct ModelOperation {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) level: Level,
    /// Parameters that the path of the operation itself names: `acl`, `list-type=2`.
    pub(crate) literals: &'static [(&'static str, &'static str)],
    pub(crate) query: &'static [QueryMember],
    /// In order of name, in lower case.
    pub(crate) headers: &'static [HeaderMember],
    /// The start of the names of a family of headers: `x-amz-meta-`.
    pub(crate) header_prefix: Option<&'static str>,
    pub(crate) payload: Payload,
    /// Whether checksums of the body come as headers that are not members.
    pub(crate) takes_checksum: bool,
}

/// A member in the query.
#[derive(Debug)]
pub(crate) struct QueryMember {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
}

/// A member in a header.
#[derive(Debug)]
pub(crate) struct HeaderMember {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
}

/// What texts a member can have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Integer,
    Boolean,
    Timestamp,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Some of these, separated by commas.
    ListOf(&'static [&'static str]),
}

/// What the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    None,
    Document,
    Streaming,
}
