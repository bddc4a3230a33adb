//! What a request means.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method};
use lanyard_policy::Context;

use crate::s3::{self, Given};
use crate::xml::escape;

use crate::{MappingError, Operation};

/// What a request means: everything that is decided on, and everything that may be sent on.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The operation that was matched.
    pub operation: &'static Operation,
    /// The bucket it works on.
    pub bucket: Option<String>,
    /// The object it works on.
    pub key: Option<String>,
    /// The known parameters, decoded once, in the order in which they were sent. The signature's own and `x-id` are
    /// left out.
    pub query: Vec<(&'static str, String)>,
    /// The headers that the operation knows, and those of the allow-list: what may go upstream. Headers of the
    /// signature, of the body's framing and of the connection are left out.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Every one must be allowed. The first is the operation's own. While `needs` is not [`Needs::Nothing`] they are
    /// not complete.
    pub asks: Vec<Asked>,
    /// Whether the body must be read to complete the asks.
    pub needs: Needs,
    /// The account that the caller takes the bucket's owner to be (`x-amz-expected-bucket-owner`): to be compared
    /// with the recorded owner. Never sent on.
    pub expected_bucket_owner: Option<String>,
    /// The same for the source of a copy.
    pub source_expected_bucket_owner: Option<String>,
    /// The object that a copy reads.
    pub copy_source: Option<ObjectRef>,
    /// The keys that a batch delete names, once its body was read.
    pub delete: Option<BatchDelete>,
    /// The hash of the body that was signed.
    pub(crate) content_hash: Option<Arc<str>>,
    /// The document that was decided on.
    pub(crate) document: Option<Vec<u8>>,
}

/// An object, by bucket, key and perhaps version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version, where one is named.
    pub version_id: Option<String>,
}

/// One permission that a request needs.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The action: `s3:GetObject`.
    pub action: &'static str,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The bucket whose owner and policy decide.
    pub bucket: Option<String>,
    /// The object, if it is about one.
    pub key: Option<String>,
    /// The version of the object, where one is named.
    pub version_id: Option<String>,
    /// Whether the action takes no resource but `*`.
    pub wildcard_only: bool,
    /// The condition keys that the request itself gives.
    pub context: Context,
    /// Whether policies may ask about the tags that the object has (`s3:ExistingObjectTag/…`).
    pub reads_object_tags: bool,
    /// Whether it is needed only if the source of the copy has tags. Who does not look treats it as needed.
    pub only_if_source_has_tags: bool,
    /// Whether only an explicit deny counts, and nothing need allow it. It is asked for what the request is to a store
    /// that keeps no versions, or none of this object: such a store takes no notice of the version that is named.
    /// Who knows that the bucket keeps versions need not ask.
    pub denies_only: bool,
    /// Which entry of a batch delete it decides on, by its number in [`BatchDelete::objects`].
    pub delete_entry: Option<usize>,
}

/// Why the body must be read before the request can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// It need not.
    Nothing,
    /// A batch delete: every key is a question of its own.
    DeleteKeys,
    /// Tags for an object.
    ObjectTags,
    /// Tags for a bucket.
    BucketTags,
    /// Where a bucket shall be, and its tags.
    BucketConfiguration,
    /// How long an object is kept.
    ObjectRetention,
    /// Whether an object is held.
    ObjectLegalHold,
    /// With which key an object is encrypted.
    ObjectEncryption,
    /// To which bucket the store shall write on its own.
    Destination,
    /// What an inventory shall list, and where it goes.
    Inventory,
    /// How an archived object is brought back.
    RestoreRequest,
    /// A browser's form: its fields are given to [`map_post_object`](crate::map_post_object).
    PostForm,
}

/// What a batch delete shall delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDelete {
    /// Whether only failures are answered.
    pub quiet: bool,
    /// In the order of the body.
    pub objects: Vec<DeleteEntry>,
}

/// One object of a batch delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteEntry {
    /// The key.
    pub key: String,
    /// The version.
    pub version_id: Option<String>,
    /// The entity tag that the object must have.
    pub etag: Option<String>,
    /// The time of change that the object must have.
    pub last_modified_time: Option<String>,
    /// The size that the object must have.
    pub size: Option<String>,
    /// Why nobody is asked about it and nothing is deleted: its key is none that is taken.
    pub refused: Option<MappingError>,
}

impl Mapped {
    /// Completes the asks with what the body says. The body was checked against its hash before.
    ///
    /// # Errors
    /// A body that is not the document that the operation takes; nothing has changed then.
    pub fn with_body(&mut self, body: &[u8]) -> Result<(), MappingError> {
        let mut completed = self.clone();
        s3::complete(&mut completed, body)?;
        *self = completed;
        Ok(())
    }

    /// The body to send upstream in place of the one that came, once that was read: written anew from what was decided
    /// on, so that no store reads anything else in it. Nothing for a body that was not read, or was empty, and for a
    /// batch delete, which is written by [`BatchDelete::to_xml`].
    ///
    /// Whatever was said of the old body (its length, hashes and checksums) is not true of this one.
    pub fn canonical_body(&self) -> Option<Vec<u8>> {
        self.document.clone()
    }

    /// Completes the asks with what depends on the time: `s3:object-lock-remaining-retention-days`. To be called
    /// after [`Mapped::with_body`].
    pub fn with_time(&mut self, now: jiff::Timestamp) {
        s3::enter_days(&mut self.asks, now);
    }

    /// The method to send upstream: the operation's own, but a browser's form that was read goes on as a
    /// PutObject.
    pub fn upstream_method(&self) -> Method {
        match self.operation.method() {
            "HEAD" => Method::HEAD,
            "PUT" => Method::PUT,
            "DELETE" => Method::DELETE,
            "POST" if self.operation.name() == "PostObject" && self.key.is_some() => Method::PUT,
            "POST" => Method::POST,
            _ => Method::GET,
        }
    }

    /// The target to send upstream: path-style path and query, canonically encoded, built from the parsed form alone.
    pub fn upstream_target(&self) -> String {
        s3::target(self)
    }

    pub(crate) fn given(&self) -> Given<'_> {
        Given {
            query: &self.query,
            headers: &self.headers,
            content_hash: self.content_hash.as_ref(),
            copy_source: self.copy_source.as_ref(),
            tags: None,
        }
    }
}

impl BatchDelete {
    /// The body to send upstream, naming only the objects with these numbers.
    pub fn to_xml(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<u8> {
        let mut out = String::from("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for entry in numbers.into_iter().filter_map(|number| self.objects.get(number)) {
            out.push_str("<Object>");
            for (name, value) in [
                ("Key", Some(&entry.key)),
                ("VersionId", entry.version_id.as_ref()),
                ("ETag", entry.etag.as_ref()),
                ("LastModifiedTime", entry.last_modified_time.as_ref()),
                ("Size", entry.size.as_ref()),
            ] {
                if let Some(value) = value {
                    write_element(&mut out, name, value);
                }
            }
            out.push_str("</Object>");
        }
        if self.quiet {
            write_element(&mut out, "Quiet", "true");
        }
        out.push_str("</Delete>");
        out.into_bytes()
    }
}

fn write_element(out: &mut String, name: &str, text: &str) {
    out.extend(["<", name, ">"]);
    escape(out, text);
    out.extend(["</", name, ">"]);
}
