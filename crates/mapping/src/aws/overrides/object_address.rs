//! The address of an object that another service reads for its caller: `https://s3.eu-west-1.amazonaws.com/BUCKET/KEY`.
//!
//! AWS reads such an address in one way, and servers that play AWS in ways of their own: some take the key with its
//! escapes as it is written, some the first part of an unknown host's name for a bucket, some whatever follows a host
//! for a bucket once `localhost` stands anywhere, some fetch whatever there is.
//!
//! Invariant: an address that is decided on is of one object to all of them, or of two that are both decided on. Every
//! other is refused, with what to write in its place.
//!
//! Deliberately absent: addresses that carry a signature of their own, access points, and documents of Systems Manager.

use std::borrow::Cow;

use crate::aws::arn_form::is_plain;
use crate::aws::unnamed::is_region;
use crate::percent::{Part, decode};

/// An address that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ObjectAddress<'a> {
    /// The bucket.
    pub(super) bucket: &'a str,
    /// The key; decoded first, and then as it is written, where that is another one.
    pub(super) keys: Vec<Cow<'a, str>>,
    /// The version, if it names one.
    pub(super) version: Option<&'a str>,
}

/// Where a host has the name of the bucket.
enum Place<'a> {
    InPath,
    InHost(&'a str),
}

const NO_ADDRESS: &str = "it is no address of an object in S3: write https://s3.amazonaws.com/BUCKET/KEY";
const ELSEWHERE: &str = "its host is none of S3, nor localhost: write https://s3.amazonaws.com/BUCKET/KEY for what is in a bucket";
const IN_HOST: &str =
    "its host can be read in two ways: write the bucket into the path, https://s3.amazonaws.com/BUCKET/KEY";
const DOCUMENT: &str =
    "documents of Systems Manager are not decided on: write the address of an object in S3";
const PARAMETERS: &str = "it has parameters besides one versionId";
const KEY: &str = "its key has letters or parts that can be read in two ways";

/// Hosts that emulators have on the machine they run on.
///
/// Evidence: the documentation of LocalStack on endpoints of S3.
const LOCAL_HOSTS: [&str; 4] = [
    "localhost",
    "s3.localhost",
    "localhost.localstack.cloud",
    "s3.localhost.localstack.cloud",
];

impl<'a> ObjectAddress<'a> {
    /// Reads an address.
    ///
    /// # Errors
    /// Why it is none that could be decided on.
    pub(super) fn read(text: &'a str) -> Result<Self, &'static str> {
        if text.starts_with("ssm-doc:") {
            return Err(DOCUMENT);
        }
        let secure = text.strip_prefix("https://");
        let rest = secure
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(NO_ADDRESS)?;
        let (host, rest) = rest.split_once('/').ok_or(NO_ADDRESS)?;
        let (path, query) = rest
            .split_once('?')
            .map_or((rest, None), |(path, query)| (path, Some(query)));
        let (bucket, written) = match place(host).ok_or(ELSEWHERE)? {
            Place::InPath => path.split_once('/').ok_or(NO_ADDRESS)?,
            Place::InHost(bucket) => {
                let has_other_reading =
                    bucket.contains('.') || bucket.starts_with("s3") || text.contains("localhost");
                if has_other_reading {
                    return Err(IN_HOST);
                }
                (bucket, path)
            }
        };
        if !is_bucket(bucket) {
            return Err(NO_ADDRESS);
        }
        Ok(Self {
            bucket,
            keys: keys(written).ok_or(KEY)?,
            version: query.map(|query| version(query).ok_or(PARAMETERS)).transpose()?,
        })
    }
}

/// Evidence: the S3 user guide on virtual hosting, and on endpoints of dual stack and of FIPS.
fn place(host: &str) -> Option<Place<'_>> {
    let name = host.split_once(':').map_or(host, |(name, port)| {
        let is_port = !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
        if is_port { name } else { host }
    });
    if LOCAL_HOSTS.contains(&name) || is_of_s3(host) {
        return Some(Place::InPath);
    }
    let (bucket, _) = host
        .rmatch_indices(".s3")
        .next()
        .map(|(at, _)| host.split_at(at))?;
    let endpoint = host.get(bucket.len() + 1..)?;
    is_of_s3(endpoint).then_some(Place::InHost(bucket))
}

/// Whether a host is an endpoint of S3: `s3.amazonaws.com`, `s3.eu-west-1.amazonaws.com`, `s3-eu-west-1.amazonaws.com`.
fn is_of_s3(host: &str) -> bool {
    if let Some(name) = host.strip_suffix(".amazonaws.com.cn") {
        // With a dash, it could be a bucket to who does not know this domain.
        let region = name
            .strip_prefix("s3.dualstack.")
            .or_else(|| name.strip_prefix("s3."));
        return region.is_some_and(is_region);
    }
    let Some(name) = host.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let prefixes = ["s3.dualstack.", "s3-fips.dualstack.", "s3-fips.", "s3.", "s3-"];
    let mut regions = prefixes.iter().filter_map(|prefix| name.strip_prefix(prefix));
    name == "s3" || regions.any(is_region)
}

fn is_bucket(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_inner = |byte: u8| is_letter(byte) || matches!(byte, b'-' | b'.' | b'_');
    text.len() >= 3
        && text.bytes().all(is_inner)
        && text.bytes().next().is_some_and(is_letter)
        && !text.contains("..")
}

/// What a key may be taken for, as it is written.
fn keys(written: &str) -> Option<Vec<Cow<'_, str>>> {
    let key = decode(written, Part::Value).ok()?;
    // What still has an escape could be decoded again, and such parts be taken out of a path.
    let is_one = !key.contains('%') && !key.split('/').any(|part| matches!(part, "" | "." | ".."));
    if !is_one || !is_plain(&key) {
        return None;
    }
    let is_escaped = key != written;
    let mut keys = vec![key];
    if is_escaped {
        keys.push(Cow::Borrowed(written));
    }
    Some(keys)
}

fn version(query: &str) -> Option<&str> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let version = query.strip_prefix("versionId=")?;
    (!version.is_empty() && version.bytes().all(is_letter)).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, IN_HOST, KEY, NO_ADDRESS, ObjectAddress, PARAMETERS};

    fn read(text: &str) -> Result<String, &'static str> {
        ObjectAddress::read(text).map(|address| {
            let version = address.version.map(|version| format!(" in {version}"));
            format!(
                "{} {}{}",
                address.bucket,
                address.keys.join(" "),
                version.unwrap_or_default()
            )
        })
    }

    #[test]
    fn an_address_is_of_one_object() {
        for host in [
            "s3.amazonaws.com",
            "s3.eu-west-1.amazonaws.com",
            "s3-eu-west-1.amazonaws.com",
            "s3.dualstack.eu-west-1.amazonaws.com",
            "s3-fips.us-gov-west-1.amazonaws.com",
            "s3.cn-north-1.amazonaws.com.cn",
            "localhost:4566",
            "s3.localhost.localstack.cloud:4566",
        ] {
            let text = format!("https://{host}/bucket/a/b.json");
            assert_eq!(read(&text).as_deref(), Ok("bucket a/b.json"), "{text}");
        }
        for (text, expected) in [
            ("https://bucket.s3.amazonaws.com/a/b", "bucket a/b"),
            ("https://bucket.s3.eu-west-1.amazonaws.com/a", "bucket a"),
            ("https://bucket.s3-eu-west-1.amazonaws.com/a", "bucket a"),
            (
                "https://bucket.s3.dualstack.eu-west-1.amazonaws.com/a",
                "bucket a",
            ),
            ("https://bucket.s3.cn-north-1.amazonaws.com.cn/a", "bucket a"),
            ("http://localhost/my.bucket/a", "my.bucket a"),
            ("https://s3.amazonaws.com/bucket/a%20b", "bucket a b a%20b"),
            (
                "https://s3.amazonaws.com/bucket/a?versionId=1.x",
                "bucket a in 1.x",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_could_be_of_another_is_refused() {
        for (expected, texts) in [
            (
                NO_ADDRESS,
                &[
                    "",
                    "a",
                    "s3://bucket/a",
                    "HTTPS://s3.amazonaws.com/bucket/a",
                    "https://s3.amazonaws.com",
                    "https://s3.amazonaws.com/bucket",
                    "https://s3.amazonaws.com//bucket/a",
                    "https://s3.amazonaws.com/../bucket/a",
                    "https://s3.amazonaws.com/b%75cket/a",
                    "https://s3.amazonaws.com/Bucket/a",
                    "https://b*ket.s3.amazonaws.com/a",
                ][..],
            ),
            (
                ELSEWHERE,
                &[
                    "http://127.0.0.1:4566/bucket/a",
                    "http://169.254.169.254/latest/meta-data/a",
                    "https://bucket.example.com/a/b",
                    "https://s3.amazonaws.com.example.com/bucket/a",
                    "https://s3.amazonaws.com:443/bucket/a",
                    "https://u@s3.amazonaws.com/bucket/a",
                    "https://S3.amazonaws.com/bucket/a",
                    "https://s3.mine.amazonaws.com/bucket/a",
                    "https://s3-cn-north-1.amazonaws.com.cn/bucket/a",
                    "http://bucket.s3.localhost:4566/a/b",
                    "http://localhost:x/bucket/a",
                    "http://localhost#.example.com/bucket/a",
                ],
            ),
            (
                IN_HOST,
                &[
                    "https://my.bucket.s3.amazonaws.com/a",
                    "https://s3-mine.s3.amazonaws.com/other/a",
                    "https://bucket.s3.amazonaws.com/other/localhost",
                    "https://bucket.s3.amazonaws.com/other/a?versionId=localhost",
                ],
            ),
            (
                KEY,
                &[
                    "https://s3.amazonaws.com/bucket/",
                    "https://bucket.s3.amazonaws.com//a",
                    "https://s3.amazonaws.com/bucket/../other/a",
                    "https://s3.amazonaws.com/bucket/%2e%2e/other/a",
                    "https://s3.amazonaws.com/bucket/a%2",
                    "https://s3.amazonaws.com/bucket/a%252f",
                    "https://s3.amazonaws.com/bucket/a+b",
                    "https://s3.amazonaws.com/bucket/a;b",
                    "https://s3.amazonaws.com/bucket/a#b",
                    "https://s3.amazonaws.com/bucket/a*",
                    "https://s3.amazonaws.com/bucket/a\\b",
                    "https://s3.amazonaws.com/bucket/é",
                    "https://s3.amazonaws.com/bucket/a\tb",
                ],
            ),
            (
                PARAMETERS,
                &[
                    "https://s3.amazonaws.com/bucket/a?",
                    "https://s3.amazonaws.com/bucket/a?versionId=",
                    "https://s3.amazonaws.com/bucket/a?versionid=1",
                    "https://s3.amazonaws.com/bucket/a?versionId=1&versionId=2",
                    "https://s3.amazonaws.com/bucket/a?X-Amz-Signature=1",
                    "https://s3.amazonaws.com/bucket/a?versionId=1#b",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(read(text), Err(expected), "{text}");
            }
        }
    }
}
