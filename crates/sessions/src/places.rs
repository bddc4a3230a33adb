//! How many strangers of one network are heard at once.
//!
//! Reading bodies and hashing passwords have bounds for everybody together; without a smaller one for each network, one
//! stranger could take all of it, and nobody else would get in.
//!
//! Invariant: there are never more entries than requests that are being answered.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use parking_lot::Mutex;

/// How many requests of one network are answered at once. Behind one address there can be a whole office.
const PLACES_MAX: u32 = 64;
/// How many of those may be about a password: a quarter of those that wait for a hash.
const PASSWORDS_MAX: u32 = 16;

/// Who is being heard.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<HashMap<IpAddr, Taken>>);

#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    all: u32,
    passwords: u32,
}

/// A place, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    places: &'a Places,
    network: IpAddr,
    is_password: bool,
}

impl Places {
    /// A place for a request; `None` if its network has none left.
    pub(crate) fn enter(&self, address: IpAddr, is_password: bool) -> Option<Place<'_>> {
        let network = network_of(address);
        let mut places = self.0.lock();
        let taken = places.get(&network).copied().unwrap_or_default();
        if taken.all >= PLACES_MAX || (is_password && taken.passwords >= PASSWORDS_MAX) {
            return None;
        }
        let more = Taken {
            all: taken.all.saturating_add(1),
            passwords: taken.passwords.saturating_add(u32::from(is_password)),
        };
        places.insert(network, more);
        Some(Place {
            places: self,
            network,
            is_password,
        })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut places = self.places.0.lock();
        if let Some(taken) = places.get_mut(&self.network) {
            taken.all = taken.all.saturating_sub(1);
            taken.passwords = taken.passwords.saturating_sub(u32::from(self.is_password));
            if taken.all == 0 {
                places.remove(&self.network);
            }
        }
    }
}

/// What belongs to one customer of a network: an IPv4 address, or the first half of an IPv6 address.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many requests at once are heard.
    fn heard(places: &Places, address: &str, is_password: bool) -> usize {
        let address = address.parse().unwrap();
        let held: Vec<_> = (0..100)
            .filter_map(|_| places.enter(address, is_password))
            .collect();
        held.len()
    }

    #[test]
    fn a_network_has_few_places_and_gets_them_back() {
        let places = Places::default();
        for _ in 0..2 {
            assert_eq!(heard(&places, "203.0.113.1", true), 16);
            assert_eq!(heard(&places, "203.0.113.1", false), 64);
        }
        assert!(places.0.lock().is_empty());
    }

    #[test]
    fn networks_do_not_share_places_and_addresses_of_one_do() {
        let places = Places::default();
        let enter = |address: &str| places.enter(address.parse().unwrap(), true);
        let _held: Vec<_> = (0..16).map(|_| enter("2001:db8::1").unwrap()).collect();
        assert!(enter("2001:db8::2").is_none());
        assert!(enter("2001:db8:0:1::1").is_some());
        let _held: Vec<_> = (0..16).map(|_| enter("203.0.113.1").unwrap()).collect();
        assert!(enter("::ffff:203.0.113.1").is_none());
        assert!(enter("203.0.113.2").is_some());
    }
}
