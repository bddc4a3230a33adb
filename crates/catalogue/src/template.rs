//! Names of condition keys with free parts: `aws:RequestTag/${TagKey}`, `s3:ExistingObjectTag/<key>`.

/// Text before a placeholder, and what is behind it; only the text where there is none.
fn split_placeholder(template: &str) -> (&str, Option<&str>) {
    for (start, open, close) in [(template.find("${"), "${", '}'), (template.find('<'), "<", '>')] {
        let Some((before, inside)) = start.and_then(|start| template.split_at_checked(start)) else {
            continue;
        };
        if let Some((_, behind)) = inside
            .strip_prefix(open)
            .and_then(|inside| inside.split_once(close))
        {
            return (before, Some(behind));
        }
    }
    (template, None)
}

/// Whether a part is free.
pub(crate) fn has_placeholder(template: &str) -> bool {
    split_placeholder(template).1.is_some()
}

/// Whether a key fits the template: in any case, with at least one character in each free part.
///
/// Each stretch of text is taken where it first comes, and the last one at the end, which misses nothing.
pub(crate) fn key_matches(template: &str, key: &str) -> bool {
    let (first, mut next) = split_placeholder(template);
    let key = key.as_bytes();
    let Some((start, mut rest)) = key.split_at_checked(first.len()) else {
        return false;
    };
    if !start.eq_ignore_ascii_case(first.as_bytes()) {
        return false;
    }
    while let Some(template) = next {
        let (text, behind) = split_placeholder(template);
        let text = text.as_bytes();
        let Some((_, from)) = rest.split_first() else {
            return false;
        };
        let found = if behind.is_none() {
            from.len().checked_sub(text.len())
        } else {
            (0..from.len()).find(|at| starts_with(from.get(*at..), text))
        };
        let Some(behind_text) = found
            .and_then(|at| from.get(at..))
            .filter(|found| starts_with(Some(found), text))
            .and_then(|found| found.get(text.len()..))
        else {
            return false;
        };
        rest = behind_text;
        next = behind;
    }
    rest.is_empty()
}

fn starts_with(text: Option<&[u8]>, start: &[u8]) -> bool {
    text.and_then(|text| text.get(..start.len()))
        .is_some_and(|found| found.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, matching: &[&str], others: &[&str]) {
        for key in matching {
            assert!(key_matches(template, key), "{template} should be {key}");
        }
        for key in others {
            assert!(!key_matches(template, key), "{template} should not be {key}");
        }
    }

    #[test]
    fn free_parts_take_anything_but_nothing() {
        check(
            "aws:RequestTag/${TagKey}",
            &[
                "aws:RequestTag/env",
                "AWS:requesttag/a/b:c",
                "aws:RequestTag/${TagKey}",
            ],
            &[
                "aws:RequestTag/",
                "aws:RequestTag",
                "aws:ResourceTag/env",
                "xaws:RequestTag/env",
            ],
        );
        check(
            "s3:ExistingObjectTag/<key>",
            &["s3:existingobjecttag/a"],
            &["s3:ExistingObjectTag/"],
        );
    }

    #[test]
    fn text_behind_a_free_part_counts() {
        check(
            "events:Metadata/${MetadataKey}/Matcher",
            &["events:Metadata/a/Matcher", "events:metadata/a/matcher/Matcher"],
            &[
                "events:Metadata/a",
                "events:Metadata//Matcher",
                "events:Metadata/Matcher",
            ],
        );
        check(
            "agent.${Domain}.buildkite.dev:pipeline_${Part}_id",
            &["agent.x.buildkite.dev:pipeline_9_id"],
            &[
                "agent.x.buildkite.dev:pipeline__id",
                "agent..buildkite.dev:pipeline_9_id",
            ],
        );
    }

    #[test]
    fn names_without_free_parts_are_compared_in_any_case() {
        check(
            "aws:TagKeys",
            &["aws:tagkeys"],
            &["aws:TagKey", "aws:TagKeyss", ""],
        );
    }
}
