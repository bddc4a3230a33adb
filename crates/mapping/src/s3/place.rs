//! Which bucket and which object a path and a host name, and what names they can have.

use crate::hosts::check_agreement;
use crate::percent::{Part, decode};
use crate::value::invalid;
use crate::{Hosts, Incoming, Level, MappingError};

/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 1024;

/// Ends of names that S3 keeps for what is no bucket: aliases of access points, directory buckets, tables.
const KEPT_ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
/// Starts of names that S3 keeps.
const KEPT_STARTS: [&str; 2] = ["xn--", "sthree-"];

/// Names under which stores have doors of their own, in the same place as buckets: a request for a bucket of that name
/// would open them with the gateway's key.
/// Differs from AWS, where they are names like any other.
const KEPT_BY_STORES: [&str; 6] = [
    // Ceph's object gateway: its administration, and the two doors of its other protocol.
    "admin", "auth", "swift",
    // MinIO and RustFS: their administration, their health and their measurements.
    "minio", "rustfs", // Moto: resetting everything.
    "moto-api",
];

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Service,
    Bucket(String),
    Object(String, String),
}

impl Place {
    /// Reads path and host.
    ///
    /// # Errors
    /// A target that is not a plain path, names that cannot be, hosts that disagree.
    pub(crate) fn read(incoming: &Incoming<'_>, hosts: &Hosts) -> Result<Self, MappingError> {
        check_agreement(incoming.host, incoming.headers)?;
        let label = hosts.label(incoming.host)?;
        let Some(path) = incoming.path.strip_prefix('/') else {
            return Err(MappingError::InvalidUri("it does not start with a slash"));
        };
        let (bucket, key) = match label {
            Some(bucket) => (bucket.to_owned(), path),
            None if path.is_empty() => return Ok(Self::Service),
            None => {
                let slash = path.bytes().position(|byte| byte == b'/').unwrap_or(path.len());
                let (bucket, key) = path.split_at(slash);
                let key = key.get(1..).unwrap_or_default();
                (decode(bucket, Part::Path)?.into_owned(), key)
            }
        };
        check_bucket(&bucket)?;
        if key.is_empty() {
            return Ok(Self::Bucket(bucket));
        }
        let key = decode(key, Part::Path)?.into_owned();
        check_key(&key)?;
        Ok(Self::Object(bucket, key))
    }

    pub(crate) fn level(&self) -> Level {
        match self {
            Self::Service => Level::Service,
            Self::Bucket(_) => Level::Bucket,
            Self::Object(..) => Level::Object,
        }
    }

    pub(crate) fn into_names(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Service => (None, None),
            Self::Bucket(bucket) => (Some(bucket), None),
            Self::Object(bucket, key) => (Some(bucket), Some(key)),
        }
    }
}

/// Evidence: the S3 user guide's naming rules for general purpose buckets.
pub(crate) fn check_bucket(name: &str) -> Result<(), MappingError> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let is_named = (3..=63).contains(&bytes.len())
        && bytes
            .iter()
            .all(|byte| is_letter(*byte) || matches!(byte, b'.' | b'-'))
        && bytes.first().is_some_and(|byte| is_letter(*byte))
        && bytes.last().is_some_and(|byte| is_letter(*byte))
        && !bytes.windows(2).any(|pair| pair == b"..")
        && !KEPT_ENDS.iter().any(|end| name.ends_with(end))
        && !KEPT_BY_STORES.contains(&name)
        && !KEPT_STARTS.iter().any(|start| name.starts_with(start))
        && !(bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
            && name.parse::<std::net::Ipv4Addr>().is_ok());
    if is_named {
        Ok(())
    } else {
        Err(MappingError::InvalidBucketName(name.chars().take(100).collect()))
    }
}

/// Differs from AWS: segments that are empty, `.` or `..` are refused, because a store that keeps objects as files
/// would resolve them and reach another object than the one decided on. A backslash separates as well: for some
/// stores it does.
pub(crate) fn check_key(key: &str) -> Result<(), MappingError> {
    if key.len() > KEY_BYTES_MAX {
        return Err(MappingError::KeyTooLong);
    }
    if key.is_empty() || has_nul(key) {
        return Err(MappingError::InvalidUri("a key that is empty or has a NUL"));
    }
    let whole = key.strip_suffix('/').unwrap_or(key);
    // The separators are ASCII, which is never a part of another letter: bytes can be looked at.
    let mut segments = whole.as_bytes().split(|byte| matches!(byte, b'/' | b'\\'));
    if segments.any(|segment| matches!(segment, b"" | b"." | b"..")) {
        return Err(MappingError::InvalidUri(
            "a key with an empty segment, or with one of dots only",
        ));
    }
    Ok(())
}

fn has_nul(key: &str) -> bool {
    // Without leaving early, several letters are looked at at a time.
    key.bytes().fold(false, |found, byte| found | (byte == 0))
}

/// A prefix under which no key can be is refused for the same reason; its last segment may be unfinished.
pub(crate) fn check_prefix(name: &str, prefix: &str) -> Result<(), MappingError> {
    if prefix.len() > KEY_BYTES_MAX {
        return Err(MappingError::KeyTooLong);
    }
    let mut before = segments(prefix);
    let last = before.next_back();
    let is_wrong = |segment: &str| matches!(segment, "" | "." | "..");
    if last == Some("..") || before.any(is_wrong) || prefix.contains('\0') {
        return Err(invalid(name, "no key can start with it"));
    }
    Ok(())
}

fn segments(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_names_of_a_narrow_kind() {
        for name in [
            "abc",
            "a.b-c.1",
            "my-bucket",
            "amzn-s3-demo-bucket",
            "1-2",
            &"a".repeat(63),
        ] {
            assert!(check_bucket(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            ".abc",
            "abc.",
            "a..b",
            "192.168.0.1",
            "a b",
            "a/b",
            "abc%2f",
            "xn--abc",
            "x-s3alias",
            "x--x-s3",
            "a\u{e9}bc",
            "arn:aws:s3:::abc",
            "minio",
            "admin",
            &"a".repeat(64),
        ] {
            assert!(check_bucket(name).is_err(), "{name}");
        }
    }

    #[test]
    fn keys_have_no_segments_that_a_file_system_resolves() {
        for key in [
            "a",
            "a/",
            "a/b",
            "...",
            "a/.b",
            "..a/b",
            "a;b",
            "a//"[..2].trim(),
            "%2e%2e",
        ] {
            assert!(check_key(key).is_ok(), "{key}");
        }
        for key in [
            "", "/", "/a", "a//b", "a//", ".", "..", "./", "a/../b", "a/..", "a/./b", "../a", "a\\..\\b",
            "a\0",
        ] {
            assert!(check_key(key).is_err(), "{key:?}");
        }
        assert_eq!(check_key(&"a".repeat(1025)), Err(MappingError::KeyTooLong));
        assert!(check_key(&"a".repeat(1024)).is_ok());
    }

    #[test]
    fn prefixes_end_anywhere_but_above() {
        for prefix in ["", "a", "a/", ".", "a/.", "a/..b", "..."] {
            assert!(check_prefix("prefix", prefix).is_ok(), "{prefix}");
        }
        for prefix in ["/", "/etc", "..", "a/..", "../", "a/../b", "a//", "./", "..\\x"] {
            assert!(check_prefix("prefix", prefix).is_err(), "{prefix}");
        }
    }
}
