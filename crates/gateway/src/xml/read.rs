//! Reading a document into a tree.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// How deep elements may be nested. S3's own documents go to six.
const DEPTH_MAX: usize = 12;
/// How many elements a document may have. A batch delete of a thousand keys has six thousand.
const ELEMENTS_MAX: usize = 12_000;

/// A text that is not a document this reader takes: not well-formed, too deep, or with a document type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the XML is not well-formed or not of the expected shape")]
pub(crate) struct MalformedXmlError;

/// An element, by its local name. Namespaces are not looked at: clients leave them out, and S3 accepts that.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// The name without its prefix.
    pub(crate) name: String,
    /// The text in it, references resolved. Of an element with children, also the white space between them.
    pub(crate) text: String,
    /// The elements in it, in order.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a document whose root has this name.
    pub(crate) fn parse(bytes: &[u8], root: &str) -> Result<Self, MalformedXmlError> {
        let text = std::str::from_utf8(bytes).map_err(|_| MalformedXmlError)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let element = parse(text)?;
        if element.name == root {
            Ok(element)
        } else {
            Err(MalformedXmlError)
        }
    }

    /// The children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The only child of a name; `None` if there is none.
    // Fails closed: of two, one might be decided on and the other acted on.
    pub(crate) fn only(&self, name: &str) -> Result<Option<&Self>, MalformedXmlError> {
        let mut children = self.children.iter().filter(|child| child.name == name);
        let first = children.next();
        if children.next().is_some() {
            return Err(MalformedXmlError);
        }
        Ok(first)
    }

    /// The text of the only child of a name; `None` if there is no such child.
    pub(crate) fn only_text(&self, name: &str) -> Result<Option<&str>, MalformedXmlError> {
        match self.only(name)? {
            Some(child) if child.children.is_empty() => Ok(Some(&child.text)),
            Some(_) => Err(MalformedXmlError),
            None => Ok(None),
        }
    }

    /// Refuses children of other names than these.
    pub(crate) fn check_children(&self, names: &[&str]) -> Result<(), MalformedXmlError> {
        let known = |child: &Self| names.contains(&child.name.as_str());
        if self.children.iter().all(known) {
            Ok(())
        } else {
            Err(MalformedXmlError)
        }
    }
}

fn parse(text: &str) -> Result<Element, MalformedXmlError> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|_| MalformedXmlError)? {
            Event::Start(start) => {
                count += 1;
                if root.is_some() || open.len() >= DEPTH_MAX || count > ELEMENTS_MAX {
                    return Err(MalformedXmlError);
                }
                open.push(named(start.local_name().as_ref()));
            }
            Event::Empty(start) => {
                count += 1;
                if root.is_some() || open.len() >= DEPTH_MAX || count > ELEMENTS_MAX {
                    return Err(MalformedXmlError);
                }
                close(named(start.local_name().as_ref()), &mut open, &mut root);
            }
            Event::End(_) => {
                let element = open.pop().ok_or(MalformedXmlError)?;
                close(element, &mut open, &mut root);
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content())?,
            Event::CData(text) => push_text(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = resolve(&reference)?;
                push_text(&mut open, character.encode_utf8(&mut [0; 4]))?;
            }
            Event::Decl(_) | Event::Comment(_) => {}
            // Fails closed: neither has a place in a request, and a document type may define entities.
            Event::DocType(_) | Event::PI(_) => return Err(MalformedXmlError),
            Event::Eof => break,
        }
    }
    if open.is_empty() {
        root.ok_or(MalformedXmlError)
    } else {
        Err(MalformedXmlError)
    }
}

fn named(name: &str) -> Element {
    Element {
        name: name.to_owned(),
        ..Element::default()
    }
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

fn push_text(open: &mut [Element], text: &str) -> Result<(), MalformedXmlError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(MalformedXmlError),
    }
    Ok(())
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, MalformedXmlError> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| MalformedXmlError)? {
        return Ok(character);
    }
    match &*reference.xml10_content() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(MalformedXmlError),
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, MalformedXmlError};

    /// `expected` is the tree as `name(text)[children]`.
    fn check(text: &str, expected: Result<&str, MalformedXmlError>) {
        let read = Element::parse(text.as_bytes(), "A");
        assert_eq!(
            read.map(|element| shown(&element)).as_deref(),
            expected.as_deref(),
            "{text}"
        );
    }

    fn shown(element: &Element) -> String {
        let children: Vec<String> = element.children.iter().map(shown).collect();
        format!("{}({})[{}]", element.name, element.text, children.join(" "))
    }

    #[test]
    fn elements_texts_and_references_are_read() {
        check("<A/>", Ok("A()[]"));
        check(
            "<?xml version=\"1.0\"?>\n<s3:A xmlns:s3=\"x\"><B>b</B><s3:C/></s3:A>\n",
            Ok("A()[B(b)[] C()[]]"),
        );
        check(
            "<A>a&amp;&lt;&gt;&quot;&apos;&#65;&#x42;</A>",
            Ok("A(a&<>\"'AB)[]"),
        );
        check("<A><![CDATA[<b>]]><!-- no --></A>", Ok("A(<b>)[]"));
        check("<A>a&#x1;b&#13;</A>", Ok("A(a\u{1}b\r)[]"));
    }

    #[test]
    fn what_is_not_one_document_is_refused() {
        for text in [
            "",
            "text",
            "<B/>",
            "<A>",
            "<A></B>",
            "<A/><A/>",
            "<A/>text",
            "<A>&unknown;</A>",
            "<A>&#0;</A>",
            "<!DOCTYPE A [<!ENTITY x \"y\">]><A>&x;</A>",
            "<?php x?><A/>",
        ] {
            check(text, Err(MalformedXmlError));
        }
    }

    #[test]
    fn depth_and_count_are_bounded() {
        let deep = format!("{}{}", "<A>".repeat(13), "</A>".repeat(13));
        check(&deep, Err(MalformedXmlError));
        let wide = format!("<A>{}</A>", "<B/>".repeat(12_000));
        check(&wide, Err(MalformedXmlError));
    }

    #[test]
    fn a_child_that_stands_twice_is_refused() {
        let twice = Element::parse(b"<A><B>1</B><B>2</B></A>", "A");
        assert_eq!(
            twice.map(|element| element.only_text("B").map(|_| ())),
            Ok(Err(MalformedXmlError))
        );
    }
}
