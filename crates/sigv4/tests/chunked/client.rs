//! A client that signs bodies in chunks.

use http::{HeaderMap, HeaderValue, Method};
use lanyard_sigv4::{
    BodyCheck, ChunkSigner, ChunkVerifier, Head, PayloadHash, ServiceRules, SignedRequest, Signer,
    SigningKey, StreamingPayload, Trailer,
};

const RULES: ServiceRules = ServiceRules::s3();

/// The two ends of one request whose head is signed and verified.
pub(crate) fn signed_request(kind: StreamingPayload) -> (ChunkSigner, ChunkVerifier) {
    let key = SigningKey::derive("a secret", "20261122", "us-east-1", "s3");
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("s3.example.com"));
    let signer = Signer {
        access_key_id: "AKIAEXAMPLE",
        key: &key,
        session_token: None,
        region: "us-east-1",
        service: "s3",
        time: "2026-11-22T11:00:00Z".parse().unwrap(),
        rules: &RULES,
    };
    let payload = PayloadHash::Streaming(kind);
    signer
        .sign(&Method::PUT, "/bucket/key", None, &mut headers, payload)
        .unwrap();
    ends(&headers, "/bucket/key", &key)
}

/// Verifies a head and gives both ends of its body.
pub(crate) fn ends(headers: &HeaderMap, path: &str, key: &SigningKey) -> (ChunkSigner, ChunkVerifier) {
    let method = Method::PUT;
    let head = Head {
        method: &method,
        path,
        query: None,
        headers,
    };
    let signed = SignedRequest::parse(&head).unwrap().unwrap();
    let check = signed.verify_head(&head, key, &RULES).unwrap();
    assert!(matches!(check, BodyCheck::Streaming(_)), "{check:?}");
    (
        signed.chunk_signer(key).unwrap(),
        signed.chunk_verifier(key).unwrap(),
    )
}

/// A body as AWS's SDKs send it: chunks of these data, then the end, and the trailer if there is one.
pub(crate) fn signed_body(
    mut signer: ChunkSigner,
    chunks: &[&[u8]],
    trailers: Option<&[Trailer]>,
) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in chunks {
        body.extend_from_slice(signer.chunk_header(chunk).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(signer.chunk_header(b"").as_bytes());
    match trailers {
        Some(trailers) => body.extend_from_slice(signer.trailer(trailers).as_bytes()),
        None => body.extend_from_slice(b"\r\n"),
    }
    body
}
