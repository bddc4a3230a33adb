//! The form in which a question is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::question::Asked;

/// Evidence: the public service model, `apiVersion`.
const VERSION: &str = "2011-06-15";

/// All but the characters that mean only themselves in a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Operation, version and fields, with the code of a second factor if there is one.
pub(super) fn encode(asked: &Asked<'_>, code: Option<&str>) -> Zeroizing<String> {
    let own = [("Action", asked.operation), ("Version", VERSION)];
    let fields = asked.fields.iter().map(|(name, value)| (*name, value.as_str()));
    let code = code.map(|code| ("TokenCode", code));
    let pairs = || own.into_iter().chain(fields.clone()).chain(code);
    // Of its final size from the beginning, so that no copy of a secret stays behind where it grew.
    let size = pairs()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut form = Zeroizing::new(String::with_capacity(size));
    for (name, value) in pairs() {
        if !form.is_empty() {
            form.push('&');
        }
        form.push_str(name);
        form.push('=');
        form.extend(utf8_percent_encode(value, ENCODED));
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_encoded_and_the_code_is_last() {
        let asked = Asked {
            operation: "AssumeRole",
            fields: vec![("RoleArn", Zeroizing::new("a:b/c &=+ü".to_owned()))],
            keys: None,
            role_arn: None,
            mfa_serial: None,
        };
        assert_eq!(
            encode(&asked, Some("123456")).as_str(),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=a%3Ab%2Fc%20%26%3D%2B%C3%BC&TokenCode=123456"
        );
    }
}
