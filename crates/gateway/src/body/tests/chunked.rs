//! Bodies in the framing `aws-chunked`.

use bytes::Bytes;
use http::HeaderMap;
use lanyard_sigv4::{BodyCheck, ChunkSigner, PayloadHash, StreamingPayload, Trailer};

use super::{Act, Outcome, Script, assert_whole, headers, send, signed_request, stream};
use crate::body::{BodyError, Plan, plan};

const UNSIGNED: BodyCheck = BodyCheck::Streaming(StreamingPayload::UnsignedWithTrailer);
/// What the checksums of `hello` are.
const CRC32: &str = "NhCmhg==";

fn announced(length: u64, trailer: Option<&str>) -> HeaderMap {
    let mut headers = headers(&[
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", &length.to_string()),
    ]);
    if let Some(trailer) = trailer {
        headers.insert("x-amz-trailer", trailer.parse().unwrap());
    }
    headers
}

/// What becomes of an unsigned body that should be `hello` with a checksum of this name.
async fn unsigned(body: &'static str, name: &str) -> Outcome {
    let plan = plan(&announced(5, Some(name)), UNSIGNED, None, None).unwrap();
    stream(Script::new([send(body)]), plan).await
}

#[tokio::test]
async fn every_checksum_is_checked_and_goes_on() {
    for (name, value) in [
        ("x-amz-checksum-crc32", CRC32),
        ("x-amz-checksum-crc32c", "mnG7TA=="),
        ("x-amz-checksum-crc64nvme", "M3eFcAZSQlc="),
        ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        (
            "x-amz-checksum-sha256",
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        ),
    ] {
        let body = |value| format!("2\r\nhe\r\n3\r\nllo\r\n0\r\n{name}:{value}\r\n\r\n").leak();
        let sent = format!("5\r\nhello\r\n0\r\n{name}:{value}\r\n\r\n");
        assert_whole(unsigned(body(value), name).await, sent.as_bytes());
        for wrong in ["", "AAAAAA==", "no base64", &value[1..], &format!("{value}=")] {
            let name = crate::body::checksum::ChecksumAlgorithm::of_header(name)
                .unwrap()
                .header();
            assert_eq!(
                unsigned(body(wrong), name).await,
                Outcome::Refused(BodyError::Checksum { name }),
                "{wrong}"
            );
        }
    }
}

#[tokio::test]
async fn exactly_the_announced_trailer_comes() {
    let (good, other) = (
        format!("x-amz-checksum-crc32:{CRC32}\r\n"),
        "x-amz-checksum-sha1:a\r\n",
    );
    for trailers in [
        String::new(),
        other.to_owned(),
        format!("{good}{other}"),
        format!("{other}{good}"),
        format!("{good}{good}"),
        format!("{good}x-amz-meta-a:b\r\n"),
        "no header\r\n".to_owned(),
    ] {
        let body = format!("5\r\nhello\r\n0\r\n{trailers}\r\n").leak();
        let outcome = unsigned(body, "x-amz-checksum-crc32").await;
        assert_eq!(outcome, Outcome::Refused(BodyError::Trailer), "{trailers}");
    }
}

#[tokio::test]
async fn wrong_framing_is_refused_by_its_name() {
    for (body, error) in [
        ("", BodyError::Incomplete),
        ("5\r\nhel", BodyError::Incomplete),
        ("5\r\nhello\r\n0\r\n", BodyError::Incomplete),
        ("4\r\nhell\r\n0\r\n\r\n", BodyError::Incomplete),
        ("6\r\nhello!\r\n0\r\n\r\n", BodyError::TooLong),
        ("hello\r\n", BodyError::MalformedChunk),
        ("5\r\nhello0\r\n\r\n", BodyError::MalformedChunk),
        (
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n!",
            BodyError::TooLong,
        ),
    ] {
        assert_eq!(
            unsigned(body, "x-amz-checksum-crc32").await,
            Outcome::Refused(error),
            "{body}"
        );
    }
}

/// A large body, signed in chunks of 64 KiB, and what its data are.
fn large(mut signer: ChunkSigner, trailer: Option<Trailer>) -> (Vec<u8>, Vec<u8>) {
    let data: Vec<u8> = (0..200_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let mut body = Vec::new();
    for chunk in data.chunks(65536) {
        body.extend_from_slice(signer.chunk_header(chunk).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(signer.chunk_header(b"").as_bytes());
    match trailer {
        None => body.extend_from_slice(b"\r\n"),
        Some(trailer) => body.extend_from_slice(signer.trailer(&[trailer]).as_bytes()),
    }
    (body, data)
}

/// What becomes of a large signed body that was changed on its way, in pieces of at most `cut` bytes.
async fn signed(trailer: Option<&str>, cut: usize, change: impl FnOnce(&mut Vec<u8>)) -> (Outcome, Vec<u8>) {
    let kind = match trailer {
        None => StreamingPayload::Signed,
        Some(_) => StreamingPayload::SignedWithTrailer,
    };
    let (signer, verifier) = signed_request(kind);
    let name = "x-amz-checksum-crc32c";
    let (mut body, data) = large(
        signer,
        trailer.map(|value| Trailer {
            name: name.to_owned(),
            value: value.to_owned(),
        }),
    );
    change(&mut body);
    let headers = announced(200_000, trailer.map(|_| name));
    let length = Some(body.len() as u64);
    let plan = plan(&headers, BodyCheck::Streaming(kind), Some(verifier), length).unwrap();
    (stream(Script::cut(&body, cut), plan).await, data)
}

/// The checksum of the large body.
fn crc32c(data: &[u8]) -> String {
    let mut checksum = crate::body::checksum::ChecksumAlgorithm::Crc32c.start();
    checksum.update(data);
    checksum.finish()
}

#[tokio::test]
async fn signed_chunks_go_on_as_a_bare_body() {
    for cut in [1000, 8192, 300_000] {
        let (outcome, data) = signed(None, cut, |_| ()).await;
        assert_whole(outcome, &data);
    }
}

#[tokio::test]
async fn signed_chunks_with_a_trailer_go_on_in_unsigned_chunks() {
    let (_, data) = signed(None, 8192, |_| ()).await;
    let checksum = crc32c(&data);
    for cut in [1000, 8192, 300_000] {
        let (outcome, data) = signed(Some(&checksum), cut, |_| ()).await;
        let mut expected = b"30d40\r\n".to_vec();
        expected.extend_from_slice(&data);
        expected.extend_from_slice(format!("\r\n0\r\nx-amz-checksum-crc32c:{checksum}\r\n\r\n").as_bytes());
        assert_whole(outcome, &expected);
    }
}

#[tokio::test]
async fn a_large_body_fails_where_it_was_changed() {
    for trailer in [None, Some("AAAAAA==")] {
        let early = signed(trailer, 8192, |body| body[70_000] ^= 1).await.0;
        let Outcome::Failed { sent, error } = early else {
            panic!("{early:?}")
        };
        assert_eq!(error, BodyError::ChunkSignature);
        assert!((65_536..131_072 + 10).contains(&sent.len()), "{}", sent.len());

        // In the last chunk: it is the end that is missing.
        let late = signed(trailer, 8192, |body| body[199_000] ^= 1).await.0;
        let Outcome::Failed { error, .. } = late else {
            panic!("{late:?}")
        };
        assert_eq!(error, BodyError::ChunkSignature);

        let cut = signed(trailer, 8192, |body| body.truncate(body.len() - 1))
            .await
            .0;
        let Outcome::Failed { error, .. } = cut else {
            panic!("{cut:?}")
        };
        assert_eq!(error, BodyError::Incomplete);
    }
    let checksum = signed(Some("AAAAAA=="), 8192, |_| ()).await.0;
    let Outcome::Failed { error, .. } = checksum else {
        panic!("{checksum:?}")
    };
    assert_eq!(
        error,
        BodyError::Checksum {
            name: "x-amz-checksum-crc32c"
        }
    );
}

#[tokio::test]
async fn the_data_are_passed_on_without_a_copy() {
    let mut framed = b"30d40\r\n".to_vec();
    framed.resize(200_007, b'a');
    let framed = Bytes::from(framed);
    let end = format!("\r\n0\r\nx-amz-checksum-crc32c:{}\r\n\r\n", crc32c(&framed[7..]));
    let source = Script::new([Act::Send(framed.clone()), Act::Send(Bytes::from(end))]);
    let plan = plan(
        &announced(200_000, Some("x-amz-checksum-crc32c")),
        UNSIGNED,
        None,
        None,
    )
    .unwrap();
    let mut body = crate::body::CheckedBody::open(source, plan, super::IDLE_MAX)
        .await
        .unwrap();
    let mut pieces = Vec::new();
    while let Some(frame) = http_body_util::BodyExt::frame(&mut body).await {
        pieces.push(frame.unwrap().into_data().unwrap());
    }
    assert_eq!(pieces.len(), 3);
    assert_eq!(pieces[1].as_ptr(), framed[7..].as_ptr());
}

#[test]
fn the_plan_says_how_long_the_new_framing_is() {
    let Plan {
        content_length,
        payload,
        ..
    } = plan(
        &announced(5, Some("x-amz-checksum-crc32")),
        UNSIGNED,
        None,
        Some(1),
    )
    .unwrap();
    let framed = format!("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{CRC32}\r\n\r\n");
    assert_eq!(content_length, framed.len() as u64);
    assert_eq!(
        payload,
        PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer)
    );
}
