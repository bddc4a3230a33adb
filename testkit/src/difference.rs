//! Two texts beside each other, for people who want to know why a test fails.

/// Lines shown before and after what differs.
const CONTEXT: usize = 12;
/// Lines shown of each side.
const SHOWN_MAX: usize = 60;

/// What differs, or nothing. Lines only in `expected` begin with `-`, those only in `actual` with `+`.
pub fn difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let expected: Vec<&str> = expected.lines().collect();
    let actual: Vec<&str> = actual.lines().collect();
    let same = |(left, right): &(&&str, &&str)| left == right;
    let before = expected.iter().zip(&actual).take_while(same).count();
    let shorter = expected.len().min(actual.len()) - before;
    let backwards = expected.iter().rev().zip(actual.iter().rev());
    let after = backwards.take_while(same).count().min(shorter);

    let mut shown = vec![format!("line {}:", before + 1)];
    shown.extend(
        expected[before.saturating_sub(CONTEXT)..before]
            .iter()
            .map(|line| format!("  {line}")),
    );
    for (mark, lines) in [("-", &expected), ("+", &actual)] {
        let differing = &lines[before..lines.len() - after];
        shown.extend(
            differing
                .iter()
                .take(SHOWN_MAX)
                .map(|line| format!("{mark} {line}")),
        );
        if differing.len() > SHOWN_MAX {
            shown.push(format!("{mark} … and {} lines more", differing.len() - SHOWN_MAX));
        }
    }
    let rest = &expected[expected.len() - after..];
    shown.extend(rest.iter().take(CONTEXT).map(|line| format!("  {line}")));
    Some(shown.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(difference("a\nb", "a\nb"), None);
    }

    #[test]
    fn what_differs_stands_between_what_does_not() {
        assert_eq!(
            difference("a\nb\nc\nd", "a\nx\ny\nd").as_deref(),
            Some("line 2:\n  a\n- b\n- c\n+ x\n+ y\n  d")
        );
    }

    #[test]
    fn a_text_that_ends_too_early_differs() {
        assert_eq!(difference("a\na", "a").as_deref(), Some("line 2:\n  a\n- a"));
    }
}
