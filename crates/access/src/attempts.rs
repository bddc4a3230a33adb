//! How often somebody may guess: counts the wrong codes and passwords in a row for one device or user.
//!
//! A few wrong answers are free; after that, each one costs a wait that doubles, up to a quarter of an hour. An
//! attempt counts as wrong from the moment it begins until it is said to have been right, so that many attempts at
//! once cannot get ahead of the count.
//!
//! Invariant: whoever asks answers alike for an attempt that is not let through and for one that was wrong.
//!
//! The counts live in memory and are bounded. They are kept only for what exists, so that made-up names cannot push
//! out real ones; a restart forgets them, which buys a guesser five more guesses a restart.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use lanyard_names::AccountId;
use parking_lot::Mutex;

/// How many wrong answers in a row cost nothing.
const FREE: u32 = 5;
/// The first wait.
const WAIT_SECONDS_MIN: u32 = 30;
/// The longest wait.
const WAIT_SECONDS_MAX: u32 = 15 * 60;
/// After how long without an attempt a count is forgotten.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// How many counts are kept.
const COUNTS_MAX: usize = 100_000;

/// Whose attempts are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guessed {
    /// The account of it.
    pub account: AccountId,
    /// The serial number of the device, or the unique id of the user.
    pub entity: Box<str>,
}

/// An attempt that is not let through: there were too many wrong ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many wrong answers in a row; none is heard until {until}")]
pub struct TooManyAttempts {
    /// When the next one is. For the operator's eyes.
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    wrong: u32,
    last: Timestamp,
    /// Until when nothing is heard.
    until: Timestamp,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Attempts {
    counts: Mutex<HashMap<Guessed, Count>>,
}

impl Attempts {
    /// Nobody has guessed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins an attempt, which counts as wrong until [`Attempts::was_right`] says otherwise.
    pub fn begin(&self, guessed: &Guessed, now: Timestamp) -> Result<(), TooManyAttempts> {
        let mut counts = self.counts.lock();
        let before = counts.get(guessed).copied().filter(|count| !count.is_old(now));
        if let Some(before) = before
            && before.blocks(now)
        {
            return Err(TooManyAttempts { until: before.until });
        }
        if before.is_none() && counts.len() >= COUNTS_MAX {
            make_room(&mut counts, now);
        }
        let wrong = before.map_or(0, |before| before.wrong).saturating_add(1);
        let until = now.saturating_add(wait_after(wrong)).unwrap_or(now);
        let count = Count {
            wrong,
            last: now,
            until,
        };
        counts.insert(guessed.clone(), count);
        Ok(())
    }

    /// The attempt turned out to be none, at this: it does not count.
    pub fn was_none(&self, guessed: &Guessed) {
        let mut counts = self.counts.lock();
        let Some(count) = counts.get_mut(guessed) else {
            return;
        };
        count.wrong = count.wrong.saturating_sub(1);
        count.until = count
            .last
            .saturating_add(wait_after(count.wrong))
            .unwrap_or(count.last);
        if count.wrong == 0 {
            counts.remove(guessed);
        }
    }

    /// The attempt was right: the count begins anew.
    pub fn was_right(&self, guessed: &Guessed) {
        self.counts.lock().remove(guessed);
    }
}

impl Count {
    fn is_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.last) > MEMORY
    }

    /// Whether nothing is heard yet. A clock that was set back does not make a wait longer than any is.
    fn blocks(&self, now: Timestamp) -> bool {
        let left = self.until.duration_since(now);
        left > SignedDuration::ZERO && left <= SignedDuration::from_secs(i64::from(WAIT_SECONDS_MAX))
    }
}

fn wait_after(wrong: u32) -> SignedDuration {
    let beyond = wrong.saturating_sub(FREE);
    let seconds = match beyond {
        0 if wrong < FREE => 0,
        _ => WAIT_SECONDS_MIN.saturating_mul(1_u32.checked_shl(beyond).unwrap_or(u32::MAX)),
    };
    SignedDuration::from_secs(i64::from(seconds.min(WAIT_SECONDS_MAX)))
}

/// Forgets what is old; if nothing is, the eighth that has been quiet for longest, so that room is not made each time.
fn make_room(counts: &mut HashMap<Guessed, Count>, now: Timestamp) {
    counts.retain(|_, count| !count.is_old(now));
    if counts.len() < COUNTS_MAX {
        return;
    }
    let mut lasts: Vec<Timestamp> = counts.values().map(|count| count.last).collect();
    let too_many = lasts.len() / 8;
    let (_, quiet_until, _) = lasts.select_nth_unstable(too_many);
    let (quiet_until, mut left) = (*quiet_until, too_many);
    counts.retain(|_, count| {
        let goes = left > 0 && count.last <= quiet_until;
        left = left.saturating_sub(usize::from(goes));
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(entity: &str) -> Guessed {
        Guessed {
            account: AccountId::parse("123456789012").unwrap(),
            entity: entity.into(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    /// Which of the attempts at these seconds are let through, all of them wrong.
    fn check(seconds: &[i64]) -> Vec<bool> {
        let attempts = Attempts::new();
        let each = seconds.iter();
        each.map(|second| attempts.begin(&guessed("device"), at(*second)).is_ok())
            .collect()
    }

    #[test]
    fn five_wrong_answers_are_free_and_then_one_waits() {
        assert_eq!(
            check(&[0, 1, 2, 3, 4, 5, 33, 34, 35]),
            [true, true, true, true, true, false, false, true, false]
        );
    }

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (4..12).map(|wrong| wait_after(wrong).as_secs()).collect();
        assert_eq!(waits, [0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait_after(u32::MAX).as_secs(), 900);
    }

    #[test]
    fn a_right_answer_begins_anew() {
        let attempts = Attempts::new();
        let device = guessed("device");
        for second in 0..20 {
            assert_eq!(attempts.begin(&device, at(second)), Ok(()), "{second}");
            attempts.was_right(&device);
        }
    }

    #[test]
    fn what_was_no_attempt_does_not_count() {
        let attempts = Attempts::new();
        let device = guessed("device");
        for second in 0..20 {
            assert_eq!(attempts.begin(&device, at(second)), Ok(()), "{second}");
            attempts.was_none(&device);
        }
        assert!(attempts.counts.lock().is_empty());
        // It takes back its own attempt and none of a guesser's.
        let waits = |seconds: &[i64]| {
            seconds
                .iter()
                .any(|second| attempts.begin(&device, at(*second)).is_err())
        };
        assert!(!waits(&[20, 21, 22, 23]));
        attempts.was_none(&device);
        assert!(!waits(&[24, 25]));
        assert!(waits(&[26]));
    }

    #[test]
    fn one_device_does_not_wait_for_another() {
        let attempts = Attempts::new();
        for second in 0..6 {
            attempts.begin(&guessed("one"), at(second)).ok();
        }
        assert!(attempts.begin(&guessed("one"), at(7)).is_err());
        assert_eq!(attempts.begin(&guessed("other"), at(7)), Ok(()));
    }

    #[test]
    fn a_day_without_an_attempt_is_forgotten() {
        let day = 24 * 3600;
        assert_eq!(
            check(&[0, 0, 0, 0, 0, day + 1, day + 1]),
            [true, true, true, true, true, true, true]
        );
    }

    #[test]
    fn the_counts_do_not_grow_without_end() {
        let attempts = Attempts::new();
        for number in 0..COUNTS_MAX {
            attempts.begin(&guessed(&number.to_string()), at(5)).ok();
        }
        for number in 0..10 {
            attempts.begin(&guessed(&format!("more {number}")), at(6)).ok();
        }
        let kept = attempts.counts.lock().len();
        assert_eq!(kept, COUNTS_MAX - COUNTS_MAX / 8 + 10);
        // Those that were heard last are among them.
        let counts = attempts.counts.lock();
        assert!((0..10).all(|number| counts.contains_key(&guessed(&format!("more {number}")))));
    }
}
