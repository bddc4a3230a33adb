//! The condition keys of one request.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use crate::fold;
use crate::value::{Dated, Number};

/// The text of a condition key's value. Cheap to make from what the caller already has.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Shared(Arc<str>),
    Owned(Box<str>),
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Static(text) => text,
            Repr::Shared(text) => text,
            Repr::Owned(text) => text,
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Repr::Static(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Owned(text.into_boxed_str()))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Repr::Shared(text))
    }
}

impl From<bool> for Text {
    fn from(value: bool) -> Self {
        Self(Repr::Static(if value { "true" } else { "false" }))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

/// What a condition key has for this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// A key that has one value by its nature, such as `aws:SourceIp`.
    Single(Text),
    /// A key that can have several, such as `aws:TagKeys`, however many it has now. Conditions need
    /// `ForAllValues` or `ForAnyValue` for it. With no value at all it counts as absent.
    Many(Vec<Text>),
}

/// The condition keys of one request. Names are compared without regard to case.
///
/// An IPv4 address that came in IPv6's clothes (`::ffff:192.0.2.1`) must be unwrapped by the caller: here
/// addresses of one family never match ranges of the other.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: Vec<Entry>,
    /// A hash table of numbers of entries, empty or at least half free.
    slots: Vec<u32>,
    /// Numbers of entries that found no slot near their own, sorted by name. Names can be made to have one hash.
    crowded: Vec<u32>,
}

/// A condition key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    hash: u64,
    name: Text,
    value: ContextValue,
    /// The value as what the first condition that asked wanted it as. Many conditions of many policies read the
    /// same few keys.
    parsed: OnceLock<Parsed>,
}

#[derive(Debug, Clone, Copy)]
enum Parsed {
    Address(Option<IpAddr>),
    Number(Option<Number>),
    Instant(Option<Dated>),
}

const FREE: u32 = u32::MAX;

/// How many slots are looked at for a name. Entries are at most half of them, so that only names made for it need
/// more.
const PROBES_MAX: usize = 32;

static EMPTY: Context = Context {
    entries: Vec::new(),
    slots: Vec::new(),
    crowded: Vec::new(),
};

impl Context {
    /// A context without keys.
    pub(crate) const EMPTY: &'static Self = &EMPTY;

    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No keys yet, and room for some.
    pub fn with_capacity(keys: usize) -> Self {
        let mut context = Self::new();
        context.entries.reserve(keys);
        context.rebuild(keys);
        context
    }

    /// The same keys, and room for some more.
    #[must_use]
    pub fn clone_with_room(&self, keys: usize) -> Self {
        let room = self.entries.len() + keys;
        let mut entries = Vec::with_capacity(room);
        entries.extend_from_slice(&self.entries);
        let mut context = Self {
            entries,
            slots: Vec::new(),
            crowded: Vec::new(),
        };
        context.rebuild(room);
        context
    }

    /// Sets a key that has one value by its nature. A value set before is replaced.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        self.set(name.into(), ContextValue::Single(value.into()));
    }

    /// Sets a key that can have several values. Values set before are replaced.
    pub fn insert_many(&mut self, name: impl Into<Text>, values: impl IntoIterator<Item = impl Into<Text>>) {
        let values = values.into_iter().map(Into::into).collect();
        self.set(name.into(), ContextValue::Many(values));
    }

    fn set(&mut self, name: Text, value: ContextValue) {
        let hash = fold::hash_of_key(name.as_str());
        let entry = Entry {
            hash,
            value,
            parsed: OnceLock::new(),
            name,
        };
        if let Some(number) = self.number_of(hash, entry.name.as_str()) {
            if let Some(old) = self.entries.get_mut(number) {
                *old = entry;
            }
            return;
        }
        self.entries.push(entry);
        if self.slots.len() < self.entries.len() * 2 {
            self.rebuild(self.entries.len() * 2);
        } else {
            self.enter(self.entries.len() - 1, hash);
        }
    }

    /// Takes a key away.
    pub fn remove(&mut self, name: &str) {
        if let Some(number) = self.number_of(fold::hash_of_key(name), name) {
            self.entries.remove(number);
            self.rebuild(self.entries.len());
        }
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&ContextValue> {
        let number = self.number_of(fold::hash_of_key(name), name)?;
        self.entries.get(number).map(|entry| &entry.value)
    }

    /// Every key with its value, in the order of insertion.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries
            .iter()
            .map(|entry| (entry.name.as_str(), &entry.value))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A key that is present: one that can have several values has at least one.
    pub(crate) fn find(&self, hash: u64, name: &str) -> Option<&Entry> {
        let entry = self.entries.get(self.number_of(hash, name)?)?;
        match &entry.value {
            ContextValue::Many(values) if values.is_empty() => None,
            _ => Some(entry),
        }
    }

    fn number_of(&self, hash: u64, name: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = first_slot(hash) & mask;
        for _ in 0..PROBES_MAX {
            let number = *self.slots.get(slot)?;
            if number == FREE {
                return None;
            }
            let entry = self.entries.get(number as usize)?;
            if entry.hash == hash && fold::same_keys(entry.name.as_str(), name) {
                return Some(number as usize);
            }
            slot = (slot + 1) & mask;
        }
        let place = self.place_among_crowded(name).ok()?;
        self.crowded.get(place).map(|number| *number as usize)
    }

    /// Where among the entries without a slot a name is, or would be.
    fn place_among_crowded(&self, name: &str) -> Result<usize, usize> {
        self.crowded.binary_search_by(|number| {
            let entry = self.entries.get(*number as usize);
            let own = entry.map_or("", |entry| entry.name.as_str());
            fold::lower(own).cmp(fold::lower(name))
        })
    }

    /// Makes the table anew, with room for this many entries.
    fn rebuild(&mut self, room: usize) {
        let size = (room.max(self.entries.len()).max(8) * 2).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, FREE);
        self.crowded.clear();
        for number in 0..self.entries.len() {
            let hash = self.entries.get(number).map_or(0, |entry| entry.hash);
            self.enter(number, hash);
        }
    }

    fn enter(&mut self, number: usize, hash: u64) {
        let Some(mask) = self.slots.len().checked_sub(1) else {
            return;
        };
        let stored = u32::try_from(number).unwrap_or(FREE);
        let mut slot = first_slot(hash) & mask;
        for _ in 0..PROBES_MAX {
            match self.slots.get_mut(slot) {
                Some(found) if *found == FREE => {
                    *found = stored;
                    return;
                }
                _ => slot = (slot + 1) & mask,
            }
        }
        let name = self.entries.get(number).map_or("", |entry| entry.name.as_str());
        if let Err(place) = self.place_among_crowded(name) {
            self.crowded.insert(place, stored);
        }
    }
}

fn first_slot(hash: u64) -> usize {
    hash as usize
}

impl Entry {
    pub(crate) fn value(&self) -> &ContextValue {
        &self.value
    }

    /// The value of a key that has one by its nature.
    pub(crate) fn single(&self) -> Option<&str> {
        match &self.value {
            ContextValue::Single(text) => Some(text.as_str()),
            ContextValue::Many(_) => None,
        }
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        let text = self.single()?;
        match self.parsed.get_or_init(|| Parsed::Address(text.parse().ok())) {
            Parsed::Address(address) => *address,
            _ => text.parse().ok(),
        }
    }

    pub(crate) fn number(&self) -> Option<Number> {
        let text = self.single()?;
        match self.parsed.get_or_init(|| Parsed::Number(Number::parse(text))) {
            Parsed::Number(number) => *number,
            _ => Number::parse(text),
        }
    }

    pub(crate) fn instant(&self) -> Option<Dated> {
        let text = self.single()?;
        match self.parsed.get_or_init(|| Parsed::Instant(Dated::parse(text))) {
            Parsed::Instant(instant) => *instant,
            _ => Dated::parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(text: &'static str) -> ContextValue {
        ContextValue::Single(text.into())
    }

    #[test]
    fn names_are_found_in_any_case() {
        let mut context = Context::new();
        context.insert("aws:PrincipalTag/Team", "red");
        assert_eq!(context.get("AWS:principaltag/TEAM"), Some(&single("red")));
        assert_eq!(context.get("aws:PrincipalTag/Teams"), None);
    }

    #[test]
    fn the_last_value_counts() {
        let mut context = Context::new();
        context.insert("k", "1");
        context.insert("K", "2");
        assert_eq!(context.len(), 1);
        assert_eq!(context.get("k"), Some(&single("2")));
    }

    #[test]
    fn many_keys_are_kept_apart_and_can_be_removed() {
        let mut context = Context::with_capacity(3);
        for number in 0..300 {
            context.insert(format!("aws:RequestTag/{number}"), format!("{number}"));
        }
        context.remove("AWS:RequestTag/7");
        context.remove("absent");
        assert_eq!(context.len(), 299);
        for number in 0..300 {
            let expected = (number != 7).then(|| ContextValue::Single(number.to_string().into()));
            assert_eq!(
                context.get(&format!("aws:requesttag/{number}")),
                expected.as_ref()
            );
        }
    }

    #[test]
    fn a_key_without_values_is_absent_to_conditions() {
        let mut context = Context::new();
        context.insert_many("k", Vec::<&'static str>::new());
        assert!(context.find(fold::hash(b"k"), "k").is_none());
        assert!(context.get("k").is_some());
    }

    #[test]
    fn a_value_is_read_as_whatever_is_asked_for() {
        let mut context = Context::new();
        context.insert("k", "5");
        let entry = context.find(fold::hash(b"k"), "K").unwrap();
        assert_eq!(entry.number(), Number::parse("5"));
        assert_eq!(entry.instant(), Dated::parse("5"));
        assert_eq!(entry.address(), None);
        assert_eq!(entry.number(), Number::parse("5"));
    }
}
