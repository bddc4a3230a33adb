//! What it is done on.

use lanyard_policy::outline::Listed;

use crate::list::{joined, quoted};

/// The resources of a statement, at the end of its actions; nothing where there is no such element, as in trust
/// policies.
pub(crate) fn words(resources: Option<&Listed<&str>>) -> String {
    match resources {
        None => String::new(),
        Some(resources) if resources.negated => {
            format!(", on everything except {}", joined(&names(resources), "and"))
        }
        Some(resources) if is_everything(resources) => ", on everything".to_owned(),
        Some(resources) if resources.values.is_empty() => ", on nothing (no resource is listed)".to_owned(),
        Some(resources) => format!(", on {}", joined(&names(resources), "and")),
    }
}

/// Whether actions that act on no resource are certainly meant as well.
pub(crate) fn is_everything(resources: &Listed<&str>) -> bool {
    let is_stars = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    !resources.negated && resources.values.iter().any(is_stars)
}

fn names(resources: &Listed<&str>) -> Vec<String> {
    resources.values.iter().map(|value| name(value)).collect()
}

/// An ARN that lacks fields stands for whatever they are.
fn name(text: &str) -> String {
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    if text.starts_with("arn:") && colons < 5 {
        format!("{} with whatever fields behind it", quoted(text))
    } else {
        quoted(text)
    }
}
