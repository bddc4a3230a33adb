//! Answers that are remembered for a short while.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::error::ServiceError;

/// A bounded memory of answers by question. Many who ask the same at once share one flight, and how it ends.
#[derive(Debug)]
pub(in crate::aws) struct Remembered<V, E = ServiceError> {
    lifetime: Duration,
    entries_max: usize,
    slots: Mutex<HashMap<String, Arc<Slot<V, E>>>>,
}

/// The answer to one question. Whoever holds the lock is finding it out.
#[derive(Debug)]
struct Slot<V, E> {
    answer: tokio::sync::Mutex<Option<Result<V, E>>>,
    /// When the question was first asked, from which the answer grows old: it may have been true then already.
    since: Instant,
}

impl<V: Clone, E: Clone> Remembered<V, E> {
    pub(in crate::aws) fn new(lifetime: Duration, entries_max: usize) -> Self {
        Self {
            lifetime,
            entries_max,
            slots: Mutex::default(),
        }
    }

    /// The answer to a question: the remembered one, or the one that `ask` finds out. Failures are not remembered, but
    /// all who waited meanwhile have them: one after another, they would each wait for one of their own.
    ///
    /// Invariant: what was asked before [`Self::forget`] is given to nobody who asks after it.
    pub(in crate::aws) async fn get(
        &self,
        question: &str,
        ask: impl AsyncFnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        let slot = self.slot(question);
        let mut answer = slot.answer.lock().await;
        if let Some(answer) = &*answer {
            return answer.clone();
        }
        let found = ask().await;
        if found.is_err() {
            self.drop_slot(question, &slot);
        }
        *answer = Some(found.clone());
        found
    }

    /// Forgets an answer, if it is not a newer one.
    fn drop_slot(&self, question: &str, slot: &Arc<Slot<V, E>>) {
        let mut slots = self.slots.lock();
        if slots.get(question).is_some_and(|known| Arc::ptr_eq(known, slot)) {
            slots.remove(question);
        }
    }

    fn slot(&self, question: &str) -> Arc<Slot<V, E>> {
        let now = Instant::now();
        let is_fresh = |slot: &Arc<Slot<V, E>>| now.duration_since(slot.since) < self.lifetime;
        let mut slots = self.slots.lock();
        if let Some(slot) = slots.get(question).filter(|slot| is_fresh(slot)) {
            return Arc::clone(slot);
        }
        if slots.len() >= self.entries_max {
            slots.retain(|_, slot| is_fresh(slot));
        }
        // Rare, and then as good as starting anew: so many questions in so short a time are not asked twice.
        if slots.len() >= self.entries_max {
            slots.clear();
        }
        let slot = Arc::new(Slot {
            answer: tokio::sync::Mutex::new(None),
            since: now,
        });
        slots.insert(question.to_owned(), Arc::clone(&slot));
        slot
    }

    /// Forgets the answer to a question.
    pub(in crate::aws) fn forget(&self, question: &str) {
        self.slots.lock().remove(question);
    }

    /// Forgets the answers to all such questions.
    pub(in crate::aws) fn forget_such(&self, is_meant: impl Fn(&str) -> bool) {
        self.slots.lock().retain(|question, _| !is_meant(question));
    }

    /// Forgets everything.
    pub(in crate::aws) fn forget_all(&self) {
        self.slots.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    struct World {
        remembered: Remembered<u32, Infallible>,
        asked: Cell<u32>,
    }

    impl World {
        fn new() -> Self {
            Self {
                remembered: Remembered::new(Duration::from_secs(5), 2),
                asked: Cell::new(0),
            }
        }

        async fn get(&self, question: &str) -> u32 {
            let ask = async || {
                let number = self.asked.get() + 1;
                self.asked.set(number);
                tokio::task::yield_now().await;
                Ok(number)
            };
            self.remembered.get(question, ask).await.unwrap()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_remembered_for_a_while() {
        let world = World::new();
        assert_eq!(world.get("a").await, 1);
        assert_eq!(world.get("a").await, 1);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(world.get("a").await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn many_ask_once() {
        let world = World::new();
        let (first, second, other) = tokio::join!(world.get("a"), world.get("a"), world.get("b"));
        assert_eq!(first, second);
        assert_ne!(first, other);
        assert_eq!(world.asked.get(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_before_it_was_forgotten_is_given_to_nobody_after() {
        let world = World::new();
        let early = async { world.get("a").await };
        let late = async {
            world.remembered.forget("a");
            world.get("a").await
        };
        let (early, late) = tokio::join!(early, late);
        assert_eq!(world.asked.get(), 2);
        assert_eq!((early, late), (1, 2));
        assert_eq!(world.get("a").await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_meant_is_forgotten_and_nothing_else() {
        let world = World::new();
        assert_eq!((world.get("a").await, world.get("b").await), (1, 2));
        world.remembered.forget_such(|question| question == "a");
        assert_eq!((world.get("b").await, world.get("a").await), (2, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_so_many_are_kept() {
        let world = World::new();
        for question in ["a", "b", "c", "d", "e"] {
            world.get(question).await;
            assert!(world.remembered.slots.lock().len() <= 2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_not_remembered() {
        let remembered = Remembered::<u32, &str>::new(Duration::from_secs(5), 2);
        assert_eq!(remembered.get("a", async || Err("no")).await, Err("no"));
        assert_eq!(remembered.get("a", async || Ok(1)).await, Ok(1));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_an_answer_that_does_not_come_waits_once() {
        let remembered = Remembered::<u32, &str>::new(Duration::from_secs(5), 2);
        let asked = Cell::new(0);
        let ask = || {
            remembered.get("a", async || {
                asked.set(asked.get() + 1);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Err("no")
            })
        };
        let answers = tokio::join!(ask(), ask(), ask());
        assert_eq!((answers, asked.get()), ((Err("no"), Err("no"), Err("no")), 1));
    }
}
