//! Tags of sessions: those that a request passes, and those inherited along a chain of roles.
//!
//! Keys are compared without regard to case. Whatever is inherited stays transitive and cannot be changed.
//! Evidence: the IAM guide's page on session tags, and recorded responses for the refusals.

use lanyard_access::SessionTag;
use lanyard_aws_api::sts as api;
use lanyard_names::{TagKey, TagValue};
use lanyard_policy::Context;

use crate::error::Refusal;

/// The action that must be allowed, beside that of the operation, for a session to have tags.
pub(crate) const ACTION: &str = "sts:TagSession";
/// How many tags a session can have, inherited ones included.
pub(super) const TAGS_MAX: usize = 50;

/// The tags that a request passes, none of which is transitive.
pub(crate) fn passed(tags: Option<&[api::Tag]>) -> Result<Vec<SessionTag>, Refusal> {
    merged(tags, None, std::iter::empty())
}

/// The tags that a request wants a token to tell of. No session has them, so keys of AWS may be among them.
/// Evidence: answers of STS to GetWebIdentityToken, as recorded in public.
pub(super) fn told(tags: Option<&[api::Tag]>) -> Result<Vec<SessionTag>, Refusal> {
    let mut told: Vec<SessionTag> = Vec::new();
    for tag in tags.unwrap_or_default() {
        let tag = read_any(tag, false)?;
        if has_key(&told, tag.key.as_str()) {
            return Err(Refusal::duplicate_session_tags());
        }
        told.push(tag);
    }
    Ok(told)
}

/// All tags that the session will have: the inherited ones, then those passed.
pub(crate) fn merged<'a>(
    tags: Option<&[api::Tag]>,
    transitive_keys: Option<&[String]>,
    inherited: impl Iterator<Item = &'a SessionTag>,
) -> Result<Vec<SessionTag>, Refusal> {
    let (tags, transitive_keys) = (tags.unwrap_or_default(), transitive_keys.unwrap_or_default());
    let mut merged: Vec<SessionTag> = inherited.cloned().collect();
    let inherited_count = merged.len();
    for tag in tags {
        let is_transitive = transitive_keys.iter().any(|key| is_same(key, &tag.key));
        let tag = read(tag, is_transitive)?;
        if merged
            .iter()
            .skip(inherited_count)
            .any(|other| is_same(other.key.as_str(), tag.key.as_str()))
        {
            return Err(Refusal::duplicate_session_tags());
        }
        merged.push(tag);
    }
    let (inherited, passed) = merged.split_at(inherited_count);
    let named = passed
        .iter()
        .map(|tag| tag.key.as_str())
        .chain(transitive_keys.iter().map(String::as_str));
    for key in named {
        if has_key(inherited, key) {
            return Err(Refusal::inherited_session_tag());
        }
    }
    if transitive_keys.iter().any(|key| !has_key(passed, key)) {
        return Err(Refusal::transitive_key_without_tag());
    }
    if merged.len() > TAGS_MAX {
        return Err(Refusal::too_long("tags", TAGS_MAX));
    }
    Ok(merged)
}

/// Adds the condition keys of a request for a session with these tags. Inherited tags count as requested: the
/// session will have them. What AWS does here is not documented.
pub(crate) fn add_keys(tags: &[SessionTag], keys: &mut Context) {
    if tags.is_empty() {
        return;
    }
    add_request_keys(tags, keys);
    let transitive = tags.iter().filter(|tag| tag.is_transitive);
    keys.insert_many("sts:TransitiveTagKeys", transitive.map(|tag| tag.key.to_shared()));
}

/// Adds the condition keys of a request that passes these tags.
pub(crate) fn add_request_keys(tags: &[SessionTag], keys: &mut Context) {
    if tags.is_empty() {
        return;
    }
    for tag in tags {
        keys.insert(format!("aws:RequestTag/{}", tag.key), tag.value.to_shared());
    }
    keys.insert_many("aws:TagKeys", tags.iter().map(|tag| tag.key.to_shared()));
}

fn read(tag: &api::Tag, is_transitive: bool) -> Result<SessionTag, Refusal> {
    let tag = read_any(tag, is_transitive)?;
    if tag.key.is_reserved() {
        return Err(Refusal::reserved_session_tag());
    }
    Ok(tag)
}

/// The same, and the key may be one of AWS's.
fn read_any(tag: &api::Tag, is_transitive: bool) -> Result<SessionTag, Refusal> {
    let key = TagKey::parse(&tag.key).map_err(|_| Refusal::validation("The specified tag is invalid."))?;
    let value =
        TagValue::parse(&tag.value).map_err(|_| Refusal::validation("The specified tag is invalid."))?;
    Ok(SessionTag {
        key,
        value,
        is_transitive,
    })
}

fn has_key(tags: &[SessionTag], key: &str) -> bool {
    tags.iter().any(|tag| is_same(tag.key.as_str(), key))
}

/// Whether two keys are the same.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    TagKey::same(one, other)
}

#[cfg(test)]
mod tests {
    use lanyard_policy::ContextValue;

    use super::*;

    fn tag(key: &str, value: &str) -> api::Tag {
        api::Tag {
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    fn inherited(tags: &[(&str, &str)]) -> Vec<SessionTag> {
        tags.iter()
            .map(|(key, value)| read(&tag(key, value), true).unwrap())
            .collect()
    }

    /// The tags of the session as `key=value`, with a star for those that are transitive; or the refusal.
    fn check(tags: &[(&str, &str)], transitive: &[&str], before: &[(&str, &str)]) -> Result<String, String> {
        let tags: Vec<_> = tags.iter().map(|(key, value)| tag(key, value)).collect();
        let transitive: Vec<_> = transitive.iter().map(|key| (*key).to_owned()).collect();
        let merged = merged(Some(&tags), Some(&transitive), inherited(before).iter());
        let shown = |tag: &SessionTag| {
            format!(
                "{}={}{}",
                tag.key,
                tag.value,
                if tag.is_transitive { "*" } else { "" }
            )
        };
        merged
            .map(|tags| tags.iter().map(shown).collect::<Vec<_>>().join(" "))
            .map_err(|refusal| refusal.message().unwrap_or_default().to_owned())
    }

    #[test]
    fn inherited_tags_stay_transitive_and_passed_ones_are_if_named() {
        assert_eq!(
            check(&[("Sun", "2"), ("Moon", "")], &["moon"], &[("Star", "1")]),
            Ok("Star=1* Sun=2 Moon=*".to_owned())
        );
        assert_eq!(check(&[], &[], &[]), Ok(String::new()));
    }

    #[test]
    fn keys_are_unique_without_regard_to_case() {
        let refused = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        assert_eq!(
            check(&[("team", "a"), ("TEAM", "b")], &[], &[]),
            Err(refused.to_owned())
        );
    }

    #[test]
    fn an_inherited_tag_cannot_be_set_anew_not_even_to_the_same() {
        let refused = Err(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
             from the calling session."
                .to_owned(),
        );
        assert_eq!(check(&[("HEART", "3")], &[], &[("Heart", "1")]), refused);
        assert_eq!(check(&[("Heart", "1")], &["Heart"], &[("Heart", "1")]), refused);
        // To conditions the sign for kelvin is a `k`, and the tags would be one.
        assert_eq!(check(&[("Des\u{212a}", "3")], &[], &[("Desk", "1")]), refused);
        assert_eq!(check(&[("Ärzte", "3")], &[], &[("ärzte", "1")]), refused);
        assert_eq!(check(&[], &["heart"], &[("Heart", "1")]), refused);
    }

    #[test]
    fn a_transitive_key_needs_its_tag() {
        let refused = "The specified transitive tag key must be included in the requested tags.";
        assert_eq!(check(&[("a", "1")], &["b"], &[]), Err(refused.to_owned()));
    }

    #[test]
    fn keys_of_aws_cannot_be_set() {
        assert!(
            check(&[("aws:team", "a")], &[], &[])
                .unwrap_err()
                .contains("reserved prefix")
        );
    }

    #[test]
    fn a_session_has_fifty_tags_inherited_ones_included() {
        let names: Vec<_> = (0..50).map(|number| format!("k{number}")).collect();
        let fifty: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
        assert!(check(&fifty, &[], &[]).is_ok());
        assert!(
            check(&fifty, &[], &[("one", "more")])
                .unwrap_err()
                .contains("less than or equal to 50")
        );
    }

    #[test]
    fn the_keys_tell_every_tag_and_which_are_transitive() {
        let mut keys = Context::new();
        add_keys(
            &merged(Some(&[tag("Sun", "2")]), None, inherited(&[("Star", "1")]).iter()).unwrap(),
            &mut keys,
        );
        let single = |text: &'static str| ContextValue::Single(text.into());
        assert_eq!(keys.get("aws:RequestTag/sun"), Some(&single("2")));
        assert_eq!(keys.get("aws:RequestTag/star"), Some(&single("1")));
        assert_eq!(
            keys.get("aws:TagKeys"),
            Some(&ContextValue::Many(vec!["Star".into(), "Sun".into()]))
        );
        assert_eq!(
            keys.get("sts:TransitiveTagKeys"),
            Some(&ContextValue::Many(vec!["Star".into()]))
        );
    }

    #[test]
    fn a_request_without_tags_has_none_of_the_keys() {
        let mut keys = Context::new();
        add_keys(&[], &mut keys);
        assert!(keys.is_empty());
    }
}
