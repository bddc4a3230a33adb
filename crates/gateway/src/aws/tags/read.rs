//! Tags in the answers of services.

use serde_json::Value;

use super::table::{Pages, Row};
use crate::aws::lookups::Reply;
use crate::xml::Element;

type Tag = (String, String);

/// The tags of an answer; `None` if it cannot be read.
pub(super) fn tags(reply: &Reply, row: &Row) -> Option<Vec<Tag>> {
    match reply {
        Reply::Json(document) => in_json(document, row.tags.first()?),
        Reply::Xml(document) => in_xml(document, row.tags),
        Reply::NotThere => Some(Vec::new()),
    }
}

/// Where the next page begins, and in which member of the question that is said.
pub(super) fn next(reply: &Reply, row: &Row, last: Option<String>) -> Option<(&'static str, String)> {
    match row.pages {
        Pages::One => None,
        Pages::Token(from, to) => {
            let around = row.tags.first().copied().unwrap_or_default();
            let token = reply.text(&[from]).or_else(|| reply.text(&[around, from]))?;
            (!token.is_empty()).then(|| (to, token.to_owned()))
        }
        Pages::LastKey(more, to) => match reply {
            Reply::Json(document) if document.get(more) == Some(&Value::Bool(true)) => Some((to, last?)),
            _ => None,
        },
    }
}

/// A map, or a list of objects; nothing there, or nothing at all, if there are none.
fn in_json(document: &Value, member: &str) -> Option<Vec<Tag>> {
    match document.get(member) {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Object(map)) => {
            let tags = map.iter();
            tags.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect()
        }
        Some(Value::Array(list)) => list.iter().map(of_json).collect(),
        Some(_) => None,
    }
}

fn of_json(tag: &Value) -> Option<Tag> {
    const NAMES: [(&str, &str); 3] = [("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")];
    let (of_key, of_value) = NAMES.into_iter().find(|(key, _)| tag.get(key).is_some())?;
    let key = tag.get(of_key)?.as_str()?.to_owned();
    // A tag without a value has an empty one.
    match tag.get(of_value) {
        None | Some(Value::Null) => Some((key, String::new())),
        Some(value) => Some((key, value.as_str()?.to_owned())),
    }
}

fn in_xml(document: &Element, path: &[&str]) -> Option<Vec<Tag>> {
    let (outermost, _) = path.split_first()?;
    // What stands around the list is always there, be the list empty or not.
    document.only(outermost).ok()??;
    let mut found = vec![document];
    for name in path {
        found = found.into_iter().flat_map(|element| element.all(name)).collect();
    }
    found.into_iter().map(of_xml).collect()
}

fn of_xml(tag: &Element) -> Option<Tag> {
    let text = |names: [&str; 2]| {
        names
            .into_iter()
            .find_map(|name| tag.only_text(name).transpose())
            .transpose()
            .ok()
    };
    let key = text(["Key", "key"])??.to_owned();
    let value = text(["Value", "value"])?.unwrap_or_default();
    Some((key, value.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_json(document: Value, expected: Option<&[(&str, &str)]>) {
        check(in_json(&document, "Tags"), expected, &document.to_string());
    }

    fn check_xml(text: &str, path: &[&str], expected: Option<&[(&str, &str)]>) {
        let document = Element::parse(text.as_bytes(), "R").unwrap();
        check(in_xml(&document, path), expected, text);
    }

    fn check(read: Option<Vec<Tag>>, expected: Option<&[(&str, &str)]>, shown: &str) {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let expected = expected.map(|tags| tags.iter().map(owned).collect::<Vec<_>>());
        assert_eq!(read, expected, "{shown}");
    }

    #[test]
    fn tags_stand_in_json_as_a_map_or_as_a_list() {
        let one: Option<&[(&str, &str)]> = Some(&[("team", "a")]);
        check_json(json!({ "Tags": { "team": "a" } }), one);
        check_json(json!({ "Tags": [{ "Key": "team", "Value": "a" }] }), one);
        check_json(json!({ "Tags": [{ "key": "team", "value": "a" }] }), one);
        check_json(json!({ "Tags": [{ "TagKey": "team", "TagValue": "a" }] }), one);
        check_json(json!({ "Tags": [{ "Key": "team" }] }), Some(&[("team", "")]));
        for none in [
            json!({}),
            json!({ "Tags": null }),
            json!({ "Tags": [] }),
            json!({ "Tags": {} }),
        ] {
            check_json(none, Some(&[]));
        }
        for bad in [
            json!({ "Tags": "a" }),
            json!({ "Tags": ["a"] }),
            json!({ "Tags": { "a": 1 } }),
        ] {
            check_json(bad, None);
        }
    }

    #[test]
    fn tags_stand_in_xml_as_a_list() {
        let path = ["Result", "Tags", "member"];
        let tag = "<member><Key>team</Key><Value>a</Value></member>";
        check_xml(
            &format!("<R><Result><Tags>{tag}</Tags></Result></R>"),
            &path,
            Some(&[("team", "a")]),
        );
        check_xml("<R><Result><Tags/></Result></R>", &path, Some(&[]));
        check_xml("<R><Result/></R>", &path, Some(&[]));
        check_xml("<R/>", &path, None);
        check_xml("<R><Result><Tags><member/></Tags></Result></R>", &path, None);
        check_xml(
            "<R><tagSet><item><resourceId>i</resourceId><key>k</key><value/></item></tagSet></R>",
            &["tagSet", "item"],
            Some(&[("k", "")]),
        );
    }
}
