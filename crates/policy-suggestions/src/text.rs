//! Names as patterns of policies, and texts that IAM takes.

use std::fmt::Write as _;

/// How many fields of an ARN stand before the resource, each with its colon.
const FIELDS_BEFORE_RESOURCE: usize = 5;

/// An ARN in two parts: what stands before the resource, its last colon included, and the resource. Nothing stands before
/// what is no ARN.
pub(crate) fn split(arn: &str) -> (&str, &str) {
    let mut colons = arn.match_indices(':').map(|(at, _)| at);
    match colons.nth(FIELDS_BEFORE_RESOURCE - 1) {
        Some(at) => arn.split_at(at + 1),
        None => ("", arn),
    }
}

/// Whether an ARN is that of a bucket or an object.
pub(crate) fn is_of_s3(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("s3")
}

/// What a star in a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stars {
    /// A letter like any other: in the names of objects.
    Letters,
    /// Where it is a whole segment, whatever is made; otherwise a letter.
    Segments,
    /// What only the resource's service knows.
    Unknown,
}

impl Stars {
    /// What they are in a resource of which some part is known, or all.
    pub(crate) fn of(arn: &str, is_partly_known: bool) -> Self {
        match is_partly_known {
            true => Self::Unknown,
            false if is_of_s3(arn) => Self::Letters,
            false => Self::Segments,
        }
    }
}

/// A resource as a pattern that matches it and nothing else.
pub(crate) fn literal(arn: &str, stars: Stars) -> String {
    let (head, resource) = split(arn);
    if head.is_empty() {
        return arn.to_owned();
    }
    head.to_owned() + &escaped(resource, stars)
}

/// A name, or a part of one, with what would be a wildcard or a variable escaped; but for stars that are wildcards.
///
/// Evidence: AWS's documentation of policy variables: `${*}`, `${?}` and `${$}` are the characters.
pub(crate) fn escaped(name: &str, stars: Stars) -> String {
    let mut out = String::with_capacity(name.len());
    for segment in name.split_inclusive(['/', ':']) {
        let is_whole = segment.trim_end_matches(['/', ':']) == "*";
        let is_wildcard = stars == Stars::Unknown || stars == Stars::Segments && is_whole;
        for letter in segment.chars() {
            match letter {
                '*' if !is_wildcard => out.push_str("${*}"),
                '?' => out.push_str("${?}"),
                '$' => out.push_str("${$}"),
                letter => out.push(letter),
            }
        }
    }
    out
}

/// How much the texts have in common from their beginning to the end of a word, in bytes.
pub(crate) fn common_words(texts: &[&str]) -> usize {
    let Some((first, others)) = texts.split_first() else {
        return 0;
    };
    let mut common = first.len();
    for other in others {
        let same = first
            .bytes()
            .zip(other.bytes())
            .take_while(|(one, other)| one == other);
        common = common.min(same.count());
    }
    let ends_word = |byte: u8| matches!(byte, b'/' | b':' | b'-' | b'_' | b'.');
    let bytes = first.as_bytes().get(..common).unwrap_or_default();
    bytes
        .iter()
        .rposition(|byte| ends_word(*byte))
        .map_or(0, |at| at + 1)
}

/// JSON in which every letter beyond ASCII is written as its number.
///
/// Evidence: the pattern that IAM's API has for policy documents ends with U+00FF. Nor does anything in such a text drive
/// the terminal that it is printed on, or turn the order of its letters.
pub(crate) fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() && letter != '\u{7f}' {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}
