//! One-time codes of a second factor, as RFC 6238 has them: HMAC with SHA-1, steps of thirty seconds, six digits.
//!
//! A code proves that somebody holds the seed and that it was read just now. It proves so once: whoever verifies one
//! has to make the step that it belongs to durable before acting on it, and no step up to that one counts again.
//! This module finds the step; keeping it is the directory's work.
//!
//! Every candidate of the window is computed and compared, whichever matches, so that time tells nothing.

use aws_lc_rs::hmac;
use jiff::Timestamp;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::SecretBytes;

/// How many bytes a new seed has: 64 characters of base32. Evidence: the length of the seeds that AWS shows.
pub const SEED_BYTES: usize = 40;
/// How many digits a code has.
pub const CODE_DIGITS: usize = 6;

const STEP_SECONDS: i64 = 30;
const CODES: u32 = 1_000_000;
/// How many steps a code may be early or late.
const WINDOW: i64 = 1;
/// The same when a device is enabled or brought into step again, which takes two codes in a row: ten minutes.
const PAIR_WINDOW: i64 = 20;

/// Where in time a code was found: what to keep of a device whose code was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The step of the code; no step up to this one counts again.
    pub step: u64,
    /// By how many steps the device's clock is ahead of ours.
    pub drift: i32,
}

/// A device as far as its codes are concerned.
#[derive(Debug)]
pub struct Totp<'a> {
    /// The seed that the device shares with us.
    pub seed: &'a SecretBytes,
    /// By how many steps the device's clock is ahead of ours.
    pub drift: i32,
    /// The highest step that was accepted already; 0 if none was.
    pub last_step: u64,
}

impl Totp<'_> {
    /// The step of a code that is right now, if there is one that was not used up.
    pub fn verify(&self, code: &str, now: Timestamp) -> Option<Accepted> {
        let code = parse(code)?;
        self.find(now, i64::from(self.drift), WINDOW, |step| {
            self.code(step).ct_eq(&code)
        })
    }

    /// The step of the second of two codes that follow each other, in a wide window around now, and how far the
    /// device's clock is off.
    pub fn verify_pair(&self, first: &str, second: &str, now: Timestamp) -> Option<Accepted> {
        let (first, second) = (parse(first)?, parse(second)?);
        self.find(now, 0, PAIR_WINDOW, |step| {
            let before = step.saturating_sub(1);
            let is_unused = Choice::from(u8::from(before > self.last_step));
            self.code(before).ct_eq(&first) & self.code(step).ct_eq(&second) & is_unused
        })
    }

    /// The newest step around now that matches and was not used up.
    fn find(
        &self,
        now: Timestamp,
        drift: i64,
        window: i64,
        matches: impl Fn(u64) -> Choice,
    ) -> Option<Accepted> {
        let present = now.as_second().div_euclid(STEP_SECONDS);
        let (mut found, mut at) = (Choice::from(0), 0_i64);
        for offset in drift.saturating_sub(window)..=drift.saturating_add(window) {
            let Ok(step) = u64::try_from(present.saturating_add(offset)) else {
                continue;
            };
            let is_right = matches(step) & Choice::from(u8::from(step > self.last_step));
            at.conditional_assign(&offset, is_right);
            found |= is_right;
        }
        if !bool::from(found) {
            return None;
        }
        Some(Accepted {
            step: u64::try_from(present.saturating_add(at)).ok()?,
            drift: i32::try_from(at).ok()?,
        })
    }

    fn code(&self, step: u64) -> u32 {
        code(self.seed.expose(), step)
    }
}

/// A code is six digits and nothing else.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == CODE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse(code: &str) -> Option<u32> {
    if is_code(code) { code.parse().ok() } else { None }
}

fn code(seed: &[u8], step: u64) -> u32 {
    truncated(seed, step) % CODES
}

/// RFC 4226's dynamic truncation: 31 bits of the tag, at the place that its last four bits say.
fn truncated(seed: &[u8], step: u64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = tag.last().map_or(0, |last| usize::from(last & 0x0f));
    let picked = tag.iter().skip(offset).take(4);
    picked.fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of the vectors in appendix B of RFC 6238.
    const SEED: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn check(seed: &[u8], drift: i32, last_step: u64, code: &str, second: i64) -> Option<(u64, i32)> {
        let seed = SecretBytes::new(seed.to_vec());
        let device = Totp {
            seed: &seed,
            drift,
            last_step,
        };
        device
            .verify(code, at(second))
            .map(|found| (found.step, found.drift))
    }

    fn shown(step: u64) -> String {
        format!("{:06}", code(SEED, step))
    }

    #[test]
    fn the_vectors_of_the_rfc_hold() {
        for (second, eight_digits) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = u64::try_from(second / 30).unwrap();
            assert_eq!(
                format!("{:08}", truncated(SEED, step) % 100_000_000),
                eight_digits
            );
            // Six digits are the last six of eight.
            let code = eight_digits.get(2..).unwrap();
            assert_eq!(check(SEED, 0, 0, code, second), Some((step, 0)), "{second}");
        }
    }

    #[test]
    fn a_code_may_be_one_step_early_or_late_but_not_two() {
        let now = 1_000_000 * 30;
        let found = |step: u64| check(SEED, 0, 0, &shown(step), now).map(|(_, drift)| drift);
        assert_eq!(
            [999_998, 999_999, 1_000_000, 1_000_001, 1_000_002].map(found),
            [None, Some(-1), Some(0), Some(1), None]
        );
    }

    #[test]
    fn the_window_moves_with_the_drift_of_the_device() {
        let now = 1_000_000 * 30;
        let found = |step: u64| check(SEED, 5, 0, &shown(step), now).map(|(_, drift)| drift);
        assert_eq!(
            [1_000_000, 1_000_003, 1_000_004, 1_000_006, 1_000_007].map(found),
            [None, None, Some(4), Some(6), None]
        );
    }

    #[test]
    fn a_step_that_was_used_up_never_counts_again_nor_one_before_it() {
        let now = 1_000_000 * 30;
        let found = |step: u64| check(SEED, 0, 1_000_000, &shown(step), now).is_some();
        assert_eq!([999_999, 1_000_000, 1_000_001].map(found), [false, false, true]);
    }

    #[test]
    fn what_is_not_six_digits_is_no_code() {
        for wrong in [
            "",
            "28708",
            "2870820",
            "+28708",
            " 28708",
            "28708a",
            "２８７０８２",
        ] {
            assert_eq!(check(SEED, 0, 0, wrong, 59), None, "{wrong:?}");
        }
    }

    #[test]
    fn two_codes_in_a_row_tell_the_drift() {
        let seed = SecretBytes::new(SEED.to_vec());
        let device = |last_step| Totp {
            seed: &seed,
            drift: 0,
            last_step,
        };
        let pair = |last_step, first, second| {
            device(last_step)
                .verify_pair(&shown(first), &shown(second), at(1_000_000 * 30))
                .map(|found| (found.step, found.drift))
        };
        assert_eq!(pair(0, 999_999, 1_000_000), Some((1_000_000, 0)));
        assert_eq!(pair(0, 1_000_009, 1_000_010), Some((1_000_010, 10)));
        // Not in a row, in the wrong order, the same twice, too far off, used up.
        assert_eq!(pair(0, 999_998, 1_000_000), None);
        assert_eq!(pair(0, 1_000_000, 999_999), None);
        assert_eq!(pair(0, 1_000_000, 1_000_000), None);
        assert_eq!(pair(0, 1_000_020, 1_000_021), None);
        assert_eq!(pair(999_999, 999_999, 1_000_000), None);
        assert_eq!(pair(999_998, 999_999, 1_000_000), Some((1_000_000, 0)));
    }

    #[test]
    fn a_time_before_all_steps_has_no_code() {
        assert_eq!(check(SEED, 0, 0, &shown(0), -60), None);
    }
}
