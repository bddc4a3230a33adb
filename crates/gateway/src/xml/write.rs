//! Writing a document, element by element.

use std::fmt::Write;

use super::NAMESPACE;

/// A document that is being written.
#[derive(Debug)]
pub(crate) struct XmlWriter {
    out: String,
}

impl XmlWriter {
    /// A document of S3's namespace with one root element.
    pub(crate) fn document(root: &str, content: impl FnOnce(&mut Self)) -> Vec<u8> {
        Self::with_root(root, &[("xmlns", NAMESPACE)], content)
    }

    /// A document without a namespace, as S3 writes a few of its answers.
    pub(crate) fn document_without_namespace(root: &str, content: impl FnOnce(&mut Self)) -> Vec<u8> {
        Self::with_root(root, &[], content)
    }

    fn with_root(root: &str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut xml = Self {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
        };
        xml.element_with(root, attributes, content);
        xml.out.into_bytes()
    }

    /// An element with other elements in it.
    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.element_with(name, &[], content);
    }

    /// An element with attributes and other elements in it.
    pub(crate) fn element_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            self.escaped(value);
            self.out.push('"');
        }
        let opened = self.out.len();
        self.out.push('>');
        content(self);
        if self.out.len() == opened + 1 {
            self.out.truncate(opened);
            self.out.push_str("/>");
            return;
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element with a text in it.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.element(name, |xml| xml.escaped(text));
    }

    /// An element with a text in it, if there is one.
    pub(crate) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Whatever XML cannot hold as it is stands there as a reference, so that each key comes back as it was given.
    pub(crate) fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {
                    // Writing to a string cannot fail.
                    let _ = write!(self.out, "&#x{:x};", u32::from(character));
                }
                _ => self.out.push(character),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::XmlWriter;

    fn check(content: impl FnOnce(&mut XmlWriter), expected: &str) {
        let written = XmlWriter::document_without_namespace("A", content);
        assert_eq!(
            String::from_utf8_lossy(&written),
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{expected}")
        );
    }

    #[test]
    fn elements_nest_and_empty_ones_are_short() {
        check(|_| {}, "<A/>");
        check(
            |xml| xml.element("B", |xml| xml.text("C", "c")),
            "<A><B><C>c</C></B></A>",
        );
        check(|xml| xml.optional_text("B", None), "<A/>");
    }

    #[test]
    fn what_has_a_meaning_in_xml_is_escaped() {
        check(
            |xml| xml.text("B", "a&b<c>\"d\"\r\n\u{1}é"),
            "<A><B>a&amp;b&lt;c&gt;&quot;d&quot;&#xd;&#xa;&#x1;é</B></A>",
        );
    }

    #[test]
    fn a_document_has_the_namespace_of_s3() {
        assert_eq!(
            String::from_utf8_lossy(&XmlWriter::document("A", |_| {})),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"
        );
    }
}
