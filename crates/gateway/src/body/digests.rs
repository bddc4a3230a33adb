//! What the headers of a request say about its body: `Content-MD5` and S3's checksums.
//!
//! Stores differ in which of them they look at, and of a body that nobody signed they are all that guards it.

use std::fmt;

use data_encoding::BASE64;
use http::HeaderMap;

use super::BodyError;
use super::checksum::{Checksum, ChecksumAlgorithm};

/// The header with the MD5 of a body.
pub(super) const CONTENT_MD5: &str = "content-md5";
/// Checksums that S3 knows and nobody here computes. To pass them on would be to leave them unchecked before a store
/// that does not know them either, so they are refused.
const NOT_COMPUTED: [&str; 3] = [
    "x-amz-checksum-xxhash64",
    "x-amz-checksum-xxhash3",
    "x-amz-checksum-xxhash128",
];

/// What the checksum headers of a request are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChecksumsOf {
    /// Its body.
    Body,
    /// The object that is put together from parts. Only the store has them all.
    Object,
}

/// The checksums that a body has to have, as far as they are computed by now.
#[derive(Default)]
pub(crate) struct Digests(Vec<Expected>);

struct Expected {
    name: &'static str,
    value: String,
    computed: Checksum,
}

impl Digests {
    /// Reads which checksums the headers give.
    pub(crate) fn read(headers: &HeaderMap, about: ChecksumsOf) -> Result<Self, BodyError> {
        let mut digests = Self::default();
        digests.expect(headers, CONTENT_MD5, ChecksumAlgorithm::Md5)?;
        if about == ChecksumsOf::Object {
            return Ok(digests);
        }
        for algorithm in ChecksumAlgorithm::ALL {
            digests.expect(headers, algorithm.header(), algorithm)?;
        }
        match NOT_COMPUTED.into_iter().find(|name| headers.contains_key(*name)) {
            Some(name) => Err(BodyError::UnknownChecksum { name }),
            None => Ok(digests),
        }
    }

    fn expect(
        &mut self,
        headers: &HeaderMap,
        name: &'static str,
        algorithm: ChecksumAlgorithm,
    ) -> Result<(), BodyError> {
        let mut values = headers.get_all(name).iter();
        let Some(value) = values.next() else {
            return Ok(());
        };
        let is_one = values.next().is_none();
        let value = value.to_str().ok().filter(|value| {
            let bytes = BASE64.decode(value.as_bytes());
            is_one && bytes.is_ok_and(|bytes| bytes.len() == algorithm.length())
        });
        let value = value.ok_or(BodyError::MalformedChecksum { name })?.to_owned();
        let computed = algorithm.start();
        self.0.push(Expected {
            name,
            value,
            computed,
        });
        Ok(())
    }

    /// Takes the next bytes of the body, without its framing.
    pub(crate) fn update(&mut self, data: &[u8]) {
        for expected in &mut self.0 {
            expected.computed.update(data);
        }
    }

    /// Whether a body that ends here has the checksums that it has to have.
    pub(crate) fn check(self) -> Result<(), BodyError> {
        for Expected {
            name,
            value,
            computed,
        } in self.0
        {
            if computed.finish() != value {
                return Err(BodyError::Checksum { name });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|expected| expected.name))
            .finish()
    }
}
