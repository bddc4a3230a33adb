//! Documents that are made to be expensive or to be read in two ways: refused before anything is built from them.

use std::time::{Duration, Instant};

use super::{Assertion, PROVIDER, now, response, trust};
use crate::saml::{SamlError, verify};

fn refused(message: &str, expected: SamlError) {
    let begin = Instant::now();
    assert_eq!(PROVIDER.verify(message).map(|_| ()), Err(expected));
    // In a debug build, on a busy machine; what is quadratic takes longer.
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

#[test]
fn entities_are_refused_with_the_doctype_that_declares_them() {
    let doctype = SamlError::Malformed("a DOCTYPE, a comment or a CDATA section");
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
    let external = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">";
    let valid = response(&PROVIDER.signed(&Assertion::default().text()));
    for prefix in [bomb, external, "<!DOCTYPE x>"] {
        refused(&format!("{prefix}{valid}"), doctype.clone());
        refused(
            &format!("<?xml version=\"1.0\"?>{prefix}{valid}"),
            doctype.clone(),
        );
    }
    let entity = valid.replace(">alice<", ">&alice;<");
    refused(&entity, SamlError::Malformed("not well-formed XML"));
}

#[test]
fn depth_is_bounded() {
    let deep = "<a>".repeat(8_000) + &"</a>".repeat(8_000);
    let expected = SamlError::Malformed("too many or too deep elements, or too many namespaces");
    refused(&response(&deep), expected.clone());
    refused(&"<a>".repeat(20_000), expected);
}

#[test]
fn the_number_of_elements_and_attributes_is_bounded() {
    let many = SamlError::Malformed("too many or too deep elements, or too many namespaces");
    refused(&response(&"<a/>".repeat(10_000)), many.clone());
    let attributes: String = (0..5_000).map(|number| format!(" a{number}=\"\"")).collect();
    refused(
        &response(&format!("<a{attributes}/>")),
        SamlError::Malformed("too many attributes"),
    );
    let namespaces: String = (0..40).map(|number| format!(" xmlns:a{number}=\"u\"")).collect();
    refused(&response(&format!("<a{namespaces}><b{namespaces}/></a>")), many);
}

#[test]
fn long_values_are_linear() {
    let long = "x".repeat(60_000);
    let assertion = Assertion {
        attributes: Assertion::default().attributes + &super::attribute("long", &[&long]),
        ..Assertion::default()
    };
    PROVIDER.check(&assertion, Ok(()));
    let assertion = Assertion::of(&"x".repeat(2_000));
    PROVIDER.check(
        &assertion,
        Err(SamlError::Malformed("a name that is empty or too long")),
    );
}

#[test]
fn a_list_of_prefixes_is_bounded() {
    let prefixes = "p ".repeat(20_000);
    let list = format!(
        "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{prefixes}\"/></ds:CanonicalizationMethod>"
    );
    let signed =
        PROVIDER
            .signed(&Assertion::default().text())
            .replacen("</ds:CanonicalizationMethod>", &list, 1);
    refused(&response(&signed), SamlError::BadSignature("too many prefixes"));
}

#[test]
fn what_is_no_base64_is_refused() {
    let (recipients, audiences) = (
        vec![super::RECIPIENT.to_owned()],
        vec![super::AUDIENCE.to_owned()],
    );
    let trust = trust(&PROVIDER.metadata, &recipients, &audiences, &[]);
    let valid = super::base64(response(&PROVIDER.signed(&Assertion::default().text())).as_bytes());
    let check = |text: &str, expected: Option<SamlError>| {
        assert_eq!(verify(text, &trust, now()).err(), expected, "{text}");
    };
    check(&valid, None);
    let lines: String = valid
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap().to_owned() + "\r\n")
        .collect();
    check(&lines, None);
    check(&valid[..valid.len() - 1], Some(SamlError::NotBase64));
    check(
        &valid[..400],
        Some(SamlError::Malformed("a tag that does not end")),
    );
    check(&valid[1..], Some(SamlError::NotBase64));
    check(&valid.replacen('P', "-", 1), Some(SamlError::NotBase64));
    check("", Some(SamlError::Malformed("not well-formed XML")));
    check(&"A".repeat(100_004), Some(SamlError::TooLarge));
    check(&"/".repeat(100_000), Some(SamlError::Malformed("not UTF-8")));
}

#[test]
fn only_utf_8_of_xml_1_0_is_read() {
    let valid = response(&PROVIDER.signed(&Assertion::default().text()));
    for declaration in [
        "<?xml version=\"1.0\"?>",
        "<?xml version='1.0' encoding='utf-8'?>\n",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>",
    ] {
        assert!(
            PROVIDER.verify(&format!("{declaration}{valid}")).is_ok(),
            "{declaration}"
        );
    }
    for (declaration, expected) in [
        ("<?xml version=\"1.1\"?>", "another version of XML"),
        ("<?xml encoding=\"UTF-8\"?>", "another version of XML"),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
            "another encoding than UTF-8",
        ),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?>",
            "another encoding than UTF-8",
        ),
        ("<?xml-stylesheet href=\"x\"?>", "a processing instruction"),
        ("\u{feff}", "a byte order mark"),
        (" <?xml version=\"1.0\"?>", "a processing instruction"),
    ] {
        refused(&format!("{declaration}{valid}"), SamlError::Malformed(expected));
    }
}

#[test]
fn namespaces_that_parsers_differ_on_are_refused() {
    let doubtful = SamlError::Malformed("a namespace is declared twice or taken back");
    refused(
        &response("<x xmlns=\"urn:a\" xmlns=\"urn:b\"/>"),
        doubtful.clone(),
    );
    refused(&response("<x xmlns:a=\"\"/>"), doubtful);
    refused(
        &response("<x xmlns:a=\"u\" xmlns:a=\"v\"/>"),
        SamlError::Malformed("not well-formed XML"),
    );
    refused(
        &response("<x xmlns:a=\"u\" xmlns:b=\"u\" a:c=\"\" b:c=\"\"/>"),
        SamlError::Malformed("not well-formed XML"),
    );
}

#[test]
fn line_ends_are_those_of_xml() {
    let assertion = Assertion {
        attributes: Assertion::default().attributes + "\n",
        ..Assertion::default()
    };
    let signed = response(&PROVIDER.signed(&assertion.text()));
    for end in ["\r\n", "\r", "\n"] {
        assert!(PROVIDER.verify(&signed.replace('\n', end)).is_ok(), "{end:?}");
    }
}
