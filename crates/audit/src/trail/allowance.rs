//! How often something may happen.

use std::time::{Duration, Instant};

/// An allowance that fills up as time passes and is drawn from one by one.
#[derive(Debug)]
pub(super) struct Allowance {
    /// Full again at this time, if nothing more is drawn.
    full_at: Instant,
    /// What one draw costs in time.
    each: Duration,
    /// How many can be drawn at once when it is full.
    burst: u32,
}

impl Allowance {
    /// A full allowance.
    pub(super) fn new(a_second: u32, burst: u32, now: Instant) -> Self {
        Self {
            full_at: now,
            each: Duration::from_secs(1) / a_second.max(1),
            burst,
        }
    }

    /// Draws one, if there is one.
    pub(super) fn draw(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.max(now) + self.each;
        let is_there = full_at.saturating_duration_since(now) <= self.each * self.burst;
        if is_there {
            self.full_at = full_at;
        }
        is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_spent_and_fills_up_again() {
        let start = Instant::now();
        let mut allowance = Allowance::new(10, 100, start);
        let mut drawn_at = |millis| {
            let now = start + Duration::from_millis(millis);
            (0..1_000).filter(|_| allowance.draw(now)).count()
        };
        let steps = [
            (0, 100),
            (99, 0),
            (100, 1),
            (150, 0),
            (1_100, 10),
            (3_600_000, 100),
            (0, 0),
        ];
        for (millis, want) in steps {
            assert_eq!(drawn_at(millis), want, "after {millis} ms");
        }
    }
}
