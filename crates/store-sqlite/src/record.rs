//! A commit's changes as one value of the change feed.
//!
//! For each change: length of key, key, length of value plus one (zero for a
//! removal), value. Lengths are 32-bit little-endian.

use std::str;
use std::sync::Arc;

use bytes::Bytes;
use lanyard_store::Change;

/// Appends the changes to `buffer`. The limits of a commit keep lengths small.
pub(crate) fn encode(changes: &[Change], buffer: &mut Vec<u8>) {
    for Change { key, value } in changes {
        put_length(buffer, key.len());
        buffer.extend_from_slice(key.as_bytes());
        match value {
            None => put_length(buffer, 0),
            Some(value) => {
                put_length(buffer, value.len().saturating_add(1));
                buffer.extend_from_slice(value);
            }
        }
    }
}

/// The changes, or `None` if the bytes are not what [`encode`] makes.
pub(crate) fn decode(record: Vec<u8>) -> Option<Vec<Change>> {
    let mut rest = Bytes::from(record);
    let mut changes = Vec::new();
    while !rest.is_empty() {
        let key_length = take_length(&mut rest)?;
        let key = take(&mut rest, key_length)?;
        let key: Arc<str> = str::from_utf8(&key).ok()?.into();
        let value = match take_length(&mut rest)?.checked_sub(1) {
            None => None,
            Some(length) => Some(take(&mut rest, length)?),
        };
        changes.push(Change { key, value });
    }
    Some(changes)
}

fn put_length(buffer: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    buffer.extend_from_slice(&length.to_le_bytes());
}

fn take_length(rest: &mut Bytes) -> Option<usize> {
    let length = take(rest, 4)?;
    usize::try_from(u32::from_le_bytes(*length.first_chunk::<4>()?)).ok()
}

fn take(rest: &mut Bytes, length: usize) -> Option<Bytes> {
    (length <= rest.len()).then(|| rest.split_to(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_back_as_they_were() {
        let changes = vec![
            Change::put("a", "1"),
            Change::delete("b"),
            Change::put("", ""),
            Change::put("ü", vec![0; 300]),
        ];
        let mut buffer = Vec::new();
        encode(&changes, &mut buffer);
        assert_eq!(decode(buffer), Some(changes));
    }

    #[test]
    fn cut_records_are_refused() {
        let mut buffer = Vec::new();
        encode(&[Change::put("key", "value")], &mut buffer);
        for length in 1..buffer.len() {
            assert_eq!(decode(buffer[..length].to_vec()), None, "cut at {length}");
        }
    }
}
