//! Requests that enforcement points tell of, as clients wrote them: what is decided on has to be what the application
//! takes it for.

use http::{HeaderMap, HeaderValue};

use crate::refusal::Refusal;

/// By which a client tells some applications of another method than the one of its request.
const OTHER_METHOD: [&str; 3] = ["x-http-method-override", "x-http-method", "x-method-override"];

/// By which it tells some of another path.
const OTHER_PATH: [&str; 2] = ["x-original-url", "x-rewrite-url"];

/// Refuses a request that names another method or path in a header than in its first line, as far as that is told.
// Fails closed: whether the application heeds such headers nobody says here.
pub(crate) fn check_overrides(
    headers: &HeaderMap,
    method: Option<&str>,
    target: Option<&str>,
) -> Result<(), Refusal> {
    let said = |name: &'static str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let is_method = |other: &[u8]| method.is_some_and(|own| other.eq_ignore_ascii_case(own.as_bytes()));
    let is_path = |other: &[u8]| target.is_some_and(|own| other == own.as_bytes());
    let is_clear = OTHER_METHOD.into_iter().flat_map(said).all(is_method)
        && OTHER_PATH.into_iter().flat_map(said).all(is_path);
    if is_clear {
        return Ok(());
    }
    Err(Refusal::validation(
        "A header of the request names another method or path than its first line.",
    ))
}

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

    #[test]
    fn a_header_names_no_other_method_or_path() {
        let check = |name: &'static str, value: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.append("x-http-method", "POST".parse().unwrap());
            headers.append(name, value.parse().unwrap());
            let checked = check_overrides(&headers, Some("POST"), Some("/page/1?a=b"));
            assert_eq!(checked.is_ok(), expected, "{name}: {value}");
        };
        check("x-http-method-override", "post", true);
        check("x-http-method-override", "DELETE", false);
        check("x-http-method", "DELETE", false);
        check("x-method-override", "", false);
        check("x-original-url", "/page/1?a=b", true);
        check("x-original-url", "/admin", false);
        check("x-rewrite-url", "/admin", false);
        let headers = HeaderMap::from_iter([(OTHER_METHOD[0].parse().unwrap(), "GET".parse().unwrap())]);
        assert!(check_overrides(&headers, None, None).is_err());
        assert!(check_overrides(&HeaderMap::new(), None, None).is_ok());
    }
}
