//! A small document, read strictly into a tree.
//!
//! Two programs read the same body: this one, to decide, and the store. So whatever readers of XML differ in is
//! refused: document types and entities, comments and processing instructions, `CDATA`, prefixes, text beside
//! elements, and carriage returns in texts.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::MappingError;

const DEPTH_MAX: usize = 8;
/// A batch delete has at most six elements for each of a thousand keys.
const ELEMENTS_MAX: usize = 16_384;

/// An element: its name, and either its text or the elements in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
    /// Whether its text has a carriage return, which some readers make a line feed.
    has_return: bool,
}

impl Element {
    /// The elements of this name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element of this name, if there is one.
    ///
    /// # Errors
    /// Two of them.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&Self>, MappingError> {
        let mut found = self.all(name);
        match (found.next(), found.next()) {
            (found, None) => Ok(found),
            _ => Err(MappingError::MalformedXml("an element stands there twice")),
        }
    }

    /// The text of the element of this name, if there is one.
    ///
    /// # Errors
    /// Two of them, or one that holds elements.
    pub(crate) fn text_of(&self, name: &str) -> Result<Option<&str>, MappingError> {
        match self.one(name)? {
            None => Ok(None),
            Some(child) if child.children.is_empty() => Ok(Some(&child.text)),
            Some(_) => Err(MappingError::MalformedXml("elements where there should be text")),
        }
    }

    /// Fails closed: what is not known could mean something to the store.
    pub(crate) fn knows_only(&self, names: &[&str]) -> Result<(), MappingError> {
        let is_known = |child: &Self| names.contains(&child.name.as_str());
        let is_element = self.text.is_empty() && self.children.iter().all(is_known);
        if is_element {
            Ok(())
        } else {
            Err(MappingError::MalformedXml("an element that is not known"))
        }
    }

    /// Every element in this one, at any depth.
    pub(crate) fn walk(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }
}

/// The namespace of every document of S3.
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

impl Element {
    /// Whether a text in it begins or ends with white space, which some readers leave out.
    pub(crate) fn has_space_at_ends(&self) -> bool {
        let mut found = false;
        self.walk(&mut |element| found |= element.text.trim() != element.text);
        found
    }

    /// Writes it as a document, in one way.
    pub(crate) fn to_document(&self) -> Vec<u8> {
        let mut out = String::new();
        self.write(&mut out, &format!(" xmlns=\"{NAMESPACE}\""));
        out.into_bytes()
    }

    fn write(&self, out: &mut String, attribute: &str) {
        out.extend(["<", &self.name, attribute, ">"]);
        escape(out, &self.text);
        for child in &self.children {
            child.write(out, "");
        }
        out.extend(["</", &self.name, ">"]);
    }
}

/// Reads a document whose outermost element has this name.
///
/// # Errors
/// Anything but one plain element.
pub(crate) fn read(body: &[u8], root: &str) -> Result<Element, MappingError> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(MappingError::MalformedXml("it is not UTF-8"));
    };
    let document = document(text, DEPTH_MAX)?;
    if document.name == root {
        Ok(document)
    } else {
        Err(MappingError::MalformedXml(
            "another element than the operation takes",
        ))
    }
}

/// Reads a document of another service than S3, whatever its outermost element is called.
///
/// # Errors
/// Anything but one plain element.
pub(crate) fn read_any(body: &[u8]) -> Result<Element, MappingError> {
    const DEPTH_MAX: usize = 32;
    match std::str::from_utf8(body) {
        Ok(text) => document(text, DEPTH_MAX),
        Err(_) => Err(MappingError::MalformedXml("it is not UTF-8")),
    }
}

fn document(text: &str, depth_max: usize) -> Result<Element, MappingError> {
    let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0;
    let mut is_first = true;
    loop {
        let event = reader
            .read_event()
            .map_err(|_| MappingError::MalformedXml("it is not well-formed"))?;
        let closed = match &event {
            Event::Decl(declaration) if is_first => {
                check_declaration(declaration)?;
                None
            }
            Event::Start(start) | Event::Empty(start) => {
                elements += 1;
                if root.is_some() || open.len() >= depth_max || elements > ELEMENTS_MAX {
                    return Err(MappingError::MalformedXml("too many elements, or too deep"));
                }
                open.push(opened(start)?);
                if matches!(event, Event::Empty(_)) {
                    open.pop()
                } else {
                    None
                }
            }
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                let is_forbidden = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
                if text.bytes().any(is_forbidden) {
                    return Err(MappingError::MalformedXml(
                        "a control character that is not encoded",
                    ));
                }
                if let Some(element) = open.last_mut().filter(|_| text.contains('\r')) {
                    element.has_return = true;
                }
                add_text(&mut open, text)?;
                None
            }
            Event::GeneralRef(reference) => {
                let letter = referred(reference)?;
                add_text(&mut open, letter.encode_utf8(&mut [0; 4]))?;
                None
            }
            Event::Eof => break,
            Event::Decl(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => {
                return Err(MappingError::MalformedXml("more than elements and text"));
            }
        };
        is_first = false;
        if let Some(element) = closed {
            let element = settled(element)?;
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => root = Some(element),
            }
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(MappingError::MalformedXml("it is not well-formed")),
    }
}

/// Readers that obey a declaration of another encoding would read other letters than were decided on.
fn check_declaration(text: &str) -> Result<(), MappingError> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let is_said = |word: Option<&str>, name: &str, values: &[&str]| {
        let value = word.and_then(|word| word.strip_prefix(name)?.strip_prefix('='));
        let value = value.and_then(|value| {
            let double = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            double.or_else(|| value.strip_prefix('\'')?.strip_suffix('\''))
        });
        value.is_some_and(|value| values.iter().any(|known| known.eq_ignore_ascii_case(value)))
    };
    let is_plain = is_said(words.next(), "version", &["1.0"]) && {
        let mut word = words.next();
        if is_said(word, "encoding", &["UTF-8"]) {
            word = words.next();
        }
        word.is_none() || (is_said(word, "standalone", &["yes", "no"]) && words.next().is_none())
    };
    if is_plain {
        Ok(())
    } else {
        Err(MappingError::MalformedXml(
            "another version of XML than 1.0, or another encoding than UTF-8",
        ))
    }
}

/// A namespace may be named, and nothing else: which one it is changes nothing for a store that reads names only.
fn opened(start: &BytesStart<'_>) -> Result<Element, MappingError> {
    for attribute in start.attributes() {
        let key = attribute
            .map(|attribute| attribute.key.as_ref() == "xmlns" || attribute.key.as_ref() == "xmlns:xsi")
            .unwrap_or(false);
        if !key {
            return Err(MappingError::MalformedXml("an attribute"));
        }
    }
    let name: &str = start.name().0;
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(MappingError::MalformedXml("an element with an unusual name"));
    }
    Ok(Element {
        name: name.to_owned(),
        ..Element::default()
    })
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), MappingError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim_ascii().is_empty() => {}
        None => return Err(MappingError::MalformedXml("text outside of any element")),
    }
    Ok(())
}

/// The five names that need no document type, and letters by number.
fn referred(reference: &BytesRef<'_>) -> Result<char, MappingError> {
    let wrong = || MappingError::MalformedXml("an entity");
    if reference.is_char_ref() {
        let letter = reference.resolve_char_ref().ok().flatten();
        return letter.filter(|letter| *letter != '\0').ok_or_else(wrong);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(wrong()),
    }
}

/// Space between elements says nothing; any other text beside elements is refused.
fn settled(mut element: Element) -> Result<Element, MappingError> {
    if element.children.is_empty() {
        if element.has_return {
            return Err(MappingError::MalformedXml("a carriage return in a text"));
        }
        return Ok(element);
    }
    element.has_return = false;
    if !element.text.trim_ascii().is_empty() {
        return Err(MappingError::MalformedXml("text beside elements"));
    }
    element.text.clear();
    Ok(element)
}

/// Writes text so that every reader reads the same.
pub(crate) fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ if letter.is_control() => {
                out.push_str("&#");
                out.push_str(&u32::from(letter).to_string());
                out.push(';');
            }
            _ => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_documents_are_read() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<A xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n \
                    <B>x&amp;y&#x41;&#10;</B><C/>\n</A>\n";
        let root = read(text.as_bytes(), "A").unwrap();
        assert_eq!(root.text_of("B"), Ok(Some("x&yA\n")));
        assert_eq!(root.text_of("C"), Ok(Some("")));
        assert_eq!(root.text_of("D"), Ok(None));
    }

    #[test]
    fn what_readers_differ_in_is_refused() {
        for text in [
            "",
            "<A>",
            "<A></B>",
            "<A/><A/>",
            "<A/>x",
            "x<A/>",
            "<!DOCTYPE A [<!ENTITY x \"y\">]><A>&x;</A>",
            "<A>&x;</A>",
            "<A>&#0;</A>",
            "<A><!-- c --></A>",
            "<A><?p?></A>",
            "<A><![CDATA[x]]></A>",
            "<A b=\"c\"/>",
            "<x:A xmlns:x=\"y\"/>",
            "<A>x<B/></A>",
            "<A>x\0y</A>",
            "<A>x\u{1}y</A>",
            "<A>x\ry</A>",
            "<A>\r</A>",
            "<A><A><A><A><A><A><A><A><A/></A></A></A></A></A></A></A></A>",
            "<B/>",
            "<A>&lt</A>",
            "<?xml version=\"1.1\"?><A/>",
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><A/>",
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?><A/>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" encoding=\"UTF-7\"?><A/>",
            "<?xml version=\"1.0\" standalone=\"yes\" encoding=\"UTF-8\"?><A/>",
            "<?xml encoding=\"UTF-8\"?><A/>",
            "<?xml?><A/>",
        ] {
            assert!(read(text.as_bytes(), "A").is_err(), "{text}");
        }
        assert!(read(b"<A>\xff</A>", "A").is_err());
    }

    #[test]
    fn declarations_that_say_nothing_new_are_read() {
        for declaration in [
            "version=\"1.0\"",
            "version='1.0' encoding='utf-8'",
            "version=\"1.0\" standalone=\"no\"",
            "version=\"1.0\"  encoding=\"UTF-8\"\nstandalone=\"yes\" ",
        ] {
            assert!(
                read(format!("<?xml {declaration}?><A/>").as_bytes(), "A").is_ok(),
                "{declaration}"
            );
        }
    }

    #[test]
    fn a_document_is_written_in_one_way() {
        let text = "<?xml version='1.0'?>\n<A xmlns='x'>\n <B>x&amp;y</B><C/></A>";
        let root = read(text.as_bytes(), "A").unwrap();
        let written = "<A xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><B>x&amp;y</B><C></C></A>";
        assert_eq!(String::from_utf8(root.to_document()).unwrap(), written);
        assert_eq!(read(written.as_bytes(), "A"), Ok(root));
    }

    #[test]
    fn what_was_written_is_read_again() {
        let text = "a&<>\"'\r\n\t€";
        let mut out = String::from("<A>");
        escape(&mut out, text);
        out.push_str("</A>");
        assert_eq!(read(out.as_bytes(), "A").unwrap().text, text);
    }
}
