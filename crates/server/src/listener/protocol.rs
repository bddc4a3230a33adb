//! Which protocol a connection speaks, and the bounds of each.
//!
//! On TLS the handshake has settled it. On plain TCP a client that knows beforehand that the server speaks HTTP/2
//! opens with a fixed text (RFC 9113, section 3.4), which is no beginning of any HTTP/1 request.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::config::Limits;

/// The name of HTTP/2 in a TLS handshake.
pub(crate) const ALPN_HTTP2: &[u8] = b"h2";
/// The name of HTTP/1.1 in a TLS handshake.
pub(crate) const ALPN_HTTP1: &[u8] = b"http/1.1";

/// What an HTTP/2 connection opens with.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What one HTTP/1 connection may read ahead of a body, and hold of an answer, in bytes. It grows from 8 KiB, and only
/// for who keeps it full; so large bodies pass with few reads, and strangers, whose bodies nobody reads, hold no more
/// than a head.
const HTTP1_BUFFER_BYTES: usize = 128 << 10;
/// Requests answered at the same time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;
/// What one request's body may hold unread, in bytes.
const STREAM_WINDOW_BYTES: u32 = 512 << 10;
/// What all bodies of one connection may hold unread, in bytes.
const CONNECTION_WINDOW_BYTES: u32 = 1 << 20;
/// What one answer may hold that the client does not read yet, in bytes.
const SEND_BYTES_MAX: usize = 128 << 10;
/// How often an HTTP/2 client is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How long it may take to say so.
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// Requests that were reset before they could be answered, at one time; more end the connection.
const RESETS_PENDING_MAX: usize = 20;
/// Requests that had to be reset for the client's mistakes; more end the connection.
const RESETS_FOR_MISTAKES_MAX: usize = 256;

/// Both protocols, with their bounds.
pub(super) struct Protocols {
    pub(super) http1: http1::Builder,
    pub(super) http2: http2::Builder<TokioExecutor>,
    pub(super) head_within: Duration,
}

impl Protocols {
    /// Hyper itself allows at most 100 headers of HTTP/1 and answers 431 beyond either bound. (With
    /// `pipeline_flush` that answer would never be sent.)
    pub(super) fn within(limits: Limits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_within)
            .max_buf_size(limits.head_bytes_max.max(HTTP1_BUFFER_BYTES))
            .max_header_size(limits.head_bytes_max)
            .half_close(false)
            .keep_alive(true);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(u32::try_from(limits.head_bytes_max).unwrap_or(u32::MAX))
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_send_buf_size(SEND_BYTES_MAX)
            .max_pending_accept_reset_streams(RESETS_PENDING_MAX)
            .max_local_error_reset_streams(RESETS_FOR_MISTAKES_MAX)
            .keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PONG_WITHIN);
        Self {
            http1,
            http2,
            head_within: limits.head_within,
        }
    }
}

/// How a connection on plain TCP begins.
pub(super) struct Opening {
    /// Whether it is HTTP/2.
    pub(super) is_http2: bool,
    /// What was read to find out.
    pub(super) read: Bytes,
}

/// Reads until it is clear what is spoken: almost always, a few bytes of the first line.
pub(super) async fn opening<IO: AsyncRead + Unpin>(stream: &mut IO) -> io::Result<Opening> {
    let mut read = Vec::with_capacity(PREFACE.len());
    while read.len() < PREFACE.len() && PREFACE.starts_with(&read) {
        let missing = PREFACE.len().saturating_sub(read.len()) as u64;
        if (&mut *stream).take(missing).read_buf(&mut read).await? == 0 {
            break;
        }
    }
    Ok(Opening {
        is_http2: read == PREFACE,
        read: read.into(),
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn check(pieces: &[&str], is_http2: bool) {
        let (mut client, mut server) = tokio::io::duplex(1024);
        let sent = async {
            for piece in pieces {
                client.write_all(piece.as_bytes()).await.unwrap();
                tokio::task::yield_now().await;
            }
            drop(client);
        };
        let (opening, ()) = tokio::join!(
            async {
                let opening = opening(&mut server).await.unwrap();
                let mut rest = Vec::new();
                server.read_to_end(&mut rest).await.unwrap();
                let whole = [&opening.read[..], &rest].concat();
                assert_eq!(whole, pieces.concat().as_bytes());
                opening
            },
            sent
        );
        assert_eq!(opening.is_http2, is_http2, "{pieces:?}");
    }

    #[tokio::test]
    async fn the_preface_tells_http2_however_it_is_cut() {
        check(&["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], true).await;
        check(&["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0"], true).await;
        check(&["P", "RI * HT", "TP/2.0\r\n\r\nSM\r\n\r", "\n\0"], true).await;
    }

    #[tokio::test]
    async fn everything_else_is_http1() {
        check(&["GET / HTTP/1.1\r\n\r\n"], false).await;
        check(&["P", "UT /b/k HTTP/1.1\r\n\r\n"], false).await;
        check(&["PRI * HTTP/2.0\r\n\r\nSM\r\n\r!"], false).await;
        check(&["PRI"], false).await;
        check(&[], false).await;
    }
}
