//! The text of a policy as a tree of JSON whose nodes know where they stand.
//!
//! Unlike the reader of policies it takes any JSON and keeps duplicate keys, because what is wrong is its
//! subject. It stands on the same reader of tokens, so that both agree on what is JSON. Depth is bounded;
//! the caller bounds the size.

use std::borrow::Cow;

use lanyard_policy::SyntaxError;
use lanyard_policy::json::{Content, Json, Next, TextRef};

/// Policies nest five deep; whatever is nested deeper than this is wrong in any case.
const DEPTH_MAX: usize = 32;

/// A value in the text.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    /// Offset of its first byte.
    pub(crate) start: u32,
    /// Offset behind its last byte.
    pub(crate) end: u32,
    pub(crate) value: Value<'a>,
}

#[derive(Debug)]
pub(crate) enum Value<'a> {
    Object(Vec<Member<'a>>),
    Array(Vec<Node<'a>>),
    String(Cow<'a, str>),
    /// A number, `true` or `false`, as it stands.
    Scalar(&'a str),
    Null,
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    /// The name: always a string.
    pub(crate) name: Node<'a>,
    pub(crate) value: Node<'a>,
}

impl<'a> Member<'a> {
    pub(crate) fn name(&self) -> &str {
        self.name.string().unwrap_or_default()
    }
}

impl<'a> Node<'a> {
    pub(crate) fn string(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, a number, `true` or `false`.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[Member<'a>] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; anything else is its own only element, as everywhere in policies.
    pub(crate) fn elements(&self) -> &[Node<'a>] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => std::slice::from_ref(self),
        }
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self.value, Value::Array(_))
    }
}

/// Reads a text that is one JSON value.
pub(crate) fn read(text: &str) -> Result<Node<'_>, SyntaxError> {
    let mut reader = Reader {
        text,
        json: Json::new(text),
        depth: 0,
    };
    let root = reader.node()?;
    reader.json.finish()?;
    Ok(root)
}

struct Reader<'a> {
    text: &'a str,
    json: Json<'a>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn node(&mut self) -> Result<Node<'a>, SyntaxError> {
        let kind = self.json.next_kind()?;
        let start = self.json.offset();
        let value = match kind {
            Next::Object => self.nested(Self::object)?,
            Next::Array => self.nested(Self::array)?,
            Next::String => return self.string(),
            Next::Scalar => {
                let scalar = self.json.scalar()?;
                Value::Scalar(self.source(scalar.start, scalar.end))
            }
            Next::Null => {
                self.json.skip_value()?;
                Value::Null
            }
        };
        Ok(Node {
            start,
            end: self.json.offset(),
            value,
        })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value<'a>, SyntaxError>,
    ) -> Result<Value<'a>, SyntaxError> {
        if self.depth == DEPTH_MAX {
            return Err(self.json.invalid("this is nested too deep"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value<'a>, SyntaxError> {
        self.json.take(b'{');
        let mut members = Vec::new();
        if self.json.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            let name = self.string()?;
            self.json.expect(b':', "a colon was expected")?;
            let value = self.node()?;
            members.push(Member { name, value });
            if !self.json.take(b',') {
                self.json
                    .expect(b'}', "a comma or a closing bracket was expected")?;
                return Ok(Value::Object(members));
            }
        }
    }

    fn array(&mut self) -> Result<Value<'a>, SyntaxError> {
        self.json.take(b'[');
        let mut elements = Vec::new();
        if self.json.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.node()?);
            if !self.json.take(b',') {
                self.json
                    .expect(b']', "a comma or a closing bracket was expected")?;
                return Ok(Value::Array(elements));
            }
        }
    }

    fn string(&mut self) -> Result<Node<'a>, SyntaxError> {
        let text = self.json.string()?;
        let value = match text {
            TextRef {
                content: Content::Unescaped(..),
                ..
            } => {
                let unescaped = text.resolve(self.text, &self.json.unescaped).to_owned();
                self.json.unescaped.clear();
                Cow::Owned(unescaped)
            }
            TextRef { start, end, .. } => Cow::Borrowed(self.source(start + 1, end.saturating_sub(1))),
        };
        Ok(Node {
            start: text.start,
            end: text.end,
            value: Value::String(value),
        })
    }

    fn source(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}
