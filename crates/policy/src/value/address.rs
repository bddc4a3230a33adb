//! Addresses and ranges of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::digits;

/// Reads an address as AWS does: numbers of IPv4 are decimal whatever zeros they begin with, an IPv4 address in the
/// clothes of IPv6 (`::ffff:192.0.2.1`) is the IPv4 address, and no other address of IPv6 is written with points.
///
/// Evidence: recorded decisions of AWS.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    if !text.contains(':') {
        return address_v4(text).map(IpAddr::V4);
    }
    let address = IpAddr::V6(text.parse().ok()?).to_canonical();
    (address.is_ipv4() || !text.contains('.')).then_some(address)
}

fn address_v4(text: &str) -> Option<Ipv4Addr> {
    let mut parts = text.split('.');
    let mut next = || u8::try_from(digits(parts.next()?, 1..=3)?).ok();
    let octets = [next()?, next()?, next()?, next()?];
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// Whether a text that is no address might be one for AWS, which is recorded to read some with a colon too many.
pub(crate) fn is_odd_address(text: &str) -> bool {
    text.contains(':') && !text.contains('.')
}

/// The same of a range: not of one whose address can be read, so that it is its prefix that is wrong.
pub(crate) fn is_odd_net(text: &str) -> bool {
    let start = text.split_once('/').map_or(text, |(start, _)| start);
    is_odd_address(start) && address(start).is_none()
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Net {
    /// Of version 4.
    V4 {
        /// An address in it.
        bits: u32,
        /// How many leading bits count.
        prefix: u8,
    },
    /// Of version 6.
    V6 {
        /// An address in it.
        bits: u128,
        /// How many leading bits count.
        prefix: u8,
    },
}

impl Net {
    /// Reads an address with or without a prefix length. Of IPv4, host bits are ignored; a range of IPv6 that has some,
    /// or is written with points, is none.
    ///
    /// Evidence: recorded decisions of AWS, and which policies it was recorded to save.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let prefix = prefix.strip_prefix('+').unwrap_or(prefix);
                (address, Some(u8::try_from(digits(prefix, 1..=3)?).ok()?))
            }
            None => (text, None),
        };
        if let Some(address) = address_v4(address) {
            let prefix = prefix.unwrap_or(32);
            let bits = address.to_bits();
            return (prefix <= 32).then_some(Self::V4 { bits, prefix });
        }
        if address.contains('.') {
            return None;
        }
        let bits = address.parse::<Ipv6Addr>().ok()?.to_bits();
        let prefix = prefix.unwrap_or(128);
        let host = u128::MAX.checked_shr(prefix.into()).unwrap_or(0);
        (prefix <= 128 && bits & host == 0).then_some(Self::V6 { bits, prefix })
    }

    /// Whether an address lies in the range. Addresses of one family never lie in ranges of the other.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4 { bits, prefix }, IpAddr::V4(address)) => {
                (bits ^ address.to_bits())
                    .checked_shr(32_u32.saturating_sub(u32::from(prefix)))
                    .unwrap_or(0)
                    == 0
            }
            (Self::V6 { bits, prefix }, IpAddr::V6(address)) => {
                (bits ^ address.to_bits())
                    .checked_shr(128_u32.saturating_sub(u32::from(prefix)))
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(net: &str, address: &str) -> bool {
        Net::parse(net)
            .unwrap()
            .contains(super::address(address).unwrap())
    }

    #[test]
    fn ranges_contain_their_addresses_and_no_others() {
        assert!(contains("10.0.0.0/8", "10.255.1.2"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0"));
        assert!(contains("10.1.2.3/8", "10.9.9.9"));
        assert!(contains("203.0.113.7", "203.0.113.7"));
        assert!(!contains("203.0.113.7", "203.0.113.8"));
        assert!(contains("0.0.0.0/0", "255.255.255.255"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(!contains("2001:db8::/32", "2001:db9::1"));
        assert!(contains("::/0", "::1"));
        assert!(!contains("::/0", "1.2.3.4"));
        assert!(!contains("0.0.0.0/0", "::1"));
        assert!(contains("192.000.002.0/+24", "192.0.2.001"));
        assert!(contains("192.0.2.0/024", "::ffff:192.0.2.1"));
        assert!(!contains("::ffff:c000:200/120", "::ffff:192.0.2.1"));
        assert!(!contains("::/0", "::ffff:c000:201"));
        assert!(!contains("2001:db8::1", "2001:db8::2"));
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for wrong in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "::1/127",
            "2001:db8::5/64",
            "::ffff:192.0.2.0/120",
            "2001:db8::192.0.2.0/120",
            "0010.0.0.1",
            "10.0.0.1.",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "*",
        ] {
            assert_eq!(Net::parse(wrong), None, "{wrong}");
        }
    }
}
