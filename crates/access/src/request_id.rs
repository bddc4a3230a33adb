//! Request ids: random version 4 UUIDs, with one call for randomness per 64 of them.

use std::cell::RefCell;
use std::fmt;

use uuid::{Builder, Uuid};

/// How many random bytes are drawn at once.
const POOL_BYTES: usize = 1024;
/// How many of them an id takes.
const ID_BYTES: usize = 16;

struct Pool {
    bytes: [u8; POOL_BYTES],
    used: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; POOL_BYTES], used: POOL_BYTES }) };
}

/// The id of one request: what its answer is found by, its record in the trail and its decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId {
    text: [u8; uuid::fmt::Hyphenated::LENGTH],
}

impl RequestId {
    /// A new one. No byte of the pool serves twice.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "there is no id that a request has by default"
    )]
    pub fn new() -> Self {
        let id = POOL
            .with_borrow_mut(|pool| pool.draw())
            .unwrap_or_else(Uuid::new_v4);
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        id.hyphenated().encode_lower(&mut text);
        Self { text }
    }

    /// The id as text: digits in lower case, and hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Pool {
    /// `None` when the system gives no random bytes now.
    fn draw(&mut self) -> Option<Uuid> {
        if self.used + ID_BYTES > POOL_BYTES {
            getrandom::fill(&mut self.bytes).ok()?;
            self.used = 0;
        }
        let rest = self.bytes.get(self.used..)?;
        let drawn = *rest.first_chunk::<ID_BYTES>()?;
        self.used += ID_BYTES;
        Some(Builder::from_random_bytes(drawn).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::RequestId;

    #[test]
    fn ids_are_random_uuids_and_never_repeat() {
        let ids: HashSet<_> = (0..1_000).map(|_| RequestId::new()).collect();
        assert_eq!(ids.len(), 1_000);
        let is_random =
            |id: &RequestId| Uuid::parse_str(id.as_str()).is_ok_and(|id| id.get_version_num() == 4);
        assert!(ids.iter().all(is_random));
    }
}
