//! The canonical request: the text whose hash is signed.
//!
//! It is written piece by piece into a [`Sink`]: a hasher when a signature is computed, a buffer when a person
//! wants to see it. So what is shown is what is signed.

use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use std::borrow::Cow;

use crate::encoding::{canonical_query_part, escape, is_unreserved, name_and_value, split_at_byte, unescape};
use crate::headers::HeaderList;
use crate::request::{AUTHORITY, names_of};
use crate::{AuthError, Head, ServiceRules};

/// Where a text goes while it is made.
pub(crate) trait Sink {
    fn put(&mut self, piece: &[u8]);
}

/// Computes the hash of what is put into it. Pieces are gathered, since each call of the hasher costs something.
pub(crate) struct Hashing {
    hasher: Sha256,
    gathered: [u8; Self::GATHERED_MAX],
    /// How many bytes are gathered.
    length: usize,
}

impl Hashing {
    /// A usual request is gathered whole.
    const GATHERED_MAX: usize = 1024;

    pub(crate) fn new() -> Self {
        Self {
            hasher: Sha256::new(),
            gathered: [0; Self::GATHERED_MAX],
            length: 0,
        }
    }

    /// The hash of everything. What was gathered is large, so it is not moved for this.
    pub(crate) fn finish(&mut self) -> [u8; 32] {
        self.hash_gathered();
        std::mem::take(&mut self.hasher).finalize().into()
    }

    fn hash_gathered(&mut self) {
        self.hasher
            .update(self.gathered.get(..self.length).unwrap_or_default());
        self.length = 0;
    }
}

impl Sink for Hashing {
    // Most pieces are a few bytes, some of them known where this is called.
    #[inline]
    fn put(&mut self, piece: &[u8]) {
        let end = self.length + piece.len();
        if let Some(place) = self.gathered.get_mut(self.length..end) {
            place.copy_from_slice(piece);
            self.length = end;
            return;
        }
        self.hash_gathered();
        self.hasher.update(piece);
    }
}

impl Sink for Vec<u8> {
    fn put(&mut self, piece: &[u8]) {
        self.extend_from_slice(piece);
    }
}

/// What goes into a canonical request besides the head.
pub(crate) struct Canonical<'a, 'h> {
    pub(crate) head: &'a Head<'a>,
    /// Its headers.
    pub(crate) headers: &'a HeaderList<'h>,
    pub(crate) rules: &'a ServiceRules,
    /// Names in lower case and in order, between semicolons.
    pub(crate) signed_headers: &'a str,
    /// Parameters that are left out.
    pub(crate) unsigned_parameters: &'a [&'a str],
    /// The hash of the body, or the word that stands for it.
    pub(crate) payload: &'a str,
}

impl Canonical<'_, '_> {
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
        for name in names_of(self.signed_headers) {
            put_header(name, self.headers, sink)?;
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
    let mut rest = Some(query);
    while let Some(text) = rest {
        let (pair, others) = split_at_byte(text, b'&');
        rest = others;
        if pair.is_empty() {
            continue;
        }
        let (name, value) = name_and_value(pair);
        let (name, value) = (name.as_bytes(), value.as_bytes());
        // Fails closed: a broken escape would mean different things to different readers.
        let canonical = canonical_query_part(name).zip(canonical_query_part(value));
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

/// Writes `name:values`, values of one name between commas in the order they came. The value of `:authority` stands in
/// the `host` header, where the server has put it.
fn put_header(name: &[u8], headers: &HeaderList<'_>, sink: &mut impl Sink) -> Result<(), AuthError> {
    sink.put(name);
    let mut separator: &[u8] = b":";
    let is_authority = name == AUTHORITY.as_bytes();
    let place: &[u8] = if is_authority { b"host" } else { name };
    let is_there = headers.for_each_value(place, |value| {
        sink.put(separator);
        put_header_value(value.as_bytes(), sink);
        separator = b",";
    });
    // Fails closed: a header that was signed has to be there.
    if !is_there {
        return Err(AuthError::SignatureDoesNotMatch);
    }
    sink.put(b"\n");
    Ok(())
}

/// Writes a value without white space around it and with one space for each run of white space inside.
fn put_header_value(value: &[u8], sink: &mut impl Sink) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    // Without leaving early, several are looked at at a time.
    let has_space = value.iter().fold(false, |found, byte| found | is_space(byte));
    if !has_space {
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
