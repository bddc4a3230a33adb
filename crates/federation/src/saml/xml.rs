//! XML as this verifier accepts it: a subset on which all parsers agree, bounded before anything is allocated.
//!
//! `parse` walks once over the bytes and refuses what has no place here: a DOCTYPE (and with it every entity),
//! processing instructions, CDATA sections, comments (metadata may have them), other encodings, too many elements
//! or attributes, too much depth. Only then does roxmltree build a tree.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};
use roxmltree::{Document, Node, ParsingOptions};

/// The namespace of assertions.
pub(super) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// The namespace of responses.
pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The namespace of metadata.
pub(super) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// The namespace of signatures.
pub(super) const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The namespace of encrypted elements.
pub(super) const ENCRYPTION: &str = "http://www.w3.org/2001/04/xmlenc#";

/// What a document may have at most.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Elements within elements.
    pub(super) depth: usize,
    /// Elements in all.
    pub(super) elements: u32,
    /// Whether comments may stand between elements.
    pub(super) comments: bool,
}

/// A response, an assertion.
pub(super) const OF_RESPONSE: Bounds = Bounds {
    depth: 32,
    elements: 5_000,
    comments: false,
};

/// Attributes of one element, declarations of namespaces included.
const ATTRIBUTES_MAX: usize = 64;

/// Namespaces that are declared at one place of the document. Every element with a declaration of its own costs
/// the parser all that are declared around it.
const NAMESPACES_MAX: usize = 64;

/// Line ends as XML wants them before anything else: parsers differ on what a carriage return beside a reference
/// means.
pub(super) fn line_ends(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Parses a document within bounds.
pub(super) fn parse(text: &str, bounds: Bounds) -> Result<Document<'_>, &'static str> {
    guard(text, bounds)?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: bounds.elements.saturating_mul(3).saturating_add(16),
        entity_resolver: None,
    };
    let document = Document::parse_with_options(text, options).map_err(|_| "not well-formed XML")?;
    if document.descendants().any(has_doubtful_namespaces) {
        return Err("a namespace is declared twice or taken back");
    }
    Ok(document)
}

/// The parser lets two default namespaces of one element pass, and prefixes that are bound to nothing.
fn has_doubtful_namespaces(node: Node<'_, '_>) -> bool {
    let mut defaults = 0;
    node.is_element()
        && node.namespaces().any(|namespace| match namespace.name() {
            None => {
                defaults += 1;
                defaults > 1
            }
            Some(_) => namespace.uri().is_empty(),
        })
}

/// One pass over the bytes, before anything is allocated.
fn guard(text: &str, bounds: Bounds) -> Result<(), &'static str> {
    let mut rest = after_declaration(text)?;
    let mut elements = 0;
    // How many namespaces are in scope within each open element.
    let mut scopes: Vec<usize> = Vec::with_capacity(bounds.depth);
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        let tag = rest.get(at + 1..).unwrap_or_default();
        rest = match tag.as_bytes().first() {
            Some(b'!') if bounds.comments => after_comment(tag)?,
            Some(b'!') => return Err("a DOCTYPE, a comment or a CDATA section"),
            Some(b'?') => return Err("a processing instruction"),
            Some(b'/') => {
                scopes.pop();
                after(tag, b'>')?
            }
            _ => {
                let opened = open_tag(tag)?;
                elements += 1;
                let namespaces = scopes.last().copied().unwrap_or(0) + opened.namespaces;
                if elements > bounds.elements || scopes.len() >= bounds.depth || namespaces > NAMESPACES_MAX {
                    return Err("too many or too deep elements, or too many namespaces");
                }
                if !opened.is_empty {
                    scopes.push(namespaces);
                }
                opened.rest
            }
        };
    }
    Ok(())
}

/// What an opening tag has.
struct OpenTag<'a> {
    namespaces: usize,
    is_empty: bool,
    rest: &'a str,
}

fn open_tag(tag: &str) -> Result<OpenTag<'_>, &'static str> {
    let mut rest = tag;
    let (mut attributes, mut namespaces) = (0, 0);
    loop {
        let at = memchr3(b'"', b'\'', b'>', rest.as_bytes()).ok_or("a tag that does not end")?;
        let (name, from) = rest.split_at_checked(at).ok_or("a tag that does not end")?;
        let Some((quote @ (b'"' | b'\''), _)) = from.as_bytes().split_first() else {
            return Ok(OpenTag {
                namespaces,
                is_empty: name.ends_with('/'),
                rest: from.get(1..).unwrap_or_default(),
            });
        };
        attributes += 1;
        if attributes > ATTRIBUTES_MAX {
            return Err("too many attributes");
        }
        // The name of the element stands before the name of the first attribute.
        if name
            .split_ascii_whitespace()
            .any(|word| word.starts_with("xmlns"))
        {
            namespaces += 1;
        }
        rest = after(from.get(1..).unwrap_or_default(), *quote)?;
    }
}

fn after(text: &str, byte: u8) -> Result<&str, &'static str> {
    memchr(byte, text.as_bytes())
        .and_then(|at| text.get(at + 1..))
        .ok_or("a tag that does not end")
}

fn after_comment(tag: &str) -> Result<&str, &'static str> {
    let body = tag.strip_prefix("!--").ok_or("a DOCTYPE or a CDATA section")?;
    memmem::find(body.as_bytes(), b"-->")
        .and_then(|at| body.get(at + 3..))
        .ok_or("a comment that does not end")
}

/// What follows the XML declaration. Version 1.0 in UTF-8 is all there is: elsewhere the same bytes mean something
/// else.
fn after_declaration(text: &str) -> Result<&str, &'static str> {
    let Some(declaration) = text.strip_prefix("<?xml") else {
        return if text.starts_with('\u{feff}') {
            Err("a byte order mark")
        } else {
            Ok(text)
        };
    };
    let (declared, rest) = declaration
        .split_once("?>")
        .ok_or("a declaration that does not end")?;
    if !declared.starts_with([' ', '\t', '\n']) {
        return Err("a processing instruction");
    }
    let value_of = |name: &str| {
        let (_, value) = declared.split_once(name)?;
        let value = value.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value.get(1..)?.split(quote).next()
    };
    if value_of("version") != Some("1.0") {
        return Err("another version of XML");
    }
    let encoded = declared.contains("encoding");
    if encoded && !value_of("encoding").is_some_and(|encoding| encoding.eq_ignore_ascii_case("utf-8")) {
        return Err("another encoding than UTF-8");
    }
    Ok(rest)
}

/// Whether an element has this name in this namespace.
pub(super) fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(namespace)
}

/// The children of this name.
pub(super) fn children<'a, 'input>(
    node: Node<'a, 'input>,
    namespace: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| is(*child, namespace, name))
}

/// The only child of this name; none is an error, and so are two.
pub(super) fn only<'a, 'input>(
    node: Node<'a, 'input>,
    namespace: &str,
    name: &str,
) -> Result<Node<'a, 'input>, &'static str> {
    at_most_one(node, namespace, name)?.ok_or("an element is missing")
}

/// The child of this name, if there is one; two are an error.
pub(super) fn at_most_one<'a, 'input>(
    node: Node<'a, 'input>,
    namespace: &str,
    name: &str,
) -> Result<Option<Node<'a, 'input>>, &'static str> {
    let mut found = node.children().filter(|child| is(*child, namespace, name));
    let first = found.next();
    if found.next().is_some() {
        return Err("an element is there twice");
    }
    Ok(first)
}

/// The text of an element that has nothing but text.
pub(super) fn text<'a>(node: Node<'a, '_>) -> Result<&'a str, &'static str> {
    let mut inside = node.children();
    match (inside.next(), inside.next()) {
        (None, None) => Ok(""),
        (Some(text), None) if text.is_text() => Ok(text.text().unwrap_or_default()),
        _ => Err("an element where text belongs"),
    }
}

/// The same, without the white space around it.
pub(super) fn trimmed<'a>(node: Node<'a, '_>) -> Result<&'a str, &'static str> {
    Ok(text(node)?.trim_matches(is_space))
}

/// White space in XML.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Text without any white space, as base64 is read.
pub(super) fn without_space(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| is_space(char::from(byte))) {
        Cow::Owned(text.split(is_space).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// An attribute without a namespace.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.namespace().is_none() && attribute.name() == name)
        .map(|attribute| attribute.value())
}
