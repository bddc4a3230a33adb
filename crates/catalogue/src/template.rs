//! Names and ARNs with free parts: `aws:RequestTag/${TagKey}`, `arn:${Partition}:s3:::${BucketName}`.

/// Whether a part is free.
pub(crate) fn has_placeholder(template: &str) -> bool {
    template.contains("${") || template.contains('<')
}

/// Whether a condition key fits the template, in any case.
pub(crate) fn key_matches(template: &str, key: &str) -> bool {
    template.eq_ignore_ascii_case(key)
}

/// Whether an ARN, which may have wildcards, can fit the template.
pub(crate) fn arn_could_be(template: &str, arn: &str) -> bool {
    template == arn
}

/// How many characters of the template are not free.
pub(crate) fn literal_len(template: &str) -> usize {
    template.len()
}
