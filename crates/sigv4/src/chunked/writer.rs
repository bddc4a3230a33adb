//! Putting on the framing that is not signed and has a trailer.

use super::Trailer;

/// How much data a chunk holds. Servers bound it; AWS's own SDK for Python sends chunks of this size.
const CHUNK_BYTES: u64 = 1024 * 1024;
/// The line that announces the end.
const LAST_HEADER: &str = "0\r\n";
const LINE_END: &str = "\r\n";

/// Frames a body as `STREAMING-UNSIGNED-PAYLOAD-TRAILER` says, without touching its data.
///
/// Before each piece of data, [`header`](Self::header) gives what has to be sent first, and
/// [`take`](Self::take) says how much of the piece belongs to the chunk; in the end, [`end`](Self::end).
#[derive(Debug)]
pub struct ChunkedWriter {
    /// Data that is in no chunk yet.
    left: u64,
    /// Data that still belongs to the open chunk.
    left_in_chunk: u64,
    has_chunk: bool,
}

impl ChunkedWriter {
    /// A writer for a body of so many bytes.
    pub fn new(decoded_length: u64) -> Self {
        Self {
            left: decoded_length,
            left_in_chunk: 0,
            has_chunk: false,
        }
    }

    /// How long a framed body is in all: for `Content-Length`. The trailing headers are given by the length of
    /// name and value. `None`: longer than can be said.
    pub fn encoded_length(decoded_length: u64, trailers: &[(usize, usize)]) -> Option<u64> {
        let (whole, rest) = (decoded_length / CHUNK_BYTES, decoded_length % CHUNK_BYTES);
        let around = |length: u64| header_text(length).len() + LINE_END.len();
        let mut framing = whole.checked_mul(around(CHUNK_BYTES) as u64)?;
        if rest > 0 {
            framing = framing.checked_add(around(rest) as u64)?;
        }
        let lines = trailers
            .iter()
            .map(|(name, value)| name + ":".len() + value + LINE_END.len());
        let end = LAST_HEADER.len() + lines.sum::<usize>() + LINE_END.len();
        decoded_length.checked_add(framing)?.checked_add(end as u64)
    }

    /// What has to be sent before the next byte of data, if anything.
    pub fn header(&mut self) -> Option<String> {
        if self.left_in_chunk > 0 || self.left == 0 {
            return None;
        }
        let length = self.left.min(CHUNK_BYTES);
        self.left -= length;
        self.left_in_chunk = length;
        let header = header_text(length);
        Some(if std::mem::replace(&mut self.has_chunk, true) {
            format!("{LINE_END}{header}")
        } else {
            header
        })
    }

    /// How much of a piece of data goes into the open chunk. Zero when the announced length is used up.
    pub fn take(&mut self, available: usize) -> usize {
        let taken = usize::try_from(self.left_in_chunk)
            .unwrap_or(usize::MAX)
            .min(available);
        self.left_in_chunk -= taken as u64;
        taken
    }

    /// What has to be sent after all data.
    pub fn end(self, trailers: &[Trailer]) -> String {
        let mut text = String::from(if self.has_chunk { LINE_END } else { "" });
        text.push_str(LAST_HEADER);
        for Trailer { name, value } in trailers {
            text.push_str(&format!("{name}:{value}{LINE_END}"));
        }
        text.push_str(LINE_END);
        text
    }
}

fn header_text(length: u64) -> String {
    format!("{length:x}{LINE_END}")
}
