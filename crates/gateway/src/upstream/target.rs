//! Path and query of the gateway's own requests to the upstream.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what a signature leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// In a key, slashes stay too.
const ENCODED_IN_KEY: &AsciiSet = &ENCODED.remove(b'/');

/// The target for a bucket, or an object in it, with these parameters in this order.
pub(crate) fn target<'a>(
    bucket: &str,
    key: Option<&str>,
    query: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut target = format!("/{}", utf8_percent_encode(bucket, ENCODED));
    if let Some(key) = key {
        target.push('/');
        target.extend(utf8_percent_encode(key, ENCODED_IN_KEY));
    }
    let mut separator = '?';
    for (name, value) in query {
        target.push(separator);
        target.extend(utf8_percent_encode(name, ENCODED));
        target.push('=');
        target.extend(utf8_percent_encode(value, ENCODED));
        separator = '&';
    }
    target
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn keys_keep_their_slashes_and_nothing_else() {
        let made = target("b", Some("a/ü +&?"), [("tagging", ""), ("versionId", "1/2")]);
        assert_eq!(made, "/b/a/%C3%BC%20%2B%26%3F?tagging=&versionId=1%2F2");
        assert_eq!(target("b", None, []), "/b");
    }
}
