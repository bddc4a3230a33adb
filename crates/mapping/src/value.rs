//! Whether a text is one that a member of a request can have.

use crate::MappingError;
use crate::model::Kind;

/// Fails closed: a text that is close to what the model says (another case, spaces, a plus sign) could be read as that
/// by the store, while no policy would know it.
pub(crate) fn check(name: &str, kind: Kind, text: &str) -> Result<(), MappingError> {
    let wrong = match kind {
        Kind::Text | Kind::Timestamp => None,
        Kind::Integer => (!is_integer(text)).then_some("it is no whole number"),
        Kind::Boolean => (!matches!(text, "true" | "false")).then_some("it is neither true nor false"),
        Kind::OneOf(values) => (!values.contains(&text)).then_some("it is none of the values it can have"),
        Kind::ListOf(values) => {
            let is_known = |item: &str| values.contains(&item.trim_matches(' '));
            (!text.split(',').all(is_known)).then_some("it lists what it cannot have")
        }
    };
    match wrong {
        None => Ok(()),
        Some(reason) => Err(invalid(name, reason)),
    }
}

pub(crate) fn invalid(name: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidArgument {
        name: name.to_owned(),
        reason,
    }
}

/// Digits that are read as the same number everywhere.
fn is_integer(text: &str) -> bool {
    (1..=18).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(kind: Kind, text: &str) -> bool {
        check("name", kind, text).is_ok()
    }

    #[test]
    fn only_what_is_read_alike_everywhere_passes() {
        for text in ["0", "1", "1000", "999999999999999999"] {
            assert!(accepts(Kind::Integer, text), "{text}");
        }
        for text in [
            "",
            "+1",
            "-1",
            "01",
            "1 ",
            "1.0",
            "1e3",
            "0x1",
            "9999999999999999999",
        ] {
            assert!(!accepts(Kind::Integer, text), "{text}");
        }
        assert!(accepts(Kind::Boolean, "true") && !accepts(Kind::Boolean, "True"));
        let kind = Kind::OneOf(&["private", "public-read"]);
        assert!(accepts(kind, "private") && !accepts(kind, "Public-Read") && !accepts(kind, ""));
        let kind = Kind::ListOf(&["ETag", "Checksum"]);
        assert!(accepts(kind, "ETag, Checksum") && !accepts(kind, "ETag;Checksum"));
    }
}
