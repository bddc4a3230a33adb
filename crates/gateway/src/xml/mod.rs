//! S3's XML, in and out.
//!
//! Written with a closure for each element, so that every element that is opened is closed. Read into a small tree:
//! the bodies of these operations are bounded before they come here, and a tree is easier to be sure of than events.
//!
//! Deliberately absent: document types and entities other than XML's own five, which would let a small body mean a
//! large one. A body that has them is refused.

mod read;
mod write;

pub(crate) use read::{Element, MalformedXmlError};
pub(crate) use write::XmlWriter;

/// The namespace of S3's documents. Evidence: the public service model.
pub(crate) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
