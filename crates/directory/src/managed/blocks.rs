//! The packed data set: a table of rows, and blocks of documents that are inflated on demand.

use std::io::Read;

use flate2::read::ZlibDecoder;

/// One policy of the data set.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    pub(super) version: u32,
    pub(super) created: i64,
    pub(super) updated: i64,
    block: usize,
    start: usize,
    end: usize,
}

struct Block {
    start: usize,
    end: usize,
    bytes: usize,
}

/// Every policy, in order of lower-cased name.
pub(super) static ROWS: &[Row] = include!(concat!(env!("OUT_DIR"), "/managed_policy_rows.rs"));
static BLOCKS: &[Block] = include!(concat!(env!("OUT_DIR"), "/managed_policy_blocks.rs"));
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/managed_policy_blocks.bin"));

impl Row {
    /// The document as text; `None` if the program file is damaged.
    pub(super) fn document(&self) -> Option<String> {
        let block = BLOCKS.get(self.block)?;
        let mut inflated = Vec::with_capacity(block.bytes);
        let packed = PACKED.get(block.start..block.end)?;
        // Nothing behind the document is needed.
        ZlibDecoder::new(packed)
            .take(self.end as u64)
            .read_to_end(&mut inflated)
            .ok()?;
        inflated.drain(..self.start.min(inflated.len()));
        String::from_utf8(inflated)
            .ok()
            .filter(|text| text.len() == self.end - self.start)
    }
}
