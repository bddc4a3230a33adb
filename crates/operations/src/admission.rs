//! How many callers without a key are heard at once.
//!
//! Whoever presents a token or an assertion makes the server read a body and check a signature before it is known
//! whether they may do anything. So a network of theirs has few places, a site of many networks has a few more, all of
//! them together have not many more, and what their bodies hold comes out of a small budget of its own: nothing of it
//! is taken from callers with keys.
//!
//! Invariant: there are never more entries than places, so nothing here grows with what strangers send.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::body::{BodyBudget, BodyRules};

/// The largest form of a stranger, in bytes. The longest assertion takes 100,000 characters and the longest session
/// policy 2,048; what of that is escaped, mostly `+` and `=`, takes three bytes a character.
pub(crate) const STRANGER_BODY_BYTES_MAX: usize = 256 * 1024;

/// How long a stranger's body may take to come.
const STRANGER_BODY_TIME_MAX: Duration = Duration::from_secs(5);

/// What strangers' bodies may hold together, in bytes.
const STRANGERS_BYTES_HELD_MAX: usize = 8 << 20;

/// How many strangers are heard at once, from everywhere.
const PLACES: usize = 1_024;

/// How many strangers are heard at once from one network. Behind one address there can be a whole cluster, whose
/// workloads all come back at the same moment.
const PLACES_OF_ONE_NETWORK: u32 = 64;

/// How many strangers are heard at once from one site: whoever is given IPv6 addresses mostly has 65,536 networks.
const PLACES_OF_ONE_SITE: u32 = 256;

/// Decides which strangers are heard.
#[derive(Clone, Debug)]
pub struct Admission {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    bodies: BodyBudget,
    heard: Mutex<Heard>,
    /// The second in which something was last logged of a stranger.
    logged_at: AtomicI64,
    /// How much was not logged since.
    unlogged: AtomicU64,
}

#[derive(Debug, Default)]
struct Heard {
    all: usize,
    by_network: HashMap<IpAddr, u32>,
    by_site: HashMap<Ipv6Addr, u32>,
}

/// A place, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    inner: Arc<Inner>,
    network: IpAddr,
    site: Option<Ipv6Addr>,
}

impl Default for Admission {
    fn default() -> Self {
        Admission::new()
    }
}

impl Admission {
    /// With all places free.
    pub fn new() -> Self {
        Admission {
            inner: Arc::new(Inner {
                bodies: BodyBudget::of(STRANGERS_BYTES_HELD_MAX),
                heard: Mutex::default(),
                logged_at: AtomicI64::new(i64::MIN),
                unlogged: AtomicU64::new(0),
            }),
        }
    }

    /// A place for a stranger from `address`; `None` if there is none left, for its network or at all.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Place> {
        let (network, site) = (network_of(address), site_of(address));
        let mut heard = self.inner.heard.lock();
        let of_network = heard.by_network.get(&network).copied().unwrap_or(0);
        let of_site = site
            .and_then(|site| heard.by_site.get(&site).copied())
            .unwrap_or(0);
        if heard.all >= PLACES || of_network >= PLACES_OF_ONE_NETWORK || of_site >= PLACES_OF_ONE_SITE {
            return None;
        }
        heard.all = heard.all.saturating_add(1);
        heard.by_network.insert(network, of_network.saturating_add(1));
        if let Some(site) = site {
            heard.by_site.insert(site, of_site.saturating_add(1));
        }
        Some(Place {
            inner: Arc::clone(&self.inner),
            network,
            site,
        })
    }

    /// Whether something may be logged of a stranger now, and how much was not since the last time. Once a second:
    /// nobody may fill the log without having to say who they are.
    pub(crate) fn may_log(&self, now: Timestamp) -> Option<u64> {
        let second = now.as_second();
        if self.inner.logged_at.swap(second, Ordering::Relaxed) == second {
            self.inner.unlogged.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(self.inner.unlogged.swap(0, Ordering::Relaxed))
    }
}

impl Place {
    /// How the stranger's body is read.
    pub(crate) fn body_rules(&self) -> BodyRules<'_> {
        BodyRules {
            bytes_max: STRANGER_BODY_BYTES_MAX,
            time_max: STRANGER_BODY_TIME_MAX,
            // What a stranger announces costs it nothing, so nothing is charged for it; and whoever finds the budget
            // spent comes again rather than wait with what has come already.
            charged_ahead_max: 0,
            wait_max: Duration::ZERO,
            budget: &self.inner.bodies,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut heard = self.inner.heard.lock();
        heard.all = heard.all.saturating_sub(1);
        give_back(&mut heard.by_network, &self.network);
        if let Some(site) = &self.site {
            give_back(&mut heard.by_site, site);
        }
    }
}

fn give_back<K: Eq + Hash>(taken: &mut HashMap<K, u32>, key: &K) {
    if let Some(left) = taken.get_mut(key) {
        *left = left.saturating_sub(1);
        if *left == 0 {
            taken.remove(key);
        }
    }
}

/// What belongs to one customer of a network: an IPv4 address, or the first half of an IPv6 address.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from(address.octets()).into(),
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).into(),
    }
}

/// What belongs to one customer who has many networks: nothing of the kind for IPv4, of whose addresses nobody has many.
fn site_of(address: IpAddr) -> Option<Ipv6Addr> {
    match address.to_canonical() {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => Some(Ipv6Addr::from(u128::from(address) & (u128::MAX << 80))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_has_few_places_and_gets_them_back() {
        let admission = Admission::new();
        let own = address("203.0.113.1");
        let held: Vec<_> = (0..PLACES_OF_ONE_NETWORK)
            .map(|_| admission.enter(own).unwrap())
            .collect();
        assert!(admission.enter(own).is_none());
        assert!(admission.enter(address("::ffff:203.0.113.1")).is_none());
        assert!(admission.enter(address("203.0.113.2")).is_some());
        drop(held);
        assert!(admission.enter(own).is_some());
        assert!(admission.inner.heard.lock().by_network.is_empty());
    }

    #[test]
    fn the_networks_of_one_site_do_not_have_all_places() {
        let admission = Admission::new();
        let network = |number: u32| address(&format!("2001:db8:0:{number:x}::1"));
        let held: Vec<_> = (0..PLACES_OF_ONE_SITE)
            .map(|number| admission.enter(network(number)).unwrap())
            .collect();
        assert!(admission.enter(network(0xffff)).is_none());
        assert!(admission.enter(address("2001:db8:1::1")).is_some());
        assert!(admission.enter(address("203.0.113.1")).is_some());
        drop(held);
        assert!(admission.enter(network(0xffff)).is_some());
        assert!(admission.inner.heard.lock().by_site.is_empty());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_share_its_places() {
        let admission = Admission::new();
        let _held: Vec<_> = (0..u128::from(PLACES_OF_ONE_NETWORK))
            .map(|host| {
                let base = u128::from("2001:db8::".parse::<Ipv6Addr>().unwrap());
                admission.enter(Ipv6Addr::from(base + host).into()).unwrap()
            })
            .collect();
        assert!(admission.enter(address("2001:db8::ffff")).is_none());
        assert!(admission.enter(address("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn one_line_a_second_is_logged() {
        let admission = Admission::new();
        let logged = |seconds| admission.may_log(Timestamp::from_second(seconds).unwrap());
        assert_eq!(
            [logged(1), logged(1), logged(1), logged(2), logged(3)],
            [Some(0), None, None, Some(2), Some(0)]
        );
    }

    #[test]
    fn all_networks_together_have_so_many_places() {
        let admission = Admission::new();
        let networks = u32::try_from(PLACES).unwrap();
        let _held: Vec<_> = (0..networks)
            .map(|network| admission.enter(Ipv4Addr::from(network).into()).unwrap())
            .collect();
        assert!(admission.enter(address("203.0.113.1")).is_none());
    }
}
