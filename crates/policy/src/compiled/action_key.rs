//! The action of a request, or of a policy, as it is looked up: hashes of its parts, and the bits that they have in the
//! filters of policies.

use crate::colon;
use crate::fold;

/// The action of a request, prepared for many lookups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActionKey<'a> {
    pub(crate) text: &'a str,
    pub(crate) service: &'a str,
    pub(crate) name: &'a str,
    pub(super) action: u32,
    pub(super) service_hash: u32,
    pub(super) head: u32,
    pub(super) bits: Bits,
}

/// The bits that an action has in the filters of policies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits {
    pub(super) service: u64,
    pub(super) exact: u64,
    pub(super) head: u64,
}

impl<'a> ActionKey<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        // What has no service matches only what matches everything.
        let (service, name) = action
            .split_at_checked(colon::first(action).unwrap_or(0))
            .unwrap_or_default();
        let name = name.strip_prefix(':').unwrap_or(name);
        let service_hash = fold::hash(service.as_bytes());
        let whole_hash = fold::join(service_hash, fold::hash(name.as_bytes()));
        let head = head(name);
        Self {
            text: action,
            service,
            name,
            action: high(whole_hash),
            service_hash: high(service_hash),
            head,
            bits: Bits {
                service: bit(service_hash),
                exact: exact_bits(whole_hash),
                head: head_bit(service_hash, head),
            },
        }
    }
}

/// The first four bytes of a name, folded; fewer are filled up.
fn head(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let first = match bytes.first_chunk::<4>() {
        Some(first) => *first,
        None => {
            let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
            [byte(0), byte(1), byte(2), 0]
        }
    };
    u32::from_le_bytes(first) | FOLD
}

/// As in [`fold::hash`]: setting this bit everywhere makes capitals and small letters alike.
const FOLD: u32 = 0x2020_2020;
/// The bytes of a head that the filter looks at: `Get*` and `Put*` are the commonest patterns there are.
pub(super) const HEAD_FILTERED: u32 = 0x00ff_ffff;

fn bit(hash: u64) -> u64 {
    1 << (hash & 63)
}

/// Two bits: actions are many, and it takes both to be taken for one of them.
fn exact_bits(hash: u64) -> u64 {
    bit(hash) | bit(hash >> 6)
}

fn high(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn head_bit(service_hash: u64, head: u32) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (service_hash ^ u64::from(head & HEAD_FILTERED)).wrapping_mul(FACTOR);
    1 << (mixed >> 58)
}
