//! Whatever is changed in a signed document, it is refused or means the same.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Assertion, PROVIDER, attribute, name_id, response, response_as, signature_of_response};
use crate::saml::VerifiedAssertion;

/// A signed assertion with something of everything, and the same in a signed response.
static MESSAGES: LazyLock<[String; 2]> = LazyLock::new(|| {
    let assertion = Assertion {
        subject: super::subject(&name_id("al&amp;ce"), super::RECIPIENT, "2026-05-04T12:10:00Z"),
        statement:
            "<saml:AuthnStatement SessionNotOnOrAfter=\"2026-05-04T13:00:00Z\"></saml:AuthnStatement>\n"
                .into(),
        attributes: Assertion::default().attributes
            + &attribute(
                "https://aws.amazon.com/SAML/Attributes/PrincipalTag:Team",
                &["a &lt; b"],
            ),
        ..Assertion::default()
    };
    let signed = PROVIDER.signed(&assertion.text());
    let signature = signature_of_response(&response(&signed));
    [response(&signed), response_as("_response", &signature, &signed)]
});

static MEANING: LazyLock<VerifiedAssertion> = LazyLock::new(|| {
    let [plain, in_signed] = MESSAGES
        .each_ref()
        .map(|message| PROVIDER.verify(message).unwrap());
    assert_eq!(plain, in_signed);
    plain
});

fn refused_or_the_same(changed: &[u8]) {
    // What is not UTF-8 is refused before anything else.
    if let Ok(text) = std::str::from_utf8(changed)
        && let Ok(assertion) = PROVIDER.verify(text)
    {
        assert_eq!(assertion, *MEANING, "{text}");
    }
}

#[test]
fn every_byte_can_be_turned_into_its_neighbours() {
    let message = MESSAGES[0].as_bytes();
    for at in 0..message.len() {
        for bit in [0x01, 0x20] {
            let mut changed = message.to_vec();
            changed[at] ^= bit;
            refused_or_the_same(&changed);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn one_changed_byte_is_refused_or_means_nothing(which in 0_usize..2, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut changed = MESSAGES[which].clone().into_bytes();
        let at = at.index(changed.len());
        changed[at] = byte;
        refused_or_the_same(&changed);
    }

    #[test]
    fn a_piece_taken_out_or_put_elsewhere_is_refused_or_means_nothing(
        which in 0_usize..2,
        from in any::<prop::sample::Index>(),
        length in 1_usize..200,
        to in any::<prop::sample::Index>(),
        keeps in any::<bool>(),
    ) {
        let mut changed = MESSAGES[which].clone().into_bytes();
        let from = from.index(changed.len());
        let end = (from + length).min(changed.len());
        let piece = changed[from..end].to_vec();
        if !keeps {
            changed.drain(from..end);
        }
        let to = to.index(changed.len());
        changed.splice(to..to, piece);
        refused_or_the_same(&changed);
    }

    #[test]
    fn a_whole_element_put_elsewhere_is_refused_or_means_nothing(
        which in 0_usize..2,
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        keeps in any::<bool>(),
    ) {
        let text = &MESSAGES[which];
        let document = roxmltree::Document::parse(text).unwrap();
        let elements: Vec<_> = document.descendants().filter(roxmltree::Node::is_element).map(|node| node.range()).collect();
        let from = elements[from.index(elements.len())].clone();
        // Before an element, or before its end.
        let to = elements[to.index(elements.len())].clone();
        let to = if keeps { to.start } else { text[..to.end].rfind("</").unwrap_or(to.start) };
        let mut changed = text.clone();
        changed.insert_str(to, &text[from]);
        refused_or_the_same(changed.as_bytes());
    }

    #[test]
    fn nothing_makes_the_verifier_fall_over(text in "\\PC{0,200}", tail in "[<>/a-z\"'= !?:&;#]{0,200}") {
        let _ = PROVIDER.verify(&text);
        let _ = PROVIDER.verify(&response(&tail));
    }
}
