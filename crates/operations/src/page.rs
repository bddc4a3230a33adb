//! Pages of lists: one way to cut them, for every list operation.
//!
//! A marker names the last item that was shown, not a position, so that a page goes on at the right place
//! whatever was created or deleted in between. Clients cannot read it and need not.

use data_encoding::BASE64URL_NOPAD;
use lanyard_aws_api::ErrorCode;

use crate::error::Refusal;

/// How many items a page has unless the caller says otherwise. Evidence: the public API reference.
const ITEMS_DEFAULT: usize = 100;

/// Which page the caller asks for.
#[derive(Debug)]
pub(crate) struct Page {
    /// The key of the last item of the page before.
    after: Option<String>,
    items_max: usize,
}

/// One page of items.
#[derive(Debug)]
pub(crate) struct Paged<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub(crate) marker: Option<String>,
}

impl<T> Paged<T> {
    /// Whether there is a next page.
    pub(crate) fn is_truncated(&self) -> bool {
        self.marker.is_some()
    }

    /// The same page of other things.
    pub(crate) fn map<U>(self, each: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(each).collect(),
            marker: self.marker,
        }
    }
}

impl Page {
    /// Reads `Marker` and `MaxItems`. The model has checked the range of the second.
    pub(crate) fn asked(marker: Option<&str>, items_max: Option<i32>) -> Result<Self, Refusal> {
        let after = match marker {
            None => None,
            Some(marker) => Some(open(marker).ok_or_else(|| {
                // Evidence: texts collected from AWS by its users' test suites.
                Refusal::new(ErrorCode::VALIDATION_ERROR, "Invalid Marker.")
            })?),
        };
        let items_max = items_max
            .and_then(|items| usize::try_from(items).ok())
            .unwrap_or(ITEMS_DEFAULT);
        Ok(Page {
            after,
            items_max: items_max.clamp(1, 1000),
        })
    }

    /// The key after which the page begins.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Takes a page from `items`, which begin after [`Page::after`] and are in the order of `key`.
    pub(crate) fn cut<T, K: AsRef<str>>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> K,
    ) -> Paged<T> {
        self.cut_within(usize::MAX, items, |_| 0, key)
    }

    /// As [`Page::cut`], for items of very different weight: a page ends, too, with the item that makes it as heavy
    /// as `weight_max`. Evidence: the public API reference, that a page may have fewer items than were asked for.
    pub(crate) fn cut_within<T, K: AsRef<str>>(
        &self,
        weight_max: usize,
        items: impl IntoIterator<Item = T>,
        weight: impl Fn(&T) -> usize,
        key: impl Fn(&T) -> K,
    ) -> Paged<T> {
        let mut taken: Vec<T> = Vec::with_capacity(self.items_max.min(ITEMS_DEFAULT));
        let mut weight_taken = 0_usize;
        for item in items {
            if taken.len() == self.items_max || (weight_taken >= weight_max && !taken.is_empty()) {
                let marker = taken
                    .last()
                    .map(|last| BASE64URL_NOPAD.encode(sealed(key(last).as_ref()).as_bytes()));
                return Paged { items: taken, marker };
            }
            weight_taken = weight_taken.saturating_add(weight(&item));
            taken.push(item);
        }
        Paged {
            items: taken,
            marker: None,
        }
    }

    /// As [`Page::cut`], for a short list in an order of its own: a page goes on behind the item of the marker's key,
    /// and begins anew if that is gone.
    pub(crate) fn cut_unsorted<T, K: AsRef<str>>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> K,
    ) -> Paged<T> {
        let items: Vec<T> = items.into_iter().collect();
        let shown = self
            .after()
            .and_then(|after| items.iter().position(|item| key(item).as_ref() == after));
        let skipped = shown.map_or(0, |shown| shown + 1);
        self.cut(items.into_iter().skip(skipped), key)
    }

    /// As [`Page::cut`], for a short list that cannot begin anywhere but at its start: what stands up to the
    /// marker's key is passed over.
    pub(crate) fn cut_sorted<T, K: AsRef<str>>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> K,
    ) -> Paged<T> {
        let rest = items.into_iter().filter(|item| match self.after() {
            None => true,
            Some(after) => key(item).as_ref() > after,
        });
        self.cut(rest, &key)
    }
}

/// The form of a marker; another form of another version can be told apart.
const FORM: &str = "1:";

fn sealed(key: &str) -> String {
    format!("{FORM}{key}")
}

fn open(marker: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(marker.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix(FORM).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_without_gap_or_repetition() {
        let all = ["a", "b", "c", "d", "e"];
        let mut seen = Vec::new();
        let mut marker: Option<String> = None;
        for _ in 0..3 {
            let page = Page::asked(marker.as_deref(), Some(2)).unwrap();
            let paged = page.cut_sorted(all, |item| *item);
            seen.extend(paged.items);
            marker = paged.marker;
        }
        assert_eq!(seen, all);
        assert_eq!(marker, None);
    }

    #[test]
    fn a_full_last_page_has_no_marker() {
        let page = Page::asked(None, Some(2)).unwrap();
        assert!(!page.cut_sorted(["a", "b"], |item| *item).is_truncated());
    }

    #[test]
    fn a_page_ends_with_the_item_that_makes_it_too_heavy() {
        let page = Page::asked(None, Some(10)).unwrap();
        let cut =
            |weight_max| page.cut_within(weight_max, ["a", "bbb", "c"], |item| item.len(), |item| *item);
        assert_eq!(cut(0).items, ["a"]);
        assert_eq!(cut(1).items, ["a"]);
        assert_eq!(cut(2).items, ["a", "bbb"]);
        assert!(cut(4).is_truncated());
        assert!(!cut(5).is_truncated());
    }

    #[test]
    fn a_marker_that_was_never_given_is_refused() {
        let refused = Page::asked(Some("nonsense!"), None).unwrap_err();
        assert_eq!(refused.message(), Some("Invalid Marker."));
    }
}
