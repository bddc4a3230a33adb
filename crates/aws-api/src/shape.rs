//! Shape tables: what the model says of each member, as data.
//!
//! The tables are generated statics. The decoder, the encoder and the audit
//! trail walk them; nothing else knows a wire name or a limit.

mod pattern;

pub use pattern::{Automaton, CharacterClass, Matcher, Pattern};

/// One shape of the model.
#[derive(Debug)]
pub struct Shape {
    /// Its name in the model.
    pub name: &'static str,
    /// The value must not be shown in messages, logs or the trail.
    pub sensitive: bool,
    /// What it is and what it must satisfy.
    pub kind: Kind,
}

/// The kinds of shapes, with their constraints. Lengths are inclusive;
/// `0` and `u32::MAX` stand for no limit.
#[derive(Debug)]
pub enum Kind {
    /// Text; lengths count Unicode scalar values.
    Text {
        /// Least length.
        min: u32,
        /// Greatest length.
        max: u32,
        /// What the whole text must match.
        pattern: Option<&'static Pattern>,
    },
    /// One of a set of texts.
    Enum(&'static [&'static str]),
    /// A signed 32-bit integer.
    Integer {
        /// Least value.
        min: i32,
        /// Greatest value.
        max: i32,
    },
    /// `true` or `false`.
    Boolean,
    /// An instant, written in whole seconds.
    Timestamp,
    /// Bytes, written in base64.
    Blob,
    /// A list.
    List {
        /// The shape of its members.
        member: &'static Shape,
        /// Least number of members.
        min: u32,
        /// Greatest number of members.
        max: u32,
    },
    /// A map, kept as pairs in order.
    Map {
        /// The shape of its keys.
        key: &'static Shape,
        /// The shape of its values.
        value: &'static Shape,
        /// Greatest number of entries.
        max: u32,
    },
    /// Named members.
    Structure(&'static StructureShape),
}

/// A structure: an input, an output or something nested in one.
#[derive(Debug)]
pub struct StructureShape {
    /// Its name in the model.
    pub name: &'static str,
    /// Its members in the model's order.
    pub members: &'static [Member],
}

/// A structure without members: an input or output that the model does not have.
pub static UNIT: StructureShape = StructureShape {
    name: "Unit",
    members: &[],
};

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// It must be given.
    pub required: bool,
    /// Its shape.
    pub shape: &'static Shape,
    /// What the service says when the pattern of the shape does not match,
    /// instead of showing the pattern.
    pub own_words: Option<&'static str>,
}

impl Shape {
    pub(crate) const fn text(
        name: &'static str,
        min: u32,
        max: u32,
        pattern: Option<&'static Pattern>,
    ) -> Self {
        Self {
            name,
            sensitive: false,
            kind: Kind::Text { min, max, pattern },
        }
    }

    pub(crate) const fn plain(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            sensitive: false,
            kind,
        }
    }

    pub(crate) const fn hidden(self) -> Self {
        Self {
            name: self.name,
            sensitive: true,
            kind: self.kind,
        }
    }
}

impl Member {
    pub(crate) const fn required(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            required: true,
            shape,
            own_words: None,
        }
    }

    pub(crate) const fn optional(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            required: false,
            shape,
            own_words: None,
        }
    }

    pub(crate) const fn worded(self, words: &'static str) -> Self {
        Self {
            own_words: Some(words),
            ..self
        }
    }
}
