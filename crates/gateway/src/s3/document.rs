//! Answers that have to be documents of one kind.
//!
//! A store that does not know a sub-resource may pass over the parameter that names it and answer as if it were not
//! there: with the object itself, or with the list of the bucket. Neither was asked for, nor decided on.

use bytes::Bytes;
use lanyard_mapping::{Level, Operation};

use crate::error::{Code, S3Error};

/// The longest document of this kind that is read.
pub(super) const BYTES_MAX: usize = 1 << 20;

/// What lists of a bucket are called.
const LISTS: [&str; 3] = [
    "ListBucketResult",
    "ListVersionsResult",
    "ListBucketVersionsResult",
];

/// Whether the answer to an operation is a document that a store could mistake for something else.
pub(super) fn is_checked(operation: &Operation) -> bool {
    if operation.method() != "GET" || !operation.name().starts_with("Get") {
        return false;
    }
    match operation.level() {
        Level::Object => expected(operation.name()).is_some(),
        Level::Bucket => true,
        Level::Service => false,
    }
}

/// Refuses a document that is of another kind than the operation answers.
pub(super) fn check(operation: &Operation, document: &Bytes) -> Result<(), S3Error> {
    let root = root(document);
    let is_right = match expected(operation.name()) {
        Some(roots) => root.is_some_and(|root| roots.contains(&root)),
        None => !root.is_some_and(|root| LISTS.contains(&root)),
    };
    if is_right {
        return Ok(());
    }
    Err(S3Error::with_message(
        Code::NOT_IMPLEMENTED,
        format!("The store does not implement {}.", operation.name()),
    ))
}

/// What the document of an operation on an object is called, where the object itself would be the alternative.
fn expected(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "GetObjectTagging" => &["Tagging"],
        "GetObjectRetention" => &["Retention", "ObjectLockRetention"],
        "GetObjectLegalHold" => &["LegalHold", "ObjectLockLegalHold"],
        "GetObjectAttributes" => &["GetObjectAttributesResponse", "GetObjectAttributesOutput"],
        _ => return None,
    })
}

/// The local name of the root element.
fn root(document: &[u8]) -> Option<&str> {
    let mut text = std::str::from_utf8(document).ok()?;
    text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    if text.starts_with("<?xml") {
        text = text.split_once("?>")?.1.trim_start();
    }
    let text = text.strip_prefix('<')?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
    let name = text.get(..end)?;
    Some(name.rsplit_once(':').map_or(name, |(_, local)| local))
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn the_root_is_the_first_element() {
        assert_eq!(
            root(b"<?xml version=\"1.0\"?>\n<s3:Tagging xmlns:s3=\"x\"><TagSet/>"),
            Some("Tagging")
        );
        assert_eq!(root(b"<Retention/>"), Some("Retention"));
        assert_eq!(root(b"hello"), None);
        assert_eq!(root(b""), None);
    }
}
