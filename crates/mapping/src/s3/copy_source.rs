//! The source of a copy: `x-amz-copy-source`.

use http::HeaderValue;

use super::place::{check_bucket, check_key};
use crate::percent::{Part, decode, encode_path, encode_value};
use crate::value::invalid;
use crate::{MappingError, ObjectRef};

const NAME: &str = "x-amz-copy-source";

/// Reads `BUCKET/KEY`, perhaps with a slash before it and a version after it.
pub(crate) fn read(text: &str) -> Result<ObjectRef, MappingError> {
    if text.starts_with("arn:") {
        return Err(MappingError::NotImplemented {
            operation: "CopyObject",
            reason: "the source is an access point",
        });
    }
    let (path, query) = text
        .split_once('?')
        .map_or((text, None), |(path, query)| (path, Some(query)));
    let path = path.strip_prefix('/').unwrap_or(path);
    let Some((bucket, key)) = path.split_once('/') else {
        return Err(invalid(NAME, "it names no object"));
    };
    let wrong = |_| invalid(NAME, "it cannot be decoded in one way only");
    let bucket = decode(bucket, Part::Source).map_err(wrong)?.into_owned();
    let key = decode(key, Part::Source).map_err(wrong)?.into_owned();
    check_bucket(&bucket)?;
    check_key(&key)
        .map_err(|_| invalid(NAME, "its key is empty, too long, or has a segment of dots only"))?;
    let version_id = query.map(version).transpose()?;
    Ok(ObjectRef {
        bucket,
        key,
        version_id,
    })
}

fn version(query: &str) -> Result<String, MappingError> {
    let wrong = || invalid(NAME, "only a version can follow its key");
    let text = query.strip_prefix("versionId=").ok_or_else(wrong)?;
    if text.contains(['&', '?']) {
        return Err(wrong());
    }
    let version = decode(text, Part::Value).map_err(|_| wrong())?;
    super::check_version(NAME, &version)?;
    Ok(version.into_owned())
}

/// The header to send on, built from the parsed form alone.
pub(crate) fn write(source: &ObjectRef) -> Result<HeaderValue, MappingError> {
    let mut out = String::with_capacity(source.bucket.len() + source.key.len() + 2);
    out.push('/');
    out.push_str(&source.bucket);
    out.push('/');
    encode_path(&mut out, &source.key);
    if let Some(version_id) = &source.version_id {
        out.push_str("?versionId=");
        encode_value(&mut out, version_id);
    }
    HeaderValue::try_from(out).map_err(|_| invalid(NAME, "it cannot be a header"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_in_one_way() {
        for (text, expected) in [
            ("abc/k", "/abc/k"),
            ("/abc/a b%2Fc", "/abc/a%20b/c"),
            ("abc/%3FversionId=1", "/abc/%3FversionId%3D1"),
            ("abc/k?versionId=a%2Bb", "/abc/k?versionId=a%2Bb"),
            ("abc/k%253F", "/abc/k%253F"),
        ] {
            let source = read(text).unwrap();
            let written = write(&source).unwrap();
            assert_eq!(written, expected);
            assert_eq!(read(written.to_str().unwrap()).unwrap(), source);
        }
    }

    #[test]
    fn what_names_no_object_is_refused() {
        for text in [
            "",
            "abc",
            "/abc",
            "abc/",
            "//abc/k",
            "abc//k",
            "abc/../k",
            "abc/k?versionId=",
            "abc/k?versionId=1&a=b",
            "abc/k?acl",
            "abc/k?versionId=1?versionId=2",
            "abc/a+b",
            "abc/%zz",
            "ABC/k",
            "arn:aws:s3:r:1:accesspoint/a/object/k",
            "abc/%2e%2e/k",
            "abc%2Fk/x",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
