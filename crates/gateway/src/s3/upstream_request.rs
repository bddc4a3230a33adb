//! What goes on to the store: what was decided on, and nothing else of the client's.

use http::header::CONTENT_TYPE;
use lanyard_mapping::{Body as Takes, Mapped, Operation};

use super::answered;
use crate::upstream::UpstreamRequest;

impl UpstreamRequest {
    /// The request that was decided on, without its body.
    pub(crate) fn of(mapped: &Mapped) -> Self {
        let mut request = Self::new(mapped.upstream_method(), mapped.upstream_target());
        // Lists of access are Lanyard's business; the one value of them that is allowed says nothing.
        let headers = mapped
            .headers
            .iter()
            .filter(|(name, _)| !answered::is_access_control(name));
        for (name, value) in headers {
            request.headers.append(name.clone(), value.clone());
        }
        // Stores choose by its type how to read a body: that of a document is not the client's to say.
        if !has_type_of_object(mapped.operation) {
            request.headers.remove(CONTENT_TYPE);
        }
        request
    }
}

/// Whether the content type of a request is that of an object.
fn has_type_of_object(operation: &Operation) -> bool {
    match operation.body() {
        Takes::Streaming => true,
        Takes::Bounded(_) => false,
        Takes::None => operation.method() != "POST" || operation.name() == "CreateMultipartUpload",
    }
}
