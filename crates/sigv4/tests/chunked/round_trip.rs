//! What clients send is read as they meant it, however it is cut.

use lanyard_sigv4::{ChunkedReader, StreamingPayload, Trailer};
use proptest::prelude::*;

use crate::client::{signed_body, signed_request};
use crate::{read, trailer};

fn checksum() -> Trailer {
    trailer("x-amz-checksum-crc32", "AAAAAA==")
}

/// Checks that a body without signatures gives this data and this trailer, in every cut.
#[track_caller]
fn check_unsigned(body: &str, data: &str, trailers: &[Trailer]) {
    for cut in 1..=body.len() {
        let (read, end) = read(ChunkedReader::unsigned(data.len() as u64), body.as_bytes(), cut);
        assert_eq!(
            (String::from_utf8_lossy(&read).as_ref(), end),
            (data, Ok(trailers.to_vec()))
        );
    }
}

#[test]
fn botocore_sends_chunks_and_a_checksum() {
    check_unsigned(
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
        "hello",
        &[checksum()],
    );
}

#[test]
fn lengths_may_have_capitals_and_leading_zeros() {
    check_unsigned(
        "000A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n",
        "01234567890123456789a",
        &[],
    );
}

#[test]
fn an_empty_body_has_a_trailer_too() {
    check_unsigned("0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "", &[checksum()]);
}

#[test]
fn names_of_trailers_become_lower_case_and_values_lose_the_space_around_them() {
    check_unsigned(
        "1\r\na\r\n0\r\nX-Amz-Checksum-Crc32: AAAAAA==\t\r\nb:c d\r\n\r\n",
        "a",
        &[checksum(), trailer("b", "c d")],
    );
}

#[test]
fn minios_client_for_go_ends_trailers_with_a_bare_line_feed() {
    check_unsigned(
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n",
        "hello",
        &[checksum()],
    );
    let (signer, verifier) = signed_request(StreamingPayload::SignedWithTrailer);
    let body = signed_body(signer, &[b"hello"], Some(&[checksum()]));
    let text = String::from_utf8(body).unwrap();
    let body = text.replace("AAAAAA==\r\n", "AAAAAA==\n\r\n");
    let (data, end) = read(ChunkedReader::signed(verifier, 5), body.as_bytes(), 7);
    assert_eq!((&data[..], end), (&b"hello"[..], Ok(vec![checksum()])));
}

#[test]
fn a_signed_trailer_may_be_empty_but_for_its_signature() {
    let (signer, verifier) = signed_request(StreamingPayload::SignedWithTrailer);
    let body = signed_body(signer, &[], Some(&[]));
    assert_eq!(
        read(ChunkedReader::signed(verifier, 0), &body, 1),
        (Vec::new(), Ok(Vec::new()))
    );
}

/// What bodies in chunks are made of.
const PARTS: &[&str] = &[
    "0",
    "1\r\n",
    "0\r\n",
    "x\r\n",
    "2\r\nab\r\n",
    "a:b",
    ":",
    "\r\n",
    "\n",
    "\r",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_signed_is_read_in_any_chunks_and_any_cuts(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..6),
        cut in 1_usize..400,
        has_trailer in any::<bool>(),
    ) {
        let kind = if has_trailer { StreamingPayload::SignedWithTrailer } else { StreamingPayload::Signed };
        let trailers = if has_trailer { vec![checksum()] } else { Vec::new() };
        let (signer, verifier) = signed_request(kind);
        let data = chunks.concat();
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        let body = signed_body(signer, &chunks, has_trailer.then_some(&trailers[..]));
        let reader = ChunkedReader::signed(verifier, data.len() as u64);
        prop_assert_eq!(read(reader, &body, cut), (data, Ok(trailers)));
    }

    #[test]
    fn no_changed_byte_passes_unless_it_means_the_same(
        place in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        cut in 1_usize..300,
    ) {
        let (signer, verifier) = signed_request(StreamingPayload::SignedWithTrailer);
        let mut body = signed_body(signer, &[b"hello ", b"world"], Some(&[checksum()]));
        let place = place.index(body.len());
        body[place] ^= flip;
        let (data, end) = read(ChunkedReader::signed(verifier, 11), &body, cut);
        // The case of a trailer's name and a space around its value are no part of what is signed.
        prop_assert!(end.is_err() || (&data[..], end) == (&b"hello world"[..], Ok(vec![checksum()])));
    }

    #[test]
    fn whatever_is_fed_the_reader_ends(body in prop::collection::vec(any::<u8>(), 0..600), cut in 1_usize..100) {
        let _ended = read(ChunkedReader::unsigned(10), &body, cut);
    }

    #[test]
    fn how_a_body_is_cut_changes_nothing(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..12),
        cut in 1_usize..20,
        length in 0_u64..4,
    ) {
        let body = parts.concat();
        let (in_pieces, end) = read(ChunkedReader::unsigned(length), body.as_bytes(), cut);
        let (at_once, expected) = read(ChunkedReader::unsigned(length), body.as_bytes(), body.len().max(1));
        prop_assert_eq!((in_pieces, end), (at_once, expected));
    }
}
