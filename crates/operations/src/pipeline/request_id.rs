//! Request ids: random version 4 UUIDs, with one call for randomness per 64 of them.

use std::cell::RefCell;

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

/// A new request id. No byte of the pool serves twice.
pub(super) fn new() -> Uuid {
    POOL.with_borrow_mut(|pool| pool.draw())
        .unwrap_or_else(Uuid::new_v4)
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

    #[test]
    fn ids_are_random_uuids_and_never_repeat() {
        let ids: HashSet<_> = (0..1_000).map(|_| super::new()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.get_version_num() == 4));
    }
}
