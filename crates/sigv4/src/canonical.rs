//! The canonical request: the text whose hash is signed.
//!
//! It is written piece by piece into a [`Sink`]: a hasher when a signature is computed, a buffer when a person
//! wants to see it. So what is shown is what is signed.

use http::HeaderMap;
use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use std::borrow::Cow;

use crate::encoding::{canonical_query_part, escape, is_unreserved, unescape};
use crate::{AuthError, Head, ServiceRules};

/// Where a text goes while it is made.
pub(crate) trait Sink {
    fn put(&mut self, piece: &[u8]);
}

impl Sink for Sha256 {
    fn put(&mut self, piece: &[u8]) {
        self.update(piece);
    }
}

impl Sink for Vec<u8> {
    fn put(&mut self, piece: &[u8]) {
        self.extend_from_slice(piece);
    }
}

/// What goes into a canonical request besides the head.
pub(crate) struct Canonical<'a> {
    pub(crate) head: &'a Head<'a>,
    pub(crate) rules: &'a ServiceRules,
    /// Names in lower case and in order, between semicolons.
    pub(crate) signed_headers: &'a str,
    /// Parameters that are left out.
    pub(crate) unsigned_parameters: &'a [&'a str],
    /// The hash of the body, or the word that stands for it.
    pub(crate) payload: &'a str,
}

impl Canonical<'_> {
    /// Writes the canonical request.
    pub(crate) fn write(&self, sink: &mut impl Sink) -> Result<(), AuthError> {
        sink.put(self.head.method.as_str().as_bytes());
        sink.put(b"\n");
        put_path(self.head.path, self.rules, sink)?;
        sink.put(b"\n");
        if let Some(query) = self.head.query.filter(|query| !query.is_empty()) {
            put_query(query, self.unsigned_parameters, sink)?;
        }
        sink.put(b"\n");
        for name in self.signed_headers.split(';') {
            put_header(name, self.head.headers, sink)?;
        }
        sink.put(b"\n");
        sink.put(self.signed_headers.as_bytes());
        sink.put(b"\n");
        sink.put(self.payload.as_bytes());
        Ok(())
    }
}

fn put_path(path: &str, rules: &ServiceRules, sink: &mut impl Sink) -> Result<(), AuthError> {
    if path == "/" || path.is_empty() {
        sink.put(b"/");
        return Ok(());
    }
    if rules.normalize_path && (path.contains("//") || path.contains("/.")) {
        return put_normalized(path, rules, sink);
    }
    if !path.starts_with('/') {
        sink.put(b"/");
    }
    put_encoded_path(path.as_bytes(), rules, sink)
}

/// Resolves `.`, `..` and empty segments; a path that ends in one of them ends in a slash.
fn put_normalized(path: &str, rules: &ServiceRules, sink: &mut impl Sink) -> Result<(), AuthError> {
    let mut segments: SmallVec<[&str; 16]> = SmallVec::new();
    let mut ends_open = true;
    for segment in path.split('/') {
        ends_open = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    for segment in &segments {
        sink.put(b"/");
        put_encoded_path(segment.as_bytes(), rules, sink)?;
    }
    if ends_open || segments.is_empty() {
        sink.put(b"/");
    }
    Ok(())
}

/// Encodes all but slashes. Encoding once means: what the client has encoded already is only brought into the
/// one right spelling. A slash that came encoded stays encoded, so that it is never taken for a separator.
fn put_encoded_path(path: &[u8], rules: &ServiceRules, sink: &mut impl Sink) -> Result<(), AuthError> {
    let mut rest = path;
    loop {
        let plain = rest
            .iter()
            .take_while(|byte| is_unreserved(**byte) || **byte == b'/')
            .count();
        let (run, tail) = rest.split_at(plain);
        sink.put(run);
        let [byte, after @ ..] = tail else { return Ok(()) };
        rest = after;
        if *byte == b'%' && !rules.double_encode_path {
            let decoded = unescape(tail).ok_or(AuthError::SignatureDoesNotMatch)?;
            rest = tail.get(3..).unwrap_or_default();
            if is_unreserved(decoded) {
                sink.put(&[decoded]);
            } else {
                sink.put(&escape(decoded));
            }
        } else {
            sink.put(&escape(*byte));
        }
    }
}

fn put_query(query: &str, unsigned: &[&str], sink: &mut impl Sink) -> Result<(), AuthError> {
    type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);
    let mut pairs: SmallVec<[Pair<'_>; 12]> = SmallVec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // Fails closed: a broken escape would mean different things to different readers.
        let canonical = canonical_query_part(name.as_bytes()).zip(canonical_query_part(value.as_bytes()));
        let (name, value) = canonical.ok_or(AuthError::SignatureDoesNotMatch)?;
        if !unsigned.iter().any(|left_out| left_out.as_bytes() == &*name) {
            pairs.push((name, value));
        }
    }
    pairs.sort_unstable();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            sink.put(b"&");
        }
        sink.put(name);
        sink.put(b"=");
        sink.put(value);
    }
    Ok(())
}

/// Writes `name:values`, values of one name between commas in the order they came.
fn put_header(name: &str, headers: &HeaderMap, sink: &mut impl Sink) -> Result<(), AuthError> {
    let mut values = headers.get_all(name).iter();
    // Fails closed: a header that was signed has to be there.
    let first = values.next().ok_or(AuthError::SignatureDoesNotMatch)?;
    sink.put(name.as_bytes());
    sink.put(b":");
    put_header_value(first.as_bytes(), sink);
    for value in values {
        sink.put(b",");
        put_header_value(value.as_bytes(), sink);
    }
    sink.put(b"\n");
    Ok(())
}

/// Writes a value without white space around it and with one space for each run of white space inside.
fn put_header_value(value: &[u8], sink: &mut impl Sink) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let has_run = value
        .iter()
        .zip(value.iter().skip(1))
        .any(|(a, b)| is_space(a) && is_space(b));
    let is_plain = !has_run
        && !value.first().is_some_and(is_space)
        && !value.last().is_some_and(is_space)
        && !value.contains(&b'\t');
    if is_plain {
        sink.put(value);
        return;
    }
    let words = value.split(is_space).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            sink.put(b" ");
        }
        sink.put(word);
    }
}
