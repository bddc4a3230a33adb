//! Which service is meant by a name under which no requests are signed.

use crate::ServiceModels;

/// Longer names are not compared: no service has one so long.
const LENGTH_MAX: usize = 64;
/// More than this many would help nobody.
const LIKE_MAX: usize = 3;

impl ServiceModels {
    /// The names under which requests to the service are signed that somebody calls so, or nearly so: by the name that
    /// SDKs, policies or host names have for it; else by names that it is a part of, or that differ in a letter or
    /// two. At most three, in order.
    pub fn like(&self, name: &str) -> Vec<&'static str> {
        if name.is_empty() || name.len() > LENGTH_MAX {
            return Vec::new();
        }
        let name = name.to_ascii_lowercase();
        let alike: [fn(&str, &str) -> bool; 3] = [
            |known, name| known == name,
            is_part,
            |known, name| is_misspelt(known, name),
        ];
        let mut found = alike.iter().map(|is_alike| {
            let named = self.all().filter(|service| {
                let known = [
                    service.signing_name(),
                    service.id(),
                    service.iam_prefix(),
                    service.endpoint_prefix(),
                ];
                known.iter().any(|known| is_alike(known, &name))
            });
            let mut meant: Vec<&str> = named.map(|service| service.signing_name()).collect();
            meant.sort_unstable();
            meant.dedup();
            meant
        });
        let mut found = found.find(|meant| !meant.is_empty()).unwrap_or_default();
        found.truncate(LIKE_MAX);
        found
    }
}

/// Whether the one begins with the other. What is shorter than three letters begins too many.
fn is_part(known: &str, name: &str) -> bool {
    let (short, long) = if known.len() < name.len() {
        (known, name)
    } else {
        (name, known)
    };
    short.len() > 2 && long.starts_with(short)
}

/// Whether no more than a letter, or two of a longer name, are added, dropped or changed.
fn is_misspelt(known: &str, name: &str) -> bool {
    let edits_max = if name.len() < 6 { 1 } else { 2 };
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (line, letter) in name.bytes().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(known.bytes()) {
            let above = *cell;
            left = (diagonal + usize::from(letter != other))
                .min(above + 1)
                .min(left + 1);
            *cell = left;
            diagonal = above;
        }
    }
    row.last().is_some_and(|edits| *edits <= edits_max)
}

#[cfg(test)]
mod tests {
    use crate::service_models;

    fn check(name: &str, expected: &[&str]) {
        assert_eq!(service_models().like(name), expected, "{name}");
    }

    #[test]
    fn a_service_is_found_by_any_name_that_it_has() {
        check("stepfunctions", &["states"]);
        check("elbv2", &["elasticloadbalancing"]);
        check("SQS", &["sqs"]);
    }

    #[test]
    fn else_by_a_part_of_a_name() {
        check("dynamo", &["dynamodb"]);
        check("secrets", &["secretsmanager"]);
    }

    #[test]
    fn else_by_a_name_with_a_letter_or_two_wrong() {
        check("lamda", &["lambda"]);
        check("dinamodb", &["dynamodb"]);
        check("kinessis", &["kinesis"]);
    }

    #[test]
    fn nothing_is_like_what_is_like_nothing() {
        check("", &[]);
        check("nosuch", &[]);
        check(&"s".repeat(65), &[]);
    }
}
