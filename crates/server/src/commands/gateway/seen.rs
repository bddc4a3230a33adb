//! Of whom anything was observed, for whoever asks about somebody of whom nothing was.

use std::collections::BTreeSet;

use lanyard_audit::{Filter, Reader, Record};

use crate::terminal::printable;

/// How many are remembered, and how many are named.
const SEEN_MAX: usize = 1000;
const SHOWN_MAX: usize = 5;

/// What can be done about it that nothing was observed of somebody: those of whom something was, the most alike first.
pub(super) fn hint(reader: &Reader, filter: Filter, wanted: &str) -> String {
    let everybody = Filter {
        principal: None,
        ..filter
    };
    let mut seen = BTreeSet::new();
    // What cannot be read is told of where it matters: this only helps.
    for entry in reader.records(everybody).into_iter().flatten().flatten() {
        if seen.len() < SEEN_MAX
            && let Some(arn) = observed(&entry.record)
        {
            seen.insert(arn.to_owned());
        }
    }
    of_seen(&seen, wanted)
}

fn of_seen(seen: &BTreeSet<String>, wanted: &str) -> String {
    if seen.is_empty() {
        return "requests are observed by an upstream with mode=observe".to_owned();
    }
    let mut arns: Vec<&str> = seen.iter().map(String::as_str).collect();
    arns.sort_by_key(|arn| std::cmp::Reverse(alike(name(arn), name(wanted))));
    let shown: Vec<&str> = arns.iter().copied().take(SHOWN_MAX).collect();
    let more = match arns.len() - shown.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    printable(&format!("requests were observed of {}{more}", shown.join(", ")))
}

/// Whose request was observed, if it was.
fn observed(record: &Record) -> Option<&str> {
    record.additional_event_data.as_ref()?.get("permissions")?;
    super::suggest::whose_policies(&record.user_identity)
}

/// The last part of an ARN, and of what is none the whole.
fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// With how many letters both begin.
fn alike(one: &str, other: &str) -> usize {
    let letters = one.bytes().zip(other.bytes());
    letters
        .take_while(|(mine, theirs)| mine.eq_ignore_ascii_case(theirs))
        .count()
}

#[cfg(test)]
mod tests {
    use super::of_seen;

    fn check(seen: &[&str], wanted: &str, expected: &str) {
        let seen = seen
            .iter()
            .map(|name| format!("arn:aws:iam::111122223333:user/{name}"))
            .collect();
        assert_eq!(of_seen(&seen, wanted), expected, "{wanted}");
    }

    #[test]
    fn those_of_whom_something_was_observed_are_named_the_most_alike_first() {
        check(
            &["admin", "shop"],
            "shp",
            "requests were observed of arn:aws:iam::111122223333:user/shop, arn:aws:iam::111122223333:user/admin",
        );
        let many = ["a", "b", "c", "d", "e", "f", "shop"];
        let shown = "requests were observed of arn:aws:iam::111122223333:user/shop, \
                     arn:aws:iam::111122223333:user/a, arn:aws:iam::111122223333:user/b, \
                     arn:aws:iam::111122223333:user/c, arn:aws:iam::111122223333:user/d and 2 more";
        check(&many, "arn:aws:iam::111122223333:user/Shopp", shown);
    }

    #[test]
    fn where_nothing_was_observed_at_all_the_mode_is_told() {
        check(
            &[],
            "shop",
            "requests are observed by an upstream with mode=observe",
        );
    }
}
