//! Paths that enforcement points tell of, as clients wrote them.

use crate::refusal::Refusal;

/// Whether the path that the client wrote can be read in one way only. A signature over one spelling is good for the
/// other, and applications do not agree on what such a path is.
pub(crate) fn check_target(target: &str) -> Result<(), Refusal> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = path.to_ascii_lowercase().replace("%2e", ".");
    let is_dots = |segment: &str| [".", ".."].contains(&segment.split(';').next().unwrap_or_default());
    let is_ambiguous = path.contains("//")
        || ["%2f", "%5c", "\\"].iter().any(|other| path.contains(other))
        || path.split('/').any(is_dots);
    if is_ambiguous {
        return Err(Refusal::validation(
            "The path of the request can be read in more than one way.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_refused() {
        let check = |target: &str, expected: bool| {
            assert_eq!(check_target(target).is_ok(), expected, "{target}");
        };
        for target in [
            "/",
            "/page/1",
            "/page/1.html?a=../b//c",
            "/.well-known/x",
            "/a..b/",
            "/page/%31",
        ] {
            check(target, true);
        }
        for target in [
            "/page/9/../1",
            "/page/9/..%2f1",
            "/page/9%2F..%2f1",
            "/page/9;/../1",
            "/page/9/.%2e/1",
            "/page/9/%2E%2e/1",
            "/x/..//page/./1",
            "//page/1",
            "/page/9/..;/1",
            "/page\\9",
            "/page%5c9",
        ] {
            check(target, false);
        }
    }
}
