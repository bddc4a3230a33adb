//! What the head says about the body, and what the upstream is told about it.

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use lanyard_sigv4::{
    BodyCheck, ChunkVerifier, ChunkedReader, ChunkedWriter, PayloadHash, StreamingPayload, Trailer,
};

use super::BodyError;
use super::checksum::ChecksumAlgorithm;
use super::digests::{ChecksumsOf, Digests};

const CONTENT_SHA256: &str = "x-amz-content-sha256";
const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");
/// The content coding that says that a body comes in chunks.
const AWS_CHUNKED: &str = "aws-chunked";

/// How a body comes, and how it goes on.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How many bytes go upstream.
    pub(crate) content_length: u64,
    /// What the upstream's request declares in `x-amz-content-sha256`.
    pub(crate) payload: PayloadHash,
    /// How many bytes the body has without its framing.
    pub(super) decoded_length: u64,
    pub(super) framing: Framing,
    /// What headers say of it.
    pub(super) digests: Digests,
}

/// How a body comes.
#[derive(Debug)]
pub(super) enum Framing {
    Plain(BodyCheck),
    Chunked {
        reader: Box<ChunkedReader>,
        /// What the trailer has to say.
        checksum: Option<ChecksumAlgorithm>,
    },
}

/// Reads from the client's headers how its body comes.
///
/// `length` is the body's own `size_hint().exact()`. `chunks` comes from `SignedRequest::chunk_verifier`, for bodies
/// that are signed in chunks.
pub(crate) fn plan(
    headers: &HeaderMap,
    check: BodyCheck,
    chunks: Option<ChunkVerifier>,
    length: Option<u64>,
) -> Result<Plan, BodyError> {
    let payload = match check {
        BodyCheck::Streaming(kind) => return plan_chunked(headers, kind, chunks),
        BodyCheck::Sha256(hash) => PayloadHash::Sha256(hash),
        BodyCheck::Unsigned => PayloadHash::Unsigned,
    };
    // An upstream might take the framing off a body that was not checked as a framed one, or another one might not.
    if is_aws_chunked(headers) {
        return Err(BodyError::MalformedChunk);
    }
    let content_length = length.ok_or(BodyError::MissingLength)?;
    Ok(Plan {
        content_length,
        payload,
        decoded_length: content_length,
        framing: Framing::Plain(check),
        digests: Digests::default(),
    })
}

fn plan_chunked(
    headers: &HeaderMap,
    kind: StreamingPayload,
    chunks: Option<ChunkVerifier>,
) -> Result<Plan, BodyError> {
    let decoded_length = decoded_length(headers)?;
    let checksum = announced_checksum(headers)?;
    let reader = match (kind, chunks) {
        (StreamingPayload::UnsignedWithTrailer, _) => ChunkedReader::unsigned(decoded_length),
        (StreamingPayload::Signed | StreamingPayload::SignedWithTrailer, Some(chunks)) => {
            ChunkedReader::signed(chunks, decoded_length)
        }
        // Fails closed: without the chain, signed chunks cannot be checked.
        (StreamingPayload::Signed | StreamingPayload::SignedWithTrailer, None) => {
            return Err(BodyError::ChunkSignature);
        }
    };
    let (payload, content_length) = match (kind, checksum) {
        (StreamingPayload::Signed, None) => (PayloadHash::Unsigned, decoded_length),
        (StreamingPayload::SignedWithTrailer | StreamingPayload::UnsignedWithTrailer, Some(checksum)) => {
            let trailer = [(checksum.header().len(), checksum.value_length())];
            let length = ChunkedWriter::encoded_length(decoded_length, &trailer);
            (
                PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer),
                length.ok_or(BodyError::TooLong)?,
            )
        }
        // Evidence: the S3 API reference's page on trailing headers demands `x-amz-trailer` where a trailer follows.
        (StreamingPayload::Signed, Some(_))
        | (StreamingPayload::SignedWithTrailer | StreamingPayload::UnsignedWithTrailer, None) => {
            return Err(BodyError::Trailer);
        }
    };
    Ok(Plan {
        content_length,
        payload,
        decoded_length,
        framing: Framing::Chunked {
            reader: Box::new(reader),
            checksum,
        },
        digests: Digests::default(),
    })
}

/// What is checked on the body of a request that nobody signed: what it declares, as far as that needs no key.
pub(crate) fn anonymous_check(headers: &HeaderMap) -> Result<BodyCheck, BodyError> {
    let declared = match single(headers, CONTENT_SHA256, BodyError::MalformedChunk)? {
        Some(value) => PayloadHash::parse(value),
        None => PayloadHash::Undeclared,
    };
    match declared {
        PayloadHash::Sha256(hash) => Ok(BodyCheck::Sha256(hash)),
        // AWS's SDKs leave the declaration to the signer, and an anonymous request has none.
        PayloadHash::Undeclared if headers.contains_key(TRAILER) => {
            Ok(BodyCheck::Streaming(StreamingPayload::UnsignedWithTrailer))
        }
        PayloadHash::Undeclared | PayloadHash::Unsigned => Ok(BodyCheck::Unsigned),
        PayloadHash::Streaming(kind @ StreamingPayload::UnsignedWithTrailer) => {
            Ok(BodyCheck::Streaming(kind))
        }
        PayloadHash::Streaming(_) | PayloadHash::Invalid => Err(BodyError::MalformedChunk),
    }
}

impl Plan {
    /// With the checksums that the client's headers give of the body.
    pub(crate) fn with_digests(mut self, headers: &HeaderMap, about: ChecksumsOf) -> Result<Self, BodyError> {
        self.digests = Digests::read(headers, about)?;
        Ok(self)
    }

    /// Makes the headers of the upstream's request fit the body that [`CheckedBody`](super::CheckedBody) gives.
    /// `x-amz-content-sha256` is left to the signer.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        remove_framing(headers);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(self.content_length));
        let Framing::Chunked {
            checksum: Some(checksum),
            ..
        } = self.framing
        else {
            return;
        };
        let codings = match headers
            .get(CONTENT_ENCODING)
            .and_then(|codings| codings.to_str().ok())
        {
            Some(codings) => format!("{AWS_CHUNKED},{codings}"),
            None => AWS_CHUNKED.to_owned(),
        };
        if let Ok(codings) = HeaderValue::try_from(codings) {
            headers.insert(CONTENT_ENCODING, codings);
        }
        headers.insert(DECODED_LENGTH, HeaderValue::from(self.decoded_length));
        headers.insert(TRAILER, HeaderValue::from_static(checksum.header()));
    }
}

/// Makes the headers of a request fit a body that was read whole, whose trailer becomes ordinary headers.
pub(super) fn apply_whole(headers: &mut HeaderMap, length: usize, trailers: &[Trailer]) {
    remove_framing(headers);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    for Trailer { name, value } in trailers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

/// Takes out all that speaks of the client's framing, and leaves at most one `content-encoding`, of the content.
fn remove_framing(headers: &mut HeaderMap) {
    for name in [TRANSFER_ENCODING, DECODED_LENGTH, TRAILER] {
        headers.remove(name);
    }
    let codings: Vec<&str> = codings(headers).filter(|coding| !is_chunked(coding)).collect();
    let codings = HeaderValue::try_from(codings.join(",")).ok();
    match codings.filter(|codings| !codings.is_empty()) {
        Some(codings) => headers.insert(CONTENT_ENCODING, codings),
        None => headers.remove(CONTENT_ENCODING),
    };
}

fn is_aws_chunked(headers: &HeaderMap) -> bool {
    codings(headers).any(is_chunked) || headers.contains_key(TRAILER) || headers.contains_key(DECODED_LENGTH)
}

fn is_chunked(coding: impl AsRef<str>) -> bool {
    coding.as_ref().eq_ignore_ascii_case(AWS_CHUNKED)
}

fn codings(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|coding| !coding.is_empty())
}

fn decoded_length(headers: &HeaderMap) -> Result<u64, BodyError> {
    let malformed = BodyError::MalformedChunk;
    let text = single(headers, DECODED_LENGTH.as_str(), malformed)?.ok_or(BodyError::MissingLength)?;
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).ok_or(malformed)
}

fn announced_checksum(headers: &HeaderMap) -> Result<Option<ChecksumAlgorithm>, BodyError> {
    match single(headers, TRAILER.as_str(), BodyError::Trailer)? {
        None => Ok(None),
        Some(name) => ChecksumAlgorithm::of_header(name.trim())
            .map(Some)
            .ok_or(BodyError::Trailer),
    }
}

/// The value of a header that decides how the body is read. Given twice, it is refused.
fn single<'a>(headers: &'a HeaderMap, name: &str, error: BodyError) -> Result<Option<&'a str>, BodyError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| error),
        (Some(_), Some(_)) => Err(error),
    }
}
