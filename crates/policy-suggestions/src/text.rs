//! Names as patterns of policies.

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

/// A resource as a pattern that matches it and nothing else.
///
/// Evidence: AWS's documentation of policy variables: `${*}`, `${?}` and `${$}` are the characters.
pub(crate) fn literal(arn: &str) -> String {
    let (head, resource) = split(arn);
    if head.is_empty() {
        return arn.to_owned();
    }
    let is_object = head.starts_with("arn:aws:s3:");
    let mut out = head.to_owned();
    for segment in resource.split_inclusive(['/', ':']) {
        if !is_object && segment.trim_end_matches(['/', ':']) == "*" {
            out.push_str(segment);
            continue;
        }
        for letter in segment.chars() {
            match letter {
                '*' => out.push_str("${*}"),
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
