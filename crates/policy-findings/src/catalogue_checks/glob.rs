//! Patterns of policies compared with each other.

use crate::work::Work;

/// Whether a pattern of `*` and `?` matches everything that another pattern matches. A text without wildcards is the
/// pattern of itself.
///
/// A star of the narrow pattern is taken only by a star of the wide one. So a few pairs that differ in form but not
/// in meaning (`a*?` and `a?*`) are not seen to be alike, and whoever asks errs on the side of silence.
///
/// For long texts this takes as many steps as the product of their lengths: it is for a narrow pattern that is short.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    covers_in(wide, narrow, usize::MAX).0
}

/// The same for texts of any length, at the cost of the work that is left. If there is not enough, the answer is no.
pub(super) fn covers_within(wide: &str, narrow: &str, work: &Work) -> bool {
    let (covers, steps) = covers_in(wide, narrow, work.steps_left());
    work.take(steps) && covers
}

/// The answer, and how many steps it took; with more than there may be the answer is no.
fn covers_in(wide: &str, narrow: &str, steps_max: usize) -> (bool, usize) {
    let (wide, narrow) = (wide.as_bytes(), narrow.as_bytes());
    let mut steps = 0_usize;
    let (mut at, mut from) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&theirs) = narrow.get(from) {
        steps += 1;
        if steps > steps_max {
            return (false, steps);
        }
        match wide.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, from));
                continue;
            }
            Some(b'?') if theirs != b'*' => {
                at += 1;
                from += 1;
                continue;
            }
            Some(&mine) if mine == theirs && !is_wildcard(mine) => {
                at += 1;
                from += 1;
                continue;
            }
            _ => {}
        }
        let Some((behind_star, start)) = retry else {
            return (false, steps);
        };
        at = behind_star;
        from = start + 1;
        retry = Some((behind_star, from));
    }
    let covers = wide
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'));
    (covers, steps)
}

/// Whether a text has wildcards.
pub(super) fn has_wildcard(text: &str) -> bool {
    text.bytes().any(is_wildcard)
}

/// Whether a text is open: it has wildcards or variables, so that what it stands for is not known.
pub(super) fn is_open(text: &str) -> bool {
    has_wildcard(text) || text.contains("${")
}

fn is_wildcard(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wide: &str, covered: &[&str], others: &[&str]) {
        for narrow in covered {
            assert!(covers(wide, narrow), "{wide} should cover {narrow}");
        }
        for narrow in others {
            assert!(!covers(wide, narrow), "{wide} should not cover {narrow}");
        }
    }

    #[test]
    fn a_star_covers_whatever_a_pattern_can_be() {
        check("*", &["", "a", "*", "?*"], &[]);
        check(
            "iam:Get*",
            &["iam:GetRole", "iam:Get*", "iam:Get?o*e"],
            &["iam:*", "iam:*Get", "iam:Ge?Role"],
        );
        check(
            "*Report",
            &["iam:GetReport", "*aReport", "ReportReport"],
            &["Report*", "iam:GetReports"],
        );
    }

    #[test]
    fn a_question_mark_covers_one_character() {
        check("a?c", &["abc", "a?c"], &["ac", "a*c", "abbc"]);
        check("?", &["a", "?"], &["", "*", "ab"]);
    }

    #[test]
    fn a_text_covers_itself_only() {
        check("abc", &["abc"], &["ab", "abcd", "a?c", "a*"]);
    }
}
