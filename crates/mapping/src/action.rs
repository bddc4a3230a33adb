//! An action, and which condition keys a request gives when it is asked for.

/// An action with what is known of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Action {
    pub(crate) name: &'static str,
    /// The keys that members of the request give.
    pub(crate) keys: &'static [Key],
    /// Whether policies may ask about the tags that the object has.
    pub(crate) reads_object_tags: bool,
    /// Which tags of the request policies may ask about.
    pub(crate) request_tags: RequestTags,
    /// Whether it takes no resource but `*`.
    pub(crate) is_wildcard_only: bool,
}

/// A condition key, and the member that gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) source: Source,
}

/// Where the value of a condition key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A query parameter.
    Query(&'static str),
    /// A header that goes on.
    Header(&'static str),
    /// The hash of the body that was signed, which does not go on.
    ContentHash,
    /// The version of the object that is asked about, wherever it is named.
    Version,
    /// The object that a copy reads, as bucket and key.
    CopiedObject,
}

/// Under which keys the tags in a request are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestTags {
    /// Under none.
    None,
    /// `s3:RequestObjectTag/…` and `s3:RequestObjectTagKeys`.
    Object,
    /// `aws:RequestTag/…` and `aws:TagKeys`.
    Resource,
}

impl Action {
    pub(crate) const fn new(name: &'static str, keys: &'static [Key]) -> Self {
        Self {
            name,
            keys,
            reads_object_tags: false,
            request_tags: RequestTags::None,
            is_wildcard_only: false,
        }
    }

    pub(crate) const fn reading_object_tags(self) -> Self {
        Self {
            reads_object_tags: true,
            ..self
        }
    }

    pub(crate) const fn with_request_tags(self, request_tags: RequestTags) -> Self {
        Self { request_tags, ..self }
    }

    pub(crate) const fn wildcard_only(self) -> Self {
        Self {
            is_wildcard_only: true,
            ..self
        }
    }
}

impl Key {
    pub(crate) const fn query(name: &'static str, parameter: &'static str) -> Self {
        Self {
            name,
            source: Source::Query(parameter),
        }
    }

    pub(crate) const fn header(name: &'static str, header: &'static str) -> Self {
        Self {
            name,
            source: Source::Header(header),
        }
    }
}
