//! The framing that is put on is the one that is taken off, and is as long as was said.

use lanyard_sigv4::{ChunkedReader, ChunkedWriter, Trailer};
use proptest::prelude::*;

use crate::{read, trailer};

fn write(data: &[u8], cut: usize, trailers: &[Trailer]) -> Vec<u8> {
    let mut writer = ChunkedWriter::new(data.len() as u64);
    let mut body = Vec::new();
    for piece in data.chunks(cut) {
        let mut rest = piece;
        while !rest.is_empty() {
            body.extend_from_slice(writer.header().unwrap_or_default().as_bytes());
            let (taken, left) = rest.split_at(writer.take(rest.len()));
            body.extend_from_slice(taken);
            rest = left;
        }
    }
    body.extend_from_slice(writer.end(trailers).as_bytes());
    body
}

#[test]
fn a_small_body_is_one_chunk() {
    let body = write(b"hello", 2, &[trailer("a", "b")]);
    assert_eq!(String::from_utf8(body).unwrap(), "5\r\nhello\r\n0\r\na:b\r\n\r\n");
}

#[test]
fn an_empty_body_is_only_an_end() {
    assert_eq!(write(b"", 1, &[]), b"0\r\n\r\n");
}

#[test]
fn a_large_body_comes_in_chunks_of_a_mebibyte() {
    let body = write(&vec![b'a'; 1024 * 1024 + 1], 100_000, &[]);
    assert!(body.starts_with(b"100000\r\na"));
    assert!(body.ends_with(b"a\r\n1\r\na\r\n0\r\n\r\n"));
}

#[test]
fn more_data_than_announced_is_not_taken() {
    let mut writer = ChunkedWriter::new(1);
    assert_eq!(writer.take(1), 0);
    assert_eq!(writer.header().as_deref(), Some("1\r\n"));
    assert_eq!((writer.take(5), writer.header(), writer.take(5)), (1, None, 0));
}

#[test]
fn a_length_that_cannot_be_said_is_none() {
    assert_eq!(ChunkedWriter::encoded_length(u64::MAX, &[]), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_written_is_read(length in prop_oneof![0_usize..100, 1_048_000_usize..2_200_000], cut in 1_usize..200_000) {
        let data: Vec<u8> = (0..length).map(|number| number.to_le_bytes()[0]).collect();
        let trailers = [trailer("x-amz-checksum-crc32", "AAAAAA==")];
        let body = write(&data, cut.max(length / 50), &trailers);
        let encoded = ChunkedWriter::encoded_length(length as u64, &[(20, 8)]);
        prop_assert_eq!(encoded, Some(body.len() as u64));
        let outcome = read(ChunkedReader::unsigned(length as u64), &body, cut.max(length / 50));
        prop_assert!(outcome == (data, Ok(trailers.to_vec())));
    }
}
