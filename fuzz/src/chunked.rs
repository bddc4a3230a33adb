//! A body in chunks, as a client sends it or as somebody changed it on the way.
//!
//! The input is four bytes, and the body. The bytes: how the body is signed, into how many bytes it is cut, how long
//! the data is said to be, and which byte of a signed body is changed. A body that is not signed is read as it is; from
//! what should be signed, the lines are taken as chunks, and the last one as a trailer.

use http::{HeaderMap, HeaderValue, Method};
use lanyard_sigv4::{
    ChunkSigner, ChunkVerifier, ChunkedError, ChunkedReader, ChunkedWriter, Head, PayloadHash, Piece,
    ServiceRules, SignedRequest, Signer, SigningKey, StreamingPayload, Trailer,
};

/// Data and trailer of a body, or what is wrong with it.
type Outcome = Result<(Vec<u8>, Vec<Trailer>), ChunkedError>;

/// - A body is read in the same way, however it is cut.
/// - What is accepted is as long as was announced, and can be framed anew.
/// - A signed body is accepted; one of which a byte was changed is refused, or says the same.
pub fn chunked(data: &[u8]) {
    let Some(([kind, cut, length, at], body)) = data.split_first_chunk() else {
        return;
    };
    let cut = usize::from(*cut).max(1);
    match kind % 3 {
        0 => check_unsigned(body, cut, u64::from(*length)),
        1 => check_signed(StreamingPayload::Signed, body, cut, *at),
        _ => check_signed(StreamingPayload::SignedWithTrailer, body, cut, *at),
    }
}

fn check_unsigned(body: &[u8], cut: usize, length: u64) {
    let outcome = read(ChunkedReader::unsigned(length), body, cut, length);
    let whole = read(ChunkedReader::unsigned(length), body, body.len().max(1), length);
    assert_eq!(outcome, whole, "cuts change nothing");
    let Ok((data, trailers)) = outcome else {
        return;
    };
    let framed = frame(&data, &trailers);
    let lengths: Vec<(usize, usize)> = trailers
        .iter()
        .map(|trailer| (trailer.name.len(), trailer.value.len()))
        .collect();
    assert_eq!(
        ChunkedWriter::encoded_length(length, &lengths),
        Some(framed.len() as u64)
    );
    let again = read(ChunkedReader::unsigned(length), &framed, cut, length);
    assert_eq!(
        again,
        Ok((data, trailers)),
        "what was accepted can be framed anew"
    );
}

fn frame(data: &[u8], trailers: &[Trailer]) -> Vec<u8> {
    let mut writer = ChunkedWriter::new(data.len() as u64);
    let (mut framed, mut rest) = (Vec::new(), data);
    while !rest.is_empty() {
        framed.extend_from_slice(writer.header().unwrap_or_default().as_bytes());
        let (taken, after) = rest.split_at(writer.take(rest.len()));
        framed.extend_from_slice(taken);
        rest = after;
    }
    framed.extend_from_slice(writer.end(trailers).as_bytes());
    framed
}

fn check_signed(kind: StreamingPayload, text: &[u8], cut: usize, at: u8) {
    let (mut signer, verifier) = ends(kind);
    let mut lines: Vec<&[u8]> = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    let value = match kind {
        StreamingPayload::SignedWithTrailer => lines.pop().unwrap_or_default(),
        _ => b"",
    };
    let value: String = value
        .iter()
        .filter(|byte| byte.is_ascii_graphic())
        .map(|byte| char::from(*byte))
        .collect();
    let trailers = [Trailer {
        name: "x-amz-checksum-crc32".to_owned(),
        value: if value.is_empty() {
            "AAAAAA==".to_owned()
        } else {
            value
        },
    }];
    let mut body = Vec::new();
    for line in &lines {
        body.extend_from_slice(signer.chunk_header(line).as_bytes());
        body.extend_from_slice(line);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(signer.chunk_header(b"").as_bytes());
    let trailers = match kind {
        StreamingPayload::SignedWithTrailer => {
            body.extend_from_slice(signer.trailer(&trailers).as_bytes());
            &trailers[..]
        }
        _ => {
            body.extend_from_slice(b"\r\n");
            &[]
        }
    };
    let data = lines.concat();
    let length = data.len() as u64;
    let expected = Ok((data, trailers.to_vec()));
    let read_signed = |body: &[u8]| read(ChunkedReader::signed(verifier.clone(), length), body, cut, length);
    assert_eq!(read_signed(&body), expected, "what was signed is accepted");
    // Spread over the body, whatever its length.
    let place = usize::from(at) * body.len() / 256;
    for bit in [1, 0x20, 0x80] {
        let mut changed = body.clone();
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= bit;
        }
        let outcome = read_signed(&changed);
        assert!(
            outcome.is_err() || outcome == expected,
            "{outcome:?} of byte {place} changed by {bit}"
        );
    }
    let shorter = body.get(..place).unwrap_or_default();
    assert!(
        read_signed(shorter).is_err(),
        "what ends at byte {place} is not whole"
    );
}

/// Feeds a body to a reader in pieces of at most so many bytes.
fn read(mut reader: ChunkedReader, body: &[u8], cut: usize, length: u64) -> Outcome {
    let mut data = Vec::new();
    for piece in body.chunks(cut) {
        let mut rest = piece;
        while !rest.is_empty() {
            let taken = match reader.read(rest)? {
                Piece::Framing(taken) => taken,
                Piece::Data(taken) => {
                    data.extend_from_slice(&rest[..taken]);
                    taken
                }
            };
            assert!(taken > 0, "something is read of what is there");
            assert!(data.len() as u64 <= length, "never more than was announced");
            rest = &rest[taken..];
        }
    }
    let trailers = reader.finish()?;
    assert_eq!(data.len() as u64, length, "never less than was announced");
    Ok((data, trailers))
}

/// The two ends of a request whose head is signed.
fn ends(kind: StreamingPayload) -> (ChunkSigner, ChunkVerifier) {
    let key = SigningKey::derive("a secret", "20261122", "us-east-1", "s3");
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("s3.example.com"));
    let signer = Signer {
        access_key_id: "AKIAEXAMPLE",
        key: &key,
        session_token: None,
        region: "us-east-1",
        service: "s3",
        time: "2026-11-22T11:00:00Z".parse().expect("an instant"),
        rules: &ServiceRules::s3(),
    };
    let payload = PayloadHash::Streaming(kind);
    signer
        .sign(&Method::PUT, "/bucket/key", None, &mut headers, payload)
        .expect("a head that can be signed");
    let head = Head {
        method: &Method::PUT,
        path: "/bucket/key",
        query: None,
        headers: &headers,
    };
    let signed = SignedRequest::parse(&head)
        .expect("a signature")
        .expect("a signature");
    let signer = signed.chunk_signer(&key).expect("signed in chunks");
    (signer, signed.chunk_verifier(&key).expect("signed in chunks"))
}
