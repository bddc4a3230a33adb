//! Lists of questions, of which no more is kept than one request may ask.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::refusal::Refusal;

/// How many questions there may be in one request.
const QUESTIONS_MAX: usize = 1_000;

/// A list of which no more is kept than a request may have.
pub(crate) struct Bounded<T> {
    first: Vec<T>,
    has_more: bool,
}

impl<T> Bounded<T> {
    /// The whole list, if that was all.
    pub(crate) fn all(self) -> Result<Vec<T>, Refusal> {
        if self.has_more {
            return Err(Refusal::validation(format!(
                "There may be at most {QUESTIONS_MAX} requests."
            )));
        }
        Ok(self.first)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Bounded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BoundedVisitor(PhantomData))
    }
}

struct BoundedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for BoundedVisitor<T> {
    type Value = Bounded<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of questions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut first = Vec::new();
        while first.len() < QUESTIONS_MAX {
            match list.next_element()? {
                Some(item) => first.push(item),
                None => {
                    return Ok(Bounded {
                        first,
                        has_more: false,
                    });
                }
            }
        }
        let mut has_more = false;
        while list.next_element::<IgnoredAny>()?.is_some() {
            has_more = true;
        }
        Ok(Bounded { first, has_more })
    }
}
