//! Canonicalization against another implementation, libxml2's, as lxml gives it.

use crate::saml::canonical::canonical;
use crate::saml::xml;

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap(),
            },
            (plain, false) => plain,
        });
    }
    out
}

#[test]
fn what_lxml_makes_of_a_document_is_what_we_make_of_it() {
    let table = include_str!("data/canonical.tsv");
    for line in table.lines() {
        let [path, prefixes, document, expected]: [&str; 4] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let (text, expected) = (unescaped(document), unescaped(expected));
        let parsed = xml::parse(&text, xml::OF_RESPONSE).unwrap_or_else(|error| panic!("{error}: {text}"));
        let mut node = parsed.root_element();
        for step in path.split('.').filter(|step| !step.is_empty()) {
            node = node
                .children()
                .filter(roxmltree::Node::is_element)
                .nth(step.parse().unwrap())
                .unwrap();
        }
        let prefixes: Vec<&str> = prefixes.split_whitespace().collect();
        let form = canonical(node, None, &prefixes).unwrap();
        assert_eq!(form, expected, "of {text}\nat {path}, with {prefixes:?}");
        // What is canonical stays as it is.
        let again = xml::parse(&form, xml::OF_RESPONSE).unwrap();
        assert_eq!(canonical(again.root_element(), None, &prefixes).unwrap(), form);
    }
}

/// The example of the recommendation, section 2.2: what is around an element does not matter to it.
#[test]
fn the_context_of_an_element_does_not_change_its_form() {
    let inside = "<n1:elem2 xmlns:n1=\"http://b.example\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
    for around in [
        "<n0:pdu xmlns:n0=\"http://a.example\">",
        "<n0:pdu xmlns:n0=\"http://a.example\" xmlns:n1=\"http://b.example\" xml:space=\"retain\">",
    ] {
        let text = format!("{around}{inside}</n0:pdu>");
        let document = xml::parse(&text, xml::OF_RESPONSE).unwrap();
        let element = document.root_element().first_element_child().unwrap();
        assert_eq!(canonical(element, None, &[]).unwrap(), inside);
    }
}

#[test]
fn prefixes_that_are_named_are_declared_where_they_are_in_scope() {
    let check = |prefixes: &[&str], expected: &str| {
        let text = "<a xmlns=\"urn:d\" xmlns:x=\"urn:x\" xmlns:y=\"urn:y\"><y:b xmlns:x=\"urn:x\"><c xmlns=\"\"/></y:b></a>";
        let document = xml::parse(text, xml::OF_RESPONSE).unwrap();
        let element = document.root_element().first_element_child().unwrap();
        assert_eq!(
            canonical(element, None, prefixes).unwrap(),
            expected,
            "{prefixes:?}"
        );
    };
    check(&[], "<y:b xmlns:y=\"urn:y\"><c></c></y:b>");
    check(
        &["x", "unknown"],
        "<y:b xmlns:x=\"urn:x\" xmlns:y=\"urn:y\"><c></c></y:b>",
    );
    check(
        &["#default"],
        "<y:b xmlns=\"urn:d\" xmlns:y=\"urn:y\"><c xmlns=\"\"></c></y:b>",
    );
}
