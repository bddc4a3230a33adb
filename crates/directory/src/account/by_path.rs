//! Who is where: the index by path, so that a list under a path costs what it shows.
//!
//! Most entities have the path `/`, which every prefix of a list begins with at most; they are not in the index.

use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use lanyard_names::{EntityPath, FoldedName, UniqueId};

/// As many paths are merged into one order of names. Beyond, all entities are gone through.
const PATHS_MAX: usize = 64;

/// Behind all names, which are of ASCII.
const LAST: &str = "\u{10ffff}";

/// The entities of one kind by path and name, but those of the path `/`.
#[derive(Clone, Debug, Default)]
pub(super) struct ByPath(OrdMap<(Arc<str>, FoldedName), UniqueId>);

impl ByPath {
    /// Follows a change of an entity's path or name.
    ///
    /// Within one commit a name may pass from one entity to another, in either order of records. So an entry goes only
    /// with the entity that it names.
    pub(super) fn replace(
        &mut self,
        id: UniqueId,
        old: Option<(&EntityPath, &FoldedName)>,
        new: Option<(&EntityPath, &FoldedName)>,
    ) {
        if old == new {
            return;
        }
        let key = |(path, name): (&EntityPath, &FoldedName)| {
            (!path.is_root()).then(|| (path.to_shared(), name.clone()))
        };
        if let Some(key) = old.and_then(key)
            && self.0.get(&key) == Some(&id)
        {
            self.0.remove(&key);
        }
        if let Some(key) = new.and_then(key) {
            self.0.insert(key, id);
        }
    }

    /// Who is under a path prefix other than `/`, in order of name, beginning after a name. `None` if there are too
    /// many paths under it.
    pub(super) fn under<'a>(
        &'a self,
        prefix: &str,
        after: Option<&str>,
    ) -> Option<impl Iterator<Item = UniqueId> + use<'a>> {
        let mut sources = Vec::new();
        let mut next = Bound::Included((Arc::from(prefix), FoldedName::of("")));
        while let Some(((path, _), _)) = self.0.range((next, Bound::Unbounded)).next()
            && path.starts_with(prefix)
        {
            if sources.len() == PATHS_MAX {
                return None;
            }
            sources.push(self.at(path, after));
            next = Bound::Excluded((Arc::clone(path), FoldedName::of(LAST)));
        }
        Some(merged(sources).map(|(_, id)| id))
    }

    fn at<'a>(
        &'a self,
        path: &'a Arc<str>,
        after: Option<&str>,
    ) -> impl Iterator<Item = (&'a FoldedName, UniqueId)> + use<'a> {
        let start = (Arc::clone(path), FoldedName::of(after.unwrap_or_default()));
        self.0
            .range((Bound::Excluded(start), Bound::Unbounded))
            .take_while(move |((of, _), _)| of == path)
            .map(|((_, name), id)| (name, *id))
    }
}

/// Several lists in order of name as one; what stands in several of them comes once.
pub(super) fn merged<'a>(
    sources: Vec<impl Iterator<Item = (&'a FoldedName, UniqueId)>>,
) -> impl Iterator<Item = (&'a FoldedName, UniqueId)> {
    let mut sources: Vec<Peekable<_>> = sources.into_iter().map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        let first = sources
            .iter_mut()
            .filter_map(|source| source.peek().copied())
            .min()?;
        for source in &mut sources {
            source.next_if(|next| next.0 == first.0);
        }
        Some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lanyard_names::IdKind;

    fn id(number: u8) -> UniqueId {
        UniqueId::from_entropy(IdKind::User, [number; 16])
    }

    fn filled(entries: &[(&str, &str)]) -> ByPath {
        let mut index = ByPath::default();
        for (number, (path, name)) in (0..).zip(entries) {
            let path = EntityPath::parse(path).unwrap();
            index.replace(id(number), None, Some((&path, &FoldedName::of(name))));
        }
        index
    }

    fn check(index: &ByPath, prefix: &str, after: Option<&str>, expected: &[u8]) {
        let found: Vec<UniqueId> = index.under(prefix, after).unwrap().collect();
        let expected: Vec<UniqueId> = expected.iter().map(|number| id(*number)).collect();
        assert_eq!(found, expected, "{prefix} after {after:?}");
    }

    #[test]
    fn what_is_under_a_path_comes_in_order_of_name() {
        let index = filled(&[
            ("/a/", "cy"),
            ("/a/b/", "Bob"),
            ("/", "eve"),
            ("/ab/", "dan"),
            ("/a/", "ann"),
            ("/b/", "bea"),
        ]);
        check(&index, "/a/", None, &[4, 1, 0]);
        check(&index, "/a/", Some("ann"), &[1, 0]);
        check(&index, "/a/", Some("BOB"), &[0]);
        check(&index, "/a", None, &[4, 1, 0, 3]);
        check(&index, "/a/b/", None, &[1]);
        check(&index, "/c/", None, &[]);
    }

    #[test]
    fn an_entry_goes_with_its_entity_alone() {
        let mut index = filled(&[("/a/", "ann")]);
        let (path, ann) = (EntityPath::parse("/a/").unwrap(), FoldedName::of("ann"));
        index.replace(id(7), None, Some((&path, &ann)));
        index.replace(id(0), Some((&path, &ann)), None);
        check(&index, "/a/", None, &[7]);
        index.replace(id(7), Some((&path, &ann)), Some((&path, &FoldedName::of("zoe"))));
        check(&index, "/a/", Some("ann"), &[7]);
        index.replace(id(7), Some((&path, &FoldedName::of("zoe"))), None);
        check(&index, "/a/", None, &[]);
    }

    #[test]
    fn too_many_paths_are_not_merged() {
        let paths: Vec<String> = (0..=PATHS_MAX).map(|number| format!("/p{number}/")).collect();
        let entries: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "x")).collect();
        assert!(filled(&entries).under("/p", None).is_none());
        assert!(filled(&entries).under("/p1/", None).is_some());
    }
}
