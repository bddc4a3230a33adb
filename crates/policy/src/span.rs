//! Where something stands in the text of a policy.

use serde::Serialize;

/// A stretch of a policy's text. As in Access Analyzer's findings, lines count from 1, columns and offsets from
/// 0; columns count characters, offsets count bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte in its line, in characters from 0.
    pub column: u32,
}
