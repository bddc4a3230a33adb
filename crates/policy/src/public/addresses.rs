//! How much of the Internet the ranges of addresses in a policy are, all of them together.
//!
//! Many narrow ranges can be as wide as everybody. What overlaps is counted once; private networks are nobody's in
//! particular and are not counted.

use crate::value::Net;

/// The widest range of IPv4 addresses that is not public.
const V4_PREFIX_MIN: u8 = 8;
/// The widest range of IPv6 addresses that is not public.
const V6_PREFIX_MIN: u8 = 32;
/// Networks of IPv4 that are not routed on the Internet.
const PRIVATE: [(u32, u8); 4] = [
    (0x0a00_0000, 8),
    (0xac10_0000, 12),
    (0xc0a8_0000, 16),
    (0x6440_0000, 10),
];

/// The ranges by which the statements of a policy are tied down.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl Addresses {
    /// Takes one more range; `false` if it is none, or so wide that it amounts to everybody.
    pub(super) fn take(&mut self, value: &str) -> bool {
        match Net::parse(value) {
            Some(Net::V4 { bits, prefix }) => self.take_v4(bits, prefix),
            // Where IPv4 addresses are written as IPv6, their own bits begin at the 97th.
            Some(Net::V6 { bits, prefix }) if bits >> 96 == 0 => match prefix.checked_sub(96) {
                Some(prefix) => self.take_v4(u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0), prefix),
                None => false,
            },
            Some(Net::V6 { bits, prefix }) if prefix >= V6_PREFIX_MIN => {
                let host = u128::MAX.checked_shr(prefix.into()).unwrap_or(0);
                self.v6.push((bits & !host, bits | host));
                true
            }
            Some(Net::V6 { .. }) | None => false,
        }
    }

    fn take_v4(&mut self, bits: u32, prefix: u8) -> bool {
        let host = u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
        let is_in = |(network, its_prefix): &(u32, u8)| {
            let mask = !u32::MAX.checked_shr((*its_prefix).into()).unwrap_or(0);
            prefix >= *its_prefix && bits & mask == *network
        };
        if !PRIVATE.iter().any(is_in) {
            self.v4.push((bits & !host, bits | host));
        }
        prefix >= V4_PREFIX_MIN
    }

    /// Whether all of them together are wider than one range may be.
    pub(super) fn are_wide(mut self) -> bool {
        let v4 = self.v4.drain(..).map(|(first, last)| (first.into(), last.into()));
        count(v4.collect()) > 1 << (32 - V4_PREFIX_MIN) || count(self.v6) > 1 << (128 - V6_PREFIX_MIN)
    }
}

/// How many addresses there are in ranges that may overlap.
fn count(mut ranges: Vec<(u128, u128)>) -> u128 {
    ranges.sort_unstable();
    let mut count = 0_u128;
    let mut counted_to = None;
    for (first, last) in ranges {
        let first = counted_to.map_or(first, |to: u128| first.max(to.saturating_add(1)));
        if last >= first {
            count = count.saturating_add((last - first).saturating_add(1));
            counted_to = Some(last);
        }
    }
    count
}
