//! What the configuration says about the route that a request takes: `context_extensions`, which clients cannot set.
//!
//! Invariant: a word that is not known here is refused, so that none is misspelt and passed over.

use std::collections::BTreeMap;

use super::pattern::PatternError;
use crate::refusal::Refusal;

/// What every word of ours begins with. Others are for others.
const OURS: &str = "lanyard-";

/// How many headers can become condition keys.
const HEADERS_MAX: usize = 64;

/// What is said of a route.
#[derive(Debug, Default)]
pub(super) struct Route<'a> {
    action: Option<&'a str>,
    /// For one method alone, which is written in small letters.
    actions: Vec<(&'a str, &'a str)>,
    /// What the resource is.
    pub(super) resource: Option<&'a str>,
    /// What the path has to be.
    pub(super) path: Option<&'a str>,
    /// The role whose sessions the bearers of tokens are.
    pub(super) role: Option<&'a str>,
    /// What the name of whoever shows a certificate has to be, and who that is.
    pub(super) peer: Option<&'a str>,
    pub(super) principal: Option<&'a str>,
    /// Headers that become condition keys.
    pub(super) headers: Vec<&'a str>,
    /// Whether signatures count whose body nobody has held against them.
    pub(super) takes_unverified_bodies: bool,
    /// Whether the application gets what the client has proven itself with.
    pub(super) forwards_credentials: bool,
}

impl<'a> Route<'a> {
    pub(super) fn read(extensions: &'a BTreeMap<String, String>) -> Result<Self, Refusal> {
        let mut route = Self::default();
        for (name, value) in extensions {
            let Some(word) = name.strip_prefix(OURS) else {
                continue;
            };
            let value = value.as_str();
            match word {
                "action" => route.action = Some(value),
                "resource" => route.resource = Some(value),
                "path" => route.path = Some(value),
                "role" => route.role = Some(value),
                "peer" => route.peer = Some(value),
                "principal" => route.principal = Some(value),
                "headers" => route.headers = headers(value)?,
                "body" => route.takes_unverified_bodies = choice(name, value, ["verified", "unverified"])?,
                "credentials" => route.forwards_credentials = choice(name, value, ["remove", "forward"])?,
                _ => match word.strip_prefix("action-").filter(|method| is_method(method)) {
                    Some(method) => route.actions.push((method, value)),
                    None => {
                        return Err(Refusal::validation(format!(
                            "The route has {}, which means nothing.",
                            name.escape_default()
                        )));
                    }
                },
            }
        }
        // Fails closed: the one without the other would let in everybody, or nobody.
        if route.peer.is_some() != route.principal.is_some() {
            return Err(Refusal::validation(
                "A route with lanyard-peer has lanyard-principal, too, and the other way round.",
            ));
        }
        Ok(route)
    }

    /// The template of the action that a method stands for.
    pub(super) fn action(&self, method: &str) -> Result<&'a str, Refusal> {
        let own = self
            .actions
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(method));
        own.map(|(_, action)| *action)
            .or(self.action)
            .ok_or_else(|| missing("lanyard-action"))
    }
}

/// The refusal of a route that does not say something.
pub(super) fn missing(name: &str) -> Refusal {
    Refusal::validation(format!("The route has no {name}."))
}

fn is_method(method: &str) -> bool {
    !method.is_empty()
        && method
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// Whether the second of two words was chosen.
fn choice(name: &str, value: &str, [first, second]: [&str; 2]) -> Result<bool, Refusal> {
    if value != first && value != second {
        return Err(Refusal::validation(format!("{name} is {first} or {second}.")));
    }
    Ok(value == second)
}

fn headers(value: &str) -> Result<Vec<&str>, Refusal> {
    let names: Vec<&str> = value.split(',').map(str::trim).collect();
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(is_letter);
    // What the client proves itself with is in no condition.
    let is_secret = |name: &&str| ["authorization", "cookie", "x-amz-security-token"].contains(name);
    let is_good = names.len() <= HEADERS_MAX && names.iter().all(is_name) && !names.iter().any(is_secret);
    if is_good {
        return Ok(names);
    }
    Err(Refusal::validation(
        "lanyard-headers has names of headers in small letters, 64 at most, and none of those with credentials.",
    ))
}

/// What a part of the route cannot be used for.
pub(super) fn bad_route(name: &str, error: &PatternError) -> Refusal {
    Refusal::validation(format!("The route's {name} cannot be used: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(extensions: &[(&str, &str)], method: &str, expected: &str) {
        let extensions = extensions
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let extensions: BTreeMap<String, String> = extensions.collect();
        let action = Route::read(&extensions).and_then(|route| route.action(method).map(str::to_owned));
        let shown = action.unwrap_or_else(|refusal| refusal.message);
        assert_eq!(shown, expected, "{extensions:?}");
    }

    #[test]
    fn a_method_can_have_an_action_of_its_own() {
        let route = [
            ("lanyard-action", "app:Write"),
            ("lanyard-action-get", "app:Read"),
        ];
        check(&route, "GET", "app:Read");
        check(&route, "PUT", "app:Write");
        check(&route[1..], "PUT", "The route has no lanyard-action.");
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        check(&[("other", "x"), ("lanyard-action", "a:B")], "GET", "a:B");
        check(
            &[("lanyard-acton", "x")],
            "GET",
            "The route has lanyard-acton, which means nothing.",
        );
        check(
            &[("lanyard-body", "yes")],
            "GET",
            "lanyard-body is verified or unverified.",
        );
        check(
            &[("lanyard-principal", "arn")],
            "GET",
            "A route with lanyard-peer has lanyard-principal, too, and the other way round.",
        );
        check(
            &[("lanyard-headers", &["x"; 65].join(","))],
            "GET",
            "lanyard-headers has names of headers in small letters, 64 at most, and none of those with credentials.",
        );
        check(
            &[("lanyard-headers", "x-team, authorization")],
            "GET",
            "lanyard-headers has names of headers in small letters, 64 at most, and none of those with credentials.",
        );
    }
}
