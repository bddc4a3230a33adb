//! Exclusive XML canonicalization 1.0, without comments, on roxmltree's tree.
//!
//! Evidence: W3C's recommendation "Exclusive XML Canonicalization Version 1.0", and "Canonical XML Version 1.0" for
//! the order of attributes and for what is escaped. Documents here have neither comments, processing instructions
//! nor attributes by default, so elements, attributes, namespaces and text are all there is.
//!
//! The tree does not keep prefixes, so they are read from the document's text at the element's place.

use roxmltree::{Attribute, Node, NodeId};

/// What is refused: the tree and the text do not agree. It cannot happen; doubt is refusal all the same.
const DISAGREES: &str = "an element that cannot be canonicalized";

/// A prefix and the namespace that it is bound to; an empty prefix is the default namespace.
type Binding<'a> = (&'a str, &'a str);

/// The canonical form of an element, without one of its descendants.
pub(super) fn canonical(
    element: Node<'_, '_>,
    without: Option<NodeId>,
    inclusive: &[&str],
) -> Result<String, &'static str> {
    let mut writer = Writer {
        out: String::with_capacity(element.range().len()),
        source: element.document().input_text(),
        without,
        inclusive,
        rendered: vec![("", "")],
    };
    writer.element(element)?;
    Ok(writer.out)
}

struct Writer<'a> {
    out: String,
    source: &'a str,
    without: Option<NodeId>,
    /// The prefixes that are treated as in inclusive canonicalization.
    inclusive: &'a [&'a str],
    /// What the elements around have declared in the output; the last of a prefix counts.
    rendered: Vec<Binding<'a>>,
}

impl<'a> Writer<'a> {
    /// Recursion is bounded by the depth that a document may have.
    fn element(&mut self, element: Node<'a, 'a>) -> Result<(), &'static str> {
        let name = self.name_at(element.range().start + 1).ok_or(DISAGREES)?;
        let mut attributes = Vec::with_capacity(8);
        let mut bindings = vec![(prefix(name), element.tag_name().namespace().unwrap_or_default())];
        for attribute in element.attributes() {
            let name = self.source.get(attribute.range_qname()).ok_or(DISAGREES)?;
            let namespace = attribute.namespace().unwrap_or_default();
            if !matches!(prefix(name), "" | "xml") {
                bindings.push((prefix(name), namespace));
            }
            attributes.push((namespace, attribute.name(), name, attribute));
        }
        self.inclusive_bindings(element, &mut bindings);
        bindings.sort_unstable();
        bindings.dedup();
        attributes.sort_unstable_by_key(|(namespace, local, ..)| (*namespace, *local));

        let depth = self.rendered.len();
        self.out.push('<');
        self.out.push_str(name);
        for binding in bindings {
            self.declare(binding);
        }
        for (_, _, name, attribute) in attributes {
            self.attribute(name, attribute);
        }
        self.out.push('>');
        for child in element.children() {
            if child.is_text() {
                escape_text(&mut self.out, child.text().unwrap_or_default());
            } else if !child.is_element() {
                return Err(DISAGREES);
            } else if self.without != Some(child.id()) {
                self.element(child)?;
            }
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        self.rendered.truncate(depth);
        Ok(())
    }

    fn inclusive_bindings(&self, element: Node<'a, 'a>, bindings: &mut Vec<Binding<'a>>) {
        for prefix in self.inclusive {
            let prefix = if *prefix == "#default" { "" } else { *prefix };
            let found = element
                .namespaces()
                .find(|namespace| namespace.name().unwrap_or_default() == prefix);
            match found {
                Some(namespace) => bindings.push((prefix, namespace.uri())),
                None if prefix.is_empty() => bindings.push(("", "")),
                None => {}
            }
        }
    }

    /// Declares a namespace unless the elements around have done so.
    fn declare(&mut self, binding: Binding<'a>) {
        let (prefix, namespace) = binding;
        let in_force = self.rendered.iter().rev().find(|(other, _)| *other == prefix);
        if in_force == Some(&binding) || prefix == "xml" {
            return;
        }
        self.out
            .push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
        self.out.push_str(prefix);
        self.out.push_str("=\"");
        escape_attribute(&mut self.out, namespace);
        self.out.push('"');
        self.rendered.push(binding);
    }

    fn attribute(&mut self, name: &str, attribute: Attribute<'_, '_>) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape_attribute(&mut self.out, attribute.value());
        self.out.push('"');
    }

    /// The qualified name that stands here.
    fn name_at(&self, start: usize) -> Option<&'a str> {
        let rest = self.source.get(start..)?;
        rest.split([' ', '\t', '\n', '\r', '/', '>'])
            .next()
            .filter(|name| !name.is_empty())
    }
}

fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

fn escape_text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape_attribute(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// All that is replaced is ASCII, so bytes will do.
fn escape(out: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(replacement) = replacement(byte) {
            out.push_str(text.get(plain..at).unwrap_or_default());
            out.push_str(replacement);
            plain = at + 1;
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}
