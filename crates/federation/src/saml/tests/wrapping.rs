//! Forgeries that keep a valid signature and show something else: signature wrapping, comments, and their kin.
//!
//! Evidence: "On Breaking SAML: Be Whoever You Want to Be" (USENIX Security 2012) describes the eight wrappings; their
//! numbers are those of the tool that made them common.

use super::{
    Assertion, PROVIDER, attribute, enveloping, response, response_as, signature_element,
    signature_of_response,
};
use crate::saml::SamlError;

/// What the forger has: a message for `alice`, signed. What the forger wants: to be `mallory`.
struct Caught {
    /// The signed assertion.
    signed: String,
    /// Its text without the signature.
    unsigned: String,
    /// The signature alone.
    signature: String,
    /// A response whose signature is right, around the signed assertion.
    signed_response: String,
    /// The signature of that response, and the response without it.
    response_signature: String,
    unsigned_response: String,
}

fn caught() -> Caught {
    let unsigned = Assertion::of("alice").text();
    let signature = PROVIDER.signature(&unsigned, "_assertion");
    let signed = enveloping(&unsigned, &signature);
    let unsigned_response = response(&signed);
    let response_signature = signature_of_response(&unsigned_response);
    let signed_response = response_as("_response", &response_signature, &signed);
    Caught {
        signed,
        unsigned,
        signature,
        signed_response,
        response_signature,
        unsigned_response,
    }
}

fn forged_assertion(id: &'static str) -> Assertion {
    Assertion {
        id,
        ..Assertion::of("mallory")
    }
}

fn forged_response(id: &str, signature: &str) -> String {
    response_as(id, signature, &forged_assertion("_forged").text())
}

/// Puts something at the end of an element.
fn within(element: &str, end: &str, inside: &str) -> String {
    let (before, after) = element.rsplit_once(end).unwrap();
    format!("{before}{inside}{end}{after}")
}

fn refused(name: &str, message: &str, expected: SamlError) {
    assert_eq!(PROVIDER.verify(message), Err(expected), "{name}: {message}");
}

const TWO: SamlError = SamlError::Malformed("there must be one assertion");

#[test]
fn what_the_forger_has_is_valid() {
    let caught = caught();
    for message in [response(&caught.signed), caught.signed_response] {
        assert_eq!(PROVIDER.verify(&message).unwrap().subject, "alice", "{message}");
    }
}

#[test]
fn the_eight_classic_wrappings_are_refused() {
    let caught = caught();
    let object = |inside: &str| format!("<ds:Object>{inside}</ds:Object></ds:Signature>");
    let in_object = |signature: &str, inside: &str| signature.replace("</ds:Signature>", &object(inside));

    // 1: the original response within the signature of the forged one. 2: before that signature, detached.
    let one = forged_response(
        "_new",
        &within(
            &caught.response_signature,
            "</ds:Signature>",
            &caught.unsigned_response,
        ),
    );
    let two = forged_response(
        "_new",
        &format!("{}{}", caught.unsigned_response, caught.response_signature),
    );
    // 3: the forged assertion before the original. 4: around it.
    let forged = forged_assertion("_forged").text();
    let three = response(&format!("{forged}{}", caught.signed));
    let four = response(&within(&forged, "</saml:Assertion>", &caught.signed));
    // 5: the original, unsigned, after the forged one with its signature. 6: within that signature.
    let carrying = enveloping(&forged, &caught.signature);
    let five = response(&format!("{carrying}{}", caught.unsigned));
    let six = response(&enveloping(
        &forged,
        &within(&caught.signature, "</ds:Signature>", &caught.unsigned),
    ));
    // 7: the forged one in an element of extensions. 8: the original in an object of the forged one's signature.
    let seven = response(&format!(
        "<samlp:Extensions>{forged}</samlp:Extensions>{}",
        caught.signed
    ));
    let eight = response(&enveloping(
        &forged,
        &in_object(&caught.signature, &caught.unsigned),
    ));
    for (number, message) in [one, two, three, four, five, six, seven, eight]
        .iter()
        .enumerate()
    {
        refused(&format!("wrapping {}", number + 1), message, TWO);
    }
}

#[test]
fn wrapping_with_a_twin_of_the_same_id_is_refused() {
    let caught = caught();
    let forged = forged_assertion("_assertion");
    for message in [
        response(&format!("{}{}", caught.signed, forged.text())),
        response(&format!("{}{}", forged.text(), caught.signed)),
        response(&enveloping(
            &forged.text(),
            &within(&caught.signature, "</ds:Signature>", &caught.unsigned),
        )),
    ] {
        refused("a twin", &message, TWO);
    }
}

#[test]
fn an_assertion_in_another_namespace_or_place_is_none() {
    let caught = caught();
    let misplaced = SamlError::Malformed("an assertion where none belongs");
    let elsewhere = caught.signed.replace(
        "urn:oasis:names:tc:SAML:2.0:assertion",
        "urn:oasis:names:tc:SAML:1.0:assertion",
    );
    refused("another namespace", &response(&elsewhere), misplaced.clone());
    let deeper = response(&format!("<samlp:Extensions>{}</samlp:Extensions>", caught.signed));
    refused("deeper", &deeper, misplaced);
    refused(
        "bare",
        &caught.signed,
        SamlError::Malformed("not a response of SAML 2.0"),
    );
    refused("none", &response(""), TWO);
}

#[test]
fn an_unsigned_assertion_in_a_signed_response_is_refused() {
    let unsigned = response(&Assertion::of("alice").text());
    let signature = PROVIDER.signature(&unsigned, "_response");
    let message = response_as("_response", &signature, &Assertion::of("alice").text());
    refused("unsigned", &message, SamlError::NotSigned);
    refused("unsigned", &unsigned, SamlError::NotSigned);
}

#[test]
fn a_signature_of_a_response_that_is_there_must_be_right() {
    let caught = caught();
    let message = caught.signed_response.replace(
        "IssueInstant=\"2026-05-04T12:00:00Z\"",
        "IssueInstant=\"2026-05-04T12:00:01Z\"",
    );
    let altered = SamlError::BadSignature("what was signed has been altered");
    refused("altered", &message, altered);
}

#[test]
fn a_signature_over_another_element_is_refused() {
    let caught = caught();
    let another = SamlError::BadSignature("signed is another element");
    // The response is signed, and that signature is moved into the assertion.
    let message = response(&enveloping(&caught.unsigned, &caught.response_signature));
    refused("the response's", &message, another.clone());
    for uri in [
        "",
        "#",
        "_assertion",
        "#_assertion ",
        "#xpointer(id('_assertion'))",
        "#xpointer(/)",
        "#_Assertion",
    ] {
        let signature = super::signature_by(
            &caught.unsigned,
            uri,
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            |text| {
                PROVIDER
                    .key
                    .sign(&aws_lc_rs::rand::SystemRandom::new(), text)
                    .unwrap()
                    .as_ref()
                    .to_vec()
            },
        );
        refused(
            uri,
            &response(&enveloping(&caught.unsigned, &signature)),
            another.clone(),
        );
    }
}

#[test]
fn an_id_that_is_there_twice_is_refused_in_every_spelling() {
    let caught = caught();
    let twice = SamlError::BadSignature("an id is there twice");
    for id in ["ID", "Id", "id", "iD", "xml:id", "samlp:ID"] {
        let inside = format!(
            "<samlp:Extensions {id}=\"_assertion\"></samlp:Extensions>{}",
            caught.signed
        );
        refused(id, &response(&inside), twice.clone());
    }
    let both = caught
        .signed
        .replace(" ID=\"_assertion\"", " ID=\"_assertion\" Id=\"_other\"");
    refused("two of one element", &response(&both), twice);
}

#[test]
fn several_signatures_or_references_are_refused() {
    let caught = caught();
    let twice = SamlError::BadSignature("an element is there twice");
    let both = enveloping(&caught.unsigned, &format!("{0}{0}", caught.signature));
    refused("two signatures", &response(&both), twice.clone());
    let misplaced = SamlError::BadSignature("a signature where none belongs");
    let extra = response(&format!(
        "<samlp:Extensions>{}</samlp:Extensions>{}",
        caught.signature, caught.signed
    ));
    refused("a signature elsewhere", &extra, misplaced);

    let reference = caught
        .signature
        .split_once("<ds:Reference")
        .unwrap()
        .1
        .split_once("</ds:SignedInfo>")
        .unwrap()
        .0;
    let information = super::signed_information(
        "#_assertion",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        &super::digest_of(&caught.unsigned),
    );
    for changed in [
        information.replace(
            "</ds:SignedInfo>",
            &format!("<ds:Reference{reference}</ds:SignedInfo>"),
        ),
        information.replace(&format!("<ds:Reference{reference}"), ""),
    ] {
        let value = PROVIDER
            .key
            .sign(&aws_lc_rs::rand::SystemRandom::new(), changed.as_bytes())
            .unwrap();
        let signature = signature_element(&changed, &super::base64(value.as_ref()));
        let result = PROVIDER.verify(&response(&enveloping(&caught.unsigned, &signature)));
        assert!(matches!(result, Err(SamlError::BadSignature(_))), "{result:?}");
    }
}

#[test]
fn a_comment_in_a_name_is_refused() {
    let comment = SamlError::Malformed("a DOCTYPE, a comment or a CDATA section");
    let signed = PROVIDER.signed(&Assertion::of("alice@example.com.evil.example").text());
    for inside in ["<!---->", "<!-- x -->", "<![CDATA[]]>", "<!x>"] {
        let forged = signed.replace("example.com.evil", &format!("example.com{inside}.evil"));
        refused(inside, &response(&forged), comment.clone());
    }
    let forged = signed.replace("example.com.evil", "example.com<?x y?>.evil");
    refused(
        "an instruction",
        &response(&forged),
        SamlError::Malformed("a processing instruction"),
    );
}

#[test]
fn what_an_element_of_text_contains_is_text() {
    let name = "<saml:NameID>alice<x></x></saml:NameID>";
    let assertion = Assertion {
        subject: super::subject(name, super::RECIPIENT, "2026-05-04T12:10:00Z"),
        ..Assertion::default()
    };
    PROVIDER.check(
        &assertion,
        Err(SamlError::Malformed("an element where text belongs")),
    );
    let assertion = Assertion {
        attributes: attribute(
            "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
            &["al<x></x>ice"],
        ),
        ..Assertion::default()
    };
    PROVIDER.check(
        &assertion,
        Err(SamlError::Malformed("an element where text belongs")),
    );
}
