//! What a request is decided on, written into it: an id in place of a name, the number of a version in place of
//! "the latest".
//!
//! Between the decision and the call, a name may come to mean something else. What is sent on says what was decided on.

use crate::percent::encode_value;

/// A parameter of a form that is sent on in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    /// This parameter goes, with all whose names go on behind a dot.
    pub(crate) instead_of: &'static str,
    /// These come, by name.
    pub(crate) put: Vec<(String, String)>,
}

impl Pin {
    /// One parameter in place of another.
    pub(crate) fn new(instead_of: &'static str, name: &str, value: &str) -> Self {
        Self {
            instead_of,
            put: vec![(name.to_owned(), value.to_owned())],
        }
    }
}

/// A form that was written here, with what is pinned.
pub(super) fn pinned(form: &str, pins: &[Pin]) -> String {
    let is_replaced = |parameter: &&str| {
        let name = parameter.split_once('=').map_or(*parameter, |(name, _)| name);
        let is_below = |pin: &Pin| match name.strip_prefix(pin.instead_of) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        };
        pins.iter().any(is_below)
    };
    let kept: Vec<&str> = form
        .split('&')
        .filter(|parameter| !is_replaced(parameter))
        .collect();
    let mut out = kept.join("&");
    for (name, value) in pins.iter().flat_map(|pin| &pin.put) {
        out.push('&');
        out.push_str(name);
        out.push('=');
        encode_value(&mut out, value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pinned_stands_in_place_of_what_was_asked() {
        let form = "Action=RunInstances&Version=2016-11-15&SecurityGroup.1=web&SecurityGroup.2=db&SecurityGroupId.1=sg-1";
        let pins = [
            Pin::new("SecurityGroup", "SecurityGroupId.2", "sg-2"),
            Pin::new("Nothing", "Odd", "a&b"),
        ];
        assert_eq!(
            pinned(form, &pins),
            "Action=RunInstances&Version=2016-11-15&SecurityGroupId.1=sg-1&SecurityGroupId.2=sg-2&Odd=a%26b"
        );
    }
}
