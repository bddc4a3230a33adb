//! Tags that a request gives to a resource, and keys of tags that it takes away.

use lanyard_policy::{Context, Text};
use lanyard_service_models::{Shape, Structure};

use super::input::Node;
use super::words::folded;

/// Where tags stand in the requests of an operation.
#[derive(Debug, Default)]
pub(super) struct TagPlaces {
    /// Members with tags.
    tags: Vec<Tags>,
    /// Members with keys of tags alone.
    keys: Vec<&'static str>,
}

#[derive(Debug)]
enum Tags {
    /// A list of pairs, with the names of the two members.
    Pairs(&'static str, &'static str, &'static str),
    /// By key.
    Map(&'static str),
    /// Lists of pairs for several resources: the member, the list in it, and the names of a pair.
    PerResource(&'static str, &'static str, &'static str, &'static str),
}

/// The tags of one request.
#[derive(Debug, Default)]
pub(super) struct RequestTags<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    keys: Vec<&'a str>,
}

impl TagPlaces {
    pub(super) fn new(structure: Option<&'static Structure>) -> Self {
        let mut places = Self::default();
        for member in structure.map_or(&[][..], Structure::members) {
            let name = folded(member.name());
            match (name.as_str(), member.shape()) {
                (
                    "tags" | "tagset" | "taglist" | "tagslist" | "tagstoadd" | "addtags" | "resourcetags",
                    Shape::List(list),
                ) => {
                    if let Some((key, value)) = list.member().structure().and_then(pair) {
                        places.tags.push(Tags::Pairs(member.name(), key, value));
                    }
                }
                (
                    "tags" | "tagset" | "tagsmap" | "tagmap" | "resourcetags" | "tagsmodel" | "userpooltags"
                    | "identitypooltags" | "backupvaulttags" | "backupplantags" | "frameworktags"
                    | "reportplantags",
                    Shape::Map(map),
                ) if matches!(map.value(), Shape::Text) => {
                    places.tags.push(Tags::Map(member.name()));
                }
                ("tagspecification" | "tagspecifications", Shape::List(list)) => {
                    let inner = list.member().structure().map_or(&[][..], Structure::members);
                    for member_of in inner {
                        let pairs = member_of
                            .shape()
                            .list()
                            .and_then(|list| pair(list.member().structure()?));
                        if let Some((key, value)) = pairs {
                            let per = Tags::PerResource(member.name(), member_of.name(), key, value);
                            places.tags.push(per);
                        }
                    }
                }
                ("tagkeys" | "tagkeylist" | "tagstoremove" | "removetags" | "keys", Shape::List(list))
                    if matches!(list.member(), Shape::Text) && (name != "keys") =>
                {
                    places.keys.push(member.name());
                }
                _ => {}
            }
        }
        places
    }

    /// Whether requests of the operation have places for tags, so that one without tags has none for certain.
    pub(super) fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    pub(super) fn has_keys(&self) -> bool {
        self.has_tags() || !self.keys.is_empty()
    }

    /// The tags that a request has.
    pub(super) fn read<'a>(&self, input: &'a Node<'_>) -> RequestTags<'a> {
        let mut found = RequestTags::default();
        for place in &self.tags {
            match place {
                Tags::Pairs(member, key, value) => {
                    found.add(input.member(member).map_or(&[][..], Node::items), key, value);
                }
                Tags::Map(member) => {
                    for (key, value) in input.member(member).map_or(&[][..], Node::members) {
                        found.pairs.push((key, value.as_text().unwrap_or_default()));
                    }
                }
                Tags::PerResource(member, list, key, value) => {
                    for specification in input.member(member).map_or(&[][..], Node::items) {
                        found.add(
                            specification.member(list).map_or(&[][..], Node::items),
                            key,
                            value,
                        );
                    }
                }
            }
        }
        for member in &self.keys {
            let items = input.member(member).map_or(&[][..], Node::items);
            found.keys.extend(items.iter().filter_map(Node::as_text));
        }
        found
    }
}

impl<'a> RequestTags<'a> {
    fn add(&mut self, items: &'a [Node<'_>], key: &str, value: &str) {
        for item in items {
            if let Some(key) = item.member(key).and_then(Node::as_text) {
                let value = item.member(value).and_then(Node::as_text);
                self.pairs.push((key, value.unwrap_or_default()));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.keys.is_empty()
    }

    /// How many values they give to condition keys.
    pub(super) fn len(&self) -> usize {
        self.pairs.len() * 2 + self.keys.len()
    }

    /// Whether one key stands there with two values: of them a condition would see one only. It may do so for several
    /// resources of one request, which their own tables take apart.
    pub(super) fn has_conflict(&self) -> bool {
        let mut sorted = self.pairs.clone();
        sorted.sort_unstable();
        sorted
            .windows(2)
            .any(|pair| matches!(pair, [(one, a), (other, b)] if one == other && a != b))
    }

    pub(super) fn enter(&self, context: &mut Context) {
        for (key, value) in &self.pairs {
            context.insert(format!("aws:RequestTag/{key}"), Text::copied(value));
        }
        if !self.is_empty() {
            let keys = self
                .pairs
                .iter()
                .map(|(key, _)| *key)
                .chain(self.keys.iter().copied());
            context.insert_many("aws:TagKeys", keys.map(Text::copied));
        }
    }
}

/// The names of key and value in a structure that is a tag.
fn pair(structure: &'static Structure) -> Option<(&'static str, &'static str)> {
    let find = |names: &[&str]| {
        let mut members = structure.members().iter();
        let member = members.find(|member| names.contains(&folded(member.name()).as_str()))?;
        matches!(member.shape(), Shape::Text).then(|| member.name())
    };
    Some((find(&["key", "tagkey"])?, find(&["value", "tagvalue"])?))
}
