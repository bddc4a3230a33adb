//! The body of CreateBucket.
//!
//! Differs from AWS: Lanyard answers for every region, and a bucket is where its caller signs for. A location is
//! therefore checked, decided on (`s3:LocationConstraint`) and then left out of what the store behind is asked:
//! stores of one region refuse a location that is not theirs, and take the absence of one for their own.

use crate::xml::{Element, MalformedXmlError};

const ROOT: &str = "CreateBucketConfiguration";

/// Why a bucket cannot be made as it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigurationError {
    /// The body is not the XML that it has to be.
    #[error(transparent)]
    Malformed(#[from] MalformedXmlError),
    /// The location can be no region.
    #[error("the location can be no region")]
    Location,
    /// Something is wanted that Lanyard does not do.
    #[error("{0} is not implemented")]
    NotImplemented(&'static str),
}

/// Checks the body and gives the location that it names, if any.
pub(crate) fn location(body: &[u8]) -> Result<Option<String>, ConfigurationError> {
    if body.is_empty() {
        return Ok(None);
    }
    let root = Element::parse(body, ROOT)?;
    root.check_children(&["LocationConstraint", "Location", "Bucket", "Tags"])?;
    if root.only("Location")?.is_some() || root.only("Bucket")?.is_some() {
        return Err(ConfigurationError::NotImplemented("a directory bucket"));
    }
    // Few stores know them, and a store that passes them over would make a bucket without the tags that somebody's
    // policy goes by.
    if root.only("Tags")?.is_some_and(|tags| !tags.children.is_empty()) {
        return Err(ConfigurationError::NotImplemented("creating a bucket with tags"));
    }
    match root.only_text("LocationConstraint")?.map(str::trim) {
        None | Some("") => Ok(None),
        Some(location) if is_region(location) => Ok(Some(location.to_owned())),
        Some(_) => Err(ConfigurationError::Location),
    }
}

/// Whether a text can be a region; `EU` is the old name of one.
fn is_region(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text == "EU" || text.len() <= 64 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::{ConfigurationError, location};
    use crate::xml::MalformedXmlError;

    fn check(inner: &str, expected: Result<Option<&str>, ConfigurationError>) {
        let body = format!(
            "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{inner}\
             </CreateBucketConfiguration>"
        );
        let found = location(body.as_bytes());
        assert_eq!(found, expected.map(|found| found.map(str::to_owned)), "{inner}");
    }

    #[test]
    fn a_location_is_read_and_checked() {
        assert_eq!(location(b""), Ok(None));
        check("", Ok(None));
        check("<LocationConstraint/>", Ok(None));
        check(
            "<LocationConstraint>eu-central-1</LocationConstraint>",
            Ok(Some("eu-central-1")),
        );
        check("<LocationConstraint>EU</LocationConstraint>", Ok(Some("EU")));
        check(
            "<LocationConstraint>Mars</LocationConstraint>",
            Err(ConfigurationError::Location),
        );
    }

    #[test]
    fn what_is_not_done_is_refused_by_name() {
        check(
            "<Bucket><Type>Directory</Type></Bucket>",
            Err(ConfigurationError::NotImplemented("a directory bucket")),
        );
        check("<Tags/>", Ok(None));
        check(
            "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>",
            Err(ConfigurationError::NotImplemented("creating a bucket with tags")),
        );
        check("<Other/>", Err(ConfigurationError::Malformed(MalformedXmlError)));
        assert!(location(b"not xml").is_err());
    }
}
