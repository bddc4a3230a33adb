//! SAML: a response that was signed long ago, and what somebody made of it.
//!
//! The first byte says what the rest is: a response, the metadata of an identity provider, changes to the genuine
//! response (where, how many bytes go, how many come, and which), or a piece of it that is put elsewhere as well.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lanyard_federation::saml::{self, Metadata, SamlTrust, VerifiedAssertion};

const METADATA: &str = include_str!("../saml/metadata.xml");
const GENUINE: &str = include_str!("../saml/response.xml");

struct World {
    metadata: Metadata,
    meaning: VerifiedAssertion,
    now: Timestamp,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let now = "2026-05-04T12:01:00Z".parse().expect("a time");
    let metadata = saml::parse_metadata(METADATA, now).expect("metadata");
    let meaning = verify(GENUINE.as_bytes(), &metadata, now).expect("a genuine response");
    World {
        metadata,
        meaning,
        now,
    }
});

/// - Whatever is accepted says what the genuine response says.
/// - Metadata is read or refused, again in the same way.
pub fn saml(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    match kind % 4 {
        0 => check(rest),
        1 => check_metadata(rest),
        2 => check(&changed(rest)),
        _ => check(&moved(rest)),
    }
}

fn check(response: &[u8]) {
    let world = &*WORLD;
    if let Some(assertion) = verify(response, &world.metadata, world.now) {
        assert_eq!(assertion, world.meaning, "only the genuine one is accepted");
    }
}

fn verify(response: &[u8], metadata: &Metadata, now: Timestamp) -> Option<VerifiedAssertion> {
    let us = ["urn:us".to_owned()];
    let trust = SamlTrust {
        metadata,
        recipients: &us,
        audiences: &us,
        allows_sha1: true,
        decryption: &[],
        requires_encryption: false,
    };
    saml::verify(&STANDARD.encode(response), &trust, now).ok()
}

fn check_metadata(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let read = |text: &str| saml::parse_metadata(text, WORLD.now).map(|metadata| metadata.entity_id);
        assert_eq!(read(text), read(text), "read twice");
    }
}

/// The genuine response with some bytes replaced, up to eight times.
fn changed(mut edits: &[u8]) -> Vec<u8> {
    let mut response = GENUINE.as_bytes().to_vec();
    for _ in 0..8 {
        let Some(([low, high, cut, length], rest)) = edits.split_first_chunk() else {
            break;
        };
        let at = usize::from(u16::from_le_bytes([*low, *high])) % (response.len() + 1);
        let end = (at + usize::from(*cut)).min(response.len());
        let (text, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        response.splice(at..end, text.iter().copied());
        edits = rest;
    }
    response
}

/// The genuine response with a piece of it at another place too.
fn moved(places: &[u8]) -> Vec<u8> {
    let mut response = GENUINE.as_bytes().to_vec();
    let place = |index: usize| {
        let bytes = places.get(2 * index..2 * index + 2).unwrap_or(&[0, 0]);
        usize::from(u16::from_le_bytes([bytes[0], bytes[1]])) % (GENUINE.len() + 1)
    };
    let (from, end, to) = (place(0), place(1), place(2));
    let piece = response.get(from..end).unwrap_or_default().to_vec();
    response.splice(to..to, piece);
    response
}
