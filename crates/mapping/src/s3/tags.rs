//! Tags in a request.

use lanyard_names::TagKey;
use lanyard_policy::Context;

use crate::MappingError;
use crate::action::RequestTags;
use crate::value::invalid;

/// The most tags of an object. Evidence: the S3 user guide's page on object tags.
pub(crate) const OBJECT_TAGS_MAX: usize = 10;
/// The most tags of a bucket. Evidence: the S3 user guide's page on bucket tags.
pub(crate) const BUCKET_TAGS_MAX: usize = 50;

const KEY_LETTERS_MAX: usize = 128;
const VALUE_LETTERS_MAX: usize = 256;

/// Tags, by key and value, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads `x-amz-tagging`, which is written like a form: `+` stands for a space.
    pub(crate) fn from_header(text: &str) -> Result<Self, MappingError> {
        let mut tags = Self::default();
        for pair in text.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            tags.add(&form_text(key)?, &form_text(value)?, OBJECT_TAGS_MAX)
                .map_err(|reason| invalid("x-amz-tagging", reason))?;
        }
        Ok(tags)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a tag.
    pub(crate) fn add(&mut self, key: &str, value: &str, max: usize) -> Result<(), &'static str> {
        if key.is_empty()
            || key.chars().count() > KEY_LETTERS_MAX
            || value.chars().count() > VALUE_LETTERS_MAX
        {
            return Err("a tag is empty or too long");
        }
        if key.chars().chain(value.chars()).any(char::is_control) {
            return Err("a tag has a control character");
        }
        // Differs from AWS: some stores leave out space at the ends, and keep another tag than was decided on.
        if key.trim() != key || value.trim() != value {
            return Err("a tag begins or ends with white space");
        }
        // Condition keys are compared without case, so that one tag would hide the other.
        // Differs from AWS: two tags whose keys differ in case only are refused.
        if self.0.iter().any(|(known, _)| TagKey::same(known, key)) {
            return Err("a tag is given twice");
        }
        if self.0.len() >= max {
            return Err("there are too many tags");
        }
        self.0.push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    /// `x-amz-tagging`, written in one way.
    pub(crate) fn to_header(&self) -> String {
        let mut out = String::new();
        for (key, value) in &self.0 {
            if !out.is_empty() {
                out.push('&');
            }
            crate::percent::encode_value(&mut out, key);
            out.push('=');
            crate::percent::encode_value(&mut out, value);
        }
        out
    }

    /// Enters the tags among the condition keys.
    pub(crate) fn enter(&self, kind: RequestTags, context: &mut Context) {
        let (prefix, keys) = match kind {
            RequestTags::None => return,
            RequestTags::Object => ("s3:RequestObjectTag/", "s3:RequestObjectTagKeys"),
            RequestTags::Resource => ("aws:RequestTag/", "aws:TagKeys"),
        };
        for (key, value) in &self.0 {
            context.insert(format!("{prefix}{key}"), value.clone());
        }
        context.insert_many(keys, self.0.iter().map(|(key, _)| key.clone()));
    }
}

fn form_text(text: &str) -> Result<String, MappingError> {
    let wrong = |_| invalid("x-amz-tagging", "it is not encoded like a form");
    let spaced = text.replace('+', "%20");
    let decoded = crate::percent::decode(&spaced, crate::percent::Part::Value).map_err(wrong)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_a_form() {
        let tags = Tags::from_header("team=red+blue&a%26b=%C3%A9&empty=").unwrap();
        assert_eq!(tags.to_header(), "team=red%20blue&a%26b=%C3%A9&empty=");
        for text in ["=", "", "a=1&a=2", "a=1&", "a=%zz", "a=1&%61=2", "a=%00"] {
            assert!(Tags::from_header(text).is_err(), "{text}");
        }
        let many: Vec<String> = (0..11).map(|number| format!("k{number}=v")).collect();
        assert!(Tags::from_header(&many.join("&")).is_err());
    }

    #[test]
    fn keys_that_differ_in_case_are_given_twice_to_conditions() {
        assert!(Tags::from_header("team=a&Team=b").is_err());
        // A capital sigma is a small one anywhere in a key, at its end too.
        assert!(Tags::from_header("%CE%B1%CF%83=a&%CE%91%CE%A3=b").is_err());
    }
}
