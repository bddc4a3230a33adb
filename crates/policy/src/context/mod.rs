//! The condition keys of one request, by name: what decisions look up again and again.
//!
//! Keys that many requests have, such as those of a session, are shared rather than copied.
//!
//! Invariant: no name stands twice, neither among a context's own keys nor among them and the shared ones.

mod entry;
mod name;
mod slots;
mod text;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

pub(crate) use entry::Entry;
use entry::{Parsed, UNKNOWN};
pub use name::KeyName;
use slots::{FEW, mark};
pub use text::Text;

use crate::fold;

/// What a condition key has for this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// A key that has one value by its nature, such as `aws:SourceIp`.
    Single(Text),
    /// A key that can have several, such as `aws:TagKeys`, however many it has now. Conditions need
    /// `ForAllValues` or `ForAnyValue` for it. With no value at all it counts as absent.
    Many(Vec<Text>),
    /// A key of which whoever asks knows neither its value nor whether it is there: what a condition or a variable
    /// makes of it is in doubt.
    Unknown,
}

/// The condition keys of one request. Names are compared without regard to case.
///
/// An IPv4 address that came in IPv6's clothes (`::ffff:192.0.2.1`) must be unwrapped by the caller: here
/// addresses of one family never match ranges of the other.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Keys that many contexts have. None of them is among the entries, and the base has no base.
    base: Option<Arc<Context>>,
    entries: Vec<Entry>,
    /// For the hash of each entry a bit: a name whose bit is not set is not there.
    marks: u64,
    /// A hash table of numbers of entries, at least half free; or empty while there are few.
    slots: Vec<u32>,
    /// Numbers of entries that found no slot near their own, sorted by name. Names can be made to have one hash.
    crowded: Vec<u32>,
    /// What the names of keys begin with that are unknown unless they are among the entries.
    unknown: Vec<Text>,
}

static EMPTY: Context = Context {
    base: None,
    entries: Vec::new(),
    marks: 0,
    slots: Vec::new(),
    crowded: Vec::new(),
    unknown: Vec::new(),
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

    /// The keys of another context, which are shared rather than copied, and room for some more.
    pub fn based_on(base: &Arc<Self>, keys: usize) -> Self {
        if base.base.is_some() {
            return base.clone_with_room(keys);
        }
        let mut context = Self::with_capacity(keys);
        context.base = Some(Arc::clone(base));
        context
    }

    /// The same keys, and room for some more.
    #[must_use]
    pub fn clone_with_room(&self, keys: usize) -> Self {
        let room = self.entries.len() + keys;
        let mut entries = Vec::with_capacity(room);
        entries.extend_from_slice(&self.entries);
        let mut context = Self {
            base: self.base.clone(),
            entries,
            marks: self.marks,
            slots: Vec::new(),
            crowded: Vec::new(),
            unknown: self.unknown.clone(),
        };
        context.rebuild(room);
        context
    }

    /// Sets a key that has one value by its nature. A value set before is replaced.
    pub fn insert(&mut self, name: impl Into<KeyName>, value: impl Into<Text>) {
        self.set(name.into(), ContextValue::Single(value.into()));
    }

    /// Sets a key that can have several values. Values set before are replaced.
    pub fn insert_many(
        &mut self,
        name: impl Into<KeyName>,
        values: impl IntoIterator<Item = impl Into<Text>>,
    ) {
        let values = values.into_iter().map(Into::into).collect();
        self.set(name.into(), ContextValue::Many(values));
    }

    /// Says of a key that nobody knows its value, nor whether it is there. A value set before is replaced.
    pub fn insert_unknown(&mut self, name: impl Into<KeyName>) {
        self.set(name.into(), ContextValue::Unknown);
    }

    /// Says the same of every key whose name begins like this, in any case of letters, and that has not been set.
    pub fn insert_unknown_under(&mut self, prefix: impl Into<Text>) {
        self.unknown.push(prefix.into());
    }

    /// Sets a key whose value is an address. A value set before is replaced.
    pub fn insert_address(&mut self, name: impl Into<KeyName>, address: IpAddr) {
        let value = ContextValue::Single(Text::of_address(address));
        self.put(Entry {
            parsed: OnceLock::from(Parsed::Address(Some(address))),
            ..Entry::new(name.into(), value)
        });
    }

    /// Sets all keys of another context but those that are refused. Values set before are replaced. What is unknown
    /// there is unknown here.
    pub fn insert_all(&mut self, other: &Self, is_refused: impl Fn(&str) -> bool) {
        let shared = other.base.as_ref().map_or(&[][..], |base| &base.unknown);
        self.unknown.extend_from_slice(shared);
        self.unknown.extend_from_slice(&other.unknown);
        for entry in other.shared_entries().iter().chain(&other.entries) {
            if !is_refused(entry.name.as_str()) {
                self.put(entry.clone());
            }
        }
    }

    fn set(&mut self, name: KeyName, value: ContextValue) {
        self.put(Entry::new(name, value));
    }

    fn put(&mut self, entry: Entry) {
        let hash = entry.hash;
        // Most keys are set once, and then nothing is looked for.
        let shared = self.base.as_ref().map_or(0, |base| base.marks);
        if (self.marks | shared) & mark(hash) != 0 {
            self.own(hash, entry.name.as_str());
            if let Some(number) = self.number_of(hash, entry.name.as_str()) {
                if let Some(old) = self.entries.get_mut(number) {
                    *old = entry;
                }
                return;
            }
        }
        self.marks |= mark(hash);
        self.entries.push(entry);
        if self.slots.len() >= self.entries.len() * 2 {
            self.enter(self.entries.len() - 1, hash);
        } else if self.entries.len() > FEW {
            self.rebuild(self.entries.len() * 2);
        }
    }

    /// Takes a key away.
    pub fn remove(&mut self, name: &str) {
        let hash = fold::hash_of_key(name);
        self.own(hash, name);
        if let Some(number) = self.number_of(hash, name) {
            self.entries.remove(number);
            self.rebuild(self.entries.len());
        }
    }

    /// Takes all such keys away, in one go.
    pub fn remove_all(&mut self, is_meant: impl Fn(&str) -> bool) {
        let mut shared = self.shared_entries().iter().map(|entry| entry.name.as_str());
        if let Some(name) = shared.find(|name| is_meant(name)).map(str::to_owned) {
            self.own(fold::hash_of_key(&name), &name);
        }
        self.entries.retain(|entry| !is_meant(entry.name.as_str()));
        self.rebuild(self.entries.len());
    }

    /// Makes shared keys the context's own, if this is one of them: it is about to change.
    fn own(&mut self, hash: u64, name: &str) {
        let Some(base) = self.base.take_if(|base| base.number_of(hash, name).is_some()) else {
            return;
        };
        let own = std::mem::take(self);
        *self = base.clone_with_room(own.entries.len());
        self.unknown.extend(own.unknown);
        for entry in own.entries {
            self.put(entry);
        }
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&ContextValue> {
        let entry = self.entry(fold::hash_of_key(name), name)?;
        Some(&entry.value)
    }

    /// The same for a name whose hash is known.
    pub fn value_of(&self, name: &KeyName) -> Option<&ContextValue> {
        let entry = self.entry(name.hash, name.text.as_str())?;
        Some(&entry.value)
    }

    /// Whether the name of a key begins as those do of which nothing is known.
    fn is_unknown(&self, name: &str) -> bool {
        let shared = self.base.as_ref().map_or(&[][..], |base| &base.unknown);
        let mut prefixes = shared.iter().chain(&self.unknown);
        prefixes.any(|prefix| fold::begins_with(name, prefix.as_str()))
    }

    /// Every key with its value, in the order of insertion; shared ones come first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        (self.shared_entries().iter().chain(&self.entries)).map(|entry| (entry.name.as_str(), &entry.value))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.shared_entries().len() + self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shared_entries(&self) -> &[Entry] {
        self.base.as_ref().map_or(&[], |base| &base.entries)
    }

    fn entry(&self, hash: u64, name: &str) -> Option<&Entry> {
        if let Some(number) = self.number_of(hash, name) {
            return self.entries.get(number);
        }
        let base = self.base.as_ref()?;
        base.entries.get(base.number_of(hash, name)?)
    }

    /// A key that is present: one that can have several values has at least one.
    pub(crate) fn find(&self, hash: u64, name: &str) -> Option<&Entry> {
        let Some(entry) = self.entry(hash, name) else {
            return self.is_unknown(name).then_some(&UNKNOWN);
        };
        match &entry.value {
            ContextValue::Many(values) if values.is_empty() => None,
            _ => Some(entry),
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
    fn keys_are_taken_away_in_one_go() {
        let mut base = Context::new();
        base.insert("a:shared", "1");
        for number in 0..20 {
            base.insert(format!("tag/{number}"), "1");
        }
        let mut context = Context::based_on(&std::sync::Arc::new(base.clone()), 0);
        context.insert("tag/own", "1");
        context.insert("a:own", "1");
        context.remove_all(|name| name.starts_with("tag/"));
        let names: Vec<&str> = context.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a:shared", "a:own"]);
        assert_eq!(context.get("tag/7"), None);
        assert_eq!(context.get("a:own"), Some(&single("1")));
        assert_eq!(base.len(), 21);
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
    fn keys_can_be_shared_until_they_change() {
        for count in [1, 30] {
            let mut base = Context::new();
            for number in 0..count {
                base.insert(format!("aws:PrincipalTag/{number}"), "shared");
            }
            let base = Arc::new(base);
            let mut context = Context::based_on(&base, 2);
            context.insert("own", "1");
            assert_eq!(context.len(), count + 1);
            assert_eq!(context.get("AWS:PrincipalTag/0"), Some(&single("shared")));
            assert_eq!(context.iter().last(), Some(("own", &single("1"))));
            let unchanged = Context::based_on(&Arc::new(context.clone()), 1);
            assert_eq!(
                unchanged.iter().collect::<Vec<_>>(),
                context.iter().collect::<Vec<_>>()
            );
            context.insert("aws:principaltag/0", "changed");
            assert_eq!(context.len(), count + 1);
            assert_eq!(context.get("aws:PrincipalTag/0"), Some(&single("changed")));
            assert_eq!(context.get("own"), Some(&single("1")));
            let mut without = unchanged.clone();
            without.remove("aws:PrincipalTag/0");
            assert_eq!(without.get("aws:PrincipalTag/0"), None);
            assert_eq!(without.len(), count);
            let mut all = Context::new();
            all.insert_all(&unchanged, |name| name == "own");
            assert_eq!(all.len(), count);
            assert_eq!(base.get("aws:PrincipalTag/0"), Some(&single("shared")));
        }
    }

    #[test]
    fn short_texts_and_addresses_are_written_alike() {
        for text in ["", "a", "é", &"x".repeat(22), &"x".repeat(23)] {
            assert_eq!(Text::copied(text).as_str(), text);
        }
        for number in [0, 9, 10, 999_999_999_999, 1_000_000_000_000, u64::MAX] {
            assert_eq!(Text::from(number), Text::from(number.to_string()));
            let account = lanyard_names::AccountId::from_u64(number);
            let written = account.map(|account| account.to_string());
            assert_eq!(account.map(Text::from), written.map(Text::from));
        }
        for text in [
            "0.0.0.0",
            "192.0.2.7",
            "255.255.255.255",
            "10.100.9.99",
            "2001:db8::1",
        ] {
            let mut context = Context::new();
            context.insert_address("k", text.parse().unwrap());
            assert_eq!(context.get("k"), Some(&ContextValue::Single(Text::copied(text))));
            let entry = context.find(fold::hash(b"k"), "k").unwrap();
            assert_eq!(entry.address(), text.parse().ok());
        }
    }

    #[test]
    fn a_key_without_values_is_absent_to_conditions() {
        let mut context = Context::new();
        context.insert_many("k", Vec::<&'static str>::new());
        assert!(context.find(fold::hash(b"k"), "k").is_none());
        assert!(context.get("k").is_some());
    }
}
