use super::search::search_by_bits;
use super::*;
use proptest::prelude::*;

/// Splits plain pattern syntax into parts; `|` splits literal text where nothing else does.
fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        match first {
            '*' => parts.push(Part::Star),
            '?' => parts.push(Part::One),
            '|' => {}
            _ => {
                let end = rest.find(['*', '?', '|']).unwrap_or(rest.len());
                parts.push(Part::Text(&rest[..end]));
                rest = &rest[end..];
                continue;
            }
        }
        rest = &rest[first.len_utf8()..];
    }
    parts
}

/// As obvious as it gets, and exponential.
fn obvious(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), None) => obvious(rest, text),
        (Some(('*', rest)), Some((_, behind))) => obvious(rest, text) || obvious(pattern, behind),
        (Some(('?', rest)), Some((_, behind))) => obvious(rest, behind),
        (Some((wanted, rest)), Some((found, behind))) => wanted == found && obvious(rest, behind),
        _ => false,
    }
}

fn check(pattern: &str, text: &str, expected: bool) {
    assert_eq!(
        matches(&parts(pattern)[..], text),
        expected,
        "{pattern} on {text}"
    );
}

#[test]
fn stars_and_question_marks_mean_what_they_should() {
    check("", "", true);
    check("", "a", false);
    check("*", "", true);
    check("*", "a:/b", true);
    check("?", "", false);
    check("?", "é", true);
    check("a?c", "abc", true);
    check("a?c", "ac", false);
    check("a*c", "ac", true);
    check("a*c", "abcbc", true);
    check("a*c", "abcb", false);
    check("*ab*ab", "ab", false);
    check("*ab*ab", "abab", true);
    check("ab*b", "ab", false);
    check("*?*", "", false);
    check("*?*", "x", true);
    check("*b?d*", "abxbcd", true);
    check("ab*?", "ab", false);
    check("ab*?", "abc", true);
    check("a|b*c|d", "abxcd", true);
}

#[test]
fn a_character_beyond_the_first_plane_is_two() {
    for (pattern, expected) in [
        ("?", false),
        ("??", true),
        ("???", false),
        ("*?", true),
        ("?*?", true),
        ("\u{10400}", true),
        ("\u{10400}?", false),
        ("\u{10401}?", false),
        ("*\u{10400}*", true),
    ] {
        check(pattern, "\u{10400}", expected);
    }
    check("a?b", "a\u{10400}b", false);
    check("a??b", "a\u{10400}b", true);
    check("a*?b", "a\u{10400}b", true);
    check("\u{10400}?", "\u{10400}x", true);
    check("\u{10400}?", "\u{10400}\u{10428}", false);
    check("?\u{10400}", "\u{10400}\u{10400}", false);
}

#[test]
fn a_stretch_is_found_as_a_whole_wherever_it_stands_in_the_pattern() {
    check("a*b*c?d*", "abcxdz", true);
    check("a*b*c?d*", "abcxcxdz", true);
    check("a*b*c?d*", "abcxxd", false);
    check("a*b*c*d*?e*", "abcdxe", true);
    check("a*b*c*d*?e*", "abcdex", false);
}

#[test]
fn a_stretch_as_long_as_the_text_is_found() {
    let (fits, longer) = (parts("a?b"), parts("a?bc"));
    assert_eq!(search_by_bits(&fits[..], 0, fits.len(), "acb"), Some(""));
    assert_eq!(search_by_bits(&longer[..], 0, longer.len(), "acb"), None);
}

#[test]
fn long_stretches_are_searched_in_linear_time() {
    let text = "a".repeat(60_000);
    for stretch in [
        "a".repeat(3_000) + "?b",
        "a|".repeat(3_000) + "b",
        "a?".repeat(1_500) + "b",
    ] {
        let pattern = format!("*{stretch}*");
        check(&pattern, &text, false);
        let fitting = format!("{text}{}", stretch.replace('|', "").replace('?', "a"));
        check(&pattern, &fitting, true);
    }
    let stars = "*a".repeat(3_000) + "*b";
    check(&stars, &text, false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn agrees_with_the_obvious_matcher(pattern in "[ab?*é|]{0,10}", text in "[abé]{0,12}") {
        let plain: Vec<char> = pattern.chars().filter(|c| *c != '|').collect();
        let text_characters: Vec<char> = text.chars().collect();
        prop_assert_eq!(matches(&parts(&pattern)[..], &text), obvious(&plain, &text_characters));
    }
}

/// Whether two patterns have a text in common, as obvious as it gets.
fn have_common(one: &[char], other: &[char]) -> bool {
    match (one.split_first(), other.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), _) if have_common(rest, other) => true,
        (_, Some(('*', rest))) if have_common(one, rest) => true,
        (Some(('*', _)), Some((_, behind))) => have_common(one, behind),
        (Some((_, behind)), Some(('*', _))) => have_common(behind, other),
        (Some((a, one)), Some((b, other))) => (*a == '?' || a == b) && have_common(one, other),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn patterns_overlap_that_have_a_text_in_common(
        pattern in "[ab?*é|]{0,8}",
        before in "[abé]{0,4}",
        between in "([ab]{0,2}\\*)?",
        behind in "[abé]{0,4}",
    ) {
        let plain: Vec<char> = pattern.chars().filter(|c| *c != '|').collect();
        let other = format!("{before}*{between}{behind}");
        let characters: Vec<char> = other.chars().collect();
        let (found, is_so) = (overlaps(&parts(&pattern)[..], &other), have_common(&plain, &characters));
        prop_assert!(found || !is_so, "{pattern} {other}");
        // With one star it is exact.
        prop_assert!(found == is_so || !between.is_empty(), "{pattern} {other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn searching_by_bits_finds_the_first_place(stretch in "[ab?]{1,6}", text in "[ab]{0,200}") {
        let parts = parts(&stretch);
        let by_bits = search_by_bits(&parts[..], 0, parts.len(), &text);
        let by_trial = text
            .char_indices()
            .find_map(|(at, _)| match_here(&parts[..], 0, parts.len(), &text[at..]));
        prop_assert_eq!(by_bits, by_trial);
    }

    #[test]
    fn searching_by_bits_spans_words(prefix in "[ab]{60,140}", text in "[ab]{0,200}") {
        let stretch = format!("{prefix}?b");
        let parts = parts(&stretch);
        let text = format!("{text}{prefix}ab{text}");
        let by_bits = search_by_bits(&parts[..], 0, parts.len(), &text);
        let by_trial = text
            .char_indices()
            .find_map(|(at, _)| match_here(&parts[..], 0, parts.len(), &text[at..]));
        prop_assert_eq!(by_bits, by_trial);
    }
}
