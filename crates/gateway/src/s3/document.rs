//! Documents that are read here: whether they are what their senders meant, as far as headers say.
//!
//! What was signed was checked while the body was read. These headers may be all that guards a body that was not.

use bytes::Bytes;
use data_encoding::BASE64;
use http::HeaderMap;
use md5::{Digest, Md5};

use crate::body::check_checksums;
use crate::error::{Code, S3Error};

/// The header with the MD5 of a body, in Base64.
const CONTENT_MD5: &str = "content-md5";

/// Checks a document against `Content-MD5` and the checksum headers of its request.
pub(super) fn check(headers: &HeaderMap, body: &Bytes) -> Result<(), S3Error> {
    for value in headers.get_all(CONTENT_MD5) {
        let given = BASE64
            .decode(value.as_bytes())
            .ok()
            .filter(|given| given.len() == 16);
        let given = given.ok_or_else(|| S3Error::new(Code::INVALID_DIGEST))?;
        if given != Md5::digest(body)[..] {
            return Err(S3Error::new(Code::BAD_DIGEST));
        }
    }
    check_checksums(headers, body).map_err(S3Error::from)
}

/// The value of `Content-MD5` for a document that is sent on.
pub(super) fn content_md5(body: &[u8]) -> String {
    BASE64.encode(&Md5::digest(body))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::{check, content_md5};

    fn judge(headers: &[(&'static str, &str)], expected: Result<(), &str>) {
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let found = check(&map, &Bytes::from_static(b"abc")).map_err(|error| error.code.name);
        assert_eq!(found, expected, "{headers:?}");
    }

    #[test]
    fn what_headers_say_of_the_document_has_to_be_true() {
        let md5 = content_md5(b"abc");
        assert_eq!(md5, "kAFQmDzST7DWlj99KOF/cg==");
        judge(&[], Ok(()));
        judge(&[("content-md5", &md5)], Ok(()));
        judge(&[("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], Err("BadDigest"));
        judge(&[("content-md5", "no")], Err("InvalidDigest"));
        judge(&[("x-amz-checksum-crc32", "NSRBwg==")], Ok(()));
        judge(&[("x-amz-checksum-crc32", "AAAAAA==")], Err("BadDigest"));
    }
}
