//! One message in, one message out, over gRPC.
//!
//! Evidence: gRPC's public documents on its protocol over HTTP/2 and on its status codes. Messages are not compressed
//! here, and one that is, is refused.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use prost::Message;

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
const TYPE: &str = "application/grpc";

/// What stands before a message: whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;
/// The largest message.
const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// The largest body: one message.
pub(super) const BODY_BYTES_MAX: usize = MESSAGE_BYTES_MAX + PREFIX_BYTES;
/// The longest that a call may wish to last.
const TIME_MAX: Duration = Duration::from_secs(30);
/// The longest text of a status.
const TEXT_BYTES_MAX: usize = 1_024;

/// How a call ended that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}

/// The same, with a text for whoever operates the client.
#[derive(Debug)]
pub(super) struct Status {
    pub(super) code: Code,
    pub(super) text: String,
}

impl Status {
    pub(super) fn new(code: Code, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, text }
    }
}

/// The body of an answer: at most one message, and trailers behind it.
#[derive(Debug)]
pub struct GrpcBody {
    message: Option<Bytes>,
    trailers: Option<HeaderMap>,
}

impl Body for GrpcBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let message = self.message.take().map(Frame::data);
        let frame = message.or_else(|| self.trailers.take().map(Frame::trailers));
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.message.is_none() && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.message.as_ref().map_or(0, |message| message.len() as u64))
    }
}

/// Whether a request says that it is gRPC.
pub(super) fn is_call(parts: &Parts) -> bool {
    parts.method == Method::POST && has_type(&parts.headers)
}

fn has_type(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let rest = value.and_then(|value| value.strip_prefix(TYPE));
    // Of the forms of messages there is one here. gRPC-Web is another protocol.
    rest.is_some_and(|rest| matches!(rest, "" | "+proto") || rest.starts_with(';'))
}

/// The answer to what is no call at all, in HTTP's own words.
pub(super) fn not_a_call(parts: &Parts) -> Option<Response<GrpcBody>> {
    let status = if parts.version < Version::HTTP_2 {
        StatusCode::HTTP_VERSION_NOT_SUPPORTED
    } else if parts.method != Method::POST {
        StatusCode::METHOD_NOT_ALLOWED
    } else if !has_type(&parts.headers) {
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    } else {
        return None;
    };
    let mut response = Response::new(GrpcBody {
        message: None,
        trailers: None,
    });
    *response.status_mut() = status;
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = HeaderValue::from_static("POST");
        response.headers_mut().insert(ALLOW, allowed);
    }
    Some(response)
}

/// How long a call may take, by its own wish.
pub(super) fn time_of(headers: &HeaderMap) -> Result<Duration, Status> {
    let Some(value) = headers.get(TIMEOUT) else {
        return Ok(TIME_MAX);
    };
    let read = |text: &str| {
        let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let is_number = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count: u64 = digits.parse().ok().filter(|_| is_number)?;
        Some(match unit {
            "H" => Duration::from_secs(count.saturating_mul(3_600)),
            "M" => Duration::from_secs(count.saturating_mul(60)),
            "S" => Duration::from_secs(count),
            "m" => Duration::from_millis(count),
            "u" => Duration::from_micros(count),
            "n" => Duration::from_nanos(count),
            _ => return None,
        })
    };
    let time = value.to_str().ok().and_then(read);
    let time = time.ok_or_else(|| Status::new(Code::InvalidArgument, "grpc-timeout cannot be read"))?;
    Ok(time.min(TIME_MAX))
}

/// Refuses a call whose message is compressed.
pub(super) fn check_encoding(headers: &HeaderMap) -> Result<(), Status> {
    match headers.get(ENCODING) {
        None => Ok(()),
        Some(encoding) if encoding == "identity" => Ok(()),
        Some(_) => Err(Status::new(
            Code::Unimplemented,
            "messages are not taken compressed: grpc-accept-encoding is identity",
        )),
    }
}

/// The one message of a body.
pub(super) fn read<M: Message + Default>(body: &[u8]) -> Result<M, Status> {
    let internal = |text: &str| Status::new(Code::Internal, text);
    let (prefix, rest) = body
        .split_first_chunk::<PREFIX_BYTES>()
        .ok_or_else(|| internal("the call has no whole message"))?;
    let [compressed, length @ ..] = *prefix;
    if compressed != 0 {
        return Err(internal(
            "the message is compressed, and grpc-encoding does not say so",
        ));
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MESSAGE_BYTES_MAX {
        return Err(too_large());
    }
    let message = rest
        .get(..length)
        .ok_or_else(|| internal("the call has no whole message"))?;
    if rest.len() > length {
        return Err(internal("the call has more than one message"));
    }
    M::decode(message).map_err(|_| internal("the message cannot be read"))
}

/// The refusal of a message beyond the bound.
pub(super) fn too_large() -> Status {
    Status::new(Code::ResourceExhausted, "the message is too large")
}

/// The answer to a call.
pub(super) fn answer<M: Message>(result: Result<M, Status>) -> Response<GrpcBody> {
    let mut response = Response::new(GrpcBody {
        message: None,
        trailers: None,
    });
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(TYPE));
    match result {
        Ok(message) => {
            let mut trailers = HeaderMap::new();
            trailers.insert(STATUS, HeaderValue::from_static("0"));
            *response.body_mut() = GrpcBody {
                message: Some(framed(&message)),
                trailers: Some(trailers),
            };
        }
        // Without a message, what would stand in the trailers stands in the head.
        Err(status) => {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            headers.insert(STATUS, HeaderValue::from(status.code as u16));
            if let Ok(text) = HeaderValue::from_str(&encoded(&status.text)) {
                headers.insert(MESSAGE, text);
            }
        }
    }
    response
}

fn framed<M: Message>(message: &M) -> Bytes {
    let length = message.encoded_len();
    let mut framed = BytesMut::with_capacity(length.saturating_add(PREFIX_BYTES));
    framed.put_u8(0);
    // What is answered has some kilobytes at most.
    framed.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    framed.put_slice(&message.encode_to_vec());
    framed.freeze()
}

/// A text as `grpc-message` carries it.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes().take(TEXT_BYTES_MAX) {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::super::messages::HttpStatus;
    use super::*;

    #[test]
    fn a_body_has_one_whole_message_that_is_not_compressed() {
        let check = |body: &[u8], expected: Result<i32, &str>| {
            let read = read::<HttpStatus>(body).map(|status| status.code);
            let read = read.map_err(|status| format!("{:?}: {}", status.code, status.text));
            assert_eq!(read, expected.map_err(str::to_owned), "{body:?}");
        };
        check(&[0, 0, 0, 0, 2, 8, 7], Ok(7));
        check(&[0, 0, 0, 0, 0], Ok(0));
        let partial = Err("Internal: the call has no whole message");
        check(&[], partial);
        check(&[0, 0, 0, 0], partial);
        check(&[0, 0, 0, 0, 3, 8, 7], partial);
        check(
            &[0, 0, 0, 0, 2, 8, 7, 0],
            Err("Internal: the call has more than one message"),
        );
        check(
            &[1, 0, 0, 0, 2, 8, 7],
            Err("Internal: the message is compressed, and grpc-encoding does not say so"),
        );
        check(&[0, 0, 0, 0, 1, 8], Err("Internal: the message cannot be read"));
        check(
            &[0, 255, 0, 0, 0],
            Err("ResourceExhausted: the message is too large"),
        );
    }

    #[test]
    fn a_call_says_how_long_it_may_take() {
        let check = |value: &str, expected: Option<Duration>| {
            let mut headers = HeaderMap::new();
            headers.insert(TIMEOUT, value.parse().unwrap());
            assert_eq!(time_of(&headers).ok(), expected, "{value}");
        };
        check("250m", Some(Duration::from_millis(250)));
        check("1S", Some(Duration::from_secs(1)));
        check("99999999H", Some(TIME_MAX));
        for wrong in ["", "1", "S", "-1S", "123456789m", "1x", "1.5S", "é"] {
            let value = HeaderValue::from_bytes(wrong.as_bytes()).unwrap();
            let headers = HeaderMap::from_iter([(TIMEOUT, value)]);
            assert!(time_of(&headers).is_err(), "{wrong}");
        }
    }

    #[test]
    fn texts_of_statuses_are_encoded() {
        assert_eq!(encoded("a b%c\né"), "a b%25c%0A%C3%A9");
    }

    #[test]
    fn the_type_of_a_call_is_that_of_grpc() {
        let check = |value: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, value.parse().unwrap());
            assert_eq!(has_type(&headers), expected, "{value}");
        };
        check("application/grpc", true);
        check("application/grpc+proto", true);
        check("application/grpc; charset=utf-8", true);
        for other in [
            "application/grpc+json",
            "application/grpc-web",
            "application/json",
            "",
        ] {
            check(other, false);
        }
    }
}
