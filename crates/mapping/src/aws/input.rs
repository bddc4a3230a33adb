//! What a request says, in one form for every protocol.

use std::borrow::Cow;

/// A value of a request. Members have the model's names, whatever they are called on the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<'a> {
    /// JSON's and CBOR's null. Members that are null are left out of structures.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number, or a time that was written as one, as it stands in the request.
    Number(Cow<'a, str>),
    /// Text, or a time that was written as one.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Blob<'a>),
    /// Values in order.
    List(Vec<Node<'a>>),
    /// The members of a structure or the entries of a map, in the order of the request. No name stands there twice.
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// Bytes as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blob<'a> {
    /// Written in base64, in the one way that is canonical.
    Base64(Cow<'a, str>),
    /// As they are.
    Bytes(Cow<'a, [u8]>),
}

/// The whole of a request: always a [`Node::Map`].
pub type Input<'a> = Node<'a>;

impl<'a> Node<'a> {
    /// A structure without members.
    pub const EMPTY: Node<'static> = Node::Map(Vec::new());

    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&Node<'a>> {
        let Self::Map(members) = self else { return None };
        let (_, node) = members.iter().find(|(known, _)| known == name)?;
        Some(node)
    }

    /// The members of a structure, or the entries of a map.
    pub fn members(&self) -> &[(Cow<'a, str>, Node<'a>)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The values of a list.
    pub fn items(&self) -> &[Node<'a>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Text, a number as it is written, or `true` and `false`.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Boolean(true) => Some("true"),
            Self::Boolean(false) => Some("false"),
            _ => None,
        }
    }

    /// What the first name of a path stands for; nothing for a null.
    pub(super) fn top(&self, path: &str) -> Option<&Node<'a>> {
        let dot = path.bytes().position(|byte| byte == b'.');
        let name = dot.and_then(|dot| path.get(..dot)).unwrap_or(path);
        self.member(name).filter(|node| !matches!(node, Self::Null))
    }

    /// The same value, with its texts borrowed.
    pub(super) fn borrowed(&self) -> Node<'_> {
        match self {
            Self::Null => Node::Null,
            Self::Boolean(value) => Node::Boolean(*value),
            Self::Number(text) => Node::Number(Cow::Borrowed(text)),
            Self::Text(text) => Node::Text(Cow::Borrowed(text)),
            Self::Blob(Blob::Base64(text)) => Node::Blob(Blob::Base64(Cow::Borrowed(text))),
            Self::Blob(Blob::Bytes(bytes)) => Node::Blob(Blob::Bytes(Cow::Borrowed(bytes))),
            Self::List(items) => Node::List(items.iter().map(Node::borrowed).collect()),
            Self::Map(members) => {
                let members = members.iter();
                Node::Map(
                    members
                        .map(|(name, node)| (Cow::Borrowed(name.as_ref()), node.borrowed()))
                        .collect(),
                )
            }
        }
    }

    /// What stands at a path such as `Placement.Tenancy`; lists on the way stand for each of their values, and a list
    /// at the end too.
    pub fn at(&self, path: &str) -> Vec<&Node<'a>> {
        let mut found = Vec::new();
        self.collect(path, &mut found);
        found
    }

    fn collect<'node>(&'node self, path: &str, found: &mut Vec<&'node Node<'a>>) {
        if let Self::List(items) = self {
            for item in items {
                item.collect(path, found);
            }
            return;
        }
        if path.is_empty() {
            if *self != Self::Null {
                found.push(self);
            }
            return;
        }
        let dot = path.bytes().position(|byte| byte == b'.');
        let name = dot.and_then(|dot| path.get(..dot)).unwrap_or(path);
        let rest = dot.and_then(|dot| path.get(dot + 1..)).unwrap_or_default();
        if let Some(node) = self.member(name) {
            node.collect(rest, found);
        }
    }
}

impl Blob<'_> {
    /// In base64, written in the canonical way.
    pub fn base64(&self) -> Cow<'_, str> {
        match self {
            Self::Base64(text) => Cow::Borrowed(text),
            Self::Bytes(bytes) => Cow::Owned(super::base64::encode(bytes)),
        }
    }
}
