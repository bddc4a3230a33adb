//! What is not exactly as it has to be is refused, and the error says what it is.

use lanyard_sigv4::ChunkedError::{
    AfterEnd, ChunkSignature, Malformed, MalformedTrailer, TooLong, TooShort, TrailerSignature, Truncated,
};
use lanyard_sigv4::{ChunkedError, ChunkedReader, StreamingPayload};

use crate::client::{signed_body, signed_request};
use crate::{read, trailer};

/// Checks what is wrong with a body without signatures that should hold five bytes, in every cut.
#[track_caller]
fn check_unsigned(body: &str, error: ChunkedError) {
    for cut in 1..=body.len().min(300) {
        let (_, end) = read(ChunkedReader::unsigned(5), body.as_bytes(), cut);
        assert_eq!(end, Err(error), "cut into {cut}");
    }
}

/// Checks what is wrong with a signed body when a part of its text is replaced.
#[track_caller]
fn check_signed(kind: StreamingPayload, from: &str, to: &str, error: ChunkedError) {
    let (signer, verifier) = signed_request(kind);
    let trailers = [trailer("x-amz-checksum-crc32", "AAAAAA==")];
    let has_trailer = kind == StreamingPayload::SignedWithTrailer;
    let body = signed_body(signer, &[b"hello ", b"world"], has_trailer.then_some(&trailers));
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains(from), "{text}");
    let text = text.replacen(from, to, 1);
    for cut in [1, 7, text.len()] {
        let (_, end) = read(ChunkedReader::signed(verifier.clone(), 11), text.as_bytes(), cut);
        assert_eq!(end, Err(error), "{text} cut into {cut}");
    }
}

#[test]
fn lengths_have_one_form() {
    for header in [
        "",
        "x",
        "+5",
        "-5",
        " 5",
        "5 ",
        "0x5",
        "5;",
        "5;a=b",
        "00000000000000005",
    ] {
        check_unsigned(&format!("{header}\r\nhello\r\n0\r\n\r\n"), Malformed);
    }
}

#[test]
fn a_chunk_header_ends_with_both_line_characters() {
    check_unsigned("5\nhello\r\n0\r\n\r\n", Malformed);
    check_unsigned("5\rhello\r\n0\r\n\r\n", Malformed);
    check_unsigned(&"0".repeat(500), Malformed);
}

#[test]
fn a_chunk_ends_with_both_line_characters() {
    check_unsigned("5\r\nhello\n0\r\n\r\n", Malformed);
    check_unsigned("5\r\nhello\r0\r\n\r\n", Malformed);
    check_unsigned("5\r\nhello0\r\n\r\n", Malformed);
}

#[test]
fn the_chunks_hold_what_was_announced() {
    check_unsigned("6\r\nhello!\r\n0\r\n\r\n", TooLong);
    check_unsigned("ffffffffffffffff\r\nhello", TooLong);
    check_unsigned("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", TooLong);
    check_unsigned("4\r\nhell\r\n0\r\n\r\n", TooShort);
    check_unsigned("0\r\n\r\n", TooShort);
}

#[test]
fn a_body_that_ends_early_is_refused_wherever_it_ends() {
    let body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    for end in 1..body.len() {
        check_unsigned(&body[..end], Truncated);
    }
    assert_eq!(ChunkedReader::unsigned(0).finish(), Err(Truncated));
}

#[test]
fn nothing_follows_the_end() {
    check_unsigned("5\r\nhello\r\n0\r\n\r\n\r\n", AfterEnd);
    let (signer, verifier) = signed_request(StreamingPayload::Signed);
    let mut body = signed_body(signer, &[b"hello"], None);
    body.push(b'\n');
    let outcome = read(ChunkedReader::signed(verifier, 5), &body, 1000);
    assert_eq!(outcome, (b"hello".to_vec(), Err(AfterEnd)));
}

#[test]
fn a_trailer_is_a_list_of_headers() {
    for lines in [
        "a\r\n\r\n",
        ":b\r\n\r\n",
        "a b:c\r\n\r\n",
        " a:b\r\n\r\n",
        "a:b\u{e9}\r\n\r\n",
        "a:b\u{7}\r\n\r\n",
        "a:b\r\nA:c\r\n\r\n",
        "a:b\n\n",
        "a:b\nc:d\r\n\r\n",
        "\n",
        "a:b\rc\r\n\r\n",
    ] {
        check_unsigned(&format!("5\r\nhello\r\n0\r\n{lines}"), MalformedTrailer);
    }
}

#[test]
fn a_trailer_is_bounded_however_it_is_made_up() {
    let long_value = format!("a:{}\r\n\r\n", "b".repeat(16 * 1024));
    let endless_line = "a".repeat(17 * 1024);
    let many: String = (0..4000).map(|number| format!("a{number}:b\r\n")).collect();
    for lines in [long_value, endless_line, many] {
        check_unsigned(&format!("5\r\nhello\r\n0\r\n{lines}"), MalformedTrailer);
    }
}

#[test]
fn an_unsigned_body_has_no_signatures() {
    let signature = "0".repeat(64);
    check_unsigned(
        &format!("5;chunk-signature={signature}\r\nhello\r\n0\r\n\r\n"),
        Malformed,
    );
    check_unsigned(
        &format!("5\r\nhello\r\n0\r\nx-amz-trailer-signature:{signature}\r\n\r\n"),
        MalformedTrailer,
    );
}

#[test]
fn data_and_order_of_signed_chunks_are_what_was_signed() {
    for kind in [StreamingPayload::Signed, StreamingPayload::SignedWithTrailer] {
        check_signed(kind, "hello", "hullo", ChunkSignature);
        check_signed(kind, "world", "wurld", ChunkSignature);
        check_signed(kind, "6;chunk-signature=", "5;chunk-signature=", ChunkSignature);
        check_signed(kind, "6;chunk-signature=", "b;chunk-signature=", ChunkSignature);
        check_signed(kind, ";chunk-signature=", ";chunk-signatura=", Malformed);
        check_signed(kind, ";chunk-signature=", "", Malformed);
    }
}

#[test]
fn a_signed_body_cannot_be_cut_short_at_a_chunk() {
    let (signer, verifier) = signed_request(StreamingPayload::Signed);
    let body = String::from_utf8(signed_body(signer, &[b"hello ", b"world"], None)).unwrap();
    let (first, rest) = body.split_at(body.find("5;").unwrap());
    let last = &rest[rest.find("0;chunk").unwrap()..];
    let cut = format!("{first}{last}");
    // Even if the head's announced length could be changed with it.
    let outcome = read(ChunkedReader::signed(verifier, 6), cut.as_bytes(), 9);
    assert_eq!(outcome, (b"hello ".to_vec(), Err(ChunkSignature)));
}

#[test]
fn a_chunk_of_another_request_is_refused() {
    let (signer, _) = signed_request(StreamingPayload::SignedWithTrailer);
    let (_, verifier) = signed_request(StreamingPayload::Signed);
    let body = signed_body(signer, &[b"hello"], None);
    let outcome = read(ChunkedReader::signed(verifier, 5), &body, 1000);
    assert_eq!(outcome, (Vec::new(), Err(ChunkSignature)));
}

#[test]
fn a_signed_trailer_is_what_was_signed() {
    let kind = StreamingPayload::SignedWithTrailer;
    check_signed(kind, "AAAAAA==", "AAAAAQ==", TrailerSignature);
    check_signed(kind, "crc32:", "crc32c:", TrailerSignature);
    check_signed(kind, "x-amz-checksum-crc32:AAAAAA==\r\n", "", TrailerSignature);
    check_signed(
        kind,
        "x-amz-trailer-signature:",
        "b:c\r\nx-amz-trailer-signature:",
        TrailerSignature,
    );
    check_signed(
        kind,
        "x-amz-trailer-signature:",
        "x-amz-trailer-signature:0",
        MalformedTrailer,
    );
    check_signed(
        kind,
        "x-amz-trailer-signature:",
        "x-amz-trailer-signatura:",
        MalformedTrailer,
    );
    check_signed(
        kind,
        "x-amz-checksum-crc32:AAAAAA==\r\nx-amz",
        "\r\nx-amz",
        MalformedTrailer,
    );
}
