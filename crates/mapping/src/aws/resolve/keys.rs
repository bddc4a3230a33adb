//! The condition keys that a request gives.

use std::sync::{Arc, LazyLock};

use lanyard_policy::{Context, Text};

use super::wrong;
use crate::MappingError;
use crate::aws::compile::CompiledOperation;
use crate::aws::input::Node;
use crate::aws::tags::RequestTags;

/// Most requests give none.
static NO_KEYS: LazyLock<Arc<Context>> = LazyLock::new(Arc::default);

/// How many values the keys of a request may have together: every permission is decided with all of them, so that a
/// request of a few megabytes with many resources would keep a processor busy for minutes.
///
/// Evidence: no service takes more than a thousand tags at once; each has its value in two keys.
const VALUES_MAX: usize = 2048;

/// The condition keys that come with every permission of a request.
///
/// # Errors
/// One tag with two values, of which a condition would see one; more values than are decided on.
pub(in crate::aws) fn keys(
    compiled: &CompiledOperation,
    input: &Node<'_>,
    tags: &RequestTags<'_>,
) -> Result<Arc<Context>, MappingError> {
    let mut rules = compiled.keys.iter();
    if tags.is_empty() && rules.all(|rule| input.member(rule.member).is_none()) {
        return Ok(Arc::clone(&NO_KEYS));
    }
    let mut values = tags.len();
    let mut context = Context::with_capacity(compiled.keys.len() + 1);
    for rule in &compiled.keys {
        let Some(node) = input.member(rule.member) else {
            continue;
        };
        values += node.items().len().max(1);
        if values > VALUES_MAX {
            return Err(wrong(rule.member, "it has more values than are decided on"));
        }
        let is_list = matches!(node, Node::List(_));
        if matches!(node, Node::Number(text) if !is_usual_number(text)) {
            return Err(wrong(rule.member, "it is a number that is not written plainly"));
        }
        if is_list || rule.is_many {
            let items = if is_list {
                node.items()
            } else {
                std::slice::from_ref(node)
            };
            context.insert_many(rule.key, items.iter().filter_map(Node::as_text).map(Text::copied));
        } else if let Some(text) = node.as_text() {
            context.insert(rule.key, Text::copied(text));
        }
    }
    if values > VALUES_MAX {
        return Err(wrong("Tags", "there are more than a resource can have"));
    }
    if tags.has_conflict() {
        return Err(MappingError::InvalidMember {
            member: "Tags".to_owned(),
            reason: "a tag stands there with two values",
        });
    }
    tags.enter(&mut context);
    Ok(Arc::new(context))
}

/// Whether a number is written as policies write it: `7`, not `07`, `7.0` or `7e0`, which are the same to a service.
fn is_usual_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
        && text != "-0"
}

#[cfg(test)]
mod tests {
    use super::is_usual_number;

    #[test]
    fn numbers_are_written_in_one_way() {
        for text in ["0", "7", "-7", "0.5", "10.25"] {
            assert!(is_usual_number(text), "{text}");
        }
        for text in ["07", "7.0", "7e0", "7.", "-0", "NaN", "1E3", "+7", "00"] {
            assert!(!is_usual_number(text), "{text}");
        }
    }
}
