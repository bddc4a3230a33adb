//! The claims by which an issuer sets a session's tags, its source identity, and the roles that a token is good for.
//!
//! Tags come nested in one claim, or flattened into a claim for each. Evidence: the IAM user guide's page on session
//! tags; for the forms that are refused, recorded answers of STS.

use lanyard_names::arn::EntityArn;
use serde_json::{Map, Value};

use super::{OidcError, TokenTag};

const TAGS: &str = "https://aws.amazon.com/tags";
const FLAT_TAG: &str = "https://aws.amazon.com/tags/principal_tags/";
const FLAT_TRANSITIVE_KEYS: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
const ROLES: &str = "https://aws.amazon.com/roles";

/// The session tags that a token sets, in the order of their claims.
pub(super) fn tags(claims: &Map<String, Value>) -> Result<Vec<TokenTag>, OidcError> {
    let mut tags = Vec::new();
    let mut transitive = Vec::new();
    if let Some(nested) = claims.get(TAGS) {
        let nested = nested.as_object().ok_or(OidcError::InvalidTags)?;
        if let Some(values) = nested.get("principal_tags") {
            for (key, value) in values.as_object().ok_or(OidcError::InvalidTags)? {
                match value.as_array().map(Vec::as_slice) {
                    Some([Value::String(value)]) => tags.push((key.as_str(), value.as_str())),
                    _ => return Err(OidcError::InvalidTags),
                }
            }
        }
        transitive.extend(keys(nested.get("transitive_tag_keys"))?);
    }
    for (name, value) in claims {
        if let Some(key) = name.strip_prefix(FLAT_TAG) {
            tags.push((key, value.as_str().ok_or(OidcError::InvalidTags)?));
        }
    }
    transitive.extend(keys(claims.get(FLAT_TRANSITIVE_KEYS))?);
    let tags: Vec<TokenTag> = tags
        .into_iter()
        .map(|(key, value)| TokenTag {
            key: key.to_owned(),
            value: value.to_owned(),
            is_transitive: transitive.contains(&key),
        })
        .collect();
    let has = |key: &str| tags.iter().any(|tag| tag.key == key);
    // Fails closed: a tag that is to last and is not there may have been meant to restrict.
    if transitive.iter().any(|key| !has(key)) {
        return Err(OidcError::InvalidTags);
    }
    Ok(tags)
}

fn keys(list: Option<&Value>) -> Result<Vec<&str>, OidcError> {
    let Some(list) = list else {
        return Ok(Vec::new());
    };
    let list = list.as_array().ok_or(OidcError::InvalidTags)?;
    let keys: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    keys.ok_or(OidcError::InvalidTags)
}

/// The source identity that a token sets.
pub(super) fn source_identity(claims: &Map<String, Value>) -> Result<Option<String>, OidcError> {
    match claims.get(SOURCE_IDENTITY) {
        None => Ok(None),
        Some(Value::String(identity)) => Ok(Some(identity.clone())),
        Some(_) => Err(OidcError::InvalidClaim {
            name: SOURCE_IDENTITY,
        }),
    }
}

/// The roles that a token says it is good for: a list, or text with semicolons. What is no role's ARN in it is passed
/// over, but one must be. Evidence: recorded answers of STS.
pub(super) fn roles(claims: &Map<String, Value>) -> Result<Option<Vec<String>>, OidcError> {
    let listed: Vec<&str> = match claims.get(ROLES) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(roles)) => roles.split(';').collect(),
        Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).collect(),
        Some(_) => return Err(OidcError::InvalidRoles),
    };
    let is_role = |role: &&str| matches!(EntityArn::parse(role), Ok(EntityArn::Role { .. }));
    let roles = listed.into_iter().map(str::trim).filter(is_role);
    let roles: Vec<String> = roles.map(str::to_owned).collect();
    if roles.is_empty() {
        return Err(OidcError::NoRoles);
    }
    Ok(Some(roles))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(claims: &Value, expected: Result<&[&str], OidcError>) {
        let tags = super::tags(claims.as_object().unwrap()).map(|tags| {
            let shown = |tag: TokenTag| {
                format!(
                    "{}={}{}",
                    tag.key,
                    tag.value,
                    if tag.is_transitive { "*" } else { "" }
                )
            };
            tags.into_iter().map(shown).collect::<Vec<String>>()
        });
        let expected = expected.map(|tags| tags.iter().map(ToString::to_string).collect());
        assert_eq!(tags, expected, "{claims}");
    }

    #[test]
    fn tags_come_nested_or_flat() {
        check(&json!({}), Ok(&[]));
        check(&json!({TAGS: {}}), Ok(&[]));
        check(
            &json!({TAGS: {"principal_tags": {"Team": ["red"], "Empty": [""]}, "transitive_tag_keys": ["Team"]}}),
            Ok(&["Empty=", "Team=red*"]),
        );
        check(
            &json!({
                "https://aws.amazon.com/tags/principal_tags/Team": "red",
                "https://aws.amazon.com/tags/principal_tags/a/b": "c",
                "https://aws.amazon.com/tags/transitive_tag_keys": ["Team"],
            }),
            Ok(&["Team=red*", "a/b=c"]),
        );
        check(
            &json!({
                TAGS: {"principal_tags": {"Team": ["red"]}},
                "https://aws.amazon.com/tags/principal_tags/Unit": "7",
            }),
            Ok(&["Team=red", "Unit=7"]),
        );
    }

    #[test]
    fn tags_of_another_form_are_refused() {
        for tags in [
            json!("x"),
            json!(null),
            json!([{"principal_tags": {"a": ["b"]}}]),
            json!({"principal_tags": []}),
            json!({"principal_tags": {"a": "b"}}),
            json!({"principal_tags": {"a": []}}),
            json!({"principal_tags": {"a": ["b", "c"]}}),
            json!({"principal_tags": {"a": [1]}}),
            json!({"principal_tags": {"a": ["b"]}, "transitive_tag_keys": "a"}),
            json!({"principal_tags": {"a": ["b"]}, "transitive_tag_keys": [1]}),
            json!({"principal_tags": {"a": ["b"]}, "transitive_tag_keys": ["c"]}),
            json!({"transitive_tag_keys": ["c"]}),
        ] {
            check(&json!({TAGS: tags}), Err(OidcError::InvalidTags));
        }
        check(
            &json!({"https://aws.amazon.com/tags/principal_tags/Team": ["red"]}),
            Err(OidcError::InvalidTags),
        );
    }

    #[test]
    fn a_source_identity_is_text() {
        let read = |claims: Value| super::source_identity(claims.as_object().unwrap());
        assert_eq!(read(json!({})), Ok(None));
        assert_eq!(read(json!({SOURCE_IDENTITY: "ada"})), Ok(Some("ada".to_owned())));
        let invalid = Err(OidcError::InvalidClaim {
            name: SOURCE_IDENTITY,
        });
        assert_eq!(read(json!({SOURCE_IDENTITY: null})), invalid);
        assert_eq!(read(json!({SOURCE_IDENTITY: ["ada"]})), invalid);
    }

    #[test]
    fn roles_are_a_list_or_text_with_semicolons() {
        let read = |roles: Value| super::roles(json!({ROLES: roles}).as_object().unwrap());
        let list = |roles: &[&str]| {
            Ok(Some(
                roles.iter().map(ToString::to_string).collect::<Vec<String>>(),
            ))
        };
        let (a, b) = (
            "arn:aws:iam::123456789012:role/a",
            "arn:aws:iam::123456789012:role/path/b",
        );
        assert_eq!(read(json!([a, format!(" {b} ")])), list(&[a, b]));
        assert_eq!(read(json!(format!("{a}; {b};"))), list(&[a, b]));
        assert_eq!(read(json!([1, a, [b], null, "a"])), list(&[a]));
        assert_eq!(read(json!(null)), Ok(None));
        assert_eq!(super::roles(&Map::new()), Ok(None));
        let all_roles = "arn:aws:iam::123456789012:role/*";
        for none in [json!(""), json!([]), json!([[a]]), json!(all_roles)] {
            assert_eq!(read(none), Err(OidcError::NoRoles));
        }
        for unreadable in [json!({"role": a}), json!(1), json!(true)] {
            assert_eq!(read(unreadable), Err(OidcError::InvalidRoles));
        }
    }
}
