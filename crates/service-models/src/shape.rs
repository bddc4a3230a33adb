//! What the members of an input can hold.

use std::fmt;
use std::sync::OnceLock;

/// What a value is.
pub enum Shape {
    /// Text.
    Text,
    /// Bytes; Base64 where the protocol has no bytes.
    Blob,
    /// A number, whole or not.
    Number,
    /// True or false.
    Boolean,
    /// A point in time, in the form that protocol and place give it.
    Timestamp,
    /// Whatever JSON can say.
    Document,
    /// Values of one shape, in order.
    List(List),
    /// Values of one shape by text.
    Map(Map),
    /// Members, each with a shape of its own.
    Structure(Structure),
}

/// Values of one shape, in order.
#[derive(Debug)]
pub struct List {
    pub(crate) member_name: Option<&'static str>,
    pub(crate) member: ShapeRef,
}

/// Values of one shape by text.
#[derive(Debug)]
pub struct Map {
    pub(crate) key_name: Option<&'static str>,
    pub(crate) value_name: Option<&'static str>,
    pub(crate) value: ShapeRef,
}

/// Members, each with a shape of its own.
#[derive(Debug)]
pub struct Structure {
    pub(crate) name: &'static str,
    pub(crate) members: &'static [Member],
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    pub(crate) name: &'static str,
    pub(crate) wire_name: &'static str,
    pub(crate) query_name: &'static str,
    pub(crate) location: Location,
    pub(crate) is_required: bool,
    pub(crate) is_flattened: bool,
    pub(crate) is_attribute: bool,
    pub(crate) shape: ShapeRef,
}

/// Where a member stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// In the body, with all others.
    Body,
    /// In the path.
    Uri,
    /// In the query. A map there is every parameter that is no other member's.
    Query,
    /// In a header.
    Header,
    /// A map whose keys are the rests of the names of headers that begin so.
    HeaderPrefix,
}

/// Where a shape is: shapes that refer to each other are put into their slots one by one.
#[derive(Clone, Copy)]
pub(crate) enum ShapeRef {
    /// One that needs no description.
    Plain(&'static Shape),
    /// One that the service describes. Invariant: filled before anybody else sees it.
    Slot(&'static OnceLock<Shape>),
}

impl ShapeRef {
    pub(crate) fn get(self) -> &'static Shape {
        // Fails closed: into a structure without members fits nothing.
        static NOTHING: Shape = Shape::Structure(Structure {
            name: "",
            members: &[],
        });
        match self {
            Self::Plain(shape) => shape,
            Self::Slot(slot) => slot.get().unwrap_or(&NOTHING),
        }
    }
}

impl Shape {
    /// What the data set calls a shape that needs no description.
    pub(crate) fn plain(word: &str) -> Option<&'static Self> {
        Some(match word {
            "s" => &Self::Text,
            "b" => &Self::Blob,
            "n" => &Self::Number,
            "?" => &Self::Boolean,
            "t" => &Self::Timestamp,
            "d" => &Self::Document,
            _ => return None,
        })
    }

    /// The structure, if it is one.
    pub fn structure(&self) -> Option<&Structure> {
        match self {
            Self::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The map, if it is one.
    pub fn map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }
}

impl List {
    /// What an element is called where elements have names: in XML, and in forms before its number.
    ///
    /// In a flattened list of XML the elements have the name of the member instead.
    pub fn member_name(&self) -> &'static str {
        self.member_name.unwrap_or("member")
    }

    /// What an element is.
    pub fn member(&self) -> &'static Shape {
        self.member.get()
    }
}

impl Map {
    /// What a key is called where keys have names: in XML and in forms.
    pub fn key_name(&self) -> &'static str {
        self.key_name.unwrap_or("key")
    }

    /// What a value is called where values have names: in XML and in forms.
    pub fn value_name(&self) -> &'static str {
        self.value_name.unwrap_or("value")
    }

    /// What a value is. Keys are text.
    pub fn value(&self) -> &'static Shape {
        self.value.get()
    }
}

impl Structure {
    /// Its name in the model.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its members, in the order of the model.
    pub fn members(&self) -> &'static [Member] {
        self.members
    }

    /// The member of exactly this name in the model.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

impl Member {
    /// Its name in the model: what rules speak of, whatever the protocol.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is called in JSON, CBOR, XML, and in path, query and headers; headers in the model's case.
    pub fn wire_name(&self) -> &'static str {
        self.wire_name
    }

    /// What it is called in forms of the protocols query and ec2; of a flattened list, with the number behind it.
    pub fn query_name(&self) -> &'static str {
        self.query_name
    }

    /// Where it stands, in the protocols that have places besides the body.
    pub fn location(&self) -> Location {
        self.location
    }

    /// Whether every request has it.
    pub fn is_required(&self) -> bool {
        self.is_required
    }

    /// Whether elements of its list or map stand where it would, without one around them, in XML and forms.
    pub fn is_flattened(&self) -> bool {
        self.is_flattened
    }

    /// Whether it is an attribute in XML.
    pub fn is_attribute(&self) -> bool {
        self.is_attribute
    }

    /// What it holds.
    pub fn shape(&self) -> &'static Shape {
        self.shape.get()
    }
}

/// One level deep, since shapes may hold themselves.
impl fmt::Debug for ShapeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get().word())
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(list) => list.fmt(f),
            Self::Map(map) => map.fmt(f),
            Self::Structure(structure) => structure.fmt(f),
            plain => f.write_str(plain.word()),
        }
    }
}

impl Shape {
    fn word(&self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Blob => "Blob",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::Timestamp => "Timestamp",
            Self::Document => "Document",
            Self::List(_) => "List",
            Self::Map(_) => "Map",
            Self::Structure(structure) => structure.name,
        }
    }
}
