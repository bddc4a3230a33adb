//! A pattern with `*` and `?` against a text, and the same as a regular expression.
//!
//! The input is two lines, the pattern and the text. They are compared as values of a condition, as resources and
//! as actions, each of which the engine does in its own way.

use lanyard_policy::Context;
use regex_lite::Regex;
use serde_json::json;

use crate::engine::{Asked, WITHOUT_VARIABLES};

/// Longer lines say nothing new, and the regular expression gets too large.
const CHARACTERS_MAX: usize = 300;

/// - `StringLike` and resources match as the regular expression does, actions as it does without regard to case.
/// - `ArnLike` and resources match segment by segment.
pub fn matcher(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = data.lines().map(|line| -> String {
        // What no policy can contain.
        let usable = line
            .chars()
            .filter(|character| (' '..='\u{ff}').contains(character));
        usable.take(CHARACTERS_MAX).collect()
    });
    let (Some(pattern), Some(text)) = (lines.next(), lines.next()) else {
        return;
    };
    check_string_like(&pattern, &text);
    check_action(&pattern, &text);
    check_resource(&pattern, &text);
    check_arn(&pattern, &text);
}

fn check_string_like(pattern: &str, text: &str) {
    let mut context = Context::new();
    context.insert("aws:referer", text.to_owned());
    for (operator, expected) in [
        ("StringLike", regex(pattern).is_match(text)),
        ("StringNotLike", !regex(pattern).is_match(text)),
        ("StringEquals", pattern == text),
        ("StringNotEquals", pattern != text),
    ] {
        let allowed = asked("s3:GetObject", "arn:aws:s3:::a", &context).is_allowed_by(
            WITHOUT_VARIABLES,
            json!({"Condition": {operator: {"aws:referer": pattern}}}),
        );
        assert_eq!(allowed, expected, "{operator} {pattern:?} of {text:?}");
    }
}

fn check_action(pattern: &str, text: &str) {
    let is_name = |text: &str| !text.is_empty() && text.is_ascii() && !text.contains([':', ' ']);
    if !is_name(pattern) || !is_name(text) {
        return;
    }
    let expected = regex(&pattern.to_ascii_lowercase()).is_match(&text.to_ascii_lowercase());
    let context = Context::new();
    let action = format!("s3:{text}");
    for (element, expected) in [("Action", expected), ("NotAction", !expected)] {
        let allowed = asked(&action, "arn:aws:s3:::a", &context)
            .is_allowed_by(WITHOUT_VARIABLES, json!({element: format!("S3:{pattern}")}));
        assert_eq!(allowed, expected, "{element} {pattern:?} of {text:?}");
    }
}

fn check_resource(pattern: &str, text: &str) {
    if pattern.is_empty() || text.is_empty() {
        return;
    }
    let expected = regex(pattern).is_match(text);
    let context = Context::new();
    let resource = format!("arn:aws:s3:::{text}");
    for (element, expected) in [("Resource", expected), ("NotResource", !expected)] {
        let allowed = asked("s3:GetObject", &resource, &context).is_allowed_by(
            WITHOUT_VARIABLES,
            json!({element: format!("arn:aws:s3:::{pattern}")}),
        );
        assert_eq!(allowed, expected, "{element} {pattern:?} of {text:?}");
    }
}

/// Both lines behind `arn:aws:`, if that makes ARNs of six parts none of whose first ones is empty.
fn check_arn(pattern: &str, text: &str) {
    let (pattern, text) = (format!("arn:aws:{pattern}"), format!("arn:aws:{text}"));
    let (patterns, texts): (Vec<&str>, Vec<&str>) =
        (pattern.splitn(6, ':').collect(), text.splitn(6, ':').collect());
    let is_whole = |parts: &[&str]| parts.len() == 6 && !parts[2].is_empty() && !parts[5].is_empty();
    if !is_whole(&patterns) || !is_whole(&texts) {
        return;
    }
    let expected = patterns
        .iter()
        .zip(&texts)
        .all(|(pattern, text)| regex(pattern).is_match(text));
    let mut context = Context::new();
    context.insert("aws:SourceArn", text.clone());
    for operator in ["ArnLike", "ArnEquals"] {
        let allowed = asked("s3:GetObject", "arn:aws:s3:::a", &context).is_allowed_by(
            WITHOUT_VARIABLES,
            json!({"Condition": {operator: {"aws:SourceArn": pattern}}}),
        );
        assert_eq!(allowed, expected, "{operator} {pattern:?} of {text:?}");
    }
}

fn asked<'a>(action: &'a str, resource: &'a str, context: &'a Context) -> Asked<'a> {
    Asked {
        action,
        resource,
        context,
    }
}

/// The regular expression that means the same as the pattern.
pub(crate) fn regex(pattern: &str) -> Regex {
    let mut expression = String::from("(?s)^");
    for character in pattern.chars() {
        match character {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            other => expression.push_str(&regex_lite::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push('$');
    Regex::new(&expression).expect("an expression of escaped characters")
}
