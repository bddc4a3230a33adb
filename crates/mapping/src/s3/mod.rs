//! S3: which operation a request asks for, and which permissions that needs.

use crate::{Hosts, Incoming, Mapped, MappingError, Operation};

/// What an operation asks for besides its own action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Also {}

pub(crate) static OPERATIONS: &[Operation] = &[];

/// Says what a request to S3 means.
///
/// # Errors
/// A request that means nothing, or more than one thing, or that is refused by name.
pub fn map_s3(_incoming: &Incoming<'_>, _hosts: &Hosts) -> Result<Mapped, MappingError> {
    Err(MappingError::InvalidUri("not mapped yet"))
}

/// Says what a browser's form means that was sent to a bucket: which object would be written, and how.
///
/// The fields come in the form's order, read by the caller; the field `file` holds the file's name, which takes the
/// place of `${filename}`. The signature and the conditions of the form's policy are not looked at here. The upload
/// goes upstream as a PutObject.
///
/// # Errors
/// A field that is missing, given twice, or not known.
pub fn map_post_object(_bucket: &str, _fields: &[(String, String)]) -> Result<Mapped, MappingError> {
    Err(MappingError::InvalidUri("not mapped yet"))
}
